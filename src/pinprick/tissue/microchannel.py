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
_TURN = (np.sqrt(5) - 1) / 2
_ACROSS = 3


def channel_fraction(
    block: Block,
    x_mm: ArrayLike,
    y_mm: ArrayLike,
    depth_mm: ArrayLike,
    radius_mm: ArrayLike,
    tilt_rad: ArrayLike = 0.0,
    azimuth_rad: ArrayLike = 0.0,
) -> Array:
    """Return the volume of microchannels in each cell over its own volume, shape (nx, ny, nz).

    A channel is a cone from its mouth at the surface to its tip. Where it leans its level cross-sections keep their
    area and shift, so that the volume in each depth is that of an upright channel. The volume in each depth cell is
    exact; across a channel it is spread over equal-area points. Beyond the sides channels are mirrored or wrapped, so
    that no volume is lost but that below the block. Channels that overlap add up: 1 - exp(-fraction) is the injured
    share of a cell.

    Args:
        block: the grid.
        x_mm: of the mouths, shape (channels,).
        y_mm: the same.
        depth_mm: of the tips, shape (channels,), 0 or more.
        radius_mm: at the mouth, scalar or shape (channels,), 0 or more.
        tilt_rad: angle from the upright, below a right angle.
        azimuth_rad: direction in which the tip lies, from the x axis.

    Raises:
        InputError: lengths differ, or a number is not finite or out of range.
    """
    channels = _channels(x_mm, y_mm, depth_mm, radius_mm, tilt_rad, azimuth_rad)
    index = np.arange(_POINTS)
    ring, angle = np.sqrt((index + 0.5) / _POINTS), _GOLDEN * index
    volume = np.zeros(block.shape)
    mirrored = block.sides is Sides.MIRRORED
    points = ring * np.cos(angle), ring * np.sin(angle)
    _deposit(channels, points, block.depth_edges_mm, block.spacing_mm, mirrored, volume)
    return volume / (block.spacing_mm**2 * block.heights_mm)


def reach_fraction(
    block: Block,
    x_mm: ArrayLike,
    y_mm: ArrayLike,
    depth_mm: ArrayLike,
    reach_mm: ArrayLike,
    tilt_rad: ArrayLike = 0.0,
    azimuth_rad: ArrayLike = 0.0,
) -> Array:
    """Return the share of each cell that lies level with a channel and within a distance of its axis there.

    Nine points stand for the plan of a cell; in depth the share is exact for upright channels. Arguments and errors are
    those of `channel_fraction`, with a distance for the radius; the result has shape (nx, ny, nz).
    """
    channels = _channels(x_mm, y_mm, depth_mm, reach_mm, tilt_rad, azimuth_rad)
    share = np.zeros((block.nx * _ACROSS, block.ny * _ACROSS, block.shape[2]))
    _cover(channels, block.depth_edges_mm, block.spacing_mm / _ACROSS, block.sides is Sides.MIRRORED, share)
    return np.asarray(share.reshape(block.nx, _ACROSS, block.ny, _ACROSS, -1).mean(axis=(1, 3)))


def _channels(*measures: ArrayLike) -> tuple[Array, ...]:
    """Return place, depth, radius and the shift of the axis along x and y for each mm of depth."""
    try:
        arrays = np.broadcast_arrays(*(np.atleast_1d(np.asarray(a, float)) for a in measures))
    except ValueError:
        raise InputError("Channels need x, y, depth and radius of one length.") from None
    x, y, depth, radius, tilt, azimuth = arrays
    if x.ndim != 1 or not all(np.all(np.isfinite(a)) for a in arrays) or np.any(depth < 0) or np.any(radius < 0):
        raise InputError("Channels need finite positions, and depth and radius of 0 or more.")
    if np.any(tilt < 0) or np.any(tilt >= np.pi / 2):
        raise InputError("Channels lean by less than a right angle.", field="tilt_rad", given=float(np.max(tilt)))
    lean = np.tan(tilt)
    return tuple(np.ascontiguousarray(a) for a in (x, y, depth, radius, lean * np.cos(azimuth), lean * np.sin(azimuth)))


@njit(cache=True)
def _fold(cell, count, mirrored):  # type: ignore[no-untyped-def]
    if not mirrored:
        return cell % count
    cell %= 2 * count
    return cell if cell < count else 2 * count - 1 - cell


@njit(cache=True)
def _deposit(channels, points, edges, spacing, mirrored, volume):  # type: ignore[no-untyped-def]
    """Add the volume of each channel to its cells."""
    x, y, depth, radius, along_x, along_y = channels
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
            bottom = min(edges[k + 1], depth[n])
            for m in range(px.size):
                # Points take all depths of the slice in turn, in an order that has nothing to do with their ring.
                z = edges[k] + (bottom - edges[k]) * ((m + 0.5) * _TURN % 1.0)
                i = int(np.floor((x[n] + z * along_x[n] + width * px[m]) / spacing))
                j = int(np.floor((y[n] + z * along_y[n] + width * py[m]) / spacing))
                volume[_fold(i, nx, mirrored), _fold(j, ny, mirrored), k] += share


@njit(cache=True)
def _cover(channels, edges, spacing, mirrored, share):  # type: ignore[no-untyped-def]
    """Write the share in depth that the deepest channel within reach of each point takes."""
    x, y, depth, reach, along_x, along_y = channels
    nx, ny, nz = share.shape
    for n in range(x.size):
        for k in range(nz):
            part = min(1.0, (depth[n] - edges[k]) / (edges[k + 1] - edges[k]))
            if part <= 0.0:
                break
            z = edges[k] + part * (edges[k + 1] - edges[k]) / 2
            cx, cy, r = (x[n] + z * along_x[n]) / spacing, (y[n] + z * along_y[n]) / spacing, reach[n] / spacing
            for i in range(int(np.floor(cx - r)), int(np.floor(cx + r)) + 1):
                for j in range(int(np.floor(cy - r)), int(np.floor(cy + r)) + 1):
                    if (i + 0.5 - cx) ** 2 + (j + 0.5 - cy) ** 2 < r * r:
                        a, b = _fold(i, nx, mirrored), _fold(j, ny, mirrored)
                        share[a, b, k] = max(share[a, b, k], part)
