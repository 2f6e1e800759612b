"""Reads the keys of a table of responders that nobody has entered: thresholds, classes and whole grades."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

_WORDS = (
    (r"≥|>=|=>", " ge "),
    (r"≤|<=|=<", " le "),
    (r">", " gt "),
    (r"<", " lt "),
    # Beside a bound, so that it says nothing of how the people are counted.
    (r"%", " "),
    (r"percent(?:age)?", "pct"),
    (r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " "),
    (r"[^a-z0-9]+", " "),
    # When it was counted, and the number that a class bears, say nothing of its bounds.
    (r"\b(?:weeks?|months?|w|m|day|visit) \d+\b|\b\d+ (?:weeks?|months?|w|m|days?)\b", " "),
    (r"\b(?:grade|class|g|category|group|score) \d+ (?=\w)(?!(?:or|to) )", " "),
    (r"\bone\b", "1"),
    (r"\btwo\b", "2"),
    (r"\bthree\b", "3"),
)
_ABOVE = r"(?:ge|gte|geq|gt|at least|over|above|more than|greater than|min)"
_BELOW = r"(?:lt|le|lte|under|below|less than|up to)"
_GRADES = re.compile(
    rf"(?:(?P<least>{_ABOVE}) )?(?P<low>[1-4])(?P<more> or more| plus)? (?:grade|step|point|level)s?\b"
)
_BETWEEN = re.compile(r"\b(?P<low>\d{1,2}) (?:pct )?(?:to )?(?P<high>\d{2,3})\b")
_LEAST = re.compile(
    rf"\b{_ABOVE} (?P<low>\d{{1,3}})\b|\b(?P<other>\d{{1,3}}) (?:pct )?(?:or more|or better|plus|and above)"
)
_MOST = re.compile(rf"\b{_BELOW} (?P<high>\d{{1,3}})\b")
_NOBODY = re.compile(
    r"^(?:n )?(?:none|no (?:improvement|response|change|effect)|unchanged|nil|unimproved)(?: pct| n)?$"
)
_COUNT = re.compile(r"^n | (?:n|count|number|patients|people)$")
_SHARE = re.compile(r"^(?:pct|share|proportion) | pct$")


@dataclass(frozen=True, slots=True)
class KeyReading:
    """What a key says of the people it counts.

    Attributes:
        kind: `class` between low and high, or `share` at or above low.
        low, high: bounds in `unit`.
        unit: `percent`, or `step` (whole grades of an ordinal scale).
        given: as a `count` or a `percent` of the arm.
    """

    kind: Literal["class", "share"]
    low: float
    high: float | None
    unit: Literal["percent", "step"]
    given: Literal["count", "percent"]


def read_keys(table: Mapping[str, Any], people: int | None) -> dict[str, KeyReading]:
    """Return what the keys of a table say, those without a bound left out.

    A threshold where the highest class ends is the class above it: {"25-50": 4, ">50": 9} counts everybody once.

    Args:
        table: figures by key.
        people: people in the arm, None where it is not said.
    """
    plain = {key: _plain(key) for key in table}
    found = {key: reading for key, words in plain.items() if (reading := _read(words)) is not None}
    found = _as_classes(found)
    if not any(item.kind == "class" and (item.high or 0.0) > 0 for item in found.values()):
        # Who did not improve is the complement of a share, not one more.
        found = {key: item for key, item in found.items() if item.kind == "share"}
    return _as_percent(found, table, people)


def _plain(key: str) -> str:
    words = key.lower()
    for pattern, symbol in _WORDS:
        words = re.sub(pattern, symbol, words)
    return re.sub(r"\s+", " ", words).strip()


def _read(words: str) -> KeyReading | None:
    given: Literal["count", "percent"] = "percent" if _SHARE.search(words) and not _COUNT.search(words) else "count"
    if _NOBODY.match(words):
        return KeyReading("class", 0.0, 0.0, "percent", given)
    if grades := _GRADES.search(words):
        return KeyReading("share", float(grades["low"]), None, "step", given)
    if between := _BETWEEN.search(words):
        low, high = float(between["low"]), float(between["high"])
        return KeyReading("class", low, high, "percent", given) if low < high <= 100 else None
    if least := _LEAST.search(words):
        low = float(least["low"] or least["other"])
        return KeyReading("share", low, None, "percent", given) if low < 100 else None
    if most := _MOST.search(words):
        high = float(most["high"])
        return KeyReading("class", 0.0, high, "percent", given) if 0 < high <= 100 else None
    return None


def _as_classes(found: dict[str, KeyReading]) -> dict[str, KeyReading]:
    """Turn the share above the highest class into a class, and grades that are told one by one into classes."""
    from dataclasses import replace

    ends = [item.high for item in found.values() if item.kind == "class" and item.high]
    grades = [item for item in found.values() if item.unit == "step"]
    made = {}
    for key, item in found.items():
        if item.unit == "percent" and item.kind == "share" and ends and item.low >= max(ends) - 1.0:
            item = replace(item, kind="class", high=100.0)
        if item.unit == "step" and len({grade.low for grade in grades}) > 1 and not _open(key):
            item = replace(item, kind="class", high=item.low)
        made[key] = item
    return made


def _open(key: str) -> bool:
    grades = _GRADES.search(_plain(key))
    return grades is not None and bool(grades["least"] or grades["more"])


def _as_percent(found: dict[str, KeyReading], table: Mapping[str, Any], people: int | None) -> dict[str, KeyReading]:
    """Take for percentages what is more than there are people, and classes that add up to a hundred."""
    from dataclasses import replace

    made = {}
    classes = [table[key] for key, item in found.items() if item.kind == "class"]
    numbers = [number for number in classes if isinstance(number, int | float)]
    whole = bool(numbers) and 95.0 <= sum(numbers) <= 105.0 and (people is None or sum(numbers) > people * 1.02 + 1.0)
    for key, item in found.items():
        number = table[key]
        many = people is not None and isinstance(number, int | float) and people < number <= 100.0
        if whole if item.kind == "class" else many:
            item = replace(item, given="percent")
        made[key] = item
    return made
