"""Which constants the measurements can inform: total effects by radial one-at-a-time changes (Campolongo 2011)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum
from pinprick.calibration.healing_prior import candidates, constants_at
from pinprick.calibration.healing_simulation import simulate

Array = NDArray[np.float64]
_MOST = 25
_ENSEMBLE = 6000


@dataclass(frozen=True, slots=True, eq=False)
class Screening:
    """How far each constant moves each measurement, and how far the measurements move each constant.

    Attributes:
        ids: ids of the constants.
        data: ids of the measurements.
        information: standard deviation that a constant, by itself and with others, gives to the deviance residual of a
            measurement, shape (ids, data).
        learned: what a linear update by all values at once does to a constant: its squared shift plus its loss of
            variance, both in the prior's, shape (ids,).
    """

    ids: tuple[str, ...]
    data: tuple[str, ...]
    information: Array
    learned: Array

    def chosen(self) -> tuple[str, ...]:
        """Return the ids worth calibrating: with the recorded least of information, most learned first, at most 25."""
        best = self.information.max(axis=1)
        order = np.argsort(-self.learned, kind="stable")
        least = evidence.value("mechanism.least_information")
        return tuple(self.ids[i] for i in order if best[i] >= least)[:_MOST]


def screen(
    data: Sequence[Datum], *, seed: int, points: int = 200, progress: Callable[[str], None] | None = None
) -> Screening:
    """Return how far each uncertain constant of healing moves each measurement.

    Args:
        data: the measurements.
        seed: explicit seed.
        points: random points from which every constant is changed by itself.
        progress: told in words what is being done.
    """
    ids = candidates()
    generator = np.random.default_rng(seed)
    here, there = generator.standard_normal((2, points, len(ids)))
    base = residuals(data, simulate(data, constants_at(ids, here), points, seed=seed))
    found = np.empty((len(ids), len(data)))
    for place in range(len(ids)):
        if progress is not None and place % 20 == 0:
            progress(f"screening constants, {place} of {len(ids)}")
        moved = here.copy()
        moved[:, place] = there[:, place]
        after = residuals(data, simulate(data, constants_at(ids, moved), points, seed=seed))
        # Jansen: half the mean squared change is the total variance that the constant is part of.
        found[place] = np.sqrt(0.5 * np.mean((after - base) ** 2, axis=0))
    return Screening(ids, tuple(item.id for item in data), found, _learned(data, ids, seed=seed))


def _learned(data: Sequence[Datum], ids: Sequence[str], *, seed: int) -> Array:
    """Return squared shift plus loss of variance of each constant by the update of an ensemble smoother."""
    values = [place for place, item in enumerate(data) if item.scale != "direction"]
    scores = np.random.default_rng([seed, 1]).standard_normal((_ENSEMBLE, len(ids)))
    made = simulate(data, constants_at(ids, scores), _ENSEMBLE, seed=seed + 1)[:, values]
    members = np.array([[data[i].study == data[j].study for j in values] for i in values])
    noise = np.diag(uncertainty(data)[values] ** 2)
    noise += (evidence.value("mechanism.study_sd") ** 2) * (members - np.eye(len(values)))
    cross = (scores - scores.mean(axis=0)).T @ (made - made.mean(axis=0)) / _ENSEMBLE
    gain = np.linalg.solve(np.cov(made.T) + noise, cross.T).T
    observed = np.array([data[place].value for place in values])
    return np.asarray((gain @ (observed - made.mean(axis=0))) ** 2 + (gain * cross).sum(axis=1))


def residuals(data: Sequence[Datum], simulated: Array) -> Array:
    """Return deviance residuals of simulated measurements, shape (draws, data).

    A value has its distance in standard deviations; a direction the root of twice the negative logarithm of its
    probability, so that one far from any threshold counts for nothing.
    """
    from scipy.special import ndtr

    sd = uncertainty(data)
    made = np.empty_like(simulated)
    room = unchanged_room()
    for place, item in enumerate(data):
        z = simulated[:, place]
        if item.scale == "direction":
            up, down = ndtr((z - room) / sd[place]), ndtr((-room - z) / sd[place])
            chance = np.choose(int(item.value) + 1, [down, np.maximum(1.0 - up - down, 0.0), up])
            made[:, place] = np.sqrt(-2.0 * np.log(np.maximum(chance, 1e-12)))
        else:
            made[:, place] = (z - item.value) / sd[place]
    return made


def unchanged_room() -> float:
    """Return the change that counts as none, on the logarithm of its ratio."""
    return float(np.log1p(evidence.value("calibration.unchanged_percent") / 100.0))


def uncertainty(data: Sequence[Datum]) -> Array:
    """Return the standard deviation of each measurement about the network at typical study effects and discrepancy."""
    study, own = evidence.value("mechanism.study_sd"), evidence.value("mechanism.discrepancy_sd")
    sd = np.array([item.sd for item in data])
    factor = np.array([item.discrepancy_factor for item in data])
    return np.sqrt(sd**2 + study**2 + (factor * own) ** 2)
