"""Predictions of arms by fits that have not seen their study."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from pinprick.calibration.observation import Observation, observation
from pinprick.calibration.scoring import Score, score
from pinprick.evidence import Arm
from pinprick.outcome import PlainMean, arm_effects, effects_of, indications, own_effects, true_mean
from pinprick.outcome.fit import Fit, calibrate

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Prediction:
    """One observation, scored by the model and by the plain mean.

    Attributes:
        observation: what was printed.
        model: the outcome model, fitted without the study.
        plain: the random-effects mean, fitted on the same arms.
        cell: the arms that the plain mean rests on, in words.
    """

    observation: Observation
    model: Score
    plain: Score
    cell: str


@dataclass(frozen=True, slots=True)
class Training:
    """What one indication is predicted with.

    Attributes:
        fit: the outcome model.
        plain: the plain means.
    """

    fit: Fit
    plain: PlainMean


def indication_of(trial_indication: str) -> str | None:
    """Return the indication whose model applies to an indication as trials name it; None if there is none."""
    return next((id for id, record in indications().items() if trial_indication in record.trials), None)


def folds(trials: Iterable[str], count: int, *, seed: int) -> tuple[frozenset[str], ...]:
    """Deal studies into folds of near-equal size; a study is never split.

    Args:
        trials: study ids.
        count: how many folds; fewer where there are fewer studies.
        seed: explicit seed of the shuffle.
    """
    ordered = sorted(set(trials))
    shuffled = np.random.default_rng(seed).permutation(len(ordered))
    parts = min(count, max(1, len(ordered)))
    return tuple(frozenset(ordered[place] for place in shuffled[part::parts]) for part in range(parts))


def train(excluded: frozenset[str], wanted: Iterable[str]) -> dict[str, Training]:
    """Fit all trials but the excluded ones, and return the models of the wanted indications.

    Args:
        excluded: study ids.
        wanted: indication ids.
    """
    everything = tuple(effect for _, effect in own_effects() if effect.trial not in excluded)
    fitted = calibrate(excluded)
    made = {}
    for id in wanted:
        effects = tuple(effect for effect in arm_effects(id) if effect.trial not in excluded)
        made[id] = Training(fitted.fit(id), PlainMean(effects, everything))
    return made


def predict(training: Training, found: Observation, *, draws: int, seed: int) -> Prediction:
    """Predict one observation and score the prediction.

    Args:
        training: fits that have not seen the study.
        found: what was printed.
        draws: how many.
        seed: explicit seed.
    """
    model = score(found, true_mean(training.fit, found.effect, draws, seed=seed), seed=seed)
    plain = score(found, training.plain.true_mean(found.effect, draws, seed=seed), seed=seed)
    return Prediction(found, model, plain, training.plain.cell(found.effect))


def observations(arm: Arm) -> tuple[Observation, ...]:
    """Return everything an arm printed that the model can express, its own indication first."""
    own = indication_of(arm.indication)
    found: list[Observation] = []
    if own is not None:
        found += [observation(effect, arm, own) for effect in effects_of(arm, own)]
    return tuple(found)
