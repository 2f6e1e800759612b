"""How well the fit predicts a study it has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import stratified
from pinprick.outcome.arm_effect import ArmEffect, arm_effects
from pinprick.outcome.fit import NO_TREATMENT, Fit, calibrate, sample

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One effect predicted by a fit without its study.

    Attributes:
        effect: what was observed.
        median: predicted median of the arm's mean on its own scale, in percent.
        low, high: bounds of the 90 percent interval.
    """

    effect: ArmEffect
    median: float
    low: float
    high: float

    @property
    def covered(self) -> bool:
        """Whether the interval holds what was observed."""
        return self.low <= self.effect.percent <= self.high


def leave_one_study_out(indication_id: str, *, draws: int = 1000, seed: int = 0) -> tuple[HeldOut, ...]:
    """Return every effect of an indication, predicted from the other studies.

    The interval is that of the mean of an arm of that size in a new study: parameters, between-study and arm
    deviation, and the arm's own sampling error; not the spread between people.

    Args:
        indication_id: indication id.
        draws: how many.
        seed: explicit seed.
    """
    effects = arm_effects(indication_id)
    found = []
    for trial in dict.fromkeys(effect.trial for effect in effects if not effect.borrowed):
        rest = calibrate(frozenset([trial])).fit(indication_id)
        for effect in effects:
            if effect.trial == trial:
                predicted = _arm_mean(rest, effect, draws, seed)
                low, median, high = (float(q) for q in np.quantile(predicted, [0.05, 0.5, 0.95]))
                found.append(HeldOut(effect, median, low, high))
    return tuple(found)


def coverage(held_out: Sequence[HeldOut]) -> float:
    """Return the share of effects inside their 90 percent interval; each arm counts once in all."""
    arms: dict[str, list[bool]] = {}
    for item in held_out:
        arms.setdefault(item.effect.arm, []).append(item.covered)
    return float(np.mean([np.mean(inside) for inside in arms.values()]))


def _arm_mean(rest: Fit, effect: ArmEffect, draws: int, seed: int) -> Array:
    """Draw the printed mean of a new arm of a new study."""
    noise = np.asarray(_normal("noise", draws, seed))
    return true_mean(rest, effect, draws, seed=seed) + effect.standard_error * noise


def _normal(name: str, draws: int, seed: int) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(stratified(f"outcome.held_out.{name}", draws, seed=seed)))


def true_mean(rest: Fit, effect: ArmEffect, draws: int, *, seed: int) -> Array:
    """Draw the mean of a new arm of a new study on its own scale before sampling error, in percent, shape (draws,).

    Parts of the treatment that the fit has not seen keep their prior.

    Args:
        rest: a fit without the study.
        effect: whose treatment, scale, course and design are meant; what it observed is not used.
        draws: how many.
        seed: explicit seed.
    """
    found = sample(rest.pool, draws, seed=seed)
    latent = found.coefficients @ rest.row(effect.modality, effect.subtype, effect.moderators)
    if effect.modality == NO_TREATMENT:
        latent = latent + evidence.value("outcome.untreated_study_sd_percent") * _normal("study", draws, seed)
    else:
        for part in rest.unseen(effect.modality, effect.subtype, effect.moderators):
            latent = latent + rest.prior_sd(part) * _normal(part, draws, seed)
        ratio = evidence.value("outcome.arm_to_study_sd_ratio")
        deviation = _normal("study", draws, seed) + ratio * _normal("arm", draws, seed)
        latent = latent + rest.between_study_sd(found, seed=seed) * deviation
    return np.asarray(rest.slope(found, effect.scale, seed=seed) * effect.course**found.exponent * latent)
