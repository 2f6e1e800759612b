"""Reads a block of healing skin into what a page can carry: fewer times and voxels where needed, eight bits a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.errors import InputError
from pinprick.report.actor import ACTORS, Actor
from pinprick.report.healing import time_days

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Codes = NDArray[np.uint8]
DIMS = ("time", "z", "y", "x")
TOP = 255
# A quantity that most of the time stays far below its greatest departure from rest is stored as roots, so that small
# values keep their steps: the share below which, and the root.
_ROOTS = ((0.03, 4), (0.25, 2))

_GAIN = Actor("collagen_gain_percent", "New collagen", "remodelling", "collagen gained over the untreated skin")
_LEFT_OUT = ("barrier_seal", "tgf_beta_latent", "ctap", "tgf_alpha", "ctgf", "epidermal_thickness", "pigment",
             "follicle_signal", "reepithelialised_fraction", "tropoelastin", "elastin", "hyaluronan")  # fmt: skip
SHOWN: tuple[Actor, ...] = (*(actor for actor in ACTORS if actor.state not in _LEFT_OUT), _GAIN)


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """Microchannels of one session; arrays have shape (punctures,).

    Attributes:
        x_mm, y_mm: mouth.
        tip_x_mm, tip_y_mm, depth_mm: tip, depth below the surface; it stands aside only where leaning was simulated.
        radius_mm: radius of the mouth.
    """

    x_mm: Array
    y_mm: Array
    tip_x_mm: Array
    tip_y_mm: Array
    depth_mm: Array
    radius_mm: Array


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Cell centres of a block in mm, each ascending, z downwards from the surface.

    Attributes:
        z_mm, y_mm, x_mm: centres.
        z_edges_mm: upper and lower faces of the cells; the first may lie below the surface, where the epidermis is
            not part of the block.
    """

    z_mm: Array
    y_mm: Array
    x_mm: Array
    z_edges_mm: Array

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along z, y and x."""
        return len(self.z_mm), len(self.y_mm), len(self.x_mm)

    @property
    def size_mm(self) -> tuple[float, float, float]:
        """Depth from the surface to the floor, breadth and width of the whole block."""
        _, y, x = (float(axis[-1]) for axis in self.edges)
        return float(self.z_edges_mm[-1]), y, x

    @property
    def top_mm(self) -> float:
        """Depth of the upper face of the cells."""
        return float(self.z_edges_mm[0])

    @property
    def edges(self) -> tuple[Array, Array, Array]:
        """Faces of the cells along z, y and x."""
        return self.z_edges_mm, edges(self.y_mm), edges(self.x_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything of a block but its quantities.

    Attributes:
        time_days: stored times after the first session, ascending.
        grid: cells as simulated.
        tracks: microchannels of the first session.
        later: microchannels of the later sessions where the dataset holds them.
        boundary_mm: depths between layers, from the surface down.
        session_days: times of the sessions inside the stored times.
        actors: quantities that the dataset holds, by phase.
        attributes: settings of the simulation.
    """

    time_days: Array
    grid: Grid
    tracks: Tracks
    later: tuple[Tracks, ...]
    boundary_mm: Array
    session_days: tuple[float, ...]
    actors: tuple[Actor, ...]
    attributes: dict[str, str]

    def session_at(self, day: float) -> int:
        """Return which session was the last at a time, 0 for the first or where later tracks are not known."""
        last = sum(1 for start in self.session_days[1:] if start <= day)
        return min(last, len(self.later))

    @property
    def by_session(self) -> tuple[Tracks, ...]:
        """Microchannels of every session that is known."""
        return (self.tracks, *self.later)


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """One quantity in eight bits: value = low + (high - low) * (code / 255) ** power.

    Attributes:
        codes: shape (t, z, y, x).
        low, high: least and greatest value over the stored course.
        power: 1, or 2 or 4 where square or fourth roots are stored.
        rest: value in healthy skin.
        unit: unit as shown.
    """

    codes: Codes
    low: float
    high: float
    power: int
    rest: float
    unit: str

    @property
    def scale_name(self) -> str:
        """Kind of scale, in words."""
        return {1: "linear scale", 2: "square-root scale"}.get(self.power, "fourth-root scale")

    @property
    def step(self) -> float:
        """Greatest error of a stored value from rounding."""
        codes = np.array([TOP - 1, TOP], dtype=np.float64)
        return float(np.diff(self.low + (self.high - self.low) * (codes / TOP) ** self.power)[0]) / 2


def scene(dataset: xr.Dataset) -> Scene:
    """Return what a dataset says about its block.

    Raises:
        InputError: it is not a block, or lacks what the picture needs.
    """
    _check(dataset)
    time = time_days(dataset)
    z, y, x = (np.asarray(dataset[axis].values, dtype=np.float64) for axis in DIMS[1:])
    heights = np.asarray(dataset["cell_height_mm"].values, dtype=np.float64) if "cell_height_mm" in dataset else None
    grid = Grid(z, y, x, edges(z, heights))
    count, interval = _number(dataset, "sessions", 1.0), _number(dataset, "interval_days", 0.0)
    days = tuple(i * interval for i in range(int(count)))
    return Scene(
        time_days=time,
        grid=grid,
        tracks=_tracks(dataset),
        later=_later(dataset),
        boundary_mm=np.asarray(dataset["layer_boundary_mm"].values, dtype=np.float64),
        session_days=tuple(day for day in days if day <= time[-1]),
        actors=tuple(a for a in SHOWN if a.state in dataset and dataset[a.state].dims == DIMS),
        attributes={str(k): str(v) for k, v in dataset.attrs.items() if len(str(v)) < 300},
    )


def values(dataset: xr.Dataset, actor: Actor, frames: NDArray[np.intp]) -> tuple[Array, float, str]:
    """Return a quantity at some of the times as shape (frames, z, y, x), its value at rest and its unit as shown.

    Raises:
        InputError: a value is not a number.
    """
    variable = dataset[actor.state]
    found = np.asarray(variable.isel(time=frames).values, dtype=np.float64)
    if not np.isfinite(found).all():
        raise InputError("the block holds a value that is not a number", field=actor.state, given="nan or infinite")
    rest, unit = float(variable.attrs.get("rest", 0.0)), str(variable.attrs.get("units", ""))
    if actor.relative and rest > 0:
        return found / rest, 1.0, "× rest"
    return found, rest, {"1": "", "percent": "%"}.get(unit, unit)


def code(found: Array, rest: float, unit: str) -> Coded:
    """Return values in eight bits, shape kept."""
    low, high = min(float(found.min()), rest), max(float(found.max()), rest)
    departure = np.median(found.max(axis=(1, 2, 3))) - rest
    power = 1
    if high - rest > 4 * (rest - low):
        power = next((root for below, root in _ROOTS if departure < below * (high - rest)), 1)
    share = np.clip((found - low) / ((high - low) or 1.0), 0, 1)
    codes = np.rint(TOP * share ** (1 / power)).astype(np.uint8)
    return Coded(codes, low, high, power, rest, unit)


def edges(centres: Array, heights: Array | None = None) -> Array:
    """Return the faces of cells from their centres and heights; without heights they lie half-way, none above 0."""
    if heights is not None:
        top = float(centres[0] - heights[0] / 2)
        return np.asarray(top + np.concatenate([[0.0], np.cumsum(heights)]))
    if len(centres) == 1:
        return np.array([0.0, 2 * centres[0]])
    inner = (centres[1:] + centres[:-1]) / 2
    return np.concatenate([[max(2 * centres[0] - inner[0], 0.0)], inner, [2 * centres[-1] - inner[-1]]])


def averaging(fine: Array, coarse: Array) -> Array:
    """Return the matrix that averages cells into others, shape (coarse, fine), from the faces of both."""
    overlap = np.minimum(coarse[1:, None], fine[None, 1:]) - np.maximum(coarse[:-1, None], fine[None, :-1])
    weight = np.maximum(overlap, 0.0)
    return np.asarray(weight / weight.sum(axis=1, keepdims=True))


def resample(found: Array, grid: Grid, coarse: Grid) -> Array:
    """Return values averaged over the cells of an even grid, shape (frames, *coarse.shape)."""
    for axis, (a, b) in enumerate(zip(grid.edges, coarse.edges, strict=True), start=1):
        if len(a) != len(b) or not np.allclose(a, b, atol=1e-6):
            found = np.moveaxis(np.tensordot(averaging(a, b), found, axes=(1, axis)), 0, axis)
    return found


def coarsened(grid: Grid, most: int) -> Grid:
    """Return an even grid over the same block with at most so many cells along each side."""
    even = [np.linspace(a[0], a[-1], min(n, most) + 1) for a, n in zip(grid.edges, grid.shape, strict=True)]
    z, y, x = ((a[1:] + a[:-1]) / 2 for a in even)
    return Grid(z, y, x, even[0])


def frames(time: Array, sessions: tuple[float, ...], most: int) -> NDArray[np.intp]:
    """Return indices of at most so many times: evenly spread over log time, with those around later sessions."""
    if len(time) <= most:
        return np.arange(len(time))
    kept = {0, len(time) - 1}
    for day in sessions[1:]:
        first = int(np.searchsorted(time, day - 1e-6))
        kept |= {max(first - 1, 0), min(first, len(time) - 1)}
    start = float(time[time > 0][0]) / 3
    place = np.log(np.maximum(time, start))
    while len(kept) < most:
        gaps = np.abs(place[:, None] - place[sorted(kept)][None]).min(axis=1)
        gaps[sorted(kept)] = -1.0
        kept.add(int(gaps.argmax()))
    return np.array(sorted(kept))[:most]


def _later(dataset: xr.Dataset) -> tuple[Tracks, ...]:
    if "later_puncture_session" not in dataset:
        return ()
    of = np.asarray(dataset["later_puncture_session"].values)
    return tuple(_tracks(dataset, "later_", of == session) for session in np.unique(of))


def _tracks(dataset: xr.Dataset, before: str = "", some: NDArray[np.bool_] | None = None) -> Tracks:
    def read(name: str) -> Array:
        found = np.asarray(dataset[f"{before}puncture_{name}"].values, dtype=np.float64)
        return found if some is None or found.ndim == 0 else found[some]

    x, y, depth = read("x_mm"), read("y_mm"), read("depth_mm")
    if dataset.attrs.get("tracks_lean") and f"{before}puncture_tilt_rad" in dataset:
        lean, towards = depth * np.tan(read("tilt_rad")), read("azimuth_rad")
    else:
        # The punctures lean, but the block was followed with upright ones: the picture shows what was simulated.
        lean = towards = np.zeros_like(depth)
    stated = f"{before}puncture_radius_mm" in dataset
    # All mouths of one needle are alike, so a later session may leave the radius to the first.
    first = np.asarray(dataset["puncture_radius_mm"].values, dtype=np.float64).ravel()
    radius = np.broadcast_to(read("radius_mm") if stated else first[:1], depth.shape)
    return Tracks(x, y, x + lean * np.cos(towards), y + lean * np.sin(towards), depth, radius)


def _number(dataset: xr.Dataset, name: str, otherwise: float) -> float:
    try:
        return float(dataset.attrs.get(name, otherwise))
    except (TypeError, ValueError):
        return otherwise


def _check(dataset: xr.Dataset) -> None:
    missing = [dim for dim in DIMS if dim not in dataset.dims or dim not in dataset.coords]
    needed = ("puncture_x_mm", "puncture_y_mm", "puncture_depth_mm", "puncture_radius_mm", "layer_boundary_mm")
    missing += [name for name in needed if name not in dataset]
    if not missing and not any(a.state in dataset and dataset[a.state].dims == DIMS for a in SHOWN):
        missing = ["a quantity with dimensions time, z, y, x"]
    if missing:
        raise InputError(
            "this is not a block of skin",
            field="dataset",
            given=f"without {', '.join(missing)}",
            limit="dimensions time, z, y, x; punctures; layer boundaries",
            remedy='simulate it with geometry="block"',
        )
    for axis in DIMS:
        if len(dataset[axis]) and not (np.diff(np.asarray(dataset[axis].values, dtype=np.float64)) > 0).all():
            raise InputError("coordinates must ascend", field=axis)
