"""Microchannels drawn into the cells of a block."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError
from pinprick.tissue.block import Block, Sides

Array = NDArray[Any]
_POINTS = 128
_GOLDEN = np.pi * (3 - np.sqrt(5))


def channel_fraction(
    block: Block, x_mm: ArrayLike, y_mm: ArrayLike, depth_mm: ArrayLike, radius_mm: ArrayLike
) -> Array:
    """Return the volume of microchannels in each cell over its own volume, shape (nx, ny, nz).

    A channel is a cone from its mouth at the surface to its tip. The volume in each depth cell is exact; across a
    channel it is spread over equal-area points. Beyond the sides channels are mirrored or wrapped, so that no volume is
    lost but that below the block. Channels that overlap add up: 1 - exp(-fraction) is the injured share of a cell.

    Args:
        block: the grid.
        x_mm: of the mouths, shape (channels,).
        y_mm: the same.
        depth_mm: of the tips, shape (channels,), 0 or more.
        radius_mm: at the mouth, scalar or shape (channels,), 0 or more.

    Raises:
        InputError: lengths differ, or a number is not finite or negative.
    """
    try:
        arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, float)) for a in (x_mm, y_mm, depth_mm, radius_mm)))
    except ValueError:
        raise InputError("Channels need x, y, depth and radius of one length.") from None
    x, y, depth, radius = (np.ascontiguousarray(a) for a in arrays)
    if x.ndim != 1 or not all(np.all(np.isfinite(a)) for a in arrays) or np.any(depth < 0) or np.any(radius < 0):
        raise InputError("Channels need finite positions, and depth and radius of 0 or more.")
    index = np.arange(_POINTS)
    ring, angle = np.sqrt((index + 0.5) / _POINTS), _GOLDEN * index
    volume = np.zeros(block.shape)
    mirrored = block.sides is Sides.MIRRORED
    points = ring * np.cos(angle), ring * np.sin(angle)
    _deposit((x, y, depth, radius), points, block.depth_edges_mm, block.spacing_mm, mirrored, volume)
    return volume / (block.spacing_mm**2 * block.heights_mm)


@njit(cache=True)
def _fold(cell, count, mirrored):  # type: ignore[no-untyped-def]
    if not mirrored:
        return cell % count
    cell %= 2 * count
    return cell if cell < count else 2 * count - 1 - cell


@njit(cache=True)
def _deposit(channels, points, edges, spacing, mirrored, volume):  # type: ignore[no-untyped-def]
    """Add the volume of each channel to its cells."""
    x, y, depth, radius = channels
    px, py = points
    nx, ny, nz = volume.shape
    for n in range(x.size):
        if depth[n] <= edges[0]:
            continue
        for k in range(nz):
            if edges[k] >= depth[n]:
                break
            # Distance from the tip over the channel's length: the cone's radius there is the same share of its mouth.
            length = depth[n] - edges[0]
            top = (depth[n] - edges[k]) / length
            end = max(0.0, (depth[n] - edges[k + 1]) / length)
            slice_volume = np.pi * radius[n] ** 2 * length * (top**3 - end**3) / 3
            share = slice_volume / px.size
            width = radius[n] * (top + end) / 2
            for m in range(px.size):
                i = int(np.floor((x[n] + width * px[m]) / spacing))
                j = int(np.floor((y[n] + width * py[m]) / spacing))
                volume[_fold(i, nx, mirrored), _fold(j, ny, mirrored), k] += share
