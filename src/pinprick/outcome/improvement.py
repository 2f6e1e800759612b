"""Improvement of one new patient in a new clinic, as draws: the fast path of planning."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.evidence import Ledger, calibration_standing, recording, replay, stratified
from pinprick.outcome.arm_course import usual_gain
from pinprick.outcome.arm_effect import ArmEffect, arm_effects
from pinprick.outcome.course_response import course_draws, course_gain, gain_at, session_days
from pinprick.outcome.fit import NO_TREATMENT, calibrated, fit_draws
from pinprick.outcome.indication import Indication, indication
from pinprick.outcome.modality import Modality, modality
from pinprick.outcome.outlook import Basis, Concern, Predictor
from pinprick.outcome.plain import Cell, plain_centre
from pinprick.outcome.scale import scale

Array = NDArray[np.float64]
_FEWEST_STUDIES = 3
_LOWEST = -100.0


def predictor(indication_id: str) -> Predictor:
    """Return what a plan predicts with: the plain mean where the model does not predict left-out studies better.

    Args:
        indication_id: indication id; one that could not be validated by itself follows the standing of all.
    """
    standing = calibration_standing(indication_id) or calibration_standing()
    return "model" if standing is None else standing.used


def treated(indication_id: str, modality_id: str) -> tuple[ArmEffect, ...]:
    """Return the effects of arms of an indication that were treated in exactly this way."""
    return tuple(effect for effect in arm_effects(indication_id) if effect.modality == modality_id)


def cell_of(concern: Concern, modality_id: str) -> Cell:
    """Return the scale and treatment of which a plain mean is taken: the concern's own scale, else the default."""
    return Cell(concern.scale or indication(concern.indication).scale or "", modality_id)


def scale_slope(concern: Concern, scale_id: str, draws: int, *, seed: int) -> Array | float:
    """Return percent on a scale for each percent of predicted improvement, a number or shape (draws,).

    A plain mean is of the scale that is shown already.
    """
    if predictor(concern.indication) == "plain":
        return 1.0
    return calibrated(concern.indication).slope(fit_draws(draws, seed), scale_id, seed=seed)


def basis(concern: Concern, modality_id: str, *, mechanism: bool = False) -> Basis:
    """Return what a prediction rests on: studies of exactly this treatment for this indication.

    Args:
        concern: what is treated.
        modality_id: class id.
        mechanism: whether a simulated collagen gain enters as well.
    """
    borrowed = treated(concern.indication, modality_id)
    found = [effect for effect in borrowed if not effect.borrowed]
    studies = len({effect.trial for effect in found})
    if not borrowed:
        return "none"
    if studies < _FEWEST_STUDIES:
        return "few-trials"
    return "trials-and-mechanism" if mechanism else "trials"


def behind(concern: Concern, modality_id: str) -> tuple[int, int, tuple[str, ...]]:
    """Return the number of arms and people behind a prediction and their sources."""
    effects = treated(concern.indication, modality_id)
    people = {effect.arm: effect.people for effect in effects}
    return len(people), sum(people.values()), tuple(dict.fromkeys(s for effect in effects for s in effect.sources))


def improvement(  # noqa: PLR0913 - the settings of one course, each by name
    concern: Concern,
    modality_id: str,
    *,
    sessions: int | None = None,
    interval_days: float | None = None,
    follow_up_days: float | None = None,
    relative_gain: Array | float | None = None,
    draws: int = 100,
    seed: int = 0,
) -> Array:
    """Draw the percent improvement of one new patient in a new clinic at the follow-up.

    The mean comes from the random-effects fit of the indication, with a study and an arm deviation; it is multiplied by
    the ratio of this course's gain to the usual one and by (relative gain) to an assumed exponent; then a patient
    deviation is added. Where the fit does not beat a plain mean of like arms (`predictor`), that mean takes its place;
    an outlook then leaves the simulated gain out, and only a search ranks techniques by it. Calls with the same draws
    and seed share all random numbers, so that candidates are compared for the same people.

    Args:
        concern: indication, and subtype and baseline where known.
        modality_id: class id, for instance `microneedling` or `microneedling_plus_prp`.
        sessions: sessions of the course; the usual number where None.
        interval_days: time between them; the usual one where None.
        follow_up_days: time after the last session (or from the start of a continuous treatment); 90 days where None.
        relative_gain: simulated collagen gain over that of the reference technique in the same skin and the same
            course, a number or shape (..., draws), for instance one row a candidate; None leaves the mechanism out.
        draws: how many.
        seed: explicit seed.

    Returns:
        Shape (draws,), or that of `relative_gain` where the mechanism enters, in percent of the indication's default
        scale; shape (0,) where no arm supports a number.

    Raises:
        InputError: unknown indication, treatment or subtype, or an impossible course.
    """
    record, kind = indication(concern.indication), modality(modality_id)
    check(concern, sessions, interval_days, follow_up_days)
    if kind.id != NO_TREATMENT and basis(concern, modality_id) == "none":
        return np.empty(0)
    latent, deviation, patient = prediction_parts(concern, modality_id, draws, seed)
    if kind.id == NO_TREATMENT:
        return capped(concern, record, latent + deviation + patient)
    ratio = course_ratio(kind, sessions, interval_days, follow_up_days, draws=draws, seed=seed)
    factor = ratio * mechanism_factor(record, relative_gain, draws=draws, seed=seed)
    return capped(concern, record, (latent + deviation) * factor + patient)


def check(concern: Concern, sessions: int | None, interval_days: float | None, follow_up_days: float | None) -> None:
    """Raise an InputError where the subtype or the course cannot be used."""
    record = indication(concern.indication)
    # Where an indication has no subtypes of its own the word is carried along and changes nothing.
    if concern.subtype is not None and record.subtypes and concern.subtype not in record.subtypes:
        known = ", ".join(record.subtypes)
        raise InputError("no such subtype", field="subtype", given=concern.subtype, limit=known)
    if concern.scale is not None and concern.baseline is not None:
        measure = scale(concern.scale)
        low, high = measure.floor, measure.top
        if (low is not None and concern.baseline < low) or (high is not None and concern.baseline > high):
            raise InputError(
                f"outside the range of {measure.name}",
                field="baseline",
                given=concern.baseline,
                limit=f"{'any' if low is None else f'{low:g}'} to {'any' if high is None else f'{high:g}'}",
                origin=", ".join(measure.sources),
            )
    for field, value, limit in (
        ("sessions", sessions, 1),
        ("interval_days", interval_days, 0),
        ("follow_up_days", follow_up_days, 0),
    ):
        if value is not None and not limit <= value < np.inf:
            raise InputError("impossible course", field=field, given=value, limit=f"at least {limit} and finite")


@dataclass(frozen=True, slots=True)
class Variation:
    """Where the width of a prediction comes from, as standard deviations in percent.

    Attributes:
        knowledge: uncertainty of the mean.
        studies: from study to study and clinic to clinic.
        people: from person to person.
    """

    knowledge: float
    studies: float
    people: float


def variation(concern: Concern, modality_id: str, *, draws: int = 100, seed: int = 0) -> Variation:
    """Return the parts of the spread of a prediction at the usual course.

    Args:
        concern: what is treated.
        modality_id: class id.
        draws: how many.
        seed: explicit seed.
    """
    parts = prediction_parts(concern, modality_id, draws, seed)
    return Variation(*(float(np.std(part)) for part in parts))


def course_ratio(
    kind: Modality,
    sessions: int | None,
    interval_days: float | None,
    follow_up_days: float | None,
    *,
    draws: int,
    seed: int,
) -> Array:
    """Return the gain of a course over that of the usual course of its kind at full follow-up, shape (draws,)."""
    follow_up = evidence.value("outcome.full_follow_up_days") if follow_up_days is None else follow_up_days
    number = kind.sessions if sessions is None else sessions
    interval = kind.interval_days if interval_days is None else interval_days
    sessions_scale, mature, steady = course_draws(draws, seed, kind.base.sessions_record)
    if kind.base.course != "sessions":
        length = evidence.value("outcome.continuous_course_days")
        days = length if follow_up_days is None else follow_up_days
        return np.asarray(np.expm1(-days / steady) / np.expm1(-length / steady))
    given = course_gain(number, interval, follow_up, sessions_scale, mature)
    return given / usual_gain(kind, sessions_scale, mature)


def course_progress(
    kind: Modality, sessions: int, interval_days: float, days: Array, *, draws: int, seed: int
) -> Array:
    """Return the share of the final gain reached at given days from the first session, shape (draws, t)."""
    sessions_scale, mature, steady = course_draws(draws, seed, kind.base.sessions_record)
    if kind.base.course != "sessions":
        reached = -np.expm1(-np.maximum(days, 0.0)[None, :] / steady[:, None])
    else:
        reached = gain_at(days, session_days(sessions, interval_days), sessions_scale, mature)
    return np.asarray(reached / reached[:, -1:])


def mechanism_factor(record: Indication, relative_gain: Array | float | None, *, draws: int, seed: int) -> Array:
    """Return (relative collagen gain) to the indication's coupling exponent, shape (draws,); 1 where there is none.

    The gain is held between a floor and a lower ceiling than its inverse: no trial rewards needling harder than usual.
    """
    if relative_gain is None or record.coupling == "none":
        return np.ones(draws)
    low, high = evidence.value("outcome.relative_gain_floor"), evidence.value("outcome.relative_gain_ceiling")
    exponent = evidence.draw(f"outcome.coupling.{record.coupling}", draws, seed=seed)
    gain = np.clip(np.nan_to_num(np.asarray(relative_gain, dtype=np.float64), nan=1.0), low, high)
    return np.asarray(gain**exponent)


def capped(concern: Concern, record: Indication, percent: Array) -> Array:
    """Return improvement held within what the scale can print, shape unchanged."""
    if record.scale is None:
        return np.clip(percent, _LOWEST, -_LOWEST)
    measure = scale(record.scale)
    baseline = concern.baseline if concern.scale == record.scale else None
    return np.clip(percent, measure.smallest_improvement(), measure.largest_improvement(baseline))


@lru_cache(maxsize=256)
def _drawn(indication_id: str, subtype: str, cell: Cell, draws: int, seed: int) -> tuple[Array, Array, Array, Ledger]:
    """Return the mean at the usual course, the study and arm deviation, and the patient deviation, each (draws,)."""
    from scipy.special import ndtri

    def normal(stream: str) -> Array:
        return np.asarray(ndtri(stratified(f"outcome.{stream}", draws, seed=seed)))

    modality_id = cell.modality
    with recording() as ledger:
        if predictor(indication_id) == "plain" and modality_id != NO_TREATMENT:
            latent, between = plain_centre(indication_id, cell, draws, seed=seed)
        else:
            found, fitted = fit_draws(draws, seed), calibrated(indication_id)
            latent = found.coefficients @ fitted.row(modality_id, "" if subtype == "mixed" else subtype)
            between = fitted.between_study_sd(found, seed=seed)
        if modality_id == NO_TREATMENT:
            deviation = evidence.value("outcome.untreated_study_sd_percent") * normal("study")
            patient = evidence.value("outcome.untreated_patient_sd_percent") * normal("patient")
        else:
            # One study deviation for the clinic and one patient deviation for the person, shared by all treatments;
            # the arm deviation is the treatment's own.
            ratio = evidence.value("outcome.arm_to_study_sd_ratio")
            deviation = between * (normal("study") + ratio * normal(f"arm.{modality_id}"))
            spread = f"outcome.patient_sd_percent.{indication(indication_id).patient_sd}"
            patient = evidence.draw(spread, draws, seed=seed) * normal("patient")
    return latent, deviation, patient, ledger


def prediction_parts(concern: Concern, modality_id: str, draws: int, seed: int) -> tuple[Array, Array, Array]:
    """Draw what a prediction is made of: the mean at the usual course, the study and arm deviation, the person's.

    Args:
        concern: what is treated.
        modality_id: class id, of a treatment that some arm supports.
        draws: how many.
        seed: explicit seed.

    Returns:
        Three arrays in percent, each of shape (draws,).
    """
    subtype = concern.subtype if concern.subtype in indication(concern.indication).subtypes else None
    cell = cell_of(concern, modality_id)
    latent, deviation, patient, ledger = _drawn(concern.indication, subtype or "", cell, draws, seed)
    replay(ledger)
    return latent, deviation, patient
