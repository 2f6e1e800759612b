"""The catalogues agree with themselves: places and numbers survive, and no text has two translations."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pinprick.errors import EvidenceError
from pinprick.language import catalogue
from pinprick.language.catalogue import _read
from pinprick.language.pattern import PLACE, pattern

ENTRIES = catalogue("es").entries
_DIGITS = re.compile(r"\d+(?:[.,\u202f]\d+)*")


def numbers(text: str, *, english: bool = False) -> Counter[str]:
    """The numbers of a text without its places, thousands and decimals written one way."""
    found = []
    for number in _DIGITS.findall(PLACE.sub("", text)):
        plain = number.replace("\u202f", "")
        plain = re.sub(r",(?=\d{3}\b)(?!\d{3}\d)", "", plain) if english or "." in plain else plain
        found.append(plain.replace(",", "."))
    return Counter(found)


def test_numbers_are_the_same_in_both_languages() -> None:
    wrong = [f"{one.topic}: {one.en} → {one.es}" for one in ENTRIES if numbers(one.en, english=True) != numbers(one.es)]
    assert wrong == []


def test_places_are_the_same_in_both_languages() -> None:
    wrong = [
        f"{one.topic}: {one.en} → {one.es}"
        for one in ENTRIES
        if {name for name, _ in PLACE.findall(one.en)} != {name for name, _ in PLACE.findall(one.es)}
        or any(kind for _, kind in PLACE.findall(one.es))
    ]
    assert wrong == []


def test_no_text_has_two_translations() -> None:
    def shape(text: str, names: list[str]) -> str:
        return PLACE.sub(lambda place: "{" + str(names.index(place[1])) + "}", text)

    seen: dict[str, tuple[str, str]] = {}
    twice = []
    for one in ENTRIES:
        names = [name for name, _ in PLACE.findall(one.en)]
        kinds = [kind for _, kind in PLACE.findall(one.en)]
        key, said = shape(one.en, names) + str(kinds), shape(one.es, names)
        before = seen.setdefault(key, (said, one.topic))
        if before[0] != said:
            twice.append(f"{before[1]} and {one.topic}: {one.en}")
    assert twice == []


@pytest.mark.parametrize(
    ("en", "es"),
    [("{a} days", "{b} días"), ("{a:letter} days", "{a} días"), ("{a} {b}", "{a} {b}"), ("{a} days", "unos días")],
)
def test_a_wrong_entry_is_refused(en: str, es: str) -> None:
    with pytest.raises(EvidenceError):
        pattern(en, es, "test")


@pytest.mark.parametrize("text", ["a: b", "- {en: a}", "- {en: a, es: ''}", "- {en: 1, es: a}", "- a"])
def test_a_malformed_file_is_refused(tmp_path, text: str) -> None:
    file = tmp_path / "topic.yaml"
    file.write_text(text)
    with pytest.raises(EvidenceError):
        _read(file, "es")
