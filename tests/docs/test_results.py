"""The stored results, from which the documentation makes a page and a figure each."""

import importlib.util
import json
from pathlib import Path

import pytest

from pinprick import evidence
from pinprick.calibration import data_digest
from pinprick.calibration.result_words import name_of

ROOT = Path(__file__).parents[2]
STORED = json.loads((ROOT / "docs/validation/results.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def made():
    place = importlib.util.spec_from_file_location("result_hook", ROOT / "docs/result_hook.py")
    hook = importlib.util.module_from_spec(place)
    place.loader.exec_module(hook)
    return hook.pages()


def test_the_results_are_of_the_data_on_record():
    assert STORED["data"] == data_digest()
    assert [item["id"] for item in STORED["arms"]] == [arm.id for arm in evidence.arms()]
    assert [item["id"] for item in STORED["experiments"]] == [item.id for item in evidence.experiments()]


def test_every_study_and_every_compared_measurement_has_a_page(made):
    for arm in evidence.arms():
        assert f"{name_of('study', arm.trial)}.md" in made
    compared = [item for item in STORED["experiments"] if item["used"]]
    assert len({name_of("experiment", item["id"]) for item in compared}) == len(compared)
    for item in compared:
        page = made[f"{name_of('experiment', item['id'])}.md"]
        assert page.startswith("# Reproduced" if item["covered90"] else "# Missed")
        assert "## Why this tolerance" in page and "## Sources\n\n- `" in page


def test_every_miss_is_on_the_page_of_all_before_what_holds(made):
    index = made["index.md"]
    missed = [item["id"] for item in STORED["experiments"] if item["used"] and not item["covered90"]]
    assert missed
    first = index.index("## Measurements that are reproduced")
    assert all(index.index(f"({name_of('experiment', id)}.md)") < first for id in missed)


def test_at_least_25_measurements_are_reproduced_each_from_recorded_parameters_within_a_tolerance_with_a_reason():
    reproduced = [item for item in STORED["experiments"] if item["used"] and item["covered90"]]
    assert len(reproduced) >= 25
    for item in reproduced:
        assert item["parameters"], item["id"]
        for id in item["parameters"]:
            found = evidence.parameter(id)
            assert found.sources and found.status in ("read", "remembered", "assumed")
    of_a_value = [item for item in reproduced if item["compare"] == "value"]
    assert len(of_a_value) >= 25
    # A printed spread, or one that is set and says why.
    own = [item for item in of_a_value if "spread set:" not in item["note"]]
    assert len(own) >= 25 and all(item["spread"] > 0 for item in own)
