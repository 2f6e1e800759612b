"""The prior of the network's constants: their records, wider where a number was remembered or assumed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade.network import CONSTANTS
from pinprick.evidence import Parameter

Array = NDArray[np.float64]

# What turns needling into local injury, besides the constants of the network.
_REACH = ("tgf_beta_diffusivity", "signal_reach")


@cache
def candidates() -> tuple[str, ...]:
    """Return the ids of every uncertain record that healing draws on, in the order of the network."""
    names = (f"cascade.{name}" for name in (*CONSTANTS.values(), *_REACH))
    return tuple(id for id in names if evidence.parameter(id).spread.kind != "none")


@cache
def prior(id: str) -> Parameter:
    """Return the record of a constant with the spread that it has as a prior.

    Args:
        id: id of the parameter.
    """
    record = evidence.parameter(id)
    if record.spread.sd is None:
        return record
    factor = evidence.value(f"mechanism.prior_widening.{record.status}")
    return replace(record, spread=replace(record.spread, sd=factor * record.spread.sd))


def quantile(id: str, probability: Array) -> Array:
    """Return the prior at each probability, any shape, in the unit of the record.

    The recorded value stays the median: each side is cut at its own bound and keeps half of the probability. A wide
    spread between uneven bounds would otherwise carry the median away from the value.

    Args:
        id: id of the parameter.
        probability: any shape.
    """
    from scipy.special import ndtr, ndtri

    wide = prior(id)
    spread = wide.spread
    if spread.kind != "lognormal" or spread.sd is None:
        return wide.quantile(probability)
    ends = [0.0, 1.0]
    for place, bound in enumerate((spread.low, spread.high)):
        if bound is not None and bound > 0:
            ends[place] = float(ndtr(np.log(bound / wide.value) / spread.sd))
    low, high = ends
    below = low + 2.0 * probability * (0.5 - low)
    above = 0.5 + (2.0 * probability - 1.0) * (high - 0.5)
    return np.asarray(wide.value * np.exp(spread.sd * ndtri(np.where(probability < 0.5, below, above))))


def constants_at(ids: Sequence[str], scores: Array) -> dict[str, Array]:
    """Return constants by id at given normal scores of their priors.

    Args:
        ids: ids of the constants.
        scores: shape (draws, ids).
    """
    from scipy.special import ndtr

    return {id: quantile(id, ndtr(scores[:, i])) for i, id in enumerate(ids)}
