"""Reads a file of trial arms in the schema of the package's own, and refuses each bad arm with its reason."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pinprick.calibration.arm_check import fault_of
from pinprick.errors import InputError
from pinprick.evidence import Arm, TrialOutcome

# Every trial of this field together is a third of a megabyte; the bound keeps a wrong path from being read at all.
MAX_BYTES = 10_000_000
MAX_DEPTH = 40
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_AT_MOST = re.compile(r"\s*(?:max(?:imum)?|up to|at most)\s*(\d+(?:\.\d+)?)\s*$")
_RANGE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*$")
_OTHER_NAMES = {"notes": "note", "verified": "status", "page": "page_read", "needle_mm": "needle_length_mm"}


class ArmFaultError(Exception):
    """An arm that cannot be used; its text is the reason."""


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
    found: list[FiledArm] = []
    seen: set[str] = set()
    for place, raw in enumerate(read_list(path, "arms"), start=1):
        item = _filed(raw, place, seen)
        seen.add(item.id)
        found.append(item)
    return tuple(found)


def read_list(path: str | Path, key: str) -> list[Any]:
    """Return the list that a YAML file holds, or that its table holds under a key.

    Args:
        path: the file.
        key: name of the list in a table.

    Raises:
        InputError: the file cannot be read, is too large, is not YAML, or holds no such list.
    """
    content = _content(Path(path), key)
    records = content.get(key) if isinstance(content, Mapping) else content
    if not isinstance(records, list) or not records:
        raise InputError(
            f"the file holds no {key}",
            file=str(path),
            given=None if content is None else type(content).__name__,
            limit=f"a list of {key}, or a table whose `{key}` is one",
        )
    return records


def _content(file: Path, key: str) -> Any:
    text = _text(file, key)
    try:
        _check_depth(text, file)
        return yaml.load(text, Loader=_Loader)
    except RecursionError:
        raise InputError("nested too deeply", file=str(file)) from None
    except (yaml.YAMLError, ValueError, OverflowError, TypeError) as fault:
        reason = str(getattr(fault, "problem", None) or fault).splitlines()[0]
        mark = getattr(fault, "problem_mark", None)
        place = "" if mark is None else f"line {mark.line + 1}"
        raise InputError(f"not valid YAML: {reason}", file=str(file), field=place or None) from None


def _check_depth(text: str, file: Path) -> None:
    """Refuse what would exhaust the stack of the parser, before it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise InputError("nested too deeply", file=str(file), limit=f"{MAX_DEPTH} levels")


def _text(file: Path, key: str) -> str:
    if file.is_dir():
        raise InputError("this is a directory", file=str(file), remedy="name the file in it")
    if file.exists() and not file.is_file():
        raise InputError("this is not a regular file", file=str(file))
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise InputError(
                f"file is too large to be a list of {key}; it was not read",
                file=str(file),
                given=f"{size:,} bytes",
                limit=f"{MAX_BYTES:,} bytes",
                remedy="split it, or check the path",
            )
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise InputError("the file is not UTF-8 text", file=str(file)) from None
    except FileNotFoundError:
        raise InputError("there is no such file", file=str(file), remedy="check the path") from None
    except OSError as fault:
        raise InputError(f"the file cannot be read: {fault.strerror}", file=str(file)) from None


def _filed(raw: Any, place: int, seen: set[str]) -> FiledArm:
    if not isinstance(raw, Mapping):
        return FiledArm(f"arm {place}", {}, None, f"not a table of fields but {type(raw).__name__}")
    id = _label(raw.get("id")) or f"arm {place}"
    try:
        if not _label(raw.get("id")):
            raise ArmFaultError("no id")
        if id in seen:
            raise ArmFaultError(f"duplicate id: {id} stands in the file before")
        arm = _arm(id, raw)
    except ArmFaultError as fault:
        return FiledArm(id, raw, None, str(fault))
    return FiledArm(id, raw, arm, fault_of(arm, raw))


def _arm(id: str, raw: Mapping[str, Any]) -> Arm:
    given = {_OTHER_NAMES.get(str(key), str(key)): value for key, value in raw.items()}
    texts = ("indication", "intervention_class", "design", "subtype", "site", "device", "adjunct", "note", "blinding")
    values: dict[str, Any] = {name: _text_of(given, name) for name in texts}
    for name in ("indication", "intervention_class"):
        if not values[name]:
            raise ArmFaultError(f"no {name}")
    trial = _label(given.get("trial"))
    if not trial:
        raise ArmFaultError("no trial: studies are kept apart by it")
    status = given.get("status", "read")
    if status not in ("read", "remembered"):
        raise ArmFaultError(f"verified must be read or remembered, not {_shown(status)}")
    outcomes = tuple(_outcome(row) for row in _list(given, "outcomes"))
    return Arm(
        id=id,
        trial=trial,
        sources=(trial,),
        status=status,
        read_depth=_text_of(given, "read_depth"),
        has_numbers=True,
        outcomes=outcomes,
        n_enrolled=_people(given, "n_enrolled"),
        n_completed=_people(given, "n_completed"),
        responders=_responders(given),
        flags=tuple(_label(item) for item in _list(given, "flags")),
        follow_up_weeks_after_last=_span(given, "follow_up_weeks_after_last")[0],
        **_course(given),
        **values,
    )


def _course(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, fewest, many in (("sessions", 0, "sessions_range"), ("interval_weeks", 0, "interval_range_weeks")):
        one, span, text = _span(given, name)
        if one is not None and one < fewest:
            raise ArmFaultError(f"{name} cannot be {one:g}")
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
    if not isinstance(value, list | tuple) or len(value) != 2 or not all(_is_number(item) for item in value):
        raise ArmFaultError(f"{name} must be two numbers, not {_shown(value)}")
    return float(value[0]), float(value[1])


def _span(given: Mapping[str, Any], name: str) -> tuple[float | None, tuple[float, float] | None, str]:
    """Return a number, or a range, or the words that stand there instead."""
    value = given.get(name)
    if isinstance(value, str):
        if most := _AT_MOST.match(value):
            return None, (float(most[1]), float(most[1])), ""
        match = _RANGE.match(value)
        return (None, (float(match[1]), float(match[2])), "") if match else (None, None, value)
    number = _number(given, name)
    if number is not None and number < 0:
        raise ArmFaultError(f"{name} cannot be negative: {number:g}")
    return number, None, ""


def _outcome(row: Any) -> TrialOutcome:
    if not isinstance(row, Mapping):
        raise ArmFaultError(f"an outcome must be a table of fields, not {_shown(row)}")
    scale = _label(row.get("scale"))
    if not scale:
        raise ArmFaultError("an outcome names no scale")
    names = ("baseline_mean", "baseline_sd", "final_mean", "final_sd", "change", "percent_improvement")
    numbers: dict[str, Any] = {name: _number(row, name) for name in names}
    for name in ("baseline_sd", "final_sd"):
        if (numbers[name] or 0.0) < 0:
            raise ArmFaultError(f"{name} of {scale} cannot be negative: {numbers[name]:g}")
    words: dict[str, Any] = {name: _text_of(row, name) for name in ("timepoint", "dispersion", "note", "unit")}
    return TrialOutcome(scale=scale, **words, **numbers)


def _responders(given: Mapping[str, Any]) -> Mapping[str, Any]:
    table = given.get("responders")
    if table is None:
        return {}
    if not isinstance(table, Mapping):
        raise ArmFaultError(f"responders must be a table, not {_shown(table)}")
    return {str(key): value for key, value in table.items()}


def _people(given: Mapping[str, Any], name: str) -> int | None:
    number = _number(given, name)
    if number is None:
        return None
    if number <= 0 or number != int(number):
        raise ArmFaultError(f"{name} must be a whole number of people above 0, not {number:g}")
    return int(number)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _number(given: Mapping[str, Any], name: str) -> float | None:
    value = given.get(name)
    if value is None:
        return None
    try:
        if _is_number(value):
            return float(value)
    except OverflowError:
        pass
    raise ArmFaultError(f"{name} must be a number, not {_shown(value)}")


def _list(given: Mapping[str, Any], name: str) -> list[Any] | tuple[Any, ...]:
    value = given.get(name)
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise ArmFaultError(f"{name} must be a list, not {_shown(value)}")
    return value


def _text_of(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None or isinstance(value, Mapping | list | tuple) else str(value)


def _label(value: Any) -> str:
    return "" if value is None or isinstance(value, Mapping | list | tuple | bool) else str(value).strip()


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list | tuple | set):
        return type(value).__name__
    return repr(value)[:60]
