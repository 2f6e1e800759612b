"""Transport coefficients that vary with depth only, and their finite volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError
from pinprick.tissue.block import Block

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Layered:
    """Diffusivity and first-order decay of one field.

    Attributes:
        diffusivity_mm2_per_day: scalar or by depth cell, shape (nz,); above 0.
        decay_per_day: scalar or by depth cell, shape (nz,); 0 or more.
    """

    diffusivity_mm2_per_day: ArrayLike
    decay_per_day: ArrayLike

    def on(self, block: Block) -> tuple[Array, Array]:
        """Return diffusivity and decay by depth cell, each of shape (nz,).

        Raises:
            InputError: a shape does not fit the block, or a value is out of range.
        """
        nz = block.shape[2]
        try:
            diffusivity = np.broadcast_to(np.asarray(self.diffusivity_mm2_per_day, float), (nz,)).copy()
            decay = np.broadcast_to(np.asarray(self.decay_per_day, float), (nz,)).copy()
        except ValueError:
            raise InputError(
                "Layered coefficients must fit the block.",
                given=(np.shape(self.diffusivity_mm2_per_day), np.shape(self.decay_per_day)),
                limit=f"a scalar or shape ({nz},)",
            ) from None
        if not np.all(np.isfinite(diffusivity)) or np.any(diffusivity <= 0):
            raise InputError(
                "A diffusing field needs a diffusivity.",
                field="diffusivity_mm2_per_day",
                given=self.diffusivity_mm2_per_day,
                limit="above 0 mm2/day",
                remedy="Treat a field that does not diffuse as immobile.",
            )
        if not np.all(np.isfinite(decay)) or np.any(decay < 0):
            raise InputError(
                "Decay cannot be negative.", field="decay_per_day", given=self.decay_per_day, limit="0 or more per day"
            )
        return diffusivity, decay


def conductances(block: Block, diffusivity: Array) -> Array:
    """Return the flux per difference of concentration across each depth face, mm/day, shape (nz + 1,).

    Between two cells their resistances add (harmonic mean); the first face is the surface, the last the bottom.
    """
    resistance = block.heights_mm / (2 * diffusivity)
    faces = np.zeros(resistance.size + 1)
    faces[1:-1] = 1 / (resistance[1:] + resistance[:-1])
    if block.surface_permeability_mm_per_day > 0:
        faces[0] = 1 / (1 / block.surface_permeability_mm_per_day + resistance[0])
    if block.bottom_value is not None:
        faces[-1] = 1 / resistance[-1]
    return faces


def depth_bands(block: Block, diffusivity: Array) -> tuple[Array, Array]:
    """Return diagonal (nz,) and off-diagonal (nz - 1,) of minus the diffusion in depth, symmetrised, 1/day.

    Symmetrised means that the unknown is concentration times the square root of the cell height.
    """
    faces, heights = conductances(block, diffusivity), block.heights_mm
    return (faces[1:] + faces[:-1]) / heights, -faces[1:-1] / np.sqrt(heights[1:] * heights[:-1])


def inflow(block: Block, diffusivity: Array) -> Array:
    """Return the supply through a bottom held at a value, concentration/day, shape (nz,)."""
    supply = np.zeros(block.shape[2])
    if block.bottom_value is not None:
        supply[-1] = conductances(block, diffusivity)[-1] * block.bottom_value / block.heights_mm[-1]
    return supply
