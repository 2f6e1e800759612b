"""The report in Spanish is the same report: nothing of it stays in English, no number changes, English is untouched."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
import synthetic_block
import synthetic_plan as made

import pinprick
from pinprick import report
from pinprick.errors import InputError
from pinprick.planning.plan_record import Plan
from pinprick.report.document import blocks
from pinprick.report.page import plan_page, plan_view
from pinprick.report.translation import titled, translated, translated_parts

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY = date(2026, 11, 21)
CASES = ("acne-scars", "child", "isotretinoin-recent", "keloid-history")
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}
SPOKEN = {"aria-label", "aria-roledescription", "aria-valuetext", "title", "alt", "placeholder", "data-done"}
# Words that an English sentence has and a Spanish one has not.
WORDS = (
    "the", "of", "and", "with", "for", "from", "is", "are", "was", "were", "not", "after", "before", "which",
    "that", "this", "by", "at", "in", "than", "days", "day", "weeks", "week", "months", "month", "session",
    "skin", "needle", "needles", "people", "better", "worse", "under", "each", "what", "how", "when", "rule",
    "source", "assumed", "read",
)  # fmt: skip
ENGLISH = re.compile(rf"(?<![\w-])({'|'.join(f'{word}|{word.capitalize()}' for word in WORDS)})(?![\w-])")
# Latin, names of parameters, and bodies and makers by their names.
NAMES = re.compile(
    r"in vitro|\b[a-z]+\.[a-z_.]+\b|Association of Cutaneous Surgeons|American Academy of|Society of|College of"
)


class Texts(HTMLParser):
    """Collects what a page says, with whether it is marked as English or is the same in every language."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool, bool]] = []
        self.found: list[tuple[str, str, bool]] = []
        self.language = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        marked = given.get("lang") == "en" or (bool(self.stack) and self.stack[-1][1])
        kept = (
            tag in ("pre", "code", "style")
            or given.get("class") == "references"
            or (bool(self.stack) and self.stack[-1][2])
        )
        for name, value in attrs:
            if name in SPOKEN and value:
                self.found.append((f"{tag} {name}", value, False))
        if tag not in VOID:
            self.stack.append(
                (tag if tag != "script" else f"script {given.get('id', given.get('class', ''))}", marked, kept)
            )

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag: str) -> None:
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        tag, marked, kept = self.stack[-1] if self.stack else ("", False, False)
        if tag in ("script film", "script block-data"):
            self.found += [(tag, text, False) for text in strings(json.loads(data))]
        elif not tag.startswith("script") and not kept and data.strip():
            self.found.append((tag, data.strip(), marked))


def strings(value: object, name: str = "") -> Iterator[str]:
    """The texts among the data of a script: what is long, drawn or a name for the script is none."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from strings(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, name)
    elif isinstance(value, str) and name not in ("s", "d", "map", "name"):
        yield value


def texts(page: str) -> Texts:
    reader = Texts()
    reader.feed(page)
    return reader


@cache
def plan(name: str) -> Plan:
    return pinprick.plan(pinprick.Case.load(EXAMPLES / f"{name}.toml"), on=DAY, draws=40, candidates=400)


@cache
def page(name: str) -> str:
    block = synthetic_block.block(side_mm=1.0, punctures=5) if name == "acne-scars" else None
    return plan_page(plan(name), plan_view(plan(name), block))


def english(found: list[tuple[str, str, bool]]) -> list[str]:
    return list(
        dict.fromkeys(
            f"{where}: {text}" for where, text, marked in found if not marked and ENGLISH.search(NAMES.sub("", text))
        )
    )


@pytest.mark.parametrize("name", CASES)
def test_nothing_stays_in_english(name: str) -> None:
    typed = plan(name).case.title
    found = [one for one in texts(translated(page(name), "es")).found if typed not in one[1]]
    assert english(found) == []


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_marked_as_english(name: str) -> None:
    marked = [text for _, text, is_marked in texts(translated(page(name), "es")).found if is_marked]
    # The synthetic block says of itself that it was made from formulas.
    assert [text for text in marked if ENGLISH.search(text) and "formulas" not in text] == []


def numbers(page: str) -> Counter[str]:
    """The numbers of a page, with its dates, decimals and thousands written one way."""
    found: Counter[str] = Counter()
    is_spanish = texts(page).language == "es"
    for _, text, is_marked in texts(page).found:
        text = re.sub(r"\b(\d{4})-(\d\d)-(\d\d)\b", lambda day: f"{int(day[3])} {day[1]}", text)
        for number in re.findall(r"\d+(?:[.,\u202f]\d+)*", text):
            plain = number.replace("\u202f", "")
            plain = plain.replace(",", ".") if is_spanish and not is_marked else re.sub(r",(?=\d{3})", "", plain)
            found[plain] += 1
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_number_is_kept(name: str) -> None:
    before, after = numbers(page(name)), numbers(translated(page(name), "es"))
    assert after - before == Counter()
    assert before - after == Counter()


def test_drawings_and_values_are_untouched() -> None:
    def kept(page: str) -> list[str]:
        drawn = re.findall(r' (?:d|points|style|viewBox|x|y|width|href|id|class|datetime)="[^"]*"', page)
        return drawn + re.findall(r'<script type="application/octet-stream"[^>]*>[^<]*', page)

    before, after = page("acne-scars"), translated(page("acne-scars"), "es")
    assert kept(after) == kept(before)
    first, second = (
        json.loads(re.search(r'id="block-data">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
        for text in (before, after)
    )
    for name in ("time", "size", "cells", "bounds", "tracks", "map", "start"):
        assert second[name] == first[name]
    assert [one["low"] for one in second["quantities"]] == [one["low"] for one in first["quantities"]]


def test_english_is_the_page_itself() -> None:
    assert translated(page("acne-scars"), "en") is page("acne-scars")
    assert translated(page("acne-scars"), "en-GB") is page("acne-scars")


def test_the_page_says_its_language_and_stays_well_formed() -> None:
    spanish = texts(translated(page("acne-scars"), "es"))
    assert spanish.language == "es"
    assert spanish.stack == []


@pytest.mark.parametrize(
    ("english_text", "spanish_text"),
    [
        ("Of 10 people like you, about 2 would be at least half better.",
         "De 10 personas como usted, unas 2 mejorarían al menos a la mitad."),
        ("Peak at 8 h (6 to 10 h).", "Máximo en 8 h (6 a 10 h)."),
        ("0.65 mm (0.46 to 0.86)", "0,65 mm (0,46 a 0,86)"),
        ("27 % (−10 % to 67 %)", "27 % (−10 % a 67 %)"),
        ("Screening on 30 November 2026", "Valoración del 30 de noviembre de 2026"),
        ("30 Nov 2026 to 5 Apr 2027", "30 nov 2026 a 5 abr 2027"),
        ("“it reduces acne scars”", "«reduce las cicatrices de acné»"),
        ("29-year-old woman · phototype III", "Mujer de 29 años · fototipo III"),
        ("Tropoelastin, TGF-β, stored and Melanin", "Tropoelastina, TGF-β, de reserva y Melanina"),
    ],
)  # fmt: skip
def test_texts_read_as_spanish(english_text: str, spanish_text: str) -> None:
    assert translated(f"<p>{english_text}</p>", "es") == f"<p>{spanish_text}</p>"


def test_what_is_not_known_is_marked_as_english_and_escaped() -> None:
    made_page = translated(
        "<p>Nobody knows &lt;this&gt; &amp; that text</p><svg><text>Nobody knows it</text></svg>", "es"
    )
    assert made_page == (
        '<p><span lang="en">Nobody knows &lt;this&gt; &amp; that text</span></p><svg><text>Nobody knows it</text></svg>'
    )


def test_a_typed_title_stays_as_it_was_typed() -> None:
    assert titled("A scar with a history", "es") == "A scar with a history"
    assert titled("Treatment plan · Pinprick plan", "es") == "Plan de tratamiento · Plan de Pinprick"


def test_the_parts_of_the_pdf_are_said() -> None:
    english_parts = blocks(plan("acne-scars"))
    spanish = translated_parts(english_parts, "es")
    assert translated_parts(english_parts, "en") is english_parts
    assert [one["kind"] for one in spanish] == [one["kind"] for one in english_parts]
    headings = [one["text"] for one in spanish if one["kind"] == "heading"]
    assert "Cómo actúa en su piel" in headings
    assert [text for text in headings if ENGLISH.search(text)] == []
    listed = [one for one in spanish if one["kind"] == "references"]
    assert listed == [one for one in english_parts if one["kind"] == "references"]


@pytest.mark.parametrize("name", ["plan.html", "plan.pdf"])
def test_a_report_is_written_in_spanish(tmp_path: Path, name: str) -> None:
    pytest.importorskip("typst")
    file = report.write(made.plan(), tmp_path / name, language="es")
    head = file.read_bytes()
    assert b'<html lang="es">' in head if name.endswith("html") else re.search(rb"/Lang ?\(es\)", head)


def test_a_language_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="en, es"):
        report.write(made.plan(), tmp_path / "plan.html", language="fr")
