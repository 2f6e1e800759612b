"""Reads a file of measurements in the schema of the package's own, and refuses each bad one with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pinprick.calibration.record_file import (
    RecordFaultError,
    is_digits,
    label,
    list_of,
    number_of,
    people_of,
    read_records,
    shown,
    text_of,
)
from pinprick.evidence import Experiment, TimePoint
from pinprick.units import HOURS_PER_DAY

_WHEN = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(h|hours?|d|days?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FiledExperiment:
    """One measurement of a file.

    Attributes:
        id: its id, or its place in the file where it has none.
        experiment: the measurement, or None where it is refused.
        why_not: why it is refused, or "".
    """

    id: str
    experiment: Experiment | None
    why_not: str


def read_experiments(path: str | Path) -> tuple[FiledExperiment, ...]:
    """Return every measurement of a file, the refused ones with their reason.

    Args:
        path: a YAML file: a list of measurements, or a table whose `experiments` is one.

    Raises:
        InputError: the file cannot be read, is too large, is not YAML, or holds no list of measurements.
    """
    return tuple(
        FiledExperiment(item.id, item.record, item.why_not) for item in read_records(path, "experiments", _experiment)
    )


def _experiment(id: str, raw: Mapping[str, Any]) -> Experiment:
    treatment = raw.get("treatment") or raw.get("technique") or {}
    if not isinstance(treatment, Mapping):
        raise RecordFaultError(f"treatment must be a table, not {shown(treatment)}")
    unit, quantity = text_of(raw, "unit"), text_of(raw, "quantity")
    if not quantity:
        raise RecordFaultError("no quantity")
    if not unit:
        raise RecordFaultError("the unit is missing")
    status = raw.get("verified", raw.get("status", "read"))
    if status not in ("read", "remembered"):
        raise RecordFaultError(f"verified must be read or remembered, not {shown(status)}")
    sd = number_of(raw, "sd")
    if sd is not None and sd < 0:
        raise RecordFaultError(f"sd cannot be negative: {sd:g}")
    study, time_unit = label(raw.get("study")) or id, _time_unit(raw)
    device = treatment.get("device", raw.get("device"))
    return Experiment(
        id=id,
        topic=text_of(raw, "topic") or text_of(raw, "group") or "unstated",
        study=study,
        quantity=quantity,
        unit=unit,
        species=text_of(raw, "species") or "human",
        sources=(study,),
        status="read" if status == "read" else "remembered",
        site=text_of(raw, "site"),
        value=number_of(raw, "value"),
        sd=sd,
        range=_range(raw),
        n=people_of(raw, "n"),
        device="" if isinstance(device, Mapping | list) or device is None else str(device),
        needle_length_mm=_lengths(treatment.get("needle_mm", raw.get("needle_mm"))),
        time_course=tuple(_point(row, time_unit) for row in list_of(raw, "time_course")),
        time_unit=time_unit,
        note=text_of(raw, "note"),
    )


def _time_unit(raw: Mapping[str, Any]) -> Literal["d", "h"]:
    said = text_of(raw, "time_unit").strip().lower() or "d"
    if said in ("d", "day", "days"):
        return "d"
    if said in ("h", "hour", "hours"):
        return "h"
    raise RecordFaultError(f"time_unit must be d or h, not {said!r}")


def _range(raw: Mapping[str, Any]) -> tuple[float, float] | None:
    ends = list_of(raw, "range")
    if not ends:
        return None
    low, high = _numbers(ends, 2, "range")
    if low is None or high is None or high < low:
        raise RecordFaultError("range must be two numbers, the lower first")
    return low, high


def _lengths(value: Any) -> tuple[float, ...]:
    if isinstance(value, str):
        # "0.25 or 2.0": every length that was used, as the writer put them.
        value = re.findall(r"\d+(?:\.\d+)?", value) or value
    given = value if isinstance(value, list | tuple) else [value]
    found = tuple(number for number in (number_of({"needle_mm": item}, "needle_mm") for item in given) if number)
    if any(number < 0 for number in found):
        raise RecordFaultError("needle_mm cannot be negative")
    return found


def _point(row: Any, time_unit: Literal["d", "h"]) -> TimePoint:
    if isinstance(row, Mapping):
        numbers: dict[str, Any] = {name: number_of(row, name) for name in ("time", "value", "sd", "low", "high")}
        return TimePoint(**numbers)
    if not isinstance(row, list | tuple):
        raise RecordFaultError(f"a point of time_course must be [time, value, sd], not {shown(row)}")
    when, figure, spread = [*row, None, None, None][:3]
    if isinstance(figure, str) and not is_digits(figure):
        return TimePoint(time=_time(when, time_unit), text=figure)
    if isinstance(figure, list | tuple):
        low, high = _numbers(figure, 2, "time_course")
        return TimePoint(time=_time(when, time_unit), low=low, high=high)
    value, sd = _numbers([figure, spread], 2, "time_course")
    if sd is not None and sd < 0:
        raise RecordFaultError(f"sd of a point cannot be negative: {sd:g}")
    return TimePoint(time=_time(when, time_unit), value=value, sd=sd)


def _time(value: Any, unit: Literal["d", "h"]) -> float | None:
    """Return a time in the unit of the course; None for words such as "before", which no simulation can place."""
    if not isinstance(value, str) or is_digits(value):
        return number_of({"time_course": value}, "time_course")
    match = _WHEN.match(value)
    if match is None:
        return None
    hours = float(match[1]) * (HOURS_PER_DAY if match[2].startswith("d") else 1.0)
    return hours if unit == "h" else hours / HOURS_PER_DAY


def _numbers(values: Any, count: int, name: str) -> list[float | None]:
    if len(values) != count:
        raise RecordFaultError(f"{name} must have {count} numbers, not {len(values)}")
    return [number_of({name: value}, name) for value in values]
