"""The page and figure of each single result: nothing is left out, misses come first, links lead somewhere."""

import re
from xml.etree import ElementTree

import pytest

from pinprick.calibration.interval_figure import Row, figure, small
from pinprick.calibration.result_pages import by_study, result_files, write_results
from pinprick.calibration.result_words import escaped, name_of
from pinprick.errors import InputError
from pinprick.evidence import Arm, Experiment

FAN = {"median": 2.0, "p05": 1.0, "p25": 1.6, "p75": 2.4, "p95": 3.0}


def arm(id, trial, observed, inside, **changes):
    plain = {**FAN, "crps": 0.5, "log_score": -1.0, "covered90": True, "rests_on": "indication and scale"}
    made = {
        "id": id, "trial": trial, "indication": "atrophic_acne_scars", "has_numbers": True, "scale": "grade <b>",
        "timepoint": "", "observed": observed, "scored": True, "why_not": None, "predicted": FAN, "covered90": inside,
        "covered50": False, "crps": 0.4, "log_score": -1.0 if inside else -9.0, "plain": plain, "observed_as": "mean",
        "unit": "grade", "scale_id": "goodman_baron_qualitative", "baseline": 3.0, "modality": "microneedling",
        "people": 20, "spread": 0.5, "counts": {}, "secondary": [],
    }  # fmt: skip
    return made | changes


def measurement(id, observed, inside, **changes):
    made = {
        "id": id, "study": "s", "topic": "barrier", "quantity": "time to recovery | of it", "unit": "h",
        "species": "human", "used": True, "why_not": None, "compare": "value", "observed": observed, "spread": 0.2,
        "predicted": FAN, "covered90": inside, "covered50": inside, "crps": 0.1, "probability": None,
        "same_source": False, "note": "spread set: no spread was read", "model": "barrier",
        "parameters": ["calibration.lowest_coverage"], "shared_sources": [],
    }  # fmt: skip
    return made | changes


UNSCORED = {"scored": False, "why_not": "no figure", "predicted": None, "plain": None, "observed": None}
FOUND = {
    "arms": [arm("in_1", "good", 2.2, True), arm("out_1", "bad", 9.0, False),
             arm("none_1", "bad", 0, False) | UNSCORED, arm("none_2", "silent", 0, False) | UNSCORED],
    "experiments": [measurement("hit", 2.1, True), measurement("miss", 8.0, False),
                    measurement("left", 0, None, used=False, predicted=None)],
}  # fmt: skip
RECORD = Experiment("miss", "barrier", "s", "time", "h", "human", ("kalluri2011",), "read", site="face")
ARM = Arm("out_1", "bad", ("alam2014",), "atrophic_acne_scars", "microneedling", "RCT", "read", "abstract", True)


@pytest.fixture(scope="module")
def made():
    return result_files(FOUND, {"out_1": ARM}, {"miss": RECORD})


def test_every_compared_measurement_and_every_study_has_a_page_and_what_is_shown_a_figure(made):
    wanted = {name_of("experiment", id) for id in ("hit", "miss")} | {name_of("study", id) for id in ("good", "bad")}
    for name in wanted:
        assert {f"{name}.md", f"{name}.svg", f"small-{name}.svg"} <= set(made)
        assert f"]({name}.svg)" in made[f"{name}.md"]
    assert f"{name_of('study', 'silent')}.md" in made and f"{name_of('study', 'silent')}.svg" not in made


def test_what_fails_stands_first_on_the_index(made):
    text = made["index.md"]
    places = [text.index(name_of(kind, id)) for kind, id in (
        ("experiment", "miss"), ("study", "bad"), ("study", "good"), ("experiment", "hit"), ("study", "silent"),
    )]  # fmt: skip
    assert places == sorted(places)


def test_every_link_and_picture_leads_to_a_file(made):
    for name, text in made.items():
        if name.endswith(".md"):
            for target in re.findall(r"\]\(([^)#]+)\)", text):
                assert target in made or target.startswith("http"), (name, target)


def test_every_figure_is_well_formed_and_has_a_title(made):
    for name, text in made.items():
        if name.endswith(".svg"):
            root = ElementTree.fromstring(text)
            assert root.find("{http://www.w3.org/2000/svg}title").text


def test_a_page_says_the_verdict_the_tolerance_the_reason_and_the_source(made):
    page = made[f"{name_of('experiment', 'miss')}.md"]
    for part in (
        "# Missed",
        "8 h",
        "no spread was read",
        "1 to 3",
        "calibration.lowest_coverage",
        "kalluri2011",
        "https://",
    ):
        assert part in page
    page = made[f"{name_of('study', 'bad')}.md"]
    for part in ("1 of 1 arms outside", "**no**", "no figure", "alam2014", "RCT"):
        assert part in page


def test_sharing_a_source_is_said(made):
    item = measurement("hit", 2.1, True, same_source=True, shared_sources=["kalluri2011"])
    page = result_files({"arms": [], "experiments": [item]}, {}, {})[f"{name_of('experiment', 'hit')}.md"]
    assert "consistency" in page and "`kalluri2011`" in page
    assert "No parameter of the prediction was read in the source" in made[f"{name_of('experiment', 'hit')}.md"]


def test_words_of_a_file_open_no_tag_and_no_cell(made):
    page = made[f"{name_of('study', 'good')}.md"]
    assert "<b>" not in page and "&lt;b>" in page
    assert escaped("a|b\n*c* [d]") == r"a/b \*c\* \[d\]"


def test_ids_that_a_file_name_cannot_hold_keep_apart():
    names = {name_of("study", id) for id in ("a/b", "a b", "A_B", "a_b", "../../etc", "")}
    assert len(names) == 6
    assert all(re.fullmatch(r"study-[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize("bound", ["", "upper", "lower", "up", "down", "none"])
def test_a_missed_figure_looks_different_from_one_that_agrees(bound):
    hit, miss = (Row("x", "h", 2.0, FAN, agrees, standard_error=0.1, bound=bound) for agrees in (True, False))
    assert figure("t", [hit]) != figure("t", [miss]) and small(hit) != small(miss)
    ElementTree.fromstring(figure("t", [hit]))


def test_a_prediction_without_width_is_drawn():
    flat = dict.fromkeys(FAN, 2.0)
    ElementTree.fromstring(figure("t", [Row("x", "h", 2.0, flat, True)]))


def test_arms_of_a_study_stay_together():
    assert {key: len(arms) for key, arms in by_study(FOUND["arms"]).items()} == {"good": 1, "bad": 2, "silent": 1}


def test_the_pages_are_written_to_a_folder_and_a_file_in_its_place_is_one_clear_error(tmp_path):
    count = write_results(FOUND, tmp_path / "new" / "pages")
    written = {path.name for path in (tmp_path / "new" / "pages").iterdir()}
    assert len(written) == count and "index.md" in written
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        write_results(FOUND, tmp_path / "taken")
