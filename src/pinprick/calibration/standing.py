"""The recorded standing of the model against the plain mean, indication by indication."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from pinprick import evidence
from pinprick.calibration.cross_validation import indication_of
from pinprick.calibration.validation import Settings

# Every study by itself, so that no deal of the studies into folds decides between the two.
LEAVE_ONE_STUDY_OUT = Settings(fold_count=1000)
_DECIDED = 0.95
_RESAMPLES = 4000
_FEWEST_STUDIES = 5  # an error by study means nothing on fewer


def standings(arms: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the standing over all scored arms and by indication of the model.

    Args:
        arms: arms of a validation document.
    """
    scored = [arm for arm in arms if arm["scored"]]
    ids = sorted({id for arm in scored if (id := indication_of(arm["indication"])) is not None})
    parts = {id: [arm for arm in scored if indication_of(arm["indication"]) == id] for id in ids}
    made = [_standing("all", scored), *(_standing(id, part) for id, part in parts.items())]
    overall = made[0].get("probability_better")
    for item in made:
        share = item.get("probability_better", overall)
        item["used"] = "plain" if share is None or share < least_probability() else "model"
    return made


def least_probability() -> float:
    """Return the probability of predicting better from which on a plan uses the model."""
    return evidence.value("calibration.least_probability_better")


def probability_better(
    difference: np.ndarray[Any, np.dtype[np.float64]], trials: Sequence[str], *, seed: int = 0
) -> float:
    """Return the share of resamples of the studies in which the model scores better than the plain mean.

    A paired bootstrap: each study brings the differences of all of its arms, whichever model they favour.

    Args:
        difference: score of the model less that of the plain mean, arm by arm; lower is better.
        trials: study of each arm.
        seed: explicit seed of the resampling.
    """
    names = sorted(set(trials))
    member = np.array([[trial == name for trial in trials] for name in names], dtype=np.float64)
    total, count = member @ difference, member.sum(axis=1)
    pick = np.random.default_rng(seed).integers(len(names), size=(_RESAMPLES, len(names)))
    mean = total[pick].sum(axis=1) / count[pick].sum(axis=1)
    return float(np.mean(mean < 0) + 0.5 * np.mean(mean == 0))


def _standing(id: str, arms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    model = np.array([arm["crps"] for arm in arms])
    plain = np.array([arm["plain"]["crps"] for arm in arms])
    trials = [arm["trial"] for arm in arms]
    found: dict[str, Any] = {
        "id": id,
        "n_arms": len(arms),
        "n_studies": len(set(trials)),
        "coverage90": round(float(np.mean([arm["covered90"] for arm in arms])), 3),
        "crps": round(float(model.mean()), 3),
        "crps_plain": round(float(plain.mean()), 3),
        "skill": round(float(model.mean() / plain.mean()), 3),
    }
    error = _error_by_study(model - plain, trials)
    if error is not None:
        found["difference_se"] = round(error, 3)
    found["better"] = "undecided"
    if found["n_studies"] >= _FEWEST_STUDIES:
        share = probability_better(model - plain, trials)
        found["probability_better"] = round(share, 3)
        found["better"] = _better(share)
    return found


def _error_by_study(difference: np.ndarray[Any, np.dtype[np.float64]], trials: Sequence[str]) -> float | None:
    """Return the standard error of the mean difference; arms of one study are not told apart from one another."""
    names = sorted(set(trials))
    if len(names) < 2:
        return None
    centred = difference - difference.mean()
    sums = np.array(
        [sum(value for value, trial in zip(centred, trials, strict=True) if trial == name) for name in names]
    )
    factor = len(names) / (len(names) - 1.0)
    return float(np.sqrt(factor * np.sum(sums**2)) / difference.size)


def _better(share: float) -> Literal["model", "plain", "undecided"]:
    if 1.0 - _DECIDED < share < _DECIDED:
        return "undecided"
    return "model" if share >= _DECIDED else "plain"
