"""How the outcome model stood against a plain mean when it predicted trials it had not seen, as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from pinprick.evidence.record import build, by_id
from pinprick.evidence.store import load

FILE = "calibration/skill.yaml"


@dataclass(frozen=True, slots=True)
class CalibrationStanding:
    """The recorded standing of one indication, or of all.

    Attributes:
        id: indication id, or `all`.
        n_arms: arms that were scored.
        n_studies: studies they belong to.
        coverage90: share of arms inside their 90 percent interval.
        crps: mean score of the model, in spreads between people.
        crps_plain: the same of the random-effects mean.
        skill: their ratio; below 1 the model predicts better.
        difference_se: standard error of the mean difference of the two scores, by study; None for a single study.
        better: which predicts better; `undecided` where neither does in 95 of 100 resamples of the studies.
        used: which a plan uses: the model where it is more likely than not the better of the two.
        probability_better: share of resamples of the studies in which the model is the better; None for fewer than five
            studies, where that over all indications decides.
    """

    id: str
    n_arms: int
    n_studies: int
    coverage90: float
    crps: float
    crps_plain: float
    skill: float
    better: Literal["model", "plain", "undecided"]
    used: Literal["model", "plain"]
    difference_se: float | None = None
    probability_better: float | None = None


@dataclass(frozen=True, slots=True)
class CalibrationProvenance:
    """What the record was made with.

    Attributes:
        command: command that made it.
        data: SHA-256 of the data that the model rests on.
        seed: seed of the draws.
        draws: draws of each prediction.
        folds: in words, how the studies were left out.
        recorded: ISO date.
    """

    command: str
    data: str
    seed: int
    draws: int
    folds: str
    recorded: str


@cache
def _standings() -> dict[str, CalibrationStanding]:
    return by_id((build(CalibrationStanding, raw, FILE) for raw in load(FILE)["standings"]), FILE)


def calibration_standing(indication: str = "all") -> CalibrationStanding | None:
    """Return how the model stood for an indication; None where no arm of it could be scored.

    Args:
        indication: indication id, or `all`.
    """
    return _standings().get(indication)


@cache
def calibration_provenance() -> CalibrationProvenance:
    """Return what the recorded standings were made with."""
    return build(CalibrationProvenance, load(FILE)["provenance"], FILE)
