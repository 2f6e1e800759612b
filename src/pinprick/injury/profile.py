"""Depth profile of tapering microchannels: how many reach a depth and what area they open there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pinprick.injury.penetration import TRUNCATION
from pinprick.injury.sample import Array

_TABLE = 1024
_QUADRATURE = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Tables over depth divided by the mean depth, for one spread between punctures.

    Attributes:
        step: table step.
        reaching: share of punctures that reach each depth.
        open_area: mean cross-section at each depth over that of the mouth.
        deviation: standard deviation of depth over its mean, a little below the spread before it was cut off.
        quantiles: eight depths of equal probability over the mean depth.
    """

    step: float
    reaching: Array
    open_area: Array
    deviation: float
    quantiles: Array

    def look_up(self, table: Array, relative_depth: Array) -> Array:
        """Interpolate a table at depths over the mean depth, any shape; 0 beyond the deepest puncture."""
        position = np.minimum(relative_depth * (1 / self.step), _TABLE)
        index = position.astype(np.int32)
        below = table[index]
        return np.asarray(below + (position - index) * (table[index + 1] - below))


@lru_cache(maxsize=32)
def profile(cv: float) -> Profile:
    """Return the tables for a spread `cv` of depth between punctures.

    Depth is normal about its mean, cut off at `TRUNCATION` deviations; a channel is a cone from its mouth to its tip.
    """
    nodes = (np.arange(_QUADRATURE) + 0.5) / _QUADRATURE
    deviation = TRUNCATION * (2 * nodes - 1)
    weight = np.exp(-(deviation**2) / 2)
    weight /= weight.sum()
    depth = 1 + cv * deviation
    top = 1 + cv * TRUNCATION
    grid = np.linspace(0.0, top, _TABLE + 1)
    radius = np.clip(1 - grid[:, None] / depth, 0, None)
    reaching = (grid[:, None] < depth) @ weight
    area = radius**2 @ weight
    reaching[-1] = area[-1] = 0.0
    return Profile(
        step=top / _TABLE,
        reaching=np.append(np.minimum(reaching, 1.0), 0.0),
        open_area=np.append(np.minimum(area, 1.0), 0.0),
        deviation=cv * float(np.sqrt(deviation**2 @ weight)),
        quantiles=depths(1.0, cv, (np.arange(8) + 0.5) / 8),
    )


def depths(mean_mm: float, cv: float, probability: Array) -> Array:
    """Return depths in mm of single punctures at the given probabilities, from the same distribution."""
    from scipy.special import ndtr, ndtri

    low, high = ndtr(-TRUNCATION), ndtr(TRUNCATION)
    return np.asarray(mean_mm * (1 + cv * ndtri(low + (high - low) * probability)))
