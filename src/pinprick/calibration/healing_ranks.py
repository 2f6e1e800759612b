"""Simulation-based calibration: are known constants found again from synthetic measurements? (Talts 2018)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum
from pinprick.calibration.healing_posterior import Likelihood
from pinprick.calibration.healing_prior import constants_at
from pinprick.calibration.healing_screening import unchanged_room
from pinprick.calibration.healing_simulation import simulate

Array = NDArray[np.float64]
Counts = NDArray[np.int64]
BINS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Ranks:
    """Ranks of what synthetic measurements were made with among draws of the posterior found from them.

    Attributes:
        names: ids of the constants, then `study_sd` and `discrepancy_sd`.
        ranks: shape (sets, names), each from 0 to `draws`.
        draws: draws of each posterior that were compared.
        divergences: divergent transitions over all sets.
    """

    names: tuple[str, ...]
    ranks: Counts
    draws: int
    divergences: int


def rank_synthetic(
    likelihood: Likelihood,
    ids: Sequence[str],
    *,
    sets: int,
    draws: int,
    seed: int,
    progress: Callable[[str], None] | None = None,
) -> Ranks:
    """Fit synthetic measurements that the whole network made from constants of the prior, and rank those constants.

    Args:
        likelihood: of the measurements, with the surrogate that is tested.
        ids: constants that are calibrated.
        sets: how many sets of measurements.
        draws: draws of each posterior that are compared, fewer than the sampler keeps.
        seed: explicit seed.
        progress: told in words what is being done.
    """
    generator = np.random.default_rng(seed)
    scores = generator.standard_normal((sets, len(ids)))
    spreads = np.abs(generator.standard_normal((sets, 2))) * [
        evidence.value("mechanism.study_sd"),
        evidence.value("mechanism.discrepancy_sd"),
    ]
    made = simulate(likelihood.data, constants_at(ids, scores), sets, seed=seed)
    observed = synthetic(likelihood, made, spreads, generator)
    if progress is not None:
        progress(f"fitting {sets} sets of synthetic measurements")
    found = likelihood.sample_each(observed, np.ones_like(observed), seed=seed)
    drawn = np.concatenate([found.scores, found.study_sd[..., None], found.discrepancy_sd[..., None]], axis=2)
    drawn = drawn[:, np.linspace(0, drawn.shape[1] - 1, draws).astype(np.intp)]
    ranks = (drawn < np.concatenate([scores, spreads], axis=1)[:, None]).sum(axis=1)
    return Ranks((*ids, "study_sd", "discrepancy_sd"), ranks, draws, found.divergences)


def synthetic(likelihood: Likelihood, simulated: Array, spreads: Array, generator: np.random.Generator) -> Array:
    """Return measurements as they would have been printed, shape (sets, data).

    Args:
        likelihood: of the measurements.
        simulated: what the network says, shape (sets, data).
        spreads: between studies and of the discrepancy, shape (sets, 2).
        generator: of the errors.
    """
    data: Sequence[Datum] = likelihood.data
    members = likelihood.membership
    effects = spreads[:, :1] * generator.standard_normal((len(simulated), members.shape[1])) @ members.T
    sd = np.array([item.sd for item in data])
    own = np.array([item.discrepancy_factor for item in data]) * spreads[:, 1:]
    made = simulated + effects + np.sqrt(sd**2 + own**2) * generator.standard_normal(simulated.shape)
    room = unchanged_room()
    category = (made > room).astype(float) - (made < -room)
    return np.where([item.scale == "direction" for item in data], category, made)


def uniformity(found: Ranks) -> dict[str, float]:
    """Return, by name, the chance of ranks as uneven as these if the posterior were right: chi-square over eight bins.

    Args:
        found: the ranks.
    """
    from scipy.stats import chisquare

    edges = np.linspace(0, found.draws + 1, BINS + 1)
    width = np.diff(np.ceil(edges))
    chances = {}
    for place, name in enumerate(found.names):
        counts = np.histogram(found.ranks[:, place], np.ceil(edges) - 0.5)[0]
        chances[name] = float(chisquare(counts, len(found.ranks) * width / width.sum()).pvalue)
    return chances
