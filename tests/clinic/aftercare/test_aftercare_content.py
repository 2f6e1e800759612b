"""The sheet says what the frozen plan says, by hour and day, in two languages, and reads back from its PDF."""

import re
import shutil
import subprocess
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest

from pinprick.clinic.aftercare import content, document
from pinprick.clinic.consent.content import Parties, Unfit
from pinprick.clinic.consent.phrases import LANGUAGES, plain
from pinprick.clinic.plans import frozen

PARTIES = Parties("Ana Ruiz", "1990-05-01", "Dr North", "North Clinic", "", "+44 20 7946 0000", "+44 20 7946 0999")
AT = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.fixture
def plan(computed):
    return frozen.read(computed.content, computed.content_hash)


def made(plan, language="en", **more):
    return content.generate(plan, "a" * 64, language, PARTIES, **more)


def test_both_languages_have_the_same_sentences_with_the_same_slots():
    english, spanish = (content.template()["languages"][name] for name in ("en", "es"))
    assert set(english) == set(spanish)
    for key in english:
        assert set(re.findall(r"{(\w+)}", english[key])) == set(re.findall(r"{(\w+)}", spanish[key])), key


def test_every_instruction_of_the_plan_is_in_a_band_with_its_time(plan):
    sheet = made(plan)
    told = {row["key"] for band in content.told(sheet) for kind in ("do", "expect") for row in band[kind]}
    assert told == {row["key"] for row in sheet["rows"]}
    assert [row["record"] for row in sheet["rows"]] == [item["text"] for item in plan["result"]["aftercare"]]
    shown = " ".join(row["text"] for row in sheet["rows"]).lower()
    assert not [word for word in ("erythema", "oedema", "lymphadenopathy") if word in shown]
    for row, item in zip(sheet["rows"], plan["result"]["aftercare"], strict=True):
        assert row["status"] == item["status"]
        assert bool(row["when"]) == bool(item["from_hours"] or item["to_hours"] is not None)


def test_a_time_is_never_said_shorter_than_it_is(plan):
    """Nothing forbidden ends, and nothing allowed begins, before the plan says so."""
    other = deepcopy(plan)
    item = other["result"]["aftercare"][0]
    for hours, words in (
        (30.2, "31 hours"), (48.0, "2 days"), (50.5, "51 hours"), (72.0, "3 days"), (97.0, "5 days"),
        (335.0, "2 weeks"), (1.0, "1 hour"), (168.0, "7 days"),
    ):  # fmt: skip
        item |= {"from_hours": 0.0, "to_hours": hours}
        assert made(other)["rows"][0]["when"] == f"until {words} after the session"


def test_signs_are_in_plain_words_with_what_to_do_and_the_number(plan):
    sheet = made(plan)
    assert len(sheet["signs"]) == len(plan["result"]["red_flags"])
    assert not any("methaemoglobinaemia" in plain(text) for pair in sheet["signs"] for text in pair)
    assert sheet["calls"][:2] == ["North Clinic: +44 20 7946 0000", "Out of hours: +44 20 7946 0999"]


def test_no_sentence_advises_stopping_a_medicine(plan):
    stop = re.compile(r"\b(stop|discontinue|pause|withhold|suspend\w*|deje de tomar|interrump\w*)\b", re.IGNORECASE)
    for language in LANGUAGES:
        sheet = made(plan, language)
        texts = [plain(row["text"]) for row in sheet["rows"]] + [plain(one) for pair in sheet["signs"] for one in pair]
        assert not [text for text in [*texts, *sheet["advice"], *sheet["calls"]] if stop.search(text)]
    assert made(plan)["advice"][0].startswith("Keep taking every medicine")


def test_the_computed_course_is_put_into_spanish_and_what_is_not_translated_is_marked(plan):
    other = deepcopy(plan)
    other["result"]["aftercare"][0]["text"] = "A sentence that no one has translated."
    rows = made(other, "es")["rows"]
    assert rows[0]["text"] == {"text": "A sentence that no one has translated.", "lang": "en"}
    assert any(plain(row["text"]).startswith("La rojez es normal. La mitad") for row in rows)
    assert [row["text"] for row in rows if isinstance(row["text"], dict)] == [rows[0]["text"]]
    assert all(isinstance(row["basis"], str) and isinstance(row["differ"], str) for row in rows)


def test_the_band_of_now(plan):
    sheet = made(plan, treated_at=AT, time_zone="Europe/Madrid")
    assert "11:00:00 (Europe/Madrid" in sheet["counted"]
    spots = {1: "day1", 30: "day3", 100: "week1", 200: "week2"}
    assert {hours: content.now(sheet, AT + timedelta(hours=hours)) for hours in spots} == spots
    assert content.now(sheet, AT - timedelta(hours=1)) == ""
    assert content.now(made(plan), AT) == ""


def test_nothing_without_a_prescription_or_a_number(plan):
    other = deepcopy(plan)
    other["result"]["prescription"] = None
    with pytest.raises(Unfit):
        made(other)
    with pytest.raises(Unfit, match="telephone"):
        content.generate(plan, "a" * 64, "en", Parties("Ana", "", "", "Clinic", "", "", ""))
    with pytest.raises(Unfit, match="language"):
        made(plan, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_reads_back_from_the_file(plan, language, tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext of poppler is not installed")
    sheet = made(plan, language, treated_at=AT)
    (tmp_path / "read.pdf").write_bytes(document.sheet_pdf(sheet, AT))
    done = subprocess.run(["pdftotext", "-raw", "read.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    foot = f"{PARTIES.clinic} · {PARTIES.phone} · {sheet['foot']}"
    back = squeezed(re.sub(r"\d+ / \d+", "", done.stdout.decode()).replace(foot, ""))
    texts = [plain(row["text"]) for row in sheet["rows"]] + [plain(one) for pair in sheet["signs"] for one in pair]
    texts += [row["record"] for row in sheet["rows"]]
    texts += [*sheet["calls"], *sheet["advice"], sheet["intro"], *(band["title"] for band in sheet["bands"])]
    assert not [text for text in texts if squeezed(text) not in back]


def squeezed(text):
    """Return letters alone: lines and hyphens of the typesetter do not count."""
    return re.sub(r"[\s\f\u00ad-]", "", text)


def test_the_same_sheet_is_the_same_file(plan):
    assert document.sheet_pdf(made(plan), AT) == document.sheet_pdf(made(plan), AT)
