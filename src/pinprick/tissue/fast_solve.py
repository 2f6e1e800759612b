"""Steady solution in layered skin by generalised eigenvectors in depth.

With the diffusivity by depth as weight, one set of eigenvectors serves every lateral mode, because both the lateral and
the depth part of the operator are then diagonal. The same solve is the preconditioner where skin also varies laterally.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pinprick.tissue import kernel, transform
from pinprick.tissue.block import Block, Sides
from pinprick.tissue.layered import conductances

Array = NDArray[Any]


class FastSolve:
    """Solves (decay - div D grad) u = q for D and decay that vary with depth only.

    Args:
        block: the grid.
        diffusivity: mm2/day, shape (nz,).
        decay: 1/day, shape (nz,).
        dtype: float32 or float64.
        threads: of the transforms.
    """

    def __init__(
        self,
        block: Block,
        diffusivity: NDArray[np.float64],
        decay: NDArray[np.float64],
        dtype: type[Any] = np.float64,
        threads: int = 1,
    ) -> None:
        self.block, self.dtype, self.threads = block, dtype, threads
        heights, faces = block.heights_mm, conductances(block, diffusivity)
        lateral = [transform.lateral_eigenvalues(n, block.spacing_mm, block.sides) for n in block.shape[:2]]
        even = block.even_depth and np.ptp(diffusivity) == 0 and np.ptp(decay) == 0
        self._cosine = even and faces[0] == 0 and faces[-1] == 0
        if self._cosine:
            height, d = float(heights[0]), float(diffusivity[0])
            lateral = [rate * d for rate in lateral]
            values = transform.lateral_eigenvalues(heights.size, height, Sides.MIRRORED) * d + decay[0]
            self._height = dtype(1 / height)
        else:
            stiffness = np.diag(faces[1:] + faces[:-1] + heights * decay)
            stiffness -= np.diag(faces[1:-1], 1) + np.diag(faces[1:-1], -1)
            values, vectors = scipy.linalg.eigh(stiffness, np.diag(heights * diffusivity))
            values[np.abs(values) < 1e-13 * np.abs(values).max()] = 0.0
            self._into = np.ascontiguousarray(vectors.astype(dtype))
            self._out_of = np.ascontiguousarray(vectors.T.astype(dtype))
        self._rates = tuple(rate.astype(dtype) for rate in (*lateral, values))

    def __call__(self, source: Array) -> Array:
        """Return u for sources given as amounts over each cell height: q times height, shape (nx, ny, nz)."""
        if self._cosine:
            modes = transform.forward(source * self._height, self.block, (0, 1, 2), self.threads)
            kernel.steady(modes, self._rates)
            return transform.backward(modes, self.block, (0, 1, 2), self.threads)
        modes = transform.forward(source @ self._into, self.block, (0, 1), self.threads)
        kernel.steady(modes, self._rates)
        field: Array = transform.backward(modes, self.block, (0, 1), self.threads) @ self._out_of
        return field
