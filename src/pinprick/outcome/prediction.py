"""From healing, or from a treatment's own trial arms, to an outlook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.outcome.fit import NO_TREATMENT
from pinprick.outcome.improvement import (
    basis,
    behind,
    cell_of,
    course_progress,
    improvement,
    predictor,
    scale_slope,
    treated,
    variation,
)
from pinprick.outcome.indication import indication, reference_technique
from pinprick.outcome.mechanism import describe_reference, relative_gain
from pinprick.outcome.modality import Modality, modality
from pinprick.outcome.outlook import Basis, Concern, Outlook
from pinprick.outcome.plain import plain_cell
from pinprick.outcome.scale import scale
from pinprick.outcome.side_effect import risks
from pinprick.outcome.statement import Behind, cannot_say, says
from pinprick.units import DAYS_PER_WEEK

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
_NEEDED = ("modality", "zone", "sessions", "interval_days", "follow_up_days", "phototype", "seed", "draws")


@dataclass(frozen=True, slots=True)
class Treatment:
    """A course to be predicted.

    Attributes:
        modality: class id.
        sessions: sessions; the usual number where None.
        interval_days: time between them; the usual where None.
        follow_up_days: time after the last session; 90 days where None.
        phototype: of the person, or None where unknown.
        device_class: class of the needling device, where one is simulated.
    """

    modality: str
    sessions: int | None = None
    interval_days: float | None = None
    follow_up_days: float | None = None
    phototype: int | None = None
    device_class: str | None = None


def predict(
    healing: xr.Dataset, concern: Concern, *, adjuncts: tuple[str, ...] = (), reference: xr.Dataset | None = None
) -> Outlook:
    """Return the outlook for a simulated course of needling.

    Args:
        healing: from `cascade.heal`; its `attrs` say what was done to whom.
        concern: what is treated.
        adjuncts: what is added, as trials name it: `prp`, `topical`, `minoxidil`, `peel`, `phototherapy`.
        reference: healing after the indication's reference technique in the same skin and course; simulated where None.

    Raises:
        InputError: the dataset lacks a setting, or indication, subtype or adjunct is unknown.
    """
    settings = healing.attrs
    missing = [name for name in _NEEDED if name not in settings]
    if missing:
        raise InputError("the healing lacks settings", field="healing", given=missing, remedy="make it with heal()")
    draws, seed = int(settings["draws"]), int(settings["seed"])
    modality_id = "_plus_".join([str(settings["modality"]), *adjuncts])
    phototype = None if settings["phototype"] in (None, "unknown") else int(settings["phototype"])
    course = Treatment(
        modality_id, int(settings["sessions"]), float(settings["interval_days"]), float(settings["follow_up_days"]),
        phototype, settings.get("device_class"),
    )  # fmt: skip
    gain = (
        relative_gain(healing, concern.indication, reference=reference) if modality(modality_id).base.needling else None
    )
    early = {name: np.asarray(healing[name].values) for name in ("downtime_days", "pain_0_10") if name in healing}
    return outlook(concern, course, draws=draws, seed=seed, gain=gain, early=early)


def outlook(
    concern: Concern,
    course: Treatment,
    *,
    draws: int = 100,
    seed: int = 0,
    gain: Array | None = None,
    early: dict[str, Array] | None = None,
) -> Outlook:
    """Return the outlook for a course of any treatment from its own trial arms.

    Where no arm supports a number, `basis` is "none" and the improvement, its course and the score are empty (no
    draws). Doing nothing is the exception: it is then assumed to change nothing.

    Args:
        concern: what is treated.
        course: what is done.
        draws: how many.
        seed: explicit seed.
        gain: collagen gain over the reference technique, from `relative_gain`, shape (draws,); None leaves it out.
        early: simulated `downtime_days` and `pain_0_10`, each of shape (draws,); else from the treatment's record.
    """
    record, kind = indication(concern.indication), modality(course.modality)
    sessions, interval, follow_up = _timing(kind, course)
    guide = predictor(record.id)
    # Where a plain mean predicts, it predicts: the simulated healing then only ranks techniques against one another.
    gain = gain if guide == "model" else None
    percent = improvement(
        concern, kind.id, sessions=max(1, sessions), interval_days=interval, follow_up_days=course.follow_up_days,
        relative_gain=gain, draws=draws, seed=seed,
    )  # fmt: skip
    days = _days(kind, sessions, interval, follow_up)
    mechanism = gain is not None and record.coupling != "none"
    rests = basis(concern, kind.id, mechanism=mechanism)
    arms, people, sources = behind(concern, kind.id)
    name, final = score(concern, percent, draws, seed)
    spoken, unspoken = _statements(concern, kind, rests, (mechanism, course.device_class), (draws, seed))
    direct = [source for found in record.head_to_head if found.modality == kind.id for source in found.sources]
    evidence.cite(*direct, *record.sources)
    simulated = early or {}
    return Outlook(
        modality=kind.id,
        concern=concern,
        improvement_percent=percent,
        time_days=days,
        improvement_course_percent=_over_time(kind, percent, (sessions, interval, days), draws, seed),
        scale=name,
        scale_final=final,
        downtime_days=simulated.get("downtime_days", kind.downtime_days(draws, seed=seed)),
        pain_0_10=simulated.get("pain_0_10", kind.pain_0_10(draws, seed=seed)),
        sessions=sessions,
        risks=risks(kind.id, course.phototype, draws=draws, seed=seed),
        basis=rests,
        arms=arms,
        people=people,
        says=spoken,
        cannot_say=unspoken,
        sources=tuple(dict.fromkeys((*sources, *direct, *record.sources))),
        predictor=guide,
    )


def _timing(kind: Modality, course: Treatment) -> tuple[int, float, float]:
    """Return sessions, interval and follow-up in days, each as asked or else as usual."""
    sessions = kind.sessions if course.sessions is None else course.sessions
    interval = kind.interval_days if course.interval_days is None else course.interval_days
    if course.follow_up_days is None:
        return sessions, interval, evidence.value("outcome.full_follow_up_days")
    return sessions, interval, course.follow_up_days


def _statements(
    concern: Concern, kind: Modality, rests: Basis, simulated: tuple[bool, str | None], stream: tuple[int, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what is said and what cannot be said, in sentences."""
    record, (draws, seed), (mechanism, device_class) = indication(concern.indication), stream, simulated
    effects = treated(record.id, kind.id)
    whole = [effect.percent for effect in effects if not effect.subtype] or [effect.percent for effect in effects]
    arms, people, _ = behind(concern, kind.id)
    borrowed = len({effect.arm for effect in effects if effect.borrowed})
    known = Behind(arms, people, borrowed, (min(whole), max(whole)) if whole else None, _plain(concern, kind.id))
    spoken = says(record, kind, rests, known, variation(concern, kind.id, draws=draws, seed=seed))
    anchor = reference_technique(record.id, device_class) if mechanism else None
    if anchor is not None:
        spoken = (*spoken, describe_reference(anchor))
    return spoken, cannot_say(record, kind, rests, mechanism=mechanism)


def _plain(concern: Concern, modality_id: str) -> tuple[str, int] | None:
    """Return what the plain mean rests on, where it predicts."""
    if predictor(concern.indication) != "plain" or modality_id == NO_TREATMENT:
        return None
    return plain_cell(concern.indication, cell_of(concern, modality_id))


def _days(kind: Modality, sessions: int, interval_days: float, follow_up_days: float) -> Array:
    """Return the days of the fan: weekly from the first session to the follow-up after the last, and that day."""
    if kind.base.course == "continuous":
        end = evidence.value("outcome.continuous_course_days")
    else:
        end = max(0, sessions - 1) * interval_days + follow_up_days
    return np.append(np.arange(0.0, end, DAYS_PER_WEEK), end)


def _over_time(kind: Modality, percent: Array, course: tuple[int, float, Array], draws: int, seed: int) -> Array:
    sessions, interval_days, days = course
    if percent.size == 0:
        return np.empty((0, days.size))
    if kind.id == NO_TREATMENT:
        return np.asarray(percent[:, None] * (days / days[-1])[None, :])
    progress = course_progress(kind, sessions, interval_days, days, draws=draws, seed=seed)
    return np.asarray(percent[:, None] * progress)


def score(concern: Concern, percent: Array, draws: int, seed: int) -> tuple[str | None, Array | None]:
    """Return the scale shown and the predicted score on it: the concern's own scale if it has one, else the default."""
    name = concern.scale or indication(concern.indication).scale
    if name is None or scale(name).kind == "share":
        return None, None
    if percent.size == 0:
        return name, np.empty(0)
    measure = scale(name)
    slope = scale_slope(concern, name, draws, seed=seed)
    baseline = concern.baseline if concern.scale == name else None
    return name, measure.final(percent, slope, baseline)
