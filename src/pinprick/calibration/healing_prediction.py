"""Predictions of measurements from the prior, from the posterior, and from a posterior that has not seen the study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.healing_data import Datum, studies, untransformed
from pinprick.calibration.healing_posterior import Likelihood
from pinprick.calibration.healing_screening import unchanged_room
from pinprick.calibration.scoring import crps
from pinprick.tissue.accelerator import numbers

Array = NDArray[np.float64]
_LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Constants and spreads that predictions are made from.

    Attributes:
        scores: normal scores of the constants, shape (draws, constants).
        study_sd: spread between studies, shape (draws,).
        discrepancy_sd: what the network gets wrong, shape (draws,).
    """

    scores: Array
    study_sd: Array
    discrepancy_sd: Array


def prior_draws(constants: int, draws: int, *, seed: int) -> Draws:
    """Draw constants and spreads before any measurement.

    Args:
        constants: how many constants are calibrated.
        draws: how many.
        seed: explicit seed.
    """
    generator = np.random.default_rng(seed)
    spreads = (
        np.abs(generator.standard_normal(draws)) * evidence.value(f"mechanism.{name}")
        for name in ("study_sd", "discrepancy_sd")
    )
    return Draws(generator.standard_normal((draws, constants)), *spreads)


def predict(likelihood: Likelihood, drawn: Draws, *, seed: int) -> Array:
    """Draw what a study not seen before would measure, on the scale of each measurement, shape (draws, data).

    Args:
        likelihood: of the measurements, with the surrogate.
        drawn: constants and spreads.
        seed: explicit seed.
    """
    with numbers("double"):
        expected = np.asarray(likelihood.surrogate(drawn.scores))
    return noisy(likelihood.data, expected, np.diag(likelihood.surrogate.error), drawn, seed=seed)


def noisy(data: Sequence[Datum], expected: Array, error: Array | float, drawn: Draws, *, seed: int) -> Array:
    """Return expected measurements with the effect of a new study, discrepancy and the error of measuring added.

    Args:
        data: the measurements.
        expected: on the scale of each, shape (draws, data).
        error: variance of the surrogate, shape (data,).
        drawn: the spreads.
        seed: explicit seed.
    """
    factor = np.array([item.discrepancy_factor for item in data])
    slope = np.array([item.discrepancy_factor if item.scale == "share" else 1.0 for item in data])
    sd = np.array([item.sd for item in data])
    variance = sd**2 + error + (factor * drawn.discrepancy_sd[:, None]) ** 2 + (slope * drawn.study_sd[:, None]) ** 2
    return expected + np.sqrt(variance) * np.random.default_rng(seed).standard_normal(expected.shape)


def judged(item: Datum, draws: Array) -> dict[str, Any]:
    """Return one measurement beside its predictive distribution.

    Args:
        item: the measurement.
        draws: on its scale, shape (draws,).
    """
    if item.scale == "direction":
        room = unchanged_room()
        category = (draws > room).astype(float) - (draws < -room)
        chance = float(np.mean(category == item.value))
        return {"chance": chance, "log_score": float(np.log(max(chance, 0.5 / draws.size)))}
    low, lower, median, upper, high = (float(q) for q in np.quantile(draws, _LEVELS))
    spread = float(np.std(draws))
    return {
        "interval": [float(untransformed(item.scale, np.array(q))) for q in (low, median, high)],
        "covered90": low <= item.value <= high,
        "covered50": lower <= item.value <= upper,
        "crps": crps(draws, item.value),
        "log_score": _log_density(draws, item.value, spread),
        "below": float(np.mean(draws < item.value)),
    }


def _log_density(draws: Array, value: float, spread: float) -> float:
    from scipy.special import logsumexp

    # A kernel of Silverman's width over the draws.
    width = 1.06 * spread * draws.size**-0.2
    return float(logsumexp(-0.5 * ((value - draws) / width) ** 2) - np.log(draws.size * width * np.sqrt(2.0 * np.pi)))


def held_out(
    likelihood: Likelihood, *, seed: int, progress: Callable[[str], None] | None = None
) -> Iterator[dict[str, Any]]:
    """Predict every study by a posterior that has not seen it, beside the prior.

    Args:
        likelihood: of the measurements.
        seed: explicit seed.
        progress: told in words what is being done.
    """
    names = studies(likelihood.data)
    count = likelihood.surrogate.weights[0][0].shape[0]
    before = predict(likelihood, prior_draws(count, 4000, seed=seed), seed=seed)
    if progress is not None:
        progress(f"fitting {len(names)} times, each without one study")
    used = np.array([[float(item.study != name) for item in likelihood.data] for name in names])
    found = likelihood.sample_each(np.tile(likelihood.observed, (len(names), 1)), used, seed=seed)
    for number, name in enumerate(names):
        drawn = Draws(found.scores[number], found.study_sd[number], found.discrepancy_sd[number])
        after = predict(likelihood, drawn, seed=seed + number)
        for place, item in enumerate(likelihood.data):
            if item.study == name:
                yield {
                    "id": item.id,
                    "study": name,
                    "scale": item.scale,
                    "observed": float(untransformed(item.scale, np.array(item.value)))
                    if item.scale != "direction"
                    else item.value,
                    "prior": judged(item, before[:, place]),
                    "posterior": judged(item, after[:, place]),
                }


def held_out_summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return mean scores of held-out studies, each study counting once, and the standard error of their difference.

    Args:
        rows: as `held_out` gives them.
    """
    names = sorted({row["study"] for row in rows})
    gain = np.array(
        [
            np.mean([row["posterior"]["log_score"] - row["prior"]["log_score"] for row in rows if row["study"] == name])
            for name in names
        ]
    )
    values = [row for row in rows if row["scale"] != "direction"]
    directions = [row for row in rows if row["scale"] == "direction"]
    made: dict[str, Any] = {
        "n_studies": len(names),
        "log_score_gain": float(gain.mean()),
        "log_score_gain_se": float(gain.std(ddof=1) / np.sqrt(len(names))),
        "n_values": len(values),
        "n_directions": len(directions),
    }
    for kind in ("prior", "posterior"):
        made[kind] = {
            "coverage90": float(np.mean([row[kind]["covered90"] for row in values])),
            "coverage50": float(np.mean([row[kind]["covered50"] for row in values])),
            "crps": float(np.mean([row[kind]["crps"] for row in values])),
            "chance_of_direction": float(np.mean([row[kind]["chance"] for row in directions])),
            "directions_right": int(sum(row[kind]["chance"] >= 0.5 for row in directions)),
        }
    return made
