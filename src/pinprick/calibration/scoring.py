"""Proper scores of a predictive distribution that is given by draws of the true figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.calibration.observation import Observation
from pinprick.evidence import stratified

Array = NDArray[np.float64]
# Standard errors beyond which a distance is not told apart.
_FARTHEST = 1e8
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True)
class Score:
    """One figure scored against one predictive distribution.

    Attributes:
        median, p05, p25, p75, p95: quantiles on the natural scale.
        crps: continuous ranked probability score divided by the spread between people; lower is better.
        log_score: natural logarithm of the predictive density of what was observed, the density taken for each spread
            between people; higher is better.
        observed: what was observed.
    """

    median: float
    p05: float
    p25: float
    p75: float
    p95: float
    crps: float
    log_score: float
    observed: float

    @property
    def covered90(self) -> bool:
        """Whether the 90 percent interval holds what was observed."""
        return self.p05 <= self.observed <= self.p95

    @property
    def covered50(self) -> bool:
        """Whether the 50 percent interval holds what was observed."""
        return self.p25 <= self.observed <= self.p75


def score(found: Observation, percent: Array, *, seed: int) -> Score:
    """Score an observation against draws of the arm's true mean improvement.

    Args:
        found: what was observed and how it is printed.
        percent: draws of the true mean improvement, in percent on the scale, shape (draws,).
        seed: explicit seed of the sampling error.
    """
    true = found.true_value(percent)
    if found.threshold_percent is None:
        printed, log_density = _normal(found, true, seed)
    else:
        printed, log_density = _binomial(found, true, seed)
    low, lower, median, upper, high = (float(q) for q in np.quantile(printed, _LEVELS))
    return Score(
        median=median,
        p05=low,
        p25=lower,
        p75=upper,
        p95=high,
        crps=crps(printed, found.value) / found.spread,
        log_score=log_density + float(np.log(found.spread)),
        observed=found.value,
    )


def crps(draws: Array, observed: float) -> float:
    """Return the continuous ranked probability score of draws (Gneiting and Raftery 2007), in their unit.

    Args:
        draws: of the predictive distribution, shape (draws,).
        observed: what was observed.
    """
    ordered = np.sort(draws)
    count = ordered.size
    rank = 2.0 * np.arange(1, count + 1) - count - 1.0
    return float(np.mean(np.abs(ordered - observed)) - (rank @ ordered) / count**2)


def _normal(found: Observation, true: Array, seed: int) -> tuple[Array, float]:
    from scipy.special import logsumexp, ndtri

    error = found.standard_error
    noise = ndtri(stratified("calibration.sampling_error", true.size, seed=seed))
    distance = (found.value - true) / error
    # Beyond a hundred million standard errors the density is nought in any arithmetic; held so that it stays a number.
    distance = np.clip(distance, -_FARTHEST, _FARTHEST)
    log_density = float(logsumexp(-0.5 * distance**2) - np.log(true.size * error * np.sqrt(2.0 * np.pi)))
    return np.clip(true + error * noise, *found.bounds), log_density


def _binomial(found: Observation, true: Array, seed: int) -> tuple[Array, float]:
    from scipy.special import gammaln, logsumexp
    from scipy.stats import binom

    people = found.effect.people
    # Half a person in ten thousand keeps a certain prediction from meeting an impossible observation.
    share = np.clip(true, 5e-5, 1.0 - 5e-5)
    rank = stratified("calibration.sampling_error", true.size, seed=seed)
    printed = np.asarray(binom.ppf(rank, people, share), dtype=np.float64) / people
    count = found.value * people
    choose = gammaln(people + 1) - gammaln(count + 1) - gammaln(people - count + 1)
    log_mass = choose + count * np.log(share) + (people - count) * np.log1p(-share)
    return printed, float(logsumexp(log_mass) - np.log(true.size) + np.log(people))
