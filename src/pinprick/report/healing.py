"""Reads one course of one state out of a healing dataset, as draws over time in one layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.report.actor import ACTORS, Actor

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
LAYER = "papillary_dermis"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One state over time.

    Attributes:
        actor: what it is.
        time_days: times after the first session, ascending, shape (t,).
        values: shape (draws, t).
        rest: value in healthy skin.
        unit: unit, "" for a pure number.
    """

    actor: Actor
    time_days: Array
    values: Array
    rest: float
    unit: str

    @property
    def bands(self) -> Array:
        """Quantiles 5, 25, 50, 75 and 95 % at each time, shape (5, t)."""
        return np.asarray(np.quantile(self.values, QUANTILES, axis=0))

    @property
    def median(self) -> Array:
        """Median over draws at each time, shape (t,)."""
        return np.asarray(np.median(self.values, axis=0))

    @property
    def activity(self) -> Array:
        """Departure of the median from rest, scaled to at most 1, shape (t,)."""
        departure = np.abs(self.median - self.rest)
        top = departure.max()
        return np.asarray(departure / top if top > 0 else departure)

    def until(self, day: float) -> Trace:
        """Return the part up to a day (at least two points)."""
        keep = max(int(np.searchsorted(self.time_days, day, side="right")), 2)
        return Trace(self.actor, self.time_days[:keep], self.values[:, :keep], self.rest, self.unit)

    def peak_day(self) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile over draws of the time of the greatest departure from rest."""
        index = np.abs(self.values - self.rest).argmax(axis=1)
        low, mid, high = np.quantile(self.time_days[index], (0.05, 0.5, 0.95))
        return float(low), float(mid), float(high)

    def at(self, day: float) -> tuple[float, float, float]:
        """Return the 5th, 50th and 95th percentile of the value at a time."""
        column = [float(np.interp(day, self.time_days, row)) for row in self.values]
        low, mid, high = np.quantile(column, (0.05, 0.5, 0.95))
        return float(low), float(mid), float(high)

    def sampled(self, days: Array) -> Trace:
        """Return the same trace read at other times."""
        rows = np.array([np.interp(days, self.time_days, row) for row in self.values])
        return Trace(self.actor, days, rows, self.rest, self.unit)


def layer_of(dataset: xr.Dataset) -> str:
    """Return the layer the report tells its story in, or "" where the dataset has no layers."""
    if "layer" not in dataset.coords:
        return ""
    names = [str(name) for name in dataset["layer"].values]
    return LAYER if LAYER in names else names[0]


def trace(dataset: xr.Dataset, actor: Actor, layer: str | None = None) -> Trace | None:
    """Return one actor's course, or None where the dataset does not hold it.

    Args:
        dataset: from `cascade.heal`, with dimensions draw, time and at most one of layer or depth.
        actor: what to read.
        layer: layer to read; the papillary dermis where not stated. Other dimensions are averaged.
    """
    name = actor.state
    if name not in dataset:
        return None
    variable = dataset[name]
    if "layer" in variable.dims:
        variable = variable.sel(layer=layer or layer_of(dataset))
    if "draw" not in variable.dims:
        variable = variable.expand_dims("draw")
    spare = [dim for dim in variable.dims if dim not in ("draw", "time")]
    if spare:
        variable = variable.mean(spare)
    values = np.asarray(variable.transpose("draw", "time").values, dtype=np.float64)
    time = time_days(dataset)
    attrs = variable.attrs or dataset[name].attrs
    rest = float(attrs["rest"]) if "rest" in attrs else float(np.median(values[:, -1]))
    unit = str(attrs.get("units", ""))
    if actor.relative and (values[:, 0] > 0).all():
        # Skins differ more in how much they hold than in how much they gain; the gain is what treatment changes.
        values, rest, unit = values / values[:, :1], 1.0, "times before"
    return Trace(actor, time, values, rest, "" if unit == "1" else unit)


def traces(dataset: xr.Dataset, layer: str | None = None) -> dict[str, Trace]:
    """Return every actor the dataset holds, by label."""
    found = ((actor.label, trace(dataset, actor, layer)) for actor in ACTORS)
    return {label: item for label, item in found if item is not None}


def time_days(dataset: xr.Dataset) -> Array:
    """Return the times of a dataset in days, whatever unit it states."""
    time = np.asarray(dataset["time"].values)
    if np.issubdtype(time.dtype, np.timedelta64):
        return np.asarray(time / np.timedelta64(1, "D"), dtype=np.float64)
    return np.asarray(time, dtype=np.float64)


def log_times(last: float, count: int = 72) -> Array:
    """Return times from half an hour to the last day, evenly spread on a logarithmic axis."""
    return np.asarray(np.geomspace(0.5 / 24.0, last, count))
