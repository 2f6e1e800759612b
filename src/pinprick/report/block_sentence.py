"""Says in one or two sentences what a block shows at one time, from the values themselves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.report.block_data import Array, Grid, Scene, Tracks, resample
from pinprick.report.words import amount, duration
from pinprick.skin import LAYERS

# Below this share of its greatest departure over the course, a quantity counts as back at rest.
_QUIET = 0.002
_TENTH = 0.1
# Below this share it is written as rest, not as a tiny number that means nothing.
_NOTHING = 2e-4


@dataclass(frozen=True, slots=True)
class Places:
    """Cells of a grid by their distance from the tracks, as boolean arrays of its shape.

    Attributes:
        near, far: the tenth of the needled depth nearest to the tracks, and the tenth farthest from them.
    """

    near: NDArray[np.bool_]
    far: NDArray[np.bool_]


def places(grid: Grid, tracks: Tracks) -> Places | None:
    """Return which cells lie near to the tracks and far from them; None where there are no tracks."""
    if not len(tracks.x_mm):
        return None
    z, y, x = np.meshgrid(grid.z_mm, grid.y_mm, grid.x_mm, indexing="ij")
    away = np.full(z.shape, np.inf)
    for px, py, tx, ty, depth in zip(
        tracks.x_mm, tracks.y_mm, tracks.tip_x_mm, tracks.tip_y_mm, tracks.depth_mm, strict=True
    ):
        axis = np.array([tx - px, ty - py, depth])
        along = np.clip(((x - px) * axis[0] + (y - py) * axis[1] + z * axis[2]) / max(axis @ axis, 1e-12), 0, 1)
        square = (x - px - along * axis[0]) ** 2 + (y - py - along * axis[1]) ** 2 + (z - along * axis[2]) ** 2
        np.minimum(away, square, out=away)
    needled = z <= max(float(tracks.depth_mm.max()), float(grid.z_mm[0]))
    low, high = np.quantile(away[needled], (_TENTH, 1 - _TENTH))
    return Places(needled & (away <= low), needled & (away >= high))


def layer_at(depth: float, boundary_mm: Array) -> str:
    """Return the layer that holds a depth, in words."""
    index = int(np.clip(np.searchsorted(boundary_mm, depth, side="right") - 1, 0, len(LAYERS) - 1))
    return str(LAYERS[index]).replace("_", " ")


def moment(day: float) -> str:
    """Return a time after the first session in words."""
    return "just after the needling" if day <= 0 else f"{duration(day)} after the first session"


def with_unit(value: float, unit: str) -> str:
    """Return a value with its unit, as the page writes both."""
    return f"{amount(value)}\u00a0{unit}" if unit else amount(value)


def sentences(
    found: Array, rest: float, unit: str, label: str, seen: tuple[Scene, Grid, tuple[Places | None, ...]]
) -> list[str]:
    """Return what is seen at each time.

    Args:
        found: values as simulated, shape (t, z, y, x).
        rest: value in healthy skin.
        unit: unit as shown.
        label: name of the quantity.
        seen: the block with only the stored times, the grid that is shown, and the cells near to and far from the
            tracks of each session.
    """
    block, shown, where = seen
    coarse = resample(found, block.grid, shown)
    departure = np.maximum(found.max(axis=(1, 2, 3)) - rest, rest - found.min(axis=(1, 2, 3)))
    greatest = float(departure.max())
    told = []
    for i, day in enumerate(block.time_days):
        opening = f"{label}, {moment(float(day))}"
        if greatest <= 0 or departure[i] < _QUIET * greatest:
            told.append(f"{opening}: at its resting level ({with_unit(rest, unit)}) or very near to it everywhere.")
            continue
        up = found[i].max() - rest >= rest - found[i].min()
        spot = np.unravel_index(int(found[i].argmax() if up else found[i].argmin()), found[i].shape)
        depth = float(block.grid.z_mm[spot[0]])
        text = (
            f"{opening}: {'highest' if up else 'lowest'} in the {layer_at(depth, block.boundary_mm)}, "
            f"{depth:.2f} mm deep, at {with_unit(float(found[i][spot]), unit)}; at rest it is {with_unit(rest, unit)}."
        )
        cells = where[block.session_at(float(day))]
        if cells is not None:
            near, far = float(coarse[i][cells.near].mean()), float(coarse[i][cells.far].mean())
            near, far = (rest if abs(v - rest) < _NOTHING * greatest else v for v in (near, far))
            text += (
                f" The tenth of the needled depth nearest to the tracks averages {with_unit(near, unit)}, "
                f"the tenth farthest from them {with_unit(far, unit)}."
            )
        told.append(text)
    return told
