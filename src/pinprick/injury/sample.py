"""Parameter draws, kept between calls because a search asks for the same ones a thousand times."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence

Array = NDArray[np.float64]


def sample(id: str, draws: int, seed: int) -> Array:
    """Return the draws of a parameter, shape (draws,), read-only, and enter it into the open ledger."""
    evidence.parameter(id)
    return _values(id, draws, seed)


@lru_cache(maxsize=2048)
def _values(id: str, draws: int, seed: int) -> Array:
    values = evidence.draw(id, draws, seed=seed)
    values.flags.writeable = False
    return values


@lru_cache(maxsize=256)
def uniform(stream: str, draws: int, seed: int) -> Array:
    """Return stratified uniform numbers of a named stream, shape (draws,), read-only."""
    values = evidence.stratified(stream, draws, seed=seed)
    values.flags.writeable = False
    return values
