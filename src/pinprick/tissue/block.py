"""A block of layered skin as a grid of cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError

Array = NDArray[np.float64]


class Sides(StrEnum):
    """What lies beyond the four sides of a block: its mirror image (no flux) or its own other side."""

    MIRRORED = "mirrored"
    PERIODIC = "periodic"


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Cell-centred finite volumes; axes are x, y and depth, fields have shape (nx, ny, nz).

    Attributes:
        nx, ny: cells along the two lateral axes.
        spacing_mm: lateral cell size, the same along x and y.
        depth_edges_mm: edges of the cells in depth from the surface down, shape (nz + 1,), ascending.
        sides: beyond the four sides.
        surface_permeability_mm_per_day: 0 closes the surface (no flux); otherwise the loss through it is this times the
            concentration there (Robin), the outside being empty.
        bottom_value: None closes the bottom; a number holds the concentration there.
    """

    nx: int
    ny: int
    spacing_mm: float
    depth_edges_mm: Array
    sides: Sides = Sides.MIRRORED
    surface_permeability_mm_per_day: float = 0.0
    bottom_value: float | None = None

    def __post_init__(self) -> None:
        edges = np.array(self.depth_edges_mm, dtype=float)
        edges.flags.writeable = False
        object.__setattr__(self, "depth_edges_mm", edges)
        object.__setattr__(self, "sides", Sides(self.sides))
        if self.nx < 1 or self.ny < 1:
            raise InputError("A block needs cells along x and y.", given=(self.nx, self.ny), limit="at least 1")
        if not (np.isfinite(self.spacing_mm) and self.spacing_mm > 0):
            raise InputError("Cells need a size.", field="spacing_mm", given=self.spacing_mm, limit="above 0 mm")
        if edges.ndim != 1 or edges.size < 2 or not np.all(np.isfinite(edges)) or not np.all(np.diff(edges) > 0):
            raise InputError(
                "Depth edges must be ascending.",
                field="depth_edges_mm",
                given=edges,
                limit="two or more finite, ascending numbers in mm",
            )
        permeability = self.surface_permeability_mm_per_day
        if not (np.isfinite(permeability) and permeability >= 0):
            raise InputError(
                "Permeability cannot be negative.",
                field="surface_permeability_mm_per_day",
                given=permeability,
                limit="0 or more mm/day",
            )

    @classmethod
    def uniform(cls, shape: tuple[int, int, int], spacing_mm: float, **options: object) -> Block:
        """Return a block of equal cubes.

        Args:
            shape: cells along x, y and depth.
            spacing_mm: size of a cell, mm.
            options: other attributes of a block.
        """
        return cls(shape[0], shape[1], spacing_mm, spacing_mm * np.arange(shape[2] + 1.0), **options)  # type: ignore[arg-type]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along x, y and depth."""
        return self.nx, self.ny, self.depth_edges_mm.size - 1

    @property
    def heights_mm(self) -> Array:
        """Cell sizes in depth, shape (nz,)."""
        return np.diff(self.depth_edges_mm)

    @property
    def depths_mm(self) -> Array:
        """Cell centres in depth, shape (nz,)."""
        return (self.depth_edges_mm[1:] + self.depth_edges_mm[:-1]) / 2

    @property
    def even_depth(self) -> bool:
        """Whether all cells have the same height, to rounding."""
        heights = self.heights_mm
        return bool(np.allclose(heights, heights[0], rtol=1e-9))

    def amount(self, field: ArrayLike) -> float:
        """Return concentration integrated over the block, concentration times mm3.

        Args:
            field: concentration, shape (nx, ny, nz).
        """
        by_depth = np.asarray(field).sum(axis=(0, 1), dtype=float)
        return float(self.spacing_mm**2 * (by_depth @ self.heights_mm))
