"""What papers measured, read from simulated states: the part of an observation model that follows the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Settings = Mapping[str, Any]
Reading = Callable[[Settings, Array, Array, Array], Array]
_HOURS_PER_DAY = 24.0


def at_day(times: Array, values: Array, day: float) -> Array:
    """Return the values at the stored time that is nearest to a day, shape (draws,)."""
    return np.asarray(values[:, int(np.argmin(np.abs(times - day)))])


def relative(value: Array, rest: Array) -> Array:
    """Return the change in percent of rest, or of the largest there is where healthy skin has none."""
    scale = np.where(rest > 0, rest, np.maximum(np.abs(value), np.finfo(float).tiny))
    return np.asarray(100.0 * (value - rest) / scale)


def _peak_day(_: Settings, times: Array, values: Array, rest: Array) -> Array:
    return np.asarray(times[np.argmax(values, axis=1)])


def _peak_ratio(_: Settings, times: Array, values: Array, rest: Array) -> Array:
    return np.asarray(values.max(axis=1) / rest)


def _direction(settings: Settings, times: Array, values: Array, rest: Array) -> Array:
    return relative(at_day(times, values, float(settings["day"])), rest)


def _change_direction(settings: Settings, times: Array, values: Array, rest: Array) -> Array:
    before, after = (at_day(times, values, float(settings[name])) for name in ("from", "day"))
    return relative(after, before)


def _remaining(settings: Settings, times: Array, values: Array, rest: Array) -> Array:
    highest = values.max(axis=1)
    return np.asarray((at_day(times, values, float(settings["day"])) - rest) / (highest - rest))


def _share(settings: Settings, times: Array, values: Array, rest: Array) -> Array:
    return at_day(times, values, float(settings["day"]))


def _hours(settings: Settings, times: Array, values: Array, rest: Array) -> Array:
    wanted = float(settings["share"])
    after = np.argmax(values[:, 1:] >= wanted, axis=1) + 1
    draw = np.arange(values.shape[0])
    low, high = values[draw, after - 1], values[draw, after]
    part = np.clip((wanted - low) / (high - low), 0.0, 1.0)
    return np.asarray((times[after - 1] + part * (times[after] - times[after - 1])) * _HOURS_PER_DAY)


# Settings, times, values (draws, times) of the summed states and their rest (draws,), to what was measured (draws,).
READINGS: Mapping[str, Reading] = {
    "peak_day": _peak_day,
    "peak_ratio": _peak_ratio,
    "direction": _direction,
    "change_direction": _change_direction,
    "remaining_share": _remaining,
    "epithelium_share": _share,
    "epithelium_h": _hours,
    "course_direction": _direction,
    "course_change_percent": _direction,
    "treated_change_percent": _direction,
}


def states_of(model: str, settings: Settings) -> tuple[str, ...]:
    """Return the symbols of the states that a reading sums."""
    return ("R",) if model.startswith("epithelium") else tuple(settings["states"])
