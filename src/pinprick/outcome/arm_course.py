"""The course of a trial arm: its sessions, interval and follow-up, as a share of the usual course."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import Arm
from pinprick.outcome.course_response import central_course, course_gain
from pinprick.outcome.modality import Modality
from pinprick.units import DAYS_PER_MONTH, DAYS_PER_WEEK

Array = NDArray[np.float64]
# Figures taken on the day of the only session would otherwise have no logarithm.
_LEAST_RATIO = 0.05
_AFTER = re.compile(
    r"(\d+(?:\.\d+)?)[ -]?(weeks?|wks?|months?|mo)\b[ -]*(?:after|post|following|from)[ -]*(?:the )?"
    r"(?:last|final|treatment|end|completion)",
    re.IGNORECASE,
)
_AT_THE_END = ("end of treatment", "final treatment", "last session", "after session", "sessions")


def relative_course(arm: Arm, kind: Modality, when: str) -> float:
    """Return the gain of an arm's course relative to the usual course of its kind at full follow-up.

    What an arm does not state is taken from the usual course. How much of the ratio carries over from one trial to
    another is a coefficient of the fit: who gives fewer sessions treats harder, or treats what responds.

    Args:
        arm: the trial arm.
        kind: how it was treated.
        when: time point of the outcome as printed.
    """
    if kind.base.course != "sessions":
        return 1.0
    sessions_scale, mature = (np.array([number]) for number in central_course(kind.base.sessions_record)[:2])
    given = course_gain(
        _sessions(arm, kind), _interval_days(arm, kind), _follow_up_days(arm, when), sessions_scale, mature
    )
    return max(_LEAST_RATIO, float(given[0] / usual_gain(kind, sessions_scale, mature)[0]))


def usual_gain(kind: Modality, sessions_scale: Array, mature: Array) -> Array:
    """Return the gain of the usual course of a treatment at full follow-up, shape (draws,)."""
    full = evidence.value("outcome.full_follow_up_days")
    return course_gain(kind.sessions, kind.interval_days, full, sessions_scale, mature)


def _sessions(arm: Arm, kind: Modality) -> int:
    if arm.sessions:
        return arm.sessions
    if match := re.search(r"mean (\d+(?:\.\d+)?)", arm.sessions_text):
        return max(1, round(float(match[1])))
    if arm.sessions_range:
        low, high = arm.sessions_range
        return max(1, round((high + (low or high)) / 2))
    return kind.sessions


def _interval_days(arm: Arm, kind: Modality) -> float:
    if arm.interval_weeks:
        return arm.interval_weeks * DAYS_PER_WEEK
    if arm.interval_range_weeks:
        return sum(arm.interval_range_weeks) / 2.0 * DAYS_PER_WEEK
    return kind.interval_days


def _follow_up_days(arm: Arm, when: str) -> float:
    if match := _AFTER.search(when):
        return float(match[1]) * (DAYS_PER_MONTH if match[2].lower().startswith("mo") else DAYS_PER_WEEK)
    if any(words in when for words in _AT_THE_END):
        return 0.0
    if arm.follow_up_weeks_after_last is not None:
        return arm.follow_up_weeks_after_last * DAYS_PER_WEEK
    return evidence.value("outcome.unstated_follow_up_days")
