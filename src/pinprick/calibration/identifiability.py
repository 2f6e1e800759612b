"""What the trials tell apart: how far each coefficient of the fit moved from its prior, and which go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.outcome.fit import Pool

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of one coefficient before and after the trials.

    Attributes:
        name: of the coefficient.
        mean, sd: after, in percent; of a slope or the exponent, without unit.
        prior_sd: before, in the same.
        contraction: 1 - (sd / prior_sd)^2: 0 where the trials say nothing, 1 where they say all.
        partner: coefficient that it is most correlated with after, "" for none.
        correlation: with it.
    """

    name: str
    mean: float
    sd: float
    prior_sd: float
    contraction: float
    partner: str
    correlation: float


def covariance(fitted: Pool) -> tuple[Array, Array]:
    """Return mean and covariance of the coefficients over the between-study deviations, (m,) and (m, m)."""
    posterior = fitted.posterior
    mean = posterior.weight @ posterior.mean
    within = np.einsum("k,kij,klj->il", posterior.weight, posterior.factor, posterior.factor)
    apart = posterior.mean - mean
    return mean, within + np.einsum("k,ki,kj->ij", posterior.weight, apart, apart)


def learned(fitted: Pool) -> tuple[Learned, ...]:
    """Return what the trials say of every coefficient, the best known first.

    Args:
        fitted: the fit of all indications.
    """
    mean, spread = covariance(fitted)
    names = fitted.names
    prior = fitted.prior_sds
    sd = np.sqrt(np.diag(spread))
    correlation = spread / np.outer(sd, sd)
    np.fill_diagonal(correlation, 0.0)
    partner = np.argmax(np.abs(correlation), axis=1)
    found = [
        Learned(
            name,
            float(mean[place]),
            float(sd[place]),
            float(prior[place]),
            float(1.0 - (sd[place] / prior[place]) ** 2),
            names[partner[place]],
            float(correlation[place, partner[place]]),
        )
        for place, name in enumerate(names)
    ]
    return tuple(sorted(found, key=lambda item: -item.contraction))
