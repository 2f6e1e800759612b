"""Which measurements the healing network is calibrated on, on which scale, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.experiment import Measurement, measurements, observed, why_unused
from pinprick.calibration.healing_reading import READINGS
from pinprick.evidence import Experiment, build, by_id, load_records

Array = NDArray[np.float64]
Scale = Literal["log", "log change", "share", "direction"]
_FILE = "calibration/mechanism.yaml"
_SCALES: Mapping[str, Scale] = {
    "peak_day": "log",
    "peak_ratio": "log",
    "epithelium_h": "log",
    "remaining_share": "share",
    "epithelium_share": "share",
    "course_change_percent": "log change",
    "treated_change_percent": "log change",
}
# A logit moves a share by at most a quarter of its own change.
_SHARE_SLOPE = 0.25


@dataclass(frozen=True, slots=True)
class Flag:
    """What is done with a measurement.

    Attributes:
        id: id of the measurement.
        why: the reason.
        drop: whether it is left out.
        sd_factor: factor on its spread.
    """

    id: str
    why: str
    drop: bool = False
    sd_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Datum:
    """One measurement as the calibration uses it.

    Attributes:
        experiment: the measurement.
        how: how it is reproduced.
        scale: `log` of the figure; `log change` of 1 + percent/100; `share` as it is; `direction` for a category.
        value: the figure on that scale; -1, 0 or 1 for a direction.
        sd: its standard error on that scale; of the unpublished change for a direction.
        discrepancy_factor: how much of the discrepancy applies, larger for other species.
    """

    experiment: Experiment
    how: Measurement
    scale: Scale
    value: float
    sd: float
    discrepancy_factor: float

    @property
    def id(self) -> str:
        """Id of the measurement."""
        return self.experiment.id

    @property
    def study(self) -> str:
        """Id of its study."""
        return self.experiment.study


@cache
def flags() -> Mapping[str, Flag]:
    """Return the flags of measurements by id."""
    return by_id((build(Flag, raw, _FILE) for raw in load_records(_FILE)), _FILE)


def transformed(scale: Scale, values: Array) -> Array:
    """Return simulated figures on the scale of the calibration, any shape."""
    if scale == "log":
        return np.asarray(np.log(np.maximum(values, 1e-9)))
    if scale in ("log change", "direction"):
        return np.asarray(np.log(np.maximum(1.0 + values / 100.0, 1e-3)))
    return values


def untransformed(scale: Scale, values: Array) -> Array:
    """Return what `transformed` was given, any shape."""
    if scale == "log":
        return np.asarray(np.exp(values))
    return np.asarray(100.0 * (np.exp(values) - 1.0)) if scale in ("log change", "direction") else values


@cache
def healing_data() -> tuple[Datum, ...]:
    """Return the measurements that the network is calibrated on, values first, then directions."""
    found = [_datum(item) for item in evidence.experiments() if not why_left_out(item)]
    return tuple(sorted(found, key=lambda item: (item.scale == "direction", item.study, item.id)))


@cache
def dropped_data() -> tuple[Datum, ...]:
    """Return the measurements that healing simulates but that a flag keeps out of the calibration."""
    names = [flag.id for flag in flags().values() if flag.drop]
    return tuple(_datum(item) for item in evidence.experiments() if item.id in names and item.status == "read")


def why_left_out(found: Experiment) -> str:
    """Return why a measurement does not calibrate the network, or "" where it does."""
    how = measurements().get(found.id)
    if how is None:
        return why_unused(found)
    if how.model not in READINGS:
        return "simulated without the healing network: skin, injury or early course, read from their own sources"
    if found.status != "read":
        return "the figure is remembered, not read"
    flag = flags().get(found.id)
    return flag.why if flag is not None and flag.drop else ""


def _datum(found: Experiment) -> Datum:
    how = measurements()[found.id]
    scale: Scale = "direction" if how.compare == "direction" else _SCALES[how.model]
    value, sd = observed(found, how)
    if scale == "direction":
        value, sd = float(np.sign(value)), evidence.value("mechanism.direction_sd")
    elif scale == "log":
        value, sd = float(np.log(value)), sd / value
    elif scale == "log change":
        value, sd = float(np.log(1.0 + value / 100.0)), sd / (100.0 + value)
    flag = flags().get(found.id)
    factor = 1.0 if found.species == "human" else evidence.value("mechanism.species_factor")
    if scale == "share":
        factor *= _SHARE_SLOPE
    return Datum(found, how, scale, value, sd * (1.0 if flag is None else flag.sd_factor), factor)


def studies(data: Sequence[Datum]) -> tuple[str, ...]:
    """Return the studies of some measurements, each once, sorted."""
    return tuple(sorted({item.study for item in data}))
