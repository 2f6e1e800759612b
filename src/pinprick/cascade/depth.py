"""Healing by depth: the dermis as a column of cells, signals and cells spreading between them."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.course import Course
from pinprick.cascade.link import injury_profile
from pinprick.cascade.network import DIFFUSIVITIES, STATES, SYMBOLS
from pinprick.cascade.physiology import Physiology, diffusivity, physiology
from pinprick.errors import SolverError
from pinprick.injury import Injury
from pinprick.skin import LAYERS, Layer

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

CELLS = 48
# A column costs about fifty times a well-mixed layer, so only the first draws are solved.
MOST_DRAWS = 16
TOLERANCE = np.array([1e-3, 1e-5])


def heal_by_depth(injury: Injury, course: Course, times: Array) -> xr.Dataset:
    """Return states and read-outs with dims (draw, time, depth), for the first draws of the injury.

    The column reaches from the dermal-epidermal junction to the subcutis, at the median thickness of the skin. Nothing
    leaves at the top, because the thin epidermis above is closed by the stratum corneum; below, signals are held at
    their resting level by the circulation.
    """
    import xarray as xr

    from pinprick.cascade.healing import variables

    draws = min(MOST_DRAWS, injury.skin.draws)
    depth, height = _cells(injury)
    drawn = physiology(injury.skin.draws, seed=injury.skin.seed)
    drawn = Physiology(drawn.parameters[:draws], drawn.rest[:draws])
    d = local_injury_at(injury, depth)[:draws]
    spread = diffusivities(injury.skin.draws, seed=injury.skin.seed)[:draws]
    states = solve(drawn, spread, d, height, course, times)
    dims = ("draw", "time", "depth")
    data = xr.Dataset(
        {name: (dims, values, attributes) for name, values, attributes in variables(states, drawn)},
        coords={
            "draw": np.arange(draws),
            "time": ("time", times, {"units": "day", "long_name": "time since the first session"}),
            "depth": ("depth", depth, {"units": "mm", "long_name": "depth below the skin surface"}),
            "layer": ("depth", _layers(injury, depth)),
        },
    )
    data["local_injury"] = (("draw", "depth"), d, {"units": "1", "long_name": "local injury of one session"})
    return data


def _boundaries(injury: Injury) -> Array:
    return np.asarray(np.median(injury.skin.boundary_mm, axis=0))


def _cells(injury: Injury) -> tuple[Array, float]:
    boundary = _boundaries(injury)
    top, bottom = boundary[LAYERS.index(Layer.PAPILLARY_DERMIS)], boundary[LAYERS.index(Layer.SUBCUTIS)]
    height = float((bottom - top) / CELLS)
    return top + height * (np.arange(CELLS) + 0.5), height


def _layers(injury: Injury, depth: Array) -> list[str]:
    where = np.searchsorted(_boundaries(injury), depth, side="right") - 1
    return [str(LAYERS[i]) for i in np.clip(where, 0, len(LAYERS) - 1)]


def local_injury_at(injury: Injury, depth: Array) -> Array:
    """Return local injury at some depths in mm, shape (draws, depths)."""
    return np.stack([np.interp(depth, injury.depth_mm, row) for row in injury_profile(injury)])


def diffusivities(draws: int, *, seed: int) -> Array:
    """Draw the diffusivity of every state in mm2/day, 0 where it stays in place, shape (draws, states)."""
    drawn = {symbol: diffusivity(symbol, draws, seed=seed) for symbol in DIFFUSIVITIES}
    return np.stack([drawn.get(state.diffusivity, np.zeros(draws)) for state in STATES], axis=1)


def solve(drawn: Physiology, spread: Array, injury: Array, height: float, course: Course, times: Array) -> Array:
    """Solve the column of every draw.

    Args:
        drawn: physiology of the draws.
        spread: diffusivity of each state in mm2/day, shape (draws, states).
        injury: local injury of one session, shape (draws, cells).
        height: of a cell, in mm.
        course: sessions and interval.
        times: output times in days.

    Returns:
        States, shape (draws, times, cells, states).

    Raises:
        SolverError: the step size collapsed in a draw.
    """
    from pinprick.cascade.column import ENTRY as solve_column

    draws, cells = injury.shape
    out = np.empty((draws, times.size, cells, len(SYMBOLS)))
    days = np.array(course.session_days)

    def one(i: int) -> bool:
        y = np.tile(drawn.rest[i], (cells, 1))
        sessions = np.concatenate([days[None, :], np.repeat(injury[i][:, None], days.size, axis=1)])
        # The deep face lies half a cell below the last centre, hence the factor two.
        transport = np.stack([spread[i] / height**2, 2.0 * spread[i] / height**2, drawn.rest[i]])
        return solve_column(y, drawn.parameters[i], transport, sessions, times, TOLERANCE, out[i])

    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        good = list(pool.map(one, range(draws)))
    if not all(good):
        raise SolverError(
            "healing by depth could not be solved",
            field="draw",
            given=good.index(False),
            limit="a step of at least 1e-10 days",
            remedy="report the case and the seed, or use the well-mixed geometry",
        )
    return out
