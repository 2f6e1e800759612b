"""What a person can expect: distributions, never one number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick.skin import Zone

Array = NDArray[np.float64]
Basis = Literal["trials-and-mechanism", "trials", "few-trials", "none"]
Predictor = Literal["model", "plain"]


@dataclass(frozen=True, slots=True)
class Concern:
    """Why the person comes.

    Attributes:
        indication: id of an indication, for instance `atrophic_acne_scars`.
        subtype: for acne scars `ice_pick`, `boxcar`, `rolling` or `mixed`; None where unknown or without meaning.
        zones: zones concerned.
        scale: id of the scale the baseline is on, or None.
        baseline: score on that scale before treatment, or None.
    """

    indication: str
    subtype: str | None = None
    zones: tuple[Zone, ...] = ()
    scale: str | None = None
    baseline: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """One side effect, with the counts it rests on.

    Attributes:
        name: event id, for instance `post_inflammatory_hyperpigmentation`.
        probability: probability per course, shape (draws,).
        events, people: pooled counts behind it; 0 and 0 where it is assumed.
        note: basis and limits in one sentence.
        sources: source ids.
    """

    name: str
    probability: Array
    events: int
    people: int
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Prediction for one way of treating one concern; draw is the first axis.

    Attributes:
        modality: intervention class, for instance `microneedling` or `fractional_co2`.
        concern: what is treated.
        improvement_percent: latent percent improvement at the follow-up, one new patient a draw, shape (draws,).
        time_days: days from the first session, shape (t,).
        improvement_course_percent: the same over time, shape (draws, t).
        scale: scale shown, or None where no scale model exists.
        scale_final: predicted score on it, shape (draws,), or None.
        downtime_days: per session, shape (draws,).
        pain_0_10: worst pain during a session on a 0-10 scale, shape (draws,).
        sessions: sessions in the course.
        risks: side effects.
        basis: what the prediction rests on.
        arms, people: trial arms and people behind the improvement.
        says: what the evidence supports, in plain sentences.
        cannot_say: what it cannot support, in plain sentences.
        sources: source ids, in order of importance.
        predictor: `model`, or `plain` where a plain mean of like arms predicts left-out studies as well or better.
    """

    modality: str
    concern: Concern
    improvement_percent: Array
    time_days: Array
    improvement_course_percent: Array
    scale: str | None
    scale_final: Array | None
    downtime_days: Array
    pain_0_10: Array
    sessions: int
    risks: tuple[Risk, ...]
    basis: Basis
    arms: int
    people: int
    says: tuple[str, ...]
    cannot_say: tuple[str, ...]
    sources: tuple[str, ...] = field(default=())
    predictor: Predictor = "model"
