"""Counts of responders, as trials print them, turned into a mean percent improvement."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from pinprick.evidence import Arm, build, by_id, load_records
from pinprick.outcome.responder_key import read_keys

_FILE = "outcome/response_classes.yaml"
_REST = "rest"
_FRACTION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:/|of|out of)\s*(\d+(?:\.\d+)?)")
_PART_AND_WHOLE = (("n", "count", "responders"), ("of", "total", "denominator", "N"))
# Share of the people that the classes of an arm must hold, where nobody entered what the rest of them had.
_LEAST_COUNTED = 0.9


@dataclass(frozen=True, slots=True)
class ResponseClass:
    """What one key of a trial's responder table means.

    Attributes:
        id: the key, or TRIAL.KEY.
        kind: `class` between low and high, `share` at or above low, or `ignore`.
        low, high: bounds in `unit`.
        unit: `percent`, or `step` (whole grades of an ordinal scale).
        given: as a `count`, a `percent` of the arm or a `fraction`.
        scale: scale id, where it is not the arm's first.
        why: why it is not used.
        note: what was assumed.
    """

    id: str
    kind: Literal["class", "share", "ignore"]
    low: float = 0.0
    high: float | None = None
    unit: Literal["percent", "step"] = "percent"
    given: Literal["count", "percent", "fraction"] = "count"
    scale: str = ""
    why: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """Mean improvement read from the responders of one arm.

    Attributes:
        percent: mean improvement on the scale, in percent.
        standard_error: its standard error, in percent.
    """

    percent: float
    standard_error: float


@cache
def _classes() -> dict[str, ResponseClass]:
    return by_id((build(ResponseClass, raw, _FILE) for raw in load_records(_FILE)), _FILE)


def response_class(trial: str, key: str) -> ResponseClass | None:
    """Return what a key means in a trial, or None where the table does not know it."""
    return _classes().get(f"{trial}.{key}") or _classes().get(key)


def response_scale(arm: Arm) -> str:
    """Return the scale that the table names for an arm's responders, or "" where it names none."""
    return next((meaning.scale for meaning, _ in _used(arm) if meaning.scale), "")


def response(arm: Arm, *, size: int, patient_sd: float, baseline: float) -> Response | None:
    """Return the mean improvement that an arm's responders imply, or None where they imply none.

    Classes give the mean of their middles. A share at or above a threshold gives the mean of a normal distribution
    with the known spread between people (probit). On an ordinal scale a whole grade is reached from half a grade on.

    Args:
        arm: the trial arm.
        size: people in the arm.
        patient_sd: spread between people, in percent.
        baseline: usual or stated baseline, to turn grades into percent.
    """
    used = _used(arm)
    if not used:
        return None
    people = {meaning.id: _people(meaning, value, size) for meaning, value in used}
    members = [(meaning, people[meaning.id]) for meaning, _ in used if meaning.kind == "class"]
    if members:
        rest = response_class(arm.trial, _REST)
        if rest is not None:
            members.append((rest, max(0.0, size - sum(count for _, count in members))))
        return _from_classes(members, size, baseline, patient_sd)
    shares = [(meaning, people[meaning.id]) for meaning, _ in used]
    means = [_from_share(meaning, count, size, patient_sd, baseline) for meaning, count in shares]
    return Response(float(np.mean([mean for mean, _ in means])), float(np.mean([error for _, error in means])))


def counted(arm: Arm, size: int) -> tuple[tuple[ResponseClass, float], ...]:
    """Return the rows of an arm's responders that are used: what each means and how many people it holds.

    Args:
        arm: the trial arm.
        size: people in the arm.
    """
    return tuple((meaning, _people(meaning, value, size)) for meaning, value in _used(arm))


def _used(arm: Arm) -> list[tuple[ResponseClass, Any]]:
    table: Mapping[str, Any] = arm.responders
    known = {key: response_class(arm.trial, key) for key in table}
    if any(meaning is None for meaning in known.values()):
        # One key that nobody has entered, and the whole table is read by its words: its classes make sense together.
        known = {**known, **_read(table, arm.n_completed or arm.n_enrolled)}
    found = [(known[key], value) for key, value in table.items()]
    return [(meaning, value) for meaning, value in found if meaning is not None and meaning.kind != "ignore"]


def _read(table: Mapping[str, Any], people: int | None) -> dict[str, ResponseClass]:
    """Return what keys say by their own words."""
    made = {
        key: ResponseClass(key, item.kind, item.low, item.high, item.unit, item.given)
        for key, item in read_keys(table, people).items()
    }
    classes = [_people(item, table[key], people) for key, item in made.items() if item.kind == "class" and people]
    if people and classes and sum(classes) < _LEAST_COUNTED * people:
        # Classes that leave many people out have no mean.
        return {key: item for key, item in made.items() if item.kind == "share"}
    return made


def _people(meaning: ResponseClass, value: Any, size: int) -> float:
    """Return how many people a figure counts: a number, "11/19", "11 of 19", "40%" or a table of both."""
    if isinstance(value, Mapping):
        part, whole = (next((value[name] for name in names if name in value), None) for names in _PART_AND_WHOLE)
        if part is None:
            raise ValueError("no count")
        return float(part) if whole is None else size * float(part) / float(whole)
    if isinstance(value, str):
        if match := _FRACTION.match(value):
            return size * float(match[1]) / float(match[2])
        if value.rstrip().endswith("%"):
            return size * float(value.rstrip().removesuffix("%")) / 100.0
    return size * float(value) / 100.0 if meaning.given == "percent" else float(value)


def _percent(amount: float, unit: str, baseline: float) -> float:
    return 100.0 * amount / baseline if unit == "step" else amount


def _from_classes(
    members: list[tuple[ResponseClass, float]], size: int, baseline: float, patient_sd: float
) -> Response | None:
    total = sum(count for _, count in members)
    if total <= 0:
        return None
    middles = np.array(
        [_percent((item.low + (item.low if item.high is None else item.high)) / 2, item.unit, baseline)
         for item, _ in members]
    )  # fmt: skip
    weights = np.array([count for _, count in members]) / total
    mean = float(weights @ middles)
    spread = float(np.sqrt(weights @ (middles - mean) ** 2))
    widest = max(_percent((item.high or item.low) - item.low, item.unit, baseline) for item, _ in members)
    error = float(np.hypot(spread, widest / np.sqrt(12.0)) / np.sqrt(size))
    # One more person one spread away would move the mean this much; a table where all agree knows no more than that.
    return Response(mean, max(error, patient_sd / size))


def _from_share(
    meaning: ResponseClass, count: float, size: int, patient_sd: float, baseline: float
) -> tuple[float, float]:
    from scipy.special import ndtri

    # Half a person is kept on either side, because nobody and everybody have no finite probit.
    share = float(np.clip(count, 0.5, size - 0.5)) / size
    threshold = meaning.low - 0.5 if meaning.unit == "step" else meaning.low
    probit = float(ndtri(share))
    density = float(np.exp(-0.5 * probit**2) / np.sqrt(2.0 * np.pi))
    error = patient_sd * float(np.sqrt(share * (1.0 - share) / size)) / density
    return _percent(threshold, meaning.unit, baseline) + patient_sd * probit, error
