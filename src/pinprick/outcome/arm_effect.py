"""Effects of published trial arms, each as a percent improvement on its own scale, with a standard error."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from pinprick import evidence
from pinprick.evidence import Arm, TrialOutcome, arms, load_records
from pinprick.outcome.arm_course import relative_course
from pinprick.outcome.indication import indication, indications
from pinprick.outcome.modality import modality
from pinprick.outcome.moderator import moderators
from pinprick.outcome.printed_unit import scale_factor
from pinprick.outcome.responder import response, response_scale
from pinprick.outcome.scale import Scale, scale
from pinprick.outcome.scale_name import ScaleName, scale_named


@dataclass(frozen=True, slots=True)
class ArmEffect:
    """One arm's effect on one scale.

    Attributes:
        arm, trial: ids.
        modality: class id.
        scale: scale id.
        subtype: acne scar type, or "".
        percent: improvement on the scale in percent, positive is better.
        standard_error: of the mean, in percent.
        course: gain of the arm's course as a share of the usual course of its kind at full follow-up.
        people: people in the arm.
        flagged: whether its variance was inflated.
        borrowed: whether it comes from another indication.
        basis: `means`, `change`, `percent`, `rating` or `responders`.
        sources: source ids.
        row: the outcome it was read from; None where it was read from the responders.
        baseline: score before treatment on the scale, stated or usual; None for a scale that rates the change.
        moderators: features of the design that may shift what is reported (`moderator`).
    """

    arm: str
    trial: str
    modality: str
    scale: str
    subtype: str
    percent: float
    standard_error: float
    course: float
    people: int
    flagged: bool
    borrowed: bool
    basis: str
    sources: tuple[str, ...]
    row: TrialOutcome | None = None
    baseline: float | None = None
    moderators: tuple[str, ...] = ()


@cache
def _flag_use() -> dict[str, str]:
    return {record["id"]: record["use"] for record in load_records("outcome/trial_flags.yaml")}


def _uses(arm: Arm) -> set[str]:
    return {_flag_use().get(flag, "keep") for flag in arm.flags}


def usable(arm: Arm) -> bool:
    """Whether an arm may calibrate: read, and under no flag that forbids it."""
    return arm.status == "read" and "drop" not in _uses(arm)


@cache
def arm_effects(id: str) -> tuple[ArmEffect, ...]:
    """Return every effect that informs an indication, its own trials first, then borrowed ones.

    Args:
        id: indication id.
    """
    record = indication(id)
    own = tuple(_effects(_arms_for(id, record.trials), id, borrowed=False))
    if not record.borrows:
        return own
    near = indication(record.borrows)
    return own + tuple(_effects(_arms_for(record.borrows, near.trials), record.borrows, borrowed=True))


@cache
def own_effects() -> tuple[tuple[str, ArmEffect], ...]:
    """Return every effect on record with the indication it informs; borrowed ones are not repeated."""
    return tuple((id, effect) for id in indications() for effect in arm_effects(id) if not effect.borrowed)


def effects_of(arm: Arm, id: str) -> tuple[ArmEffect, ...]:
    """Return the effects of one arm, for instance of a trial that is not on record.

    Args:
        arm: the trial arm; whether it is usable is for the caller to ask.
        id: indication id that it is one of.
    """
    return tuple(_effects([(arm, True)], id, borrowed=False))


def _arms_for(id: str, files: Iterable[str]) -> Iterator[tuple[Arm, bool]]:
    """Yield arms with whether they are the indication's own; others give only rows that name it in `also`."""
    wanted = set(files)
    for arm in arms():
        if usable(arm):
            own = arm.indication in wanted
            if own or any(_also(outcome) == id for outcome in arm.outcomes):
                yield arm, own


def _also(outcome: TrialOutcome) -> str:
    name = scale_named(outcome.scale)
    return "" if name is None else name.also


def _effects(found: Iterable[tuple[Arm, bool]], id: str, *, borrowed: bool) -> Iterator[ArmEffect]:
    record = indication(id)
    patient_sd = evidence.value(f"outcome.patient_sd_percent.{record.patient_sd}")
    for arm, own in found:
        rows = list(_final_rows(arm, id, own))
        seen = set()
        for outcome, name in rows:
            measure = scale(str(name.scale))
            figure = _figure(arm, outcome, name, measure)
            if figure is None:
                continue
            percent, relative, basis = figure
            error = _standard_error(arm, outcome, measure, patient_sd, relative * percent)
            seen.add((measure.id, name.subtype))
            made = _build(arm, measure, name.subtype, (percent, error, basis), borrowed, outcome.timepoint)
            yield replace(made, row=outcome, baseline=_baseline(arm, outcome, measure))
        if own:
            yield from _responders(arm, patient_sd, seen, borrowed)


def _final_rows(arm: Arm, id: str, own: bool) -> Iterator[tuple[TrialOutcome, ScaleName]]:
    """Yield the last time point of each scale; of several rows at one time point the first, which is the overall."""
    chosen: dict[tuple[str, str], tuple[TrialOutcome, ScaleName]] = {}
    for outcome in arm.outcomes:
        name = scale_named(outcome.scale)
        if name is None or name.scale is None or name.skip or not _has_number(outcome):
            continue
        if name.also != id and (not own or name.also):
            continue
        key = (name.scale, name.subtype)
        if key not in chosen or outcome.timepoint != chosen[key][0].timepoint:
            chosen[key] = (outcome, name)
    yield from chosen.values()


def _has_number(outcome: TrialOutcome) -> bool:
    return any(number is not None for number in (outcome.final_mean, outcome.change, outcome.percent_improvement))


def _figure(arm: Arm, outcome: TrialOutcome, name: ScaleName, measure: Scale) -> tuple[float, float, str] | None:
    """Return percent improvement, the relative uncertainty of its baseline, and the basis."""
    start, end = outcome.baseline_mean, outcome.final_mean
    # A rating of the change has no baseline; where a trial prints one, it rated the severity, which falls.
    sign = 1.0 if measure.direction == "higher" and not measure.rated else -1.0
    if start and end is not None:
        return sign * 100.0 * (end - start) / start, 0.0, "means"
    if outcome.percent_improvement is not None:
        return outcome.percent_improvement, 0.0, "percent"
    if measure.rated:
        return _rating(outcome, measure)
    if outcome.change is None:
        return None
    stated = _stated_baseline(arm, measure)
    baseline = stated if stated is not None else measure.usual_baseline()
    spread = 0.0 if stated is not None else _relative_spread(measure)
    return sign * 100.0 * outcome.change * scale_factor(outcome, name, measure) / baseline, spread, "change"


def _rating(outcome: TrialOutcome, measure: Scale) -> tuple[float, float, str] | None:
    """Return what a rating of the change itself stands for; a bare mean of a scale without a zero is not used."""
    figure = outcome.change if outcome.change is not None else outcome.final_mean
    if figure is None or (measure.id == "gais" and outcome.change is None):
        return None
    if measure.id == "improvement_class":
        # Quarter q spans 25 (q - 1) to 25 q percent: its middle is 25 q - 12.5; below the first it shrinks to nothing.
        return max(25.0 * figure - 12.5, 12.5 * figure), 0.0, "rating"
    if measure.percent_per_step:
        return measure.percent_per_step * figure, 0.0, "rating"
    return figure * (10.0 if of_ten(outcome) else 1.0), 0.0, "rating"


def of_ten(outcome: TrialOutcome) -> bool:
    """Whether a rating is said to be in points of ten, in its name or its unit."""
    return re.search(r"\b0\s*(?:-|–|to)\s*10\b(?!\d)|\bof 10\b|/10\b", f"{outcome.scale} {outcome.unit}") is not None


def _stated_baseline(arm: Arm, measure: Scale) -> float | None:
    for outcome in arm.outcomes:
        name = scale_named(outcome.scale)
        if name is not None and name.scale == measure.id and outcome.baseline_mean:
            return outcome.baseline_mean
    return None


def _baseline(arm: Arm, outcome: TrialOutcome, measure: Scale) -> float | None:
    if measure.rated:
        return None
    return outcome.baseline_mean or _stated_baseline(arm, measure) or measure.usual_baseline()


def _relative_spread(measure: Scale) -> float:
    return float(evidence.parameter(f"outcome.scale_baseline.{measure.id}").spread.sd or 0.0)


def _size(arm: Arm) -> int:
    return arm.n_completed or arm.n_enrolled or round(evidence.value("outcome.unstated_arm_size"))


def _inflation(arm: Arm) -> float:
    return evidence.value("outcome.flagged_variance_inflation") if "down_weight" in _uses(arm) else 1.0


def _standard_error(arm: Arm, outcome: TrialOutcome, measure: Scale, patient_sd: float, baseline_error: float) -> float:
    printed = None if "ignore_spread" in _uses(arm) else _printed_error(arm, outcome, measure)
    error = patient_sd / np.sqrt(_size(arm)) if printed is None else printed
    return float(np.hypot(error, baseline_error) * np.sqrt(_inflation(arm)))


def _printed_error(arm: Arm, outcome: TrialOutcome, measure: Scale) -> float | None:
    """Return the standard error that the trial prints, in percent; None where it prints none."""
    from scipy.special import ndtri

    baseline = outcome.baseline_mean or _stated_baseline(arm, measure)
    if baseline is None and not measure.rated:
        baseline = measure.usual_baseline()
    unit = 100.0 / baseline if baseline and not measure.rated else float("nan")
    root = np.sqrt(_size(arm))
    if outcome.baseline_sd and outcome.final_sd and baseline:
        correlation = evidence.value("outcome.before_after_correlation")
        before, after = outcome.baseline_sd, outcome.final_sd
        spread = np.sqrt(before**2 + after**2 - 2.0 * correlation * before * after)
        return float(unit * spread / (1.0 if outcome.dispersion == "se" else root))
    if match := re.search(r"sd of change (\d+(?:\.\d+)?)", outcome.note):
        return float(unit * float(match[1]) / root) if np.isfinite(unit) else None
    if match := re.search(r"(\d+)% CI (-?\d+(?:\.\d+)?)(?:-| to )(-?\d+(?:\.\d+)?)", outcome.note):
        level, low, high = (float(part) for part in match.groups())
        width = abs(high - low) / 2.0 / float(ndtri(0.5 + level / 200.0))
        return float(unit * width) if np.isfinite(unit) else None
    return None


def _responders(arm: Arm, patient_sd: float, seen: set[tuple[str, str]], borrowed: bool) -> Iterator[ArmEffect]:
    measure = scale(response_scale(arm) or _first_scale(arm))
    if (measure.id, "") in seen:
        return
    baseline = _stated_baseline(arm, measure) or (100.0 if measure.rated else measure.usual_baseline())
    found = response(arm, size=_size(arm), patient_sd=patient_sd, baseline=baseline)
    if found is None:
        return
    lowest = measure.floor * 1.0 if measure.kind == "percent" and measure.floor is not None else -100.0
    error = found.standard_error * float(np.sqrt(_inflation(arm)))
    when = arm.outcomes[0].timepoint if arm.outcomes else ""
    figure = (float(np.clip(found.percent, lowest, 100.0)), error, "responders")
    yield replace(_build(arm, measure, "", figure, borrowed, when), baseline=baseline)


def _first_scale(arm: Arm) -> str:
    names = (scale_named(outcome.scale) for outcome in arm.outcomes)
    return next((name.scale for name in names if name is not None and name.scale), "percent_improvement")


def _build(
    arm: Arm, measure: Scale, subtype: str, figure: tuple[float, float, str], borrowed: bool, when: str
) -> ArmEffect:
    percent, error, basis = figure
    return ArmEffect(
        arm=arm.id,
        trial=arm.trial,
        modality=arm.intervention_class,
        scale=measure.id,
        subtype=subtype,
        percent=percent,
        standard_error=error,
        course=relative_course(arm, modality(arm.intervention_class), when),
        people=_size(arm),
        flagged="down_weight" in _uses(arm),
        borrowed=borrowed,
        basis=basis,
        sources=arm.sources,
        moderators=moderators(arm),
    )
