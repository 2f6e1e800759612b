"""The page is complete, escaped, self-contained, small, and the same for the same plan."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import synthetic_plan as made

from pinprick import evidence, report
from pinprick.cascade import Course, heal
from pinprick.errors import InputError, MissingExtraError
from pinprick.report.document import blocks
from pinprick.skin import Zone

VOID = {"meta", "link", "br", "hr", "img", "input", "area", "base", "col", "embed", "source", "track", "wbr"}
LIMIT = 1_500_000


class Checker(HTMLParser):
    """Follows the element stack and collects ids, links and loads."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.fragments: list[str] = []
        self.loads: list[str] = []
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, dict(attrs))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def _attributes(self, tag: str, attrs: dict[str, str | None]) -> None:
        if attrs.get("id"):
            self.ids.append(str(attrs["id"]))
        target = attrs.get("href") or ""
        if target.startswith("#"):
            self.fragments.append(target[1:])
        elif tag != "a" and target and not target.startswith("data:"):
            self.loads.append(target)
        self.loads += [str(attrs[name]) for name in ("src", "srcset", "poster", "action", "data") if attrs.get(name)]
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def written(plan: Any, tmp_path: Path) -> str:
    return report.write(plan, tmp_path / "plan.html").read_text(encoding="utf-8")


def checked(page: str) -> Checker:
    checker = Checker()
    checker.feed(page)
    checker.close()
    return checker


CASES = {
    "conditions": {},
    "proceed": {"verdict": "proceed"},
    "not before": {"verdict": "not-before"},
    "refer": {"verdict": "refer"},
    "forbidden": {"verdict": "do-not-treat"},
    "one zone": {"zones": (Zone.FOREHEAD,)},
    "scalp": {"zones": (Zone.SCALP,)},
    "radiofrequency": {"kind": "radiofrequency"},
    "home roller": {"kind": "home_roller"},
    "no price": {"quote": None},
    "no evidence": {"outlook": made.outlook(basis="none")},
    "very long": {"text": made.LONG},
    "bare": {"search": None, "aftercare": (), "alternatives": (), "healing": None, "red_flags": (), "calendar": ()},
}


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_plan_gives_a_well_formed_page(name: str, tmp_path: Path) -> None:
    page = written(made.plan(**CASES[name]), tmp_path)
    found = checked(page)
    assert found.faults == [] and found.stack == []
    assert len(found.ids) == len(set(found.ids))
    assert set(found.fragments) <= set(found.ids), "a link inside the page leads nowhere"
    assert found.loads == [], "the page must load nothing"
    assert "@import" not in page and not re.search(r"url\(\s*['\"]?(?!data:)", page)
    assert found.levels[0] == 1 and found.levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(found.levels, found.levels[1:], strict=False)), "a heading level is skipped"
    assert len(page.encode()) < LIMIT
    assert (
        "None" not in re.sub(r"<[^>]*>", "", page)
        and "nan" not in re.sub(r"<script.*?</script>|<[^>]*>", "", page).split()
    )


def test_what_was_not_understood_or_not_judged_is_shown(tmp_path: Path) -> None:
    page = written(made.plan(), tmp_path)
    assert "takes blue pills" in page and "latex allergy" in page


def test_the_first_screen_answers_the_four_questions(tmp_path: Path) -> None:
    page = written(made.plan(), tmp_path)
    first = page[page.index('id="answers"') : page.index('id="skin"')]
    for question in ("May I be treated, and when?", "What is planned?", "What can I expect?", "How sure is this?"):
        assert question in first
    assert "Of 10 people like you" in first and "21 November 2026" in first and "3 sessions, 4 weeks apart" in first


def test_a_forbidding_screening_gives_reasons_and_no_prescription(tmp_path: Path) -> None:
    page = written(made.plan("do-not-treat"), tmp_path)
    assert "Needling is not safe here" in page and "SR005" in page and "What to ask, and whom" in page
    assert 'id="plan"' not in page and "Of 10 people" not in page


def test_a_prediction_without_evidence_counts_no_people(tmp_path: Path) -> None:
    page = written(made.plan(outlook=made.outlook(basis="none")), tmp_path)
    assert "Of 10 people" not in page and "No honest figure can be given" in page and 'id="fan"' not in page


def test_what_speaks_against_a_prescription_stands_beside_it(tmp_path: Path) -> None:
    plan = made.plan()
    assert "What speaks against it" not in written(plan, tmp_path)
    told = "The interval of 14 days is <shorter> than the 28 days of our default."
    cautioned = replace(plan, prescription=replace(plan.prescription, cautions=(told,)))
    page = written(cautioned, tmp_path)
    section = page[page.index('id="h-plan"') : page.index("Why this one")]
    assert "What speaks against it" in section and "is &lt;shorter&gt; than the 28 days" in section
    assert told in json.dumps(blocks(cautioned), ensure_ascii=False, default=str)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&"


def test_text_from_a_case_is_inert(tmp_path: Path) -> None:
    plan = made.plan(text=HOSTILE, case=made.case(HOSTILE), unknowns=(HOSTILE,), provenance={HOSTILE: HOSTILE})
    page = written(plan, tmp_path)
    found = checked(page)
    assert found.faults == [] and found.loads == []
    assert "<script>alert" not in page and "<img" not in page
    assert page.count("<script") == page.count("</script>") == 2


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(made.plan(), tmp_path) == written(made.plan(), tmp_path)


def cited(markup: str) -> list[int]:
    """Numbers of the sources cited, a range counted in full."""
    found = []
    for first, last in re.findall(r'<a href="#ref-\d+"[^>]*>(\d+)(?:–(\d+))?</a>', markup):
        found += range(int(first), int(last or first) + 1)
    return found


def test_every_parameter_shows_its_value_status_and_source(tmp_path: Path) -> None:
    ids = sorted(evidence.parameters())[:40]
    plan = made.plan(parameters={id: evidence.parameter(id).status for id in ids}, sources=("kalluri2011",))
    page = written(plan, tmp_path)
    for id in ids:
        row = page[page.index(f"<code>{id}</code>") :]
        row = row[: row.index("</tr>")]
        record = evidence.parameter(id)
        assert f"status-{record.status}" in row
        numbers = cited(row)
        assert len(numbers) == len({evidence.source(source).id for source in record.sources})
        for number in numbers:
            assert f'id="ref-{number}"' in page
    assert "10.1208/s12248-011-9288-3" in page and "@article{kalluri2011" in page


def test_disagreeing_positions_all_stand_with_their_source(tmp_path: Path) -> None:
    page = written(made.plan(), tmp_path)
    for words in (
        "Wait six months",
        "No delay is needed",
        "sources disagree",
        "applied here",
        "How deep on the temple?",
    ):
        assert words in page


def test_it_says_what_it_is(tmp_path: Path) -> None:
    page = written(made.plan(), tmp_path)
    assert "It is not a medical device" in page and "stop a prescribed medicine" in page


def test_every_chart_has_words_and_a_table(tmp_path: Path) -> None:
    page = written(made.plan(), tmp_path)
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) > 30
    for figure in figures:
        assert "<figcaption" in figure and "<table" in figure and 'class="caption"' in figure
    for svg in re.findall(r"<svg[^>]*>", page):
        assert 'aria-hidden="true"' in svg or ('role="img"' in svg and "aria-label=" in svg)


def test_nothing_half_written_remains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "plan.html"
    target.write_text("before", encoding="utf-8")

    def fail(self: Path, other: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="cannot write the report"):
        report.write(made.plan("refer"), target)
    assert target.read_text(encoding="utf-8") == "before" and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("name", ["plan.txt", "plan", "missing/plan.html"])
def test_a_place_that_cannot_be_written_is_a_plain_message(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        report.write(made.plan("refer"), tmp_path / name)
    assert fault.value.remedy


@pytest.mark.parametrize("name", ["conditions", "forbidden", "radiofrequency", "no evidence", "very long", "bare"])
def test_the_document_is_a_tagged_pdf(name: str, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    content = report.write(made.plan(**CASES[name]), tmp_path / "plan.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/StructTreeRoot" in content
    assert len(content) < LIMIT


def test_the_document_is_the_same_for_the_same_plan(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    first = report.write(made.plan("refer"), tmp_path / "a.pdf").read_bytes()
    assert report.write(made.plan("refer"), tmp_path / "b.pdf").read_bytes() == first


def test_text_in_the_document_is_not_markup(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    hostile = '#panic("no") $x$ *b* \\ ] } <label> @ref // /* `'
    plan = made.plan("refer", text=hostile, case=made.case(hostile))
    assert report.write(plan, tmp_path / "plan.pdf").stat().st_size > 1000


def test_a_missing_extra_names_the_line_that_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    with pytest.raises(MissingExtraError) as fault:
        report.write(made.plan("refer"), tmp_path / "plan.pdf")
    assert 'pip install "pinprick[pdf]"' in str(fault.value) and not list(tmp_path.iterdir())


def test_a_simulation_page_tells_the_story(tmp_path: Path) -> None:
    page = report.write_simulation(made.healing(), tmp_path / "healing.html").read_text(encoding="utf-8")
    found = checked(page)
    assert found.faults == [] and found.stack == [] and found.loads == []
    for words in ("Platelets plug and call", "New vessels", "New collagen", "VEGF", "Collagen III"):
        assert words in page
    assert len(page.encode()) < LIMIT


def test_numbers_in_the_story_are_those_of_the_simulation() -> None:
    from pinprick.report.healing import traces
    from pinprick.report.story import chapters
    from pinprick.report.words import duration

    data = made.healing()
    found = traces(data)
    told = " ".join(line for chapter in chapters(found, None, (0.0, 28.0, 56.0)) for line in chapter.text)
    values = data["neutrophil"].sel(layer="papillary_dermis").values
    time = data["time"].values
    first = time < 28.0
    peak = float(np.median(time[first][np.abs(values[:, first]).argmax(axis=1)]))
    assert f"most numerous at {duration(peak)}" in told


def test_a_simulation_by_depth_is_told_too(tmp_path: Path) -> None:
    injury = made.injury()
    data = heal(injury.skin, injury, Course(1, 28.0), geometry="depth", follow_up_days=30.0)
    assert "depth" in data.dims
    page = report.write_simulation(data, tmp_path / "healing.html").read_text(encoding="utf-8")
    assert checked(page).faults == [] and "New vessels" in page


def test_letters_that_the_font_lacks_do_not_stop_the_document(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    plan = made.plan("refer", case=made.case("痤疮瘢痕 \U0001f9ff Шрамы"))
    content = report.write(plan, tmp_path / "plan.pdf").read_bytes()
    assert content.startswith(b"%PDF-") and b"/StructTreeRoot" in content


def test_popular_claims_stand_with_a_verdict_in_words_and_their_sources(tmp_path: Path) -> None:
    plan = made.plan()
    page = written(plan, tmp_path)
    section = page[page.index('id="claims"') : page.index('id="evidence"')]
    touching = evidence.claims_touching(
        "atrophic_acne_scars",
        "pen",
        modalities=[other.modality for other in plan.alternatives],
        rules=[finding.rule for finding in plan.screening.findings],
    )
    assert section.count('<li class="claim ') == len(touching) > 10
    words = {"supported": "Supported", "partly": "True in part", "contradicted": "Contradicted", "unknown": "Not known"}
    for verdict, word in words.items():
        count = sum(one.verdict == verdict for one in touching)
        assert section.count(f'class="claim claim-{verdict}"') == section.count(f"<strong>{word}</strong>") == count
    assert "It reduces acne scars" in section[: section.index("<details")]
    assert all(f'id="ref-{number}"' in page for number in cited(section))


@pytest.mark.parametrize(("middle", "said"), [(10.0, True), (75.0, False)])
def test_a_prediction_that_includes_no_change_says_so(middle: float, said: bool, tmp_path: Path) -> None:
    page = written(made.plan(outlook=made.outlook(middle=middle)), tmp_path)
    first = page[page.index('id="answers"') : page.index('id="skin"')]
    assert ("no change or worse is possible" in first) is said
    assert ('class="range-worse"' in first) is said and "give or take" not in first


def test_warning_signs_are_plain_with_the_clinical_words_beside_them(tmp_path: Path) -> None:
    flags = tuple((flag.sign, flag.action) for flag in evidence.red_flags())
    page = written(made.plan(red_flags=(*flags, ("a sign of nobody's", "ask"))), tmp_path)
    for flag in evidence.red_flags():
        assert f"<dt>{flag.plain_sign}</dt><dd>{flag.plain_action}</dd>" in page
    assert "methaemoglobinaemia" in page and "<dt>A sign of nobody&#39;s</dt>" in page


def test_no_plural_is_left_to_the_reader(tmp_path: Path) -> None:
    assert "(s)" not in re.sub(r"<script.*?</script>|<style.*?</style>", "", written(made.plan(), tmp_path), flags=re.S)
