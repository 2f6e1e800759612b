"""Monotone piecewise cubic interpolation of many curves over one grid (Fritsch and Carlson 1980)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class MonotoneCubic:
    """One curve a draw over a common grid; it neither overshoots nor leaves the range of its points.

    Attributes:
        grid: ascending, shape (points,).
        values: shape (points, draws).
        slopes: at the points, shape (points, draws).
    """

    grid: Array
    values: Array
    slopes: Array

    @classmethod
    def through(cls, grid: Array, values: Array) -> MonotoneCubic:
        """Return the interpolant through the points; slopes are weighted harmonic means of the neighbours'."""
        width = np.diff(grid)[:, None]
        secant = np.diff(values, axis=0) / width
        slopes = np.zeros_like(values)
        left, right = secant[:-1], secant[1:]
        weight_left, weight_right = 2 * width[1:] + width[:-1], width[1:] + 2 * width[:-1]
        rising = left * right > 0
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (weight_left + weight_right) / (weight_left / left + weight_right / right)
        slopes[1:-1] = np.where(rising, mean, 0.0)
        slopes[0] = _end(width[0], width[1], secant[0], secant[1])
        slopes[-1] = _end(width[-1], width[-2], secant[-1], secant[-2])
        return cls(np.asarray(grid, dtype=np.float64), values, slopes)

    def __call__(self, at: Array) -> Array:
        """Return each curve at its own argument, cut to the grid; `at` and the result have shape (..., draws)."""
        shape = np.broadcast_shapes(np.shape(at), (self.values.shape[1],))
        x = np.clip(np.broadcast_to(at, shape), self.grid[0], self.grid[-1])
        i = np.clip(np.searchsorted(self.grid, x, side="right") - 1, 0, self.grid.size - 2)
        draw = np.arange(self.values.shape[1])
        width = self.grid[i + 1] - self.grid[i]
        s = (x - self.grid[i]) / width
        a, b = self.values[i, draw], self.values[i + 1, draw]
        da, db = width * self.slopes[i, draw], width * self.slopes[i + 1, draw]
        return np.asarray(
            a * (1 + 2 * s) * (1 - s) ** 2 + b * s**2 * (3 - 2 * s) + da * s * (1 - s) ** 2 + db * s**2 * (s - 1)
        )


def _end(near: Array, far: Array, first: Array, second: Array) -> Array:
    # One-sided three-point slope, cut so that the end interval stays monotone.
    slope = ((2 * near + far) * first - near * second) / (near + far)
    slope = np.where(slope * first <= 0, 0.0, slope)
    steep = (first * second <= 0) & (np.abs(slope) > 3 * np.abs(first))
    return np.where(steep, 3 * first, slope)
