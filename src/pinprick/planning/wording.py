"""Numbers of a choice in plain words: no more digits than the prediction carries."""

from __future__ import annotations

import math

AXES = {"pih": "dark marks"}


def counted(number: int, noun: str) -> str:
    """Return a count with its noun, for instance "1 session" and "4 sessions"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def axis(name: str) -> str:
    """Return an axis of the choice in plain words."""
    return AXES.get(name, name.replace("_", " "))


def improvement(percent: float) -> str:
    """Return an improvement in whole percent; a negative one is a worsening."""
    whole = round(percent)
    return f"{-whole} percent worse" if whole < 0 else f"{whole} percent better"


def improvement_span(low: float, middle: float, high: float) -> str:
    """Return the middle of a prediction and its 90 % interval, and what it means where it includes no change."""
    span = f"about {improvement(middle)} (nine people in ten between {improvement(low)} and {improvement(high)})"
    return f"{span}; no change or a worsening is possible" if low <= 0 else span


def points(change: float) -> str:
    """Return a change of improvement as percentage points with its direction, "" where it rounds to nothing."""
    whole = round(abs(change))
    if whole == 0:
        return ""
    unit = "point" if whole == 1 else "points"
    return f"{whole} percentage {unit} {'more' if change > 0 else 'less'} improvement"


def days(change: float) -> str:
    """Return a change of downtime in days to the nearest half day, "" where it rounds to nothing."""
    half = round(2 * abs(change)) / 2
    if half == 0:
        return ""
    return f"{half:g} {'day' if half <= 1 else 'days'} {'more' if change > 0 else 'less'} downtime"


def at_most(size: float) -> str:
    """Return a bound in whole percentage points, rounded up."""
    whole = max(math.ceil(abs(size)), 1)
    return f"{whole} percentage {'point' if whole == 1 else 'points'}"
