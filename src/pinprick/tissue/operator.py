"""The one interface to diffusion with decay in a layered block, however it is solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from pinprick.tissue.block import Block
from pinprick.tissue.layered import Layered

Array = NDArray[Any]


@dataclass(slots=True)
class Source:
    """A source in modes: where it stands, and how it moved over the step before.

    Attributes:
        value: at the start of a step.
        change: over the step before.
        before: length of that step, days; infinite after a jump, when its change says nothing.
    """

    value: Array
    change: Array
    before: float

    def ratio(self, step: float) -> float:
        """Return how many times its last change a source is expected to make in a step."""
        return step / self.before

    def curve(self, step: float) -> float:
        """Return the weight of the parabola through the last three values; 0 after a jump."""
        return step / (step + self.before)


class Operator(Protocol):
    """Diffusion and decay of one field, in modes that `forward` makes and `backward` undoes.

    Sources are in modes too. A step is exact for a source that moves in a line or a parabola over it, whatever the step
    and however sharp the field.
    """

    block: Block

    def forward(self, field: Array, reuse: bool = False) -> Array:
        """Return the modes of a field of shape (nx, ny, nz), which may be overwritten if reuse allows it."""
        ...

    def backward(self, modes: Array) -> Array:
        """Return the field of modes, which may be overwritten."""
        ...

    def supply(self) -> Array:
        """Return the modes of the constant supply through a bottom held at a value."""
        ...

    def steady(self, source: Array) -> Array:
        """Return the modes that a constant source ends in; the source is overwritten."""
        ...

    def uptake(
        self, modes: Array, source: Source, late: Array, step: float, loss: float, out: Array | None = None
    ) -> Array:
        """Return the integral over a step of exp(-loss (step - t)) times the field, as modes.

        Args:
            modes: at the start.
            source: what feeds them, as predicted from its last change.
            late: uptake missed by the step before, to be added now.
            step: days.
            loss: of what is taken up, 1/day.
            out: an array to write into; memory taken afresh costs as much as the arithmetic in large blocks.
        """
        ...

    def bending(self, modes: Array, source: Source, end: Array, step: float) -> tuple[float, float]:
        """Return what the curvature of a source that ends at end does in a step.

        Returns:
            The norm of the uptake it makes, and that of its part in the field over that of the field.
        """
        ...

    def advance(self, modes: Array, source: Source, end: Array, late: Array, step: float, gain: float) -> None:
        """Advance modes by a step in place.

        Args:
            modes: overwritten.
            source: at the start; its change is replaced by that of this step.
            end: source at the end; what the late uptake will release is added to it.
            late: receives the uptake missed because the source was predicted.
            step: days.
            gain: release for each unit of uptake, 1/day2.
        """
        ...


def operator(block: Block, field: Layered, dtype: type[Any] = np.float32) -> Operator:
    """Return the operator of one field: by modes in depth where diffusivity is uniform, else column by column.

    Args:
        block: the grid.
        field: coefficients by depth.
        dtype: float32 or float64.

    Raises:
        InputError: coefficients do not fit the block or are out of range.
    """
    from pinprick.tissue.columns import Columns
    from pinprick.tissue.spectral import Spectral

    diffusivity, decay = field.on(block)
    kind = Spectral if np.ptp(diffusivity) <= 1e-12 * diffusivity.max() else Columns
    return kind(block, diffusivity, decay, dtype)
