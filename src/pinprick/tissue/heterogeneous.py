"""Skin that varies laterally: conjugate gradients, preconditioned by the fast solve of the laterally averaged skin."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError, SolverError
from pinprick.tissue import workers
from pinprick.tissue.block import Block, Sides
from pinprick.tissue.fast_solve import FastSolve

Array = NDArray[Any]
_GAMMA = 1 - math.sqrt(0.5)
_MOST = 400
_ROUGH = 0.05
"""Median deviation of the logarithm of diffusivity above which it counts as varying everywhere."""


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _apply(p, loss, faces, slab, out):  # type: ignore[no-untyped-def]
    """Write the operator times p into out for a slab; return their part of p dot out."""
    fx, fy, fz = faces
    first, last = slab
    nx, ny, nz = p.shape
    total = 0.0
    for i in range(first, last):
        east, west = (i + 1) % nx, (i - 1) % nx
        for j in range(ny):
            north, south = (j + 1) % ny, (j - 1) % ny
            row = p.dtype.type(0)
            for k in range(nz):
                c = p[i, j, k]
                a = loss[i, j, k] * c
                a += fx[i, j, k] * (c - p[east, j, k]) + fx[west, j, k] * (c - p[west, j, k])
                a += fy[i, j, k] * (c - p[i, north, k]) + fy[i, south, k] * (c - p[i, south, k])
                out[i, j, k] = a
            for k in range(nz - 1):
                flux = fz[i, j, k] * (p[i, j, k] - p[i, j, k + 1])
                out[i, j, k] += flux
                out[i, j, k + 1] -= flux
            for k in range(nz):
                row += p[i, j, k] * out[i, j, k]
            total += row
    return total


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _descend(x, r, p, q, alpha):  # type: ignore[no-untyped-def]
    """Take a step along p in place; return the sum of squares of the residual."""
    total = 0.0
    for n in range(x.size):
        x[n] += alpha * p[n]
        left = r[n] - alpha * q[n]
        r[n] = left
        total += left * left
    return total


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _dot(a, b):  # type: ignore[no-untyped-def]
    total = 0.0
    for n in range(a.size):
        total += a[n] * b[n]
    return total


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _turn(p, z, beta):  # type: ignore[no-untyped-def]
    """Turn the direction p to z + beta p in place."""
    for n in range(p.size):
        p[n] = z[n] + beta * p[n]


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A solution and what it took.

    Attributes:
        field: shape (nx, ny, nz).
        iterations: of conjugate gradients.
        residual: norm of what is left over that of the right-hand side.
    """

    field: Array
    iterations: int
    residual: float


class Heterogeneous:
    """Diffusion and decay of one field whose coefficients vary from cell to cell.

    Args:
        block: the grid; a bottom held at a value must hold 0.
        diffusivity_mm2_per_day: scalar or broadcastable to (nx, ny, nz), above 0.
        decay_per_day: the same, 0 or more.
        dtype: float32 or float64.
        threads: None takes the cores there are.

    Raises:
        InputError: shapes do not fit, or a value is out of range.
    """

    def __init__(
        self,
        block: Block,
        diffusivity_mm2_per_day: ArrayLike,
        decay_per_day: ArrayLike,
        *,
        dtype: type[Any] = np.float32,
        threads: int | None = None,
    ) -> None:
        if block.bottom_value:
            raise InputError(
                "A bottom held at a value other than 0 is solved in layered skin only.", given=block.bottom_value
            )
        try:
            d = np.broadcast_to(np.asarray(diffusivity_mm2_per_day, float), block.shape)
            decay = np.broadcast_to(np.asarray(decay_per_day, float), block.shape)
        except ValueError:
            raise InputError("Coefficients must fit the block.", limit=f"broadcastable to {block.shape}") from None
        if not (np.all(np.isfinite(d)) and np.all(d > 0) and np.all(np.isfinite(decay)) and np.all(decay >= 0)):
            raise InputError(
                "Diffusivity must be above 0, decay 0 or more.", given=(float(d.min()), float(decay.min()))
            )
        self.block, self.dtype = block, dtype
        self.threads = threads or workers.cores()
        self._heights = block.heights_mm.astype(dtype)
        self._d_mean = np.exp(np.log(d).mean(axis=(0, 1)))
        self._decay_mean = np.exp(np.log(decay).mean(axis=(0, 1))) if np.all(decay > 0) else decay.mean(axis=(0, 1))
        self._scale = _scaling(d, self._d_mean, dtype)
        self._faces = tuple(np.ascontiguousarray(f.astype(dtype)) for f in _faces(block, d))
        self._decay = decay
        self._ends = _ends(block, d)

    def steady(self, source: ArrayLike, *, tolerance: float = 1e-4, guess: Array | None = None) -> Solved:
        """Return the steady field of a source.

        Args:
            source: 1/day, broadcastable to (nx, ny, nz).
            tolerance: of the residual, relative.
            guess: a field near the solution.

        Raises:
            SolverError: the iterations do not converge.
        """
        return self._solve(source, 0.0, tolerance, guess)

    def step(self, field: Array, source: ArrayLike, days: float, *, tolerance: float = 1e-6) -> Array:
        """Return the field after a step of two stages, of order 2 and L-stable (SDIRK2), for a constant source.

        Args:
            field: at the start, shape (nx, ny, nz).
            source: 1/day.
            days: length of the step.
            tolerance: of the residual of each stage.
        """
        scaled = _GAMMA * days
        q = np.broadcast_to(np.asarray(source, self.dtype), self.block.shape)
        one = self._solve(field / self.dtype(scaled) + q, 1 / scaled, tolerance, field).field
        slope = (one - field) / self.dtype(scaled)
        start = field + self.dtype((1 - _GAMMA) * days) * slope
        return self._solve(start / self.dtype(scaled) + q, 1 / scaled, tolerance, one).field

    def _solve(self, source: ArrayLike, shift: float, tolerance: float, guess: Array | None) -> Solved:
        dtype, shape = self.dtype, self.block.shape
        heights = self.block.heights_mm
        loss = np.ascontiguousarray(((self._decay + shift) * heights + self._ends).astype(dtype))
        precondition = FastSolve(self.block, self._d_mean, self._decay_mean + shift, dtype, self.threads)
        r = np.ascontiguousarray(np.broadcast_to(np.asarray(source, dtype), shape) * self._heights)
        norm = float(np.linalg.norm(r.ravel()))
        x = np.zeros(shape, dtype) if guess is None else np.ascontiguousarray(guess, dtype).copy()
        if norm == 0:
            return Solved(np.zeros(shape, dtype), 0, 0.0)
        q = np.empty(shape, dtype)
        if guess is not None:
            self._multiply(x, loss, q)
            r -= q
        p, previous, left = np.zeros(shape, dtype), 0.0, float(np.linalg.norm(r.ravel())) / norm
        for iteration in range(_MOST + 1):
            if left <= tolerance:
                return self._checked(x, loss, source, norm, iteration, tolerance)
            z = precondition(r if self._scale is None else r * self._scale)
            z = np.ascontiguousarray(z if self._scale is None else z * self._scale)
            energy = _dot(r.ravel(), z.ravel())
            _turn(p.ravel(), z.ravel(), dtype(energy / previous if previous else 0.0))
            alpha = dtype(energy / self._multiply(p, loss, q))
            left = math.sqrt(_descend(x.ravel(), r.ravel(), p.ravel(), q.ravel(), alpha)) / norm
            previous = energy
        raise _stalled(left, _MOST, tolerance)

    def _checked(
        self, x: Array, loss: Array, source: ArrayLike, norm: float, iterations: int, tolerance: float
    ) -> Solved:
        """Return a solution with its true residual; that of the recurrence can fall below what rounding allows."""
        q = np.empty_like(x)
        self._multiply(x, loss, q)
        q -= np.asarray(source, self.dtype) * self._heights
        left = float(np.linalg.norm(q.ravel())) / norm
        if left > 10 * tolerance:
            raise _stalled(left, iterations, tolerance)
        return Solved(x, iterations, left)

    def _multiply(self, p: Array, loss: Array, out: Array) -> float:
        edges = np.linspace(0, self.block.nx, self.threads + 1).astype(int)
        slabs = list(itertools.pairwise(edges))
        return float(sum(workers.spread(lambda s: _apply(p, loss, self._faces, s, out), slabs, self.threads)))


def _stalled(left: float, iterations: int, tolerance: float) -> SolverError:
    return SolverError(
        "The iterations for laterally varying skin do not converge.",
        given=f"residual {left:.1e} after {iterations} iterations",
        limit=f"{tolerance:g}",
        remedy="Use float64, a larger tolerance, or coefficients that vary less from cell to cell.",
    )


def _scaling(d: NDArray[np.float64], mean: NDArray[np.float64], dtype: type[Any]) -> Array | None:
    """Return the root of the mean over the local diffusivity, where it varies everywhere.

    That turns a smoothly varying diffusivity into a constant one with a small potential (Concus and Golub, SIAM J
    Numer Anal 1973) and halves the iterations. Sparse channels of another diffusivity are better left alone.
    """
    deviation = np.log(d / mean)
    if np.median(np.abs(deviation - np.median(deviation))) < _ROUGH:
        return None
    scale: Array = np.exp(-deviation / 2).astype(dtype)
    return scale


def _faces(block: Block, d: NDArray[np.float64]) -> tuple[Array, Array, Array]:
    """Return conductances to the next cell along x, y and depth, over a cell's footprint; the last closes or wraps."""
    heights = block.heights_mm
    out = []
    for axis in (0, 1):
        following = np.roll(d, -1, axis)
        faces = 2 * d * following / (d + following) * heights / block.spacing_mm**2
        if block.sides is Sides.MIRRORED:
            faces[(slice(None),) * axis + (-1,)] = 0.0
        out.append(faces)
    resistance = heights / (2 * d)
    down = np.zeros(block.shape)
    down[:, :, :-1] = 1 / (resistance[:, :, :-1] + resistance[:, :, 1:])
    return out[0], out[1], down


def _ends(block: Block, d: NDArray[np.float64]) -> Array:
    """Return the loss through surface and bottom, mm/day, shape (nx, ny, nz)."""
    loss, heights = np.zeros(block.shape), block.heights_mm
    if block.surface_permeability_mm_per_day > 0:
        loss[:, :, 0] += 1 / (1 / block.surface_permeability_mm_per_day + heights[0] / (2 * d[:, :, 0]))
    if block.bottom_value is not None:
        loss[:, :, -1] += 2 * d[:, :, -1] / heights[-1]
    return loss
