"""Diffusivity that varies with depth: one tridiagonal system for each lateral mode and each pole.

No transform in depth makes a diffusivity that varies with depth diagonal for all lateral modes at once, and
eigenvectors for each mode would need a matrix for each column of the block. The functions of exponential stepping in
rational form need only tridiagonal solves, keep the exactness of a step for sharp fields, and are L-stable.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pinprick.tissue import kernel, rational, transform
from pinprick.tissue.block import Block
from pinprick.tissue.layered import conductances, inflow
from pinprick.tissue.operator import Source

Array = NDArray[Any]
LANES = 16


@njit(nogil=True)
def _load(array, i, start, lanes, out):  # type: ignore[no-untyped-def]
    """Copy columns side by side; lanes beyond the last repeat it."""
    for w in range(out.shape[1]):
        for k in range(out.shape[0]):
            out[k, w] = array[i, start + min(w, lanes - 1), k]


@njit(nogil=True, fastmath=True, error_model="numpy", inline="always")
def _add_pole(rhs, weight, shift, lateral, depth, work, total):  # type: ignore[no-untyped-def]
    """Add to the total of sixteen columns the part of one pole, by elimination down and substitution up."""
    spread, diagonal, upper, lower = depth
    cr, ci, yr, yi = work
    nz = spread.size
    lanes = LANES
    one, two = spread.dtype.type(1), spread.dtype.type(2)
    sr, si = shift[0], shift[1]
    w0, w1, w2, w3 = weight[0, 0], weight[1, 0], weight[2, 0], weight[3, 0]
    v0, v1, v2, v3 = weight[0, 1], weight[1, 1], weight[2, 1], weight[3, 1]
    for k in range(nz):
        up, low, sp, di = upper[k], lower[k], spread[k], diagonal[k] + sr
        h = max(k - 1, 0)
        for w in range(lanes):
            dr = di + lateral[w] * sp - low * cr[h, w] if k > 0 else di + lateral[w] * sp
            dm = si - low * ci[h, w] if k > 0 else si
            q = one / (dr * dr + dm * dm)
            dr, dm = dr * q, -dm * q
            cr[k, w] = up * dr
            ci[k, w] = up * dm
            fr = w0 * rhs[0, k, w] + w1 * rhs[1, k, w] + w2 * rhs[2, k, w] + w3 * rhs[3, k, w]
            fi = v0 * rhs[0, k, w] + v1 * rhs[1, k, w] + v2 * rhs[2, k, w] + v3 * rhs[3, k, w]
            if k > 0:
                fr -= low * yr[h, w]
                fi -= low * yi[h, w]
            yr[k, w] = fr * dr - fi * dm
            yi[k, w] = fr * dm + fi * dr
    for w in range(lanes):
        total[nz - 1, w] += two * yr[nz - 1, w]
    for k in range(nz - 2, -1, -1):
        for w in range(lanes):
            tr = yr[k, w] - cr[k, w] * yr[k + 1, w] + ci[k, w] * yi[k + 1, w]
            ti = yi[k, w] - cr[k, w] * yi[k + 1, w] - ci[k, w] * yr[k + 1, w]
            yr[k, w] = tr
            yi[k, w] = ti
            total[k, w] += two * tr


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def solve_columns(arrays, weights, shifts, lateral_rates, depth, out):  # type: ignore[no-untyped-def]
    """Write into out the sum over poles of twice the real part of (A + shift)^-1 times a weighted sum of arrays.

    A has the diagonal `diagonal + (kx + ky) spread`. Sixteen columns are solved side by side.

    Args:
        arrays: four of shape (nx, ny, nz).
        weights: real and imaginary parts, shape (poles, 4, 2).
        shifts: the same, shape (poles, 2).
        lateral_rates: lateral eigenvalues along x and y times the step.
        depth: diffusivity, and diagonal, upper and lower band of the operator in depth times the step, each of shape
            (nz,); the first lower and the last upper are 0.
        out: shape of the arrays; may be one of them.
    """
    kx, ky = lateral_rates
    spread = depth[0]
    nx, ny, nz = arrays[0].shape
    real = spread.dtype.type
    nought = real(0)
    rhs = np.empty((4, nz, LANES), spread.dtype)
    total = np.empty((nz, LANES), spread.dtype)
    cr, ci = np.empty((nz, LANES), spread.dtype), np.empty((nz, LANES), spread.dtype)
    yr, yi = np.empty((nz, LANES), spread.dtype), np.empty((nz, LANES), spread.dtype)
    lateral = np.zeros(LANES, spread.dtype)
    for i in range(nx):
        for start in range(0, ny, LANES):
            lanes = min(LANES, ny - start)
            for w in range(LANES):
                lateral[w] = kx[i] + ky[start + min(w, lanes - 1)]
            for a in range(4):
                _load(arrays[a], i, start, lanes, rhs[a])
            total[:] = nought
            for n in range(shifts.shape[0]):
                _add_pole(rhs, weights[n], shifts[n], lateral, depth, (cr, ci, yr, yi), total)
            for w in range(lanes):
                for k in range(nz):
                    out[i, start + w, k] = total[k, w]


class Columns:
    """Diffusion and decay that both vary with depth; modes are lateral only.

    Args:
        block: the grid.
        diffusivity: by depth cell, mm2/day, shape (nz,).
        decay: by depth cell, 1/day, shape (nz,).
        dtype: float32 or float64.
    """

    def __init__(
        self, block: Block, diffusivity: NDArray[np.float64], decay: NDArray[np.float64], dtype: type[Any]
    ) -> None:
        self.block, self.dtype = block, dtype
        self._inflow = inflow(block, diffusivity)
        self._pairs = rational.pairs_for(dtype)
        faces, heights = conductances(block, diffusivity), block.heights_mm
        self._upper = -np.append(faces[1:-1], 0.0) / heights
        self._lower = -np.append(0.0, faces[1:-1]) / heights
        self._diagonal = (faces[1:] + faces[:-1]) / heights + decay
        self._spread = diffusivity
        self._lateral = [transform.lateral_eigenvalues(n, block.spacing_mm, block.sides) for n in block.shape[:2]]
        slowest = float(diffusivity.min())
        self._rates = tuple(r.astype(dtype) for r in (self._lateral[0] * slowest, self._lateral[1] * slowest, decay))

    def forward(self, field: Array, reuse: bool = False) -> Array:
        """Return the modes of a field of shape (nx, ny, nz), which may be overwritten if reuse allows it."""
        return np.ascontiguousarray(transform.forward(np.asarray(field, self.dtype), self.block, reuse=reuse))

    def backward(self, modes: Array) -> Array:
        """Return the field of modes, which may be overwritten."""
        return transform.backward(modes, self.block)

    def supply(self) -> Array:
        """Return the modes of the constant supply through a bottom held at a value."""
        return self.forward(np.broadcast_to(self._inflow.astype(self.dtype), self.block.shape))

    def steady(self, source: Array) -> Array:
        """Return the modes that a constant source ends in; the source is overwritten."""
        weights = np.zeros((1, 4, 2))
        weights[0, 0, 0] = 0.5
        return self._apply((source,) * 4, weights, np.zeros((1, 2)), 1.0, source)

    def uptake(
        self, modes: Array, source: Source, late: Array, step: float, loss: float, out: Array | None = None
    ) -> Array:
        """Return the integral over a step of exp(-loss (step - t)) times the field, as modes."""
        z = rational.uptake_functions(loss, step)
        out = np.empty_like(modes) if out is None else out
        functions = [
            lambda x: step * z(x)[0],
            lambda x: step**2 * z(x)[1],
            lambda x: step**2 * source.ratio(step) * z(x)[2],
        ]
        out = self._functions((modes, source.value, source.change), functions, step, out)
        out += self.dtype(np.exp(-loss * step)) * late
        return out

    def bending(self, modes: Array, source: Source, end: Array, step: float) -> tuple[float, float]:
        """Return what the curvature of the source does to uptake and to the field, at most."""
        real, fed = self.dtype, (source.value, end, source.change)
        weights = real(source.ratio(step)), real(source.curve(step) or 1.0)
        uptake, field, size = kernel.bending(modes, fed, weights, self._rates, real(step))
        return float(np.sqrt(uptake)), float(np.sqrt(field / size)) if size > 0 else 0.0

    def advance(self, modes: Array, source: Source, end: Array, late: Array, step: float, gain: float) -> None:
        """Advance modes by a step in place, now that the source at its end is known."""
        z, curve, real = rational.uptake_functions(0.0, step), source.curve(step), self.dtype
        change = end - source.value
        miss = source.change
        miss *= -real(source.ratio(step))
        miss += change
        functions = [
            lambda x: np.exp(-x),
            lambda x: step * z(x)[0],
            lambda x: step * z(x)[1],
            lambda x: step * curve * (2 * z(x)[2] - z(x)[1]),
        ]
        self._functions((modes, source.value, change, miss), functions, step, modes)
        missed = [lambda x: step**2 * (z(x)[2] + curve * (2 * z(x)[3] - z(x)[2]))]
        self._functions((miss,), missed, step, late)
        end += real(gain) * late
        source.change = change + real(gain) * late

    def _functions(
        self, arrays: tuple[Array, ...], functions: list[Callable[[Array], Array]], step: float, out: Array
    ) -> Array:
        """Write the sum of functions of the operator, each applied to its array, into out."""
        weights = np.zeros((self._pairs, 4, 2))
        for n, function in enumerate(functions):
            fitted, _ = rational.residues(function, self._pairs)
            weights[:, n, 0], weights[:, n, 1] = fitted.real, fitted.imag
        shifts = rational.poles(self._pairs)
        four = arrays + (arrays[0],) * (4 - len(arrays))
        return self._apply(four, weights, np.stack([shifts.real, shifts.imag], axis=1), step, out)

    def _apply(self, arrays: tuple[Array, ...], weights: Array, shifts: Array, step: float, out: Array) -> Array:
        real = self.dtype
        depth = (self._spread, self._diagonal * step, self._upper * step, self._lower * step)
        lateral = tuple((rate * step).astype(real) for rate in self._lateral)
        bands = tuple(band.astype(real) for band in depth)
        solve_columns(arrays, weights.astype(real), shifts.astype(real), lateral, bands, out)
        return out
