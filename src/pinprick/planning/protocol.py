"""A published protocol, predicted as it was done and shown beside what it reported."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.injury import Technique
from pinprick.outcome import Treatment, indication, outlook, reference_technique, scale, scale_named
from pinprick.outcome.improvement import scale_slope
from pinprick.planning.case import Case
from pinprick.planning.evaluation import Evaluation, modality_of
from pinprick.planning.plan_record import ReportedNumber, Reproduction
from pinprick.planning.wishes import Published

Array = NDArray[np.float64]


def reproduce(case: Case, *, draws: int, seed: int) -> Reproduction | None:
    """Predict the published protocol of a case, or return None where it has none.

    Settings that neither the publication nor the case gives are those of the indication's reference technique, and
    are named as assumed.
    """
    protocol = case.published
    if protocol is None:
        return None
    evidence.cite(protocol.source)
    head, course = device(protocol.device), Course(protocol.sessions, protocol.interval or 1.0)
    techniques, assumed = _techniques(case, protocol, head.device_class)
    one = Evaluation(case, draws, seed)
    one.prepare((course,))
    arms = [arm for arm in evidence.arms() if arm.id in protocol.arms]
    weeks = [arm.follow_up_weeks_after_last for arm in arms if arm.follow_up_weeks_after_last]
    given = [row.follow_up_days for row in protocol.reported if row.follow_up_days]
    follow_up = float(given[0]) if given else 7.0 * weeks[0] if weeks else None
    treatment = Treatment(
        modality_of(head, protocol.adjuncts), course.sessions, course.interval_days, follow_up, case.patient.phototype
    )
    predicted = outlook(
        case.concern.concern(),
        treatment,
        draws=draws,
        seed=seed,
        gain=one.relative_gain(head, techniques, course),
        early={"downtime_days": one.downtime(head, techniques), "pain_0_10": one.pain(head, techniques)},
    )
    numbers = tuple(_beside(row, predicted.improvement_percent, case, seed) for row in _reported(protocol, arms))
    return Reproduction(
        source=protocol.source,
        settings=_sentence(protocol, head.name, techniques, course),
        assumed=tuple(dict.fromkeys((*protocol.assumed, *assumed))),
        population=protocol.population,
        injuries=tuple(one.injury(head, technique) for technique in techniques),
        outlook=predicted,
        reported=numbers,
        calibrated_on=bool(arms) and any(source in predicted.sources for arm in arms for source in arm.sources),
    )


def _techniques(case: Case, protocol: Published, device_class: str) -> tuple[tuple[Technique, ...], tuple[str, ...]]:
    reference = reference_technique(case.concern.indication, device_class)
    found, assumed = [], []
    for item in protocol.technique:
        length, passes = item.needle_length, item.pass_count
        if (length is None or passes is None) and reference is None:
            raise InputError(
                "the publication does not state this and there is no reference technique to take it from",
                field="published.technique",
                remedy="give needle_length and pass_count, and name them in published.assumed",
            )
        if length is None and reference is not None:
            length = reference.needle_length_mm
            assumed.append("needle_length")
        if passes is None and reference is not None:
            passes = reference.pass_count
            assumed.append("pass_count")
        found.append(Technique(item.zone, float(length or 0.0), int(passes or 1)))
    return tuple(found), tuple(assumed)


def _sentence(protocol: Published, name: str, techniques: tuple[Technique, ...], course: Course) -> str:
    zones = "; ".join(
        f"{item.zone.value.replace('_', ' ')} {item.needle_length_mm:g} mm, {item.pass_count} passes"
        for item in techniques
    )
    often = f"{course.sessions} sessions every {course.interval_days:g} days" if course.sessions > 1 else "one session"
    return f"{name}: {zones}; {often}." + (f" {protocol.device_note}" if protocol.device_note else "")


def _reported(protocol: Published, arms: list[evidence.Arm]) -> list[tuple[ReportedNumber, int]]:
    """Return the reported numbers, of the case and of the trial arms, each with the size of its group."""
    found = []
    for row in protocol.reported:
        when = f"{row.follow_up_days:g} days after the last session" if row.follow_up_days else ""
        stated = (row.baseline, row.final, None, row.percent_improvement)
        number = _number(row.arm or "", row.scale, stated, when, row.note)
        found.append((number, 0))
    for arm in arms:
        evidence.cite(*arm.sources)
        for item in arm.outcomes:
            figures = (item.baseline_mean, item.final_mean, item.change, item.percent_improvement)
            number = _number(arm.id, item.scale, figures, item.timepoint, item.note)
            found.append((number, arm.n_completed or arm.n_enrolled or 0))
    return found


def _number(
    arm: str,
    name: str,
    figures: tuple[float | None, float | None, float | None, float | None],
    when: str,
    note: str,
) -> ReportedNumber:
    baseline, final, change, percent = figures
    if change is None and baseline is not None and final is not None:
        change = final - baseline
    return ReportedNumber(
        arm=arm,
        scale=name,
        baseline=baseline,
        final=final,
        change=change,
        percent_improvement=percent,
        when=when,
        note=note,
        predicted_percent=None,
        predicted_mean_percent=None,
        predicted_mean_change=None,
        inside=None,
    )


def _beside(row: tuple[ReportedNumber, int], latent: Array, case: Case, seed: int) -> ReportedNumber:
    """Add the prediction on the reported scale, where the scale has a model."""
    number, people = row
    named = scale_named(number.scale)
    measure = scale(named.scale) if named is not None and named.scale else None
    if measure is None or measure.kind in ("share", "class") or latent.size == 0:
        return number
    sign = -1.0 if measure.direction == "lower" else 1.0
    percent = number.percent_improvement
    if percent is None and number.baseline and number.change is not None:
        percent = sign * 100.0 * number.change / number.baseline
    shown = latent * scale_slope(case.concern.concern(), measure.id, latent.size, seed=seed)
    spread = evidence.value(f"outcome.patient_sd_percent.{indication(case.concern.indication).patient_sd}")
    group = _group_mean(shown, spread, people)
    change = None
    if group is not None and not measure.rated:
        start = number.baseline or (case.concern.baseline if case.concern.scale == measure.id else None)
        base = measure.usual_baseline() if start is None else start
        low, middle, high = sorted(sign * base * value / 100.0 for value in group)
        change = (low, middle, high)
    low, middle, high = (float(value) for value in np.quantile(shown, [0.05, 0.5, 0.95]))
    return replace(
        number,
        percent_improvement=percent,
        predicted_percent=(low, middle, high),
        predicted_mean_percent=group,
        predicted_mean_change=change,
        inside=_inside(percent, group, number.change, change),
    )


Interval = tuple[float, float, float]


def _inside(percent: float | None, group: Interval | None, change: float | None, by: Interval | None) -> bool | None:
    if percent is not None and group is not None:
        return group[0] <= percent <= group[2]
    if change is not None and by is not None:
        return by[0] <= change <= by[2]
    return None


def _group_mean(latent: Array, patient_sd: float, people: int) -> tuple[float, float, float] | None:
    """Return 5th, 50th and 95th percentile of the mean of a group: the patient spread averages out, the rest stays."""
    if people < 2:
        return None
    middle = float(np.median(latent))
    shared = max(0.0, float(np.var(latent)) - patient_sd**2) + patient_sd**2 / people
    narrowed = middle + (latent - middle) * np.sqrt(shared / max(float(np.var(latent)), 1e-12))
    low, high = (float(value) for value in np.quantile(narrowed, [0.05, 0.95]))
    return low, middle, high
