"""Reads a file of measurements in the schema of the package's own, and refuses each bad one with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pinprick.calibration.record_file import (
    RecordFaultError,
    label,
    list_of,
    number_of,
    people_of,
    read_records,
    shown,
    text_of,
)
from pinprick.evidence import Experiment, TimePoint


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
    study = label(raw.get("study")) or id
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
        time_course=tuple(_point(row) for row in list_of(raw, "time_course")),
        time_unit=_time_unit(raw),
        note=text_of(raw, "note"),
    )


def _time_unit(raw: Mapping[str, Any]) -> Literal["d", "h"]:
    return "h" if raw.get("time_unit") == "h" else "d"


def _range(raw: Mapping[str, Any]) -> tuple[float, float] | None:
    ends = list_of(raw, "range")
    if not ends:
        return None
    low, high = _numbers(ends, 2, "range")
    if low is None or high is None or high < low:
        raise RecordFaultError("range must be two numbers, the lower first")
    return low, high


def _lengths(value: Any) -> tuple[float, ...]:
    given = value if isinstance(value, list | tuple) else [value]
    found = tuple(number for number in (number_of({"needle_mm": item}, "needle_mm") for item in given) if number)
    if any(number < 0 for number in found):
        raise RecordFaultError("needle_mm cannot be negative")
    return found


def _point(row: Any) -> TimePoint:
    if isinstance(row, Mapping):
        numbers: dict[str, Any] = {name: number_of(row, name) for name in ("time", "value", "sd", "low", "high")}
        return TimePoint(**numbers)
    if not isinstance(row, list | tuple):
        raise RecordFaultError(f"a point of time_course must be [time, value, sd], not {shown(row)}")
    time, value, sd = _numbers([*row, None, None, None][:3], 3, "time_course")
    if sd is not None and sd < 0:
        raise RecordFaultError(f"sd of a point cannot be negative: {sd:g}")
    return TimePoint(time=time, value=value, sd=sd)


def _numbers(values: Any, count: int, name: str) -> list[float | None]:
    if len(values) != count:
        raise RecordFaultError(f"{name} must have {count} numbers, not {len(values)}")
    return [number_of({name: value}, name) for value in values]
