"""One refit of the healing network, from the measurements to joint draws with their diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum, healing_data
from pinprick.calibration.healing_posterior import Likelihood, Posterior, Sampling, require
from pinprick.calibration.healing_prior import constants_at
from pinprick.calibration.healing_screening import Screening, screen
from pinprick.calibration.healing_simulation import simulate
from pinprick.calibration.healing_stability import LOOP, loop_gain
from pinprick.calibration.surrogate import Surrogate, Training, train
from pinprick.evidence.posterior import posterior_record

Array = NDArray[np.float64]
Places = NDArray[np.intp]
Progress = Callable[[str], None]

# Runs are drawn a little wider than the prior, so that the surrogate is not asked at the edge of what it has seen.
_WIDER = 1.15


@dataclass(frozen=True, slots=True)
class Effort:
    """How much work a refit does.

    Attributes:
        runs: runs of the network that the surrogate is trained and tested on.
        rows: joint draws that are kept.
        seed: explicit seed.
        screened: whether the constants are chosen anew; else those of the shipped posterior are taken.
        training: how the surrogate is trained.
        sampling: how long the sampler runs.
    """

    runs: int = 20_000
    rows: int = 1000
    seed: int = 0
    screened: bool = True
    training: Training = field(default_factory=Training)
    sampling: Sampling = field(default_factory=Sampling)


def reduced(seed: int = 0) -> Effort:
    """Return a refit of under a minute, for checking the shipped one.

    Args:
        seed: explicit seed.
    """
    return Effort(6000, 400, seed, False, Training(width=48, steps=4000), Sampling(2, 400, 600))


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A fitted network.

    Attributes:
        effort: what was done.
        data: measurements it was fitted to.
        ids: constants that were calibrated.
        screening: which constants the measurements can inform; None where that was not asked again.
        surrogate: in place of the network.
        posterior: draws of the sampler.
        draws: joint draws in the units of the records, shape (rows, columns), in order of the collagen they make.
        columns: ids of their columns: the constants calibrated, then those that were carried along from their records
            because only together with them it is known whether healthy skin is stable.
        unstable: share of the sampler's draws left out because healthy skin might not be stable in them.
    """

    effort: Effort
    data: Sequence[Datum]
    ids: tuple[str, ...]
    screening: Screening | None
    surrogate: Surrogate
    posterior: Posterior
    draws: Array
    columns: tuple[str, ...]
    unstable: float

    @property
    def likelihood(self) -> Likelihood:
        """The likelihood of the measurements."""
        return Likelihood(self.data, self.surrogate, self.effort.sampling)


def calibrate(effort: Effort | None = None, *, progress: Progress | None = None) -> Calibration:
    """Fit the constants of healing that measurements inform.

    Args:
        effort: how much work to do.
        progress: told in words what is being done.

    Raises:
        MissingExtraError: JAX or NumPyro is not installed.
    """
    require()
    how, tell, data = effort or Effort(), progress or (lambda _: None), healing_data()
    screening = screen(data, seed=how.seed, progress=tell) if how.screened else None
    ids = screening.chosen() if screening is not None else shipped_ids()
    tell(f"simulating {how.runs} patients for {len(ids)} constants")
    surrogate = train(*training_runs(data, ids, how.runs, seed=how.seed + 1), seed=how.seed, training=how.training)
    tell(f"sampling {how.sampling.chains} chains")
    likelihood = Likelihood(data, surrogate, how.sampling)
    found = likelihood.sample(likelihood.observed, np.ones(len(data)), seed=how.seed)
    scores = found.scores.reshape(-1, len(ids))
    columns = _with_carried(ids, scores, how.seed)
    stable = np.flatnonzero(loop_gain(columns) < 1.0)
    kept = ordered(likelihood, scores, thinned(stable, how.rows))
    draws = np.stack([values[kept] for values in columns.values()], axis=1)
    unstable = 1.0 - stable.size / len(scores)
    return Calibration(how, data, ids, screening, surrogate, found, draws, tuple(columns), unstable)


def _with_carried(ids: Sequence[str], scores: Array, seed: int) -> dict[str, Array]:
    """Return constants by id, those of the feedback loop that were not calibrated drawn from their records."""
    carried = {
        id: evidence.parameter(id).quantile(evidence.stratified(id, len(scores), seed=seed))
        for id in LOOP
        if id not in ids
    }
    return constants_at(ids, scores) | carried


def shipped_ids() -> tuple[str, ...]:
    """Return the ids of the constants that the shipped posterior was calibrated for."""
    return tuple(item["id"] for item in posterior_record()["constants"])


def training_runs(data: Sequence[Datum], ids: Sequence[str], runs: int, *, seed: int) -> tuple[Array, Array]:
    """Return normal scores of random constants, shape (runs, ids), and the measurements, shape (runs, data).

    Args:
        data: the measurements.
        ids: constants that are calibrated; all others are drawn from their records.
        runs: how many.
        seed: explicit seed.
    """
    scores = _WIDER * np.random.default_rng(seed).standard_normal((runs, len(ids)))
    return scores, simulate(data, constants_at(ids, scores), runs, seed=seed)


def thinned(places: Places, rows: int) -> Places:
    """Return evenly spaced places of draws, shape (rows,).

    Args:
        places: of the draws to choose from.
        rows: how many; at most all.
    """
    return places[np.linspace(0, places.size - 1, min(rows, places.size)).astype(np.intp)]


def ordered(likelihood: Likelihood, scores: Array, places: Places) -> Places:
    """Return places of draws in order of the collagen that is expected of them.

    Args:
        likelihood: of the measurements.
        scores: normal scores of all draws, shape (draws, constants).
        places: of the draws to order.
    """
    from pinprick.tissue.accelerator import numbers

    place = [item.id for item in likelihood.data].index("lotfi2013_collagen_papillary")
    with numbers("double"):
        expected = np.asarray(likelihood.surrogate(scores[places]))[:, place]
    return places[np.argsort(expected, kind="stable")]


def diagnostics(found: Posterior, ids: Sequence[str]) -> dict[str, Any]:
    """Return split R-hat and effective sample sizes by constant, and the divergences.

    Args:
        found: draws of the sampler.
        ids: the constants.
    """
    from numpyro.diagnostics import summary

    named = {"scores": found.scores, "study_sd": found.study_sd, "discrepancy_sd": found.discrepancy_sd}
    made: Mapping[str, Any] = summary(named, group_by_chain=True)
    rows = {
        id: {"r_hat": float(made["scores"]["r_hat"][i]), "ess": float(made["scores"]["n_eff"][i])}
        for i, id in enumerate(ids)
    }
    for name in ("study_sd", "discrepancy_sd"):
        rows[name] = {"r_hat": float(made[name]["r_hat"]), "ess": float(made[name]["n_eff"])}
    return {
        "chains": int(found.scores.shape[0]),
        "draws_per_chain": int(found.scores.shape[1]),
        "divergences": found.divergences,
        "largest_r_hat": max(row["r_hat"] for row in rows.values()),
        "least_ess": min(row["ess"] for row in rows.values()),
        "by_name": rows,
    }
