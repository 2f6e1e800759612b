"""Fast diagonalisation: every mode of the block decays by itself.

Laterally the cosine or packed Fourier transform; in depth the cosine transform where cells, decay and both ends allow
it, else the eigenvectors of the symmetrised depth operator as a dense matrix (at most a few hundred cells).
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.tissue import kernel, transform
from pinprick.tissue.block import Block, Sides
from pinprick.tissue.layered import depth_bands, inflow
from pinprick.tissue.operator import Source

Array = NDArray[Any]


class Spectral:
    """Diffusion with one diffusivity and a decay that may vary with depth, solved exactly in time.

    Args:
        block: the grid.
        diffusivity: by depth cell and all alike, mm2/day, shape (nz,).
        decay: by depth cell, 1/day, shape (nz,).
        dtype: float32 or float64.
    """

    def __init__(
        self, block: Block, diffusivity: NDArray[np.float64], decay: NDArray[np.float64], dtype: type[Any]
    ) -> None:
        self.block = block
        self.dtype = dtype
        self._inflow = inflow(block, diffusivity)
        d, nz = float(diffusivity[0]), block.shape[2]
        lateral = [transform.lateral_eigenvalues(n, block.spacing_mm, block.sides) * d for n in block.shape[:2]]
        closed = block.surface_permeability_mm_per_day == 0 and block.bottom_value is None
        self._dense = not (block.even_depth and closed and np.all(decay == decay[0]))
        if self._dense:
            diagonal, side = depth_bands(block, diffusivity)
            matrix = np.diag(diagonal + decay) + np.diag(side, 1) + np.diag(side, -1)
            values, vectors = np.linalg.eigh(matrix)
            values[np.abs(values) < 1e-13 * np.abs(values).max()] = 0.0
            root = np.sqrt(block.heights_mm)[:, None]
            self._into = np.ascontiguousarray((root * vectors).astype(dtype))
            self._out_of = np.ascontiguousarray((vectors / root).T.astype(dtype))
        else:
            height = float(block.heights_mm[0])
            values = transform.lateral_eigenvalues(nz, height, Sides.MIRRORED) * d + decay[0]
        self._rates64 = (*lateral, values)
        self._rates = tuple(r.astype(dtype) for r in self._rates64)
        self._axes = (0, 1) if self._dense else (0, 1, 2)

    def forward(self, field: Array, reuse: bool = False) -> Array:
        """Return the modes of a field of shape (nx, ny, nz), which may be overwritten if reuse allows it."""
        field = np.asarray(field, self.dtype)
        field, reuse = (field @ self._into, True) if self._dense else (field, reuse)
        return transform.forward(field, self.block, self._axes, reuse=reuse)

    def backward(self, modes: Array) -> Array:
        """Return the field of modes, which may be overwritten."""
        field = transform.backward(modes, self.block, self._axes)
        return field @ self._out_of if self._dense else field

    def supply(self) -> Array:
        """Return the modes of the constant supply through a bottom held at a value."""
        return self.forward(np.broadcast_to(self._inflow.astype(self.dtype), self.block.shape))

    def steady(self, source: Array) -> Array:
        """Return the modes that a constant source ends in; the source is overwritten."""
        kernel.steady(source, self._rates)
        return source

    def uptake(
        self, modes: Array, source: Source, late: Array, step: float, loss: float, out: Array | None = None
    ) -> Array:
        """Return the integral over a step of exp(-loss (step - t)) times the field, as modes."""
        out = np.empty_like(modes) if out is None else out
        real, beta = self.dtype, kernel.betas(loss, step, self.dtype)
        fed = source.value, source.change, real(source.ratio(step))
        kernel.uptake(modes, fed, late, self._rates, self._decayed(step), (beta, real(step), real(loss)), out)
        return out

    def bending(self, modes: Array, source: Source, end: Array, step: float) -> tuple[float, float]:
        """Return what the curvature of the source does to uptake, and relatively to the field."""
        real, fed = self.dtype, (source.value, end, source.change)
        weights = real(source.ratio(step)), real(source.curve(step) or 1.0)
        uptake, field, size = kernel.bending(modes, fed, weights, self._rates, real(step))
        return float(np.sqrt(uptake)), float(np.sqrt(field / size)) if size > 0 else 0.0

    def advance(self, modes: Array, source: Source, end: Array, late: Array, step: float, gain: float) -> None:
        """Advance modes by a step in place, now that the source at its end is known."""
        real = self.dtype
        weights = real(source.ratio(step)), real(source.curve(step)), real(gain)
        fed, spent = (source.value, end, source.change), (self._still, real(step))
        kernel.advance(modes, fed, late, weights, self._rates, self._decayed(step), spent)

    @cached_property
    def _still(self) -> Array:
        return kernel.betas(0.0, 1.0, self.dtype)

    def _decayed(self, step: float) -> tuple[Array, ...]:
        return tuple(np.exp(-rate * step).astype(self.dtype) for rate in self._rates64)
