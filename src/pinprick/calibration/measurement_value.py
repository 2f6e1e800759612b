"""Which measurements would make planned outcomes less uncertain, by the variance each is expected to take away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.calibration.identifiability import covariance
from pinprick.calibration.sensitivity import PlannedOutcome
from pinprick.calibration.variance import chance_share
from pinprick.outcome import indication, indications, modality, scale
from pinprick.outcome.fit import Pool

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Worthwhile:
    """One measurement that could be made.

    Attributes:
        kind: a `trial` of a treatment, or one `parameter` known exactly.
        id: indication and class id, or parameter id.
        says: what would be measured.
        reduction: share of the variance of all planned outcomes together that it is expected to take away.
        mostly: indication whose plans gain most.
    """

    kind: Literal["trial", "parameter"]
    id: str
    says: str
    reduction: float
    mostly: str


def worthwhile(fitted: Pool, panel: Sequence[PlannedOutcome], *, count: int = 10) -> tuple[Worthwhile, ...]:
    """Return the measurements that take away most variance of the mean outcome of all plans, the best first.

    A trial is one arm of a blinded, randomised study: its expected reduction follows from the covariance of the
    coefficients, the spread between studies and people, and the size on record. Of a parameter it is the first-order
    share: what knowing it exactly would take away, which no real measurement reaches. Each is reckoned after those
    before it in the list.

    Args:
        fitted: the fit of all indications.
        panel: planned outcomes.
        count: how many.
    """
    total = float(sum(np.var(plan.percent, ddof=1) for plan in panel))
    known = covariance(fitted)[1][: len(fitted.columns), : len(fitted.columns)]
    found: list[Worthwhile] = []
    left = _parameters(panel, total)
    for _ in range(count):
        made = {item.id for item in found}
        trials = [item for item in _trials(fitted, panel, known, total) if item.id not in made]
        best = max([*trials, *left], key=lambda item: item.reduction)
        if best.reduction <= 0:
            break
        found.append(best)
        if best.kind == "trial":
            known = _after(fitted, known, *best.id.split(":"))
        else:
            left.remove(best)
    return tuple(found)


def _after(fitted: Pool, known: Array, id: str, kind: str) -> Array:
    """Return the covariance of the coefficients once one more trial has been read."""
    shared = known @ fitted.fit(id).row(kind)
    return known - np.outer(shared, shared) / _spread_of_arm(fitted, known, id, kind)


def _spread_of_arm(fitted: Pool, known: Array, id: str, kind: str) -> float:
    """Return the predictive variance of the printed mean of a new arm, in squared percent."""
    own, record = fitted.fit(id), indication(id)
    row = own.row(kind)
    unseen = sum(own.prior_sd(part) ** 2 for part in own.unseen(kind, ""))
    between = fitted.central_between_study_sd(id) ** 2
    between *= 1.0 + evidence.value("outcome.arm_to_study_sd_ratio") ** 2
    people = evidence.value("calibration.measurement_arm_size")
    sampling = evidence.value(f"outcome.patient_sd_percent.{record.patient_sd}") ** 2 / people
    return float(row @ known @ row) + unseen + between + sampling


def _trials(fitted: Pool, panel: Sequence[PlannedOutcome], known: Array, total: float) -> list[Worthwhile]:
    rows = np.array([fitted.fit(plan.indication).row(plan.modality) for plan in panel])
    weight = np.array([np.mean(plan.factor**2) for plan in panel])
    people = evidence.value("calibration.measurement_arm_size")
    found = []
    for record in indications().values():
        for kind in record.modalities:
            shared = rows @ known @ fitted.fit(record.id).row(kind)
            taken = shared**2 / _spread_of_arm(fitted, known, record.id, kind) * weight
            best = panel[int(np.argmax(taken))].indication
            measure = "" if record.scale is None else f", on the {scale(record.scale).name}"
            says = f"{modality(kind).name} for {record.name}, {people:.0f} people in a blinded, randomised arm{measure}"
            found.append(Worthwhile("trial", f"{record.id}:{kind}", says, float(taken.sum()) / total, best))
    return found


def _parameters(panel: Sequence[PlannedOutcome], total: float) -> list[Worthwhile]:
    ids = dict.fromkeys(id for plan in panel for id in plan.parameters)
    found = []
    for id in ids:
        taken = [_above_chance(plan, id) * float(np.var(plan.percent, ddof=1)) for plan in panel]
        if sum(taken) > 0:
            best = panel[int(np.argmax(taken))].indication
            says = f"{evidence.parameter(id).name}, known exactly"
            found.append(Worthwhile("parameter", id, says, sum(taken) / total, best))
    return found


def _above_chance(plan: PlannedOutcome, id: str) -> float:
    share = plan.parameters.get(id, 0.0)
    # Each plan hangs on about a hundred parameters, so that twice the bound of one leaves few by chance.
    return share if share > 2.0 * chance_share(plan.percent.size) else 0.0
