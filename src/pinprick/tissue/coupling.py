"""A diffusing field that tissue takes up and gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from pinprick.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class Coupling:
    """Linear exchange of a diffusing field u with an immobile field v: v' = uptake u - loss v, u gains release v.

    Attributes:
        uptake_per_day: scalar or by cell, shape (nx, ny, nz).
        loss_per_day: scalar; the uptake integral is exact for it.
        release_per_day: scalar or by cell, shape (nx, ny, nz).
    """

    uptake_per_day: ArrayLike
    loss_per_day: float
    release_per_day: ArrayLike

    def __post_init__(self) -> None:
        if not (np.isfinite(self.loss_per_day) and self.loss_per_day >= 0):
            raise InputError(
                "Loss cannot be negative.", field="loss_per_day", given=self.loss_per_day, limit="0 or more"
            )


@njit(cache=True, nogil=True)
def take_up(w, v, q, uptake, kept, release):  # type: ignore[no-untyped-def]
    """Overwrite the uptake w by the immobile field at the end of a step, and q by what it releases.

    Args:
        w: uptake integral, flat.
        v: immobile field at the start, flat.
        q: receives release times the new field.
        uptake: flat, of one element or one for each cell.
        kept: what is left of v after the step.
        release: like uptake.
    """
    if uptake.size == 1 and release.size == 1:
        a, p = uptake[0], release[0]
        for n in range(w.size):
            x = kept * v[n] + a * w[n]
            w[n] = x
            q[n] = p * x
    else:
        each_a, each_p = min(1, uptake.size - 1), min(1, release.size - 1)
        for n in range(w.size):
            x = kept * v[n] + uptake[n * each_a] * w[n]
            w[n] = x
            q[n] = release[n * each_p] * x


def flat(value: ArrayLike, shape: tuple[int, ...], dtype: type[Any]) -> NDArray[Any]:
    """Return a scalar as one element, anything else by cell, flat."""
    array = np.asarray(value, dtype)
    return np.ascontiguousarray(array.reshape(1) if array.ndim == 0 else np.broadcast_to(array, shape).ravel())
