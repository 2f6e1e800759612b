"""Finds the observation model of a measurement that nobody has entered, from its words, unit, site and device."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pinprick.errors import InputError
from pinprick.evidence import Experiment, build, by_id, load_records
from pinprick.units import convert

_WORDS, _PLACES = "calibration/observation_words.yaml", "calibration/observation_places.yaml"
_AS_THEY_ARE = {"direction": ("direction",), "0-10": ("0-10", "vas", "nrs", "points of 10", "0 to 10", "cm of vas")}
_COURSE = "time course"
_FEWEST_POINTS = 3
_SPELLINGS = {
    **dict.fromkeys(("h", "hr", "hrs", "hours"), "hour"),
    **dict.fromkeys(("d", "days"), "day"),
    **dict.fromkeys(("min", "mins", "minutes"), "minute"),
    **dict.fromkeys(("micron", "microns", "micrometre", "micrometres", "micrometer", "micrometers", "µm", "μm"), "um"),
    **dict.fromkeys(("millimetre", "millimetres", "millimeter", "millimeters"), "mm"),
}
_UNIT = re.compile(r"(?:1/)?[a-zµ]{1,20}(?:\*\*[23])?(?:/[a-z]{1,12}(?:\*\*[23])?){0,2}")
_SAME = {
    **dict.fromkeys(("per cm2", "per cm²", "/cm2", "cm-2"), "1/cm**2"),
    **dict.fromkeys(("g/m2/h", "g/m²/h", "g/h/m2", "g/m2h", "g/m^2/h"), "g/m**2/hour"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the table of words; its fields are told there."""

    id: str
    model: str
    words: tuple[str, ...]
    unit: str
    not_words: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    fixed: Mapping[str, Any] = field(default_factory=dict)
    relative_sd: float | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """What a word for a site or a device stands for."""

    id: str
    kind: str
    words: str
    stands: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How an unknown measurement can be simulated.

    Attributes:
        model: observation model.
        settings: how the experiment was done.
        compare: `value` or `direction`.
        at: `peak` for the day of the maximum, else None.
        factor: from the model's unit to that of the measurement.
        relative_sd: spread where none is printed.
        note: what was taken for what is not stated.
    """

    model: str
    settings: Mapping[str, Any]
    compare: str
    at: str | float | None
    factor: float
    relative_sd: float | None
    note: str


@cache
def _rows() -> tuple[_Row, ...]:
    return tuple(by_id((build(_Row, raw, _WORDS) for raw in load_records(_WORDS)), _WORDS).values())


@cache
def _places() -> tuple[_Place, ...]:
    return tuple(by_id((build(_Place, raw, _PLACES) for raw in load_records(_PLACES)), _PLACES).values())


def read_words(found: Experiment) -> Reading | str:
    """Return how a measurement is simulated, or why it cannot be.

    Args:
        found: the measurement.
    """
    quantity = found.quantity.lower()
    suited = [row for row in _rows() if _speaks(row, quantity)]
    # The topic helps only where the quantity by itself says nothing.
    suited = suited or [row for row in _rows() if _speaks(row, f"{quantity} {found.topic.lower()}")]
    if not suited:
        return f"no observation model for {found.quantity!r} (topic {found.topic})"
    wrong = ""
    for row in suited:
        factor = _factor(row, found)
        if factor is None:
            wrong = wrong or f"unit {found.unit!r} is not one of {found.quantity!r} (wanted: {row.unit})"
            continue
        missing = _missing(row, found)
        if missing:
            wrong = wrong or missing
            continue
        return _reading(row, found, factor)
    return wrong


def _speaks(row: _Row, said: str) -> bool:
    return any(re.search(word, said) for word in row.words) and not any(re.search(no, said) for no in row.not_words)


def _factor(row: _Row, found: Experiment) -> float | None:
    unit = found.unit.strip().lower()
    if row.unit == _COURSE:
        points = [point for point in found.time_course if point.time is not None and point.value is not None]
        return 1.0 if len(points) >= _FEWEST_POINTS else None
    if row.unit in _AS_THEY_ARE:
        return 1.0 if any(word in unit for word in _AS_THEY_ARE[row.unit]) else None
    known = _SAME.get(unit) or _SPELLINGS.get(unit) or unit
    # The registry would evaluate any arithmetic that it is given.
    if not _UNIT.fullmatch(known):
        return None
    try:
        return convert(1.0, row.unit, known)
    except InputError:
        return None


def _missing(row: _Row, found: Experiment) -> str:
    if "needle_length_mm" in row.needs and not found.needle_length_mm:
        return "the needle length is not stated, and the simulation needs it"
    if "site" in row.needs and _stands("zone", found.site) is None:
        return f"no zone for the site {found.site!r}"
    if "time" in row.needs and not [point for point in found.time_course if point.time]:
        return "the day of the measurement is not stated (time_course)"
    return ""


def _stands(kind: str, said: str) -> str | None:
    return next((item.stands for item in _places() if item.kind == kind and re.search(item.words, said.lower())), None)


def _reading(row: _Row, found: Experiment, factor: float) -> Reading:
    settings: dict[str, Any] = dict(row.fixed)
    notes = []
    zone = _stands("zone", found.site)
    if "needle_length_mm" in row.needs:
        device = _stands("device", f"{found.device} {found.technique}")
        notes += [] if device else ["device not stated; a stamp stands for it"]
        notes += [] if zone else ["site not stated; the cheek stands for it"]
        settings |= {
            "device": device or "stamp-generic",
            "needle_length_mm": float(max(found.needle_length_mm)),
            "zone": zone or "cheek",
        }
    elif "site" in row.needs:
        settings["zone"] = zone
    at: str | float | None = "peak" if row.unit == _COURSE else None
    if "time" in row.needs:
        last = [point.time for point in found.time_course if point.time][-1]
        settings["day"] = float(last) / (24.0 if found.time_unit == "h" else 1.0)
        at = "sign"
        notes.append("one session stands for the course")
    if found.species and "human" not in found.species.lower():
        notes.append(f"{found.species}, against human skin")
    compare = "direction" if row.unit == "direction" else "value"
    return Reading(
        row.model, settings, compare, at, factor, row.relative_sd, "; ".join(["read from its words", *notes])
    )
