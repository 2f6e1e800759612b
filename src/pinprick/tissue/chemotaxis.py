"""Cells that move up the gradient of what attracts them.

Finite volumes with the density taken from upstream: no cell is lost, and no density falls below zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pinprick.errors import InputError
from pinprick.tissue.block import Block, Sides

Array = NDArray[Any]
_COURANT = 0.9


@dataclass(frozen=True, slots=True)
class Chemotaxis:
    """One cell type drawn by one attractant.

    Attributes:
        cells: index of the state that moves.
        attractant: index of the state that draws it.
        sensitivity_mm2_per_day: velocity over gradient, for one unit of the attractant; negative repels.
    """

    cells: int
    attractant: int
    sensitivity_mm2_per_day: float


@njit(cache=True, nogil=True)
def _speed(c, inverse, periodic):  # type: ignore[no-untyped-def]
    """Return the largest sum over axes of gradient over cell size, for a sensitivity of 1."""
    nx, ny, nz = c.shape
    lateral, depth = inverse
    worst = 0.0
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                here, rate = c[i, j, k], 0.0
                if i < nx - 1 or periodic:
                    rate += abs(c[(i + 1) % nx, j, k] - here) * lateral * lateral
                if i > 0 or periodic:
                    rate += abs(c[i - 1, j, k] - here) * lateral * lateral
                if j < ny - 1 or periodic:
                    rate += abs(c[i, (j + 1) % ny, k] - here) * lateral * lateral
                if j > 0 or periodic:
                    rate += abs(c[i, j - 1, k] - here) * lateral * lateral
                if k < nz - 1:
                    rate += abs(c[i, j, k + 1] - here) * depth[0, k] * depth[1, k]
                if k > 0:
                    rate += abs(c[i, j, k - 1] - here) * depth[0, k - 1] * depth[1, k]
                worst = max(worst, rate)
    return worst


@njit(cache=True, nogil=True)
def _flow(n, c, inverse, periodic, scaled, out):  # type: ignore[no-untyped-def]
    """Write into out the cells after one explicit step; scaled is sensitivity times the step."""
    nx, ny, nz = n.shape
    lateral, depth = inverse
    out[:] = n
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                for axis in range(3):
                    i2, j2, k2 = i, j, k
                    if axis == 0:
                        i2 = i + 1
                    elif axis == 1:
                        j2 = j + 1
                    else:
                        k2 = k + 1
                    if (i2 == nx or j2 == ny) and not periodic:
                        continue
                    if k2 == nz:
                        continue
                    i2, j2 = i2 % nx, j2 % ny
                    if axis == 2:
                        across, here, there = depth[0, k], depth[1, k], depth[1, k2]
                    else:
                        across, here, there = lateral, lateral, lateral
                    flux = scaled * (c[i2, j2, k2] - c[i, j, k]) * across
                    flux *= n[i, j, k] if flux > 0 else n[i2, j2, k2]
                    out[i, j, k] -= flux * here
                    out[i2, j2, k2] += flux * there


def migrate(block: Block, cells: Array, attractant: Array, sensitivity_mm2_per_day: float, days: float) -> Array:
    """Return cell densities after moving up a standing gradient, in as many explicit steps as stability asks.

    Args:
        block: the grid; nothing moves through surface or bottom.
        cells: density, shape (nx, ny, nz), 0 or more.
        attractant: shape (nx, ny, nz).
        sensitivity_mm2_per_day: velocity over gradient for one unit of the attractant.
        days: time to follow.

    Raises:
        InputError: shapes do not fit the block.
    """
    if np.shape(cells) != block.shape or np.shape(attractant) != block.shape:
        raise InputError("Cells and attractant must fit the block.", given=(np.shape(cells), np.shape(attractant)))
    heights, depths = block.heights_mm, block.depths_mm
    between = np.zeros_like(heights)
    between[:-1] = 1 / np.diff(depths)
    inverse = 1 / block.spacing_mm, np.stack([between, 1 / heights])
    periodic = block.sides is Sides.PERIODIC
    now = np.ascontiguousarray(cells)
    drawn = np.ascontiguousarray(attractant)
    rate = abs(sensitivity_mm2_per_day) * _speed(drawn, inverse, periodic)
    steps = max(1, math.ceil(rate * days / _COURANT))
    scaled = sensitivity_mm2_per_day * days / steps
    for _ in range(steps):
        after = np.empty_like(now)
        _flow(now, drawn, inverse, periodic, scaled, after)
        now = after
    return now
