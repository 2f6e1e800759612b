"""Axes: how a quantity becomes a coordinate, and where its ticks stand."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pinprick.units import DAYS_PER_MONTH, DAYS_PER_WEEK, HOURS_PER_DAY

HOUR = 1.0 / HOURS_PER_DAY
# Round times that people name; which of them an axis shows depends on its range.
CLOCK: tuple[tuple[float, str], ...] = (
    (HOUR / 4, "15 min"),
    (HOUR, "1 h"),
    (6 * HOUR, "6 h"),
    (1.0, "1 day"),
    (3.0, "3 d"),
    (DAYS_PER_WEEK, "1 wk"),
    (2 * DAYS_PER_WEEK, "2 wk"),
    (DAYS_PER_MONTH, "1 mo"),
    (3 * DAYS_PER_MONTH, "3 mo"),
    (6 * DAYS_PER_MONTH, "6 mo"),
    (12 * DAYS_PER_MONTH, "1 yr"),
    (24 * DAYS_PER_MONTH, "2 yr"),
)


@dataclass(frozen=True, slots=True)
class Scale:
    """A map from a range of values to a range of coordinates.

    Attributes:
        low, high: values at the two ends; `high` differs from `low`.
        start, end: coordinates of the two ends.
        logarithmic: equal ratios take equal room; `low` must be positive.
    """

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Return the coordinate of a value, held inside the ends."""
        low, high = self.low, self.high
        value = min(max(value, min(low, high)), max(low, high))
        if self.logarithmic:
            value, low, high = math.log(value), math.log(low), math.log(high)
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Return round values between `low` and `high`, about as many as asked."""
    span = high - low
    if span <= 0 or not math.isfinite(span):
        return (low,)
    raw = span / max(about, 1)
    power = 10 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(i * step, 10) for i in range(first, last + 1))


def round_up(value: float, about: int = 5) -> float:
    """Return the first round value at or above `value` (1 where it is not positive)."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    step = ticks(0.0, value, about)[1] if len(ticks(0.0, value, about)) > 1 else value
    return math.ceil(value / step - 1e-9) * step


def clock_ticks(low: float, high: float) -> tuple[tuple[float, str], ...]:
    """Return the named times, in days, inside a range."""
    return tuple(item for item in CLOCK if low * 0.999 <= item[0] <= high * 1.001)
