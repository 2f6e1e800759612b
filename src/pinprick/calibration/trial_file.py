"""Reads a file of trial arms in the schema of the package's own, and refuses each bad arm with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pinprick.calibration.arm_check import fault_of
from pinprick.calibration.printed_spread import spreads_of
from pinprick.calibration.record_file import (
    RecordFaultError,
    is_number,
    label,
    list_of,
    number_of,
    people_of,
    read_records,
    shown,
    text_of,
)
from pinprick.evidence import Arm, TrialOutcome

_AT_MOST = re.compile(r"\s*(?:max(?:imum)?|up to|at most)\s*(\d+(?:\.\d+)?)\s*$")
_ONE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:sessions?|weeks?|wks?|w)?\s*$", re.IGNORECASE)
_RANGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*$")
_OTHER_NAMES = {"notes": "note", "verified": "status", "page": "page_read", "needle_mm": "needle_length_mm"}


@dataclass(frozen=True, slots=True)
class FiledArm:
    """One arm of a file.

    Attributes:
        id: its id, or its place in the file where it has none.
        raw: what the file holds, as far as it is a table.
        arm: the arm, or None where it is refused.
        why_not: why it is refused, or "".
    """

    id: str
    raw: Mapping[str, Any]
    arm: Arm | None
    why_not: str


def read_trials(path: str | Path) -> tuple[FiledArm, ...]:
    """Return every arm of a file, the refused ones with their reason.

    Args:
        path: a YAML file: a list of arms, or a table whose `arms` is one.

    Raises:
        InputError: the file cannot be read, is too large, is not YAML, or holds no list of arms.
    """
    return tuple(
        FiledArm(item.id, item.raw, item.record, item.why_not or fault_of(item.record, item.raw))
        if item.record is not None
        else FiledArm(item.id, item.raw, None, item.why_not)
        for item in read_records(path, "arms", _arm)
    )


def _arm(id: str, raw: Mapping[str, Any]) -> Arm:
    given = {_OTHER_NAMES.get(str(key), str(key)): value for key, value in raw.items()}
    texts = ("indication", "intervention_class", "design", "subtype", "site", "device", "adjunct", "note", "blinding")
    values: dict[str, Any] = {name: text_of(given, name) for name in texts}
    for name in ("indication", "intervention_class"):
        values[name] = _id(values[name])
        if not values[name]:
            raise RecordFaultError(f"no {name}")
    trial = label(given.get("trial"))
    if not trial:
        raise RecordFaultError("no trial: studies are kept apart by it")
    status = str(given.get("status") or "read").strip().lower()
    if status not in ("read", "remembered"):
        raise RecordFaultError(f"verified must be read or remembered, not {shown(status)}")
    enrolled, completed = (people_of(given, name) for name in ("n_enrolled", "n_completed"))
    outcomes = tuple(_outcome(row, completed or enrolled) for row in list_of(given, "outcomes"))
    return Arm(
        id=id,
        trial=trial,
        sources=(trial,),
        status="read" if status == "read" else "remembered",
        read_depth=text_of(given, "read_depth"),
        has_numbers=True,
        outcomes=outcomes,
        n_enrolled=enrolled,
        n_completed=completed,
        responders=_responders(given),
        flags=tuple(label(item) for item in list_of(given, "flags")),
        follow_up_weeks_after_last=_span(given, "follow_up_weeks_after_last")[0],
        **_course(given),
        **values,
    )


def _id(words: str) -> str:
    """Return an id from words: "RF microneedling + PRP" is `rf_microneedling_plus_prp`."""
    return re.sub(r"[\s\-]+", "_", re.sub(r"\s*\+\s*", " plus ", words.strip().lower()))


def _course(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, fewest, many in (("sessions", 0, "sessions_range"), ("interval_weeks", 0, "interval_range_weeks")):
        one, span, text = _span(given, name)
        if one is not None and one < fewest:
            raise RecordFaultError(f"{name} cannot be {one:g}")
        made[name] = (round(one) if name == "sessions" else one) if one is not None else None
        made[many] = span if span is not None else given.get(many)
        made[f"{name.removesuffix('_weeks')}_text"] = text
    if made["sessions_range"] is not None:
        low, high = _pair(made["sessions_range"], "sessions_range")
        made["sessions_range"] = (round(low), round(high))
    if made["interval_range_weeks"] is not None:
        made["interval_range_weeks"] = _pair(made["interval_range_weeks"], "interval_range_weeks")
    return made


def _pair(value: Any, name: str) -> tuple[float, float]:
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(is_number(item) for item in value):
        raise RecordFaultError(f"{name} must be two numbers, not {shown(value)}")
    if value[0] < 0 or value[1] < value[0]:
        raise RecordFaultError(f"{name} cannot be {value[0]:g} to {value[1]:g}")
    return float(value[0]), float(value[1])


def _span(given: Mapping[str, Any], name: str) -> tuple[float | None, tuple[float, float] | None, str]:
    """Return a number, or a range, or the words that stand there instead."""
    value = given.get(name)
    if isinstance(value, list | tuple):
        return None, _pair(value, name), ""
    if isinstance(value, str):
        if one := _ONE.match(value):
            return float(one[1]), None, ""
        if most := _AT_MOST.match(value):
            return None, (float(most[1]), float(most[1])), ""
        match = _RANGE.match(value)
        return (None, (float(match[1]), float(match[2])), "") if match else (None, None, value)
    number = number_of(given, name)
    if number is not None and number < 0:
        raise RecordFaultError(f"{name} cannot be negative: {number:g}")
    return number, None, ""


def _outcome(row: Any, people: int | None) -> TrialOutcome:
    if not isinstance(row, Mapping):
        raise RecordFaultError(f"an outcome must be a table of fields, not {shown(row)}")
    scale = label(row.get("scale"))
    if not scale:
        raise RecordFaultError("an outcome names no scale")
    numbers: dict[str, Any] = {name: number_of(row, name) for name in ("baseline_mean", "final_mean", "change")}
    words: dict[str, Any] = {name: text_of(row, name) for name in ("timepoint", "note", "unit")}
    return TrialOutcome(
        scale=scale, percent_improvement=_percent(row), **numbers, **words, **spreads_of(row, scale, people)
    )


def _percent(row: Mapping[str, Any]) -> float | None:
    value = row.get("percent_improvement")
    said = value.rstrip().removesuffix("%") if isinstance(value, str) else value
    return number_of({"percent_improvement": said}, "percent_improvement")


def _responders(given: Mapping[str, Any]) -> Mapping[str, Any]:
    table = given.get("responders")
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise RecordFaultError(f"responders must be a table, not {shown(table)}")
    return {str(key): value for key, value in table.items()}
