"""What is wrong with the figures of one arm: figures that no trial can have measured, or that contradict each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinprick import evidence
from pinprick.calibration.cross_validation import indication_of
from pinprick.errors import InputError
from pinprick.evidence import Arm, TrialOutcome
from pinprick.outcome import Scale, modality, scale, scale_named, usable
from pinprick.outcome.responder import counted

# A figure on these needs its unit said, in the name or beside it; the others are named instruments that carry it.
_NEED_UNIT = ("hair_density", "hair_diameter", "scar_volume", "wrinkle_depth", "striae_size")
_UNIT_IN_NAME = re.compile(r"cm|inch|mm|um\b|µm|micro|ml\b|field|percent|%|profilometr", re.IGNORECASE)
_LARGEST = 1e9
_PERCENT = re.compile(r"^\s*(%|percent|per cent|pct)", re.IGNORECASE)
# Whoever set these flags saw the contradiction and keeps the arm; its variance is inflated instead.
_DECLARED = {"internal_contradiction", "arithmetic_mismatch"}
_UNTREATED = ("no_treatment", "sham", "home_roller")


def fault_of(arm: Arm, raw: Mapping[str, Any] | None = None) -> str:
    """Return why an arm's figures cannot be used, or "".

    Args:
        arm: the arm.
        raw: the table it was read from, which tells an empty unit from none.
    """
    return next(_faults(arm, raw or {}), "")


def _faults(arm: Arm, raw: Mapping[str, Any]) -> Iterator[str]:
    if indication_of(arm.indication) is None:
        yield f"no model for this indication: {arm.indication}"
    try:
        modality(arm.intervention_class)
    except InputError:
        yield f"no model for this treatment: {arm.intervention_class}"
    if arm.status != "read":
        yield "the figures are remembered, not read"
    if not usable(arm):
        yield f"flagged as not to be relied on: {', '.join(arm.flags)}"
    if arm.n_enrolled and arm.n_completed and arm.n_completed > arm.n_enrolled:
        yield f"more completed ({arm.n_completed}) than enrolled ({arm.n_enrolled})"
    rows = raw.get("outcomes") or [{}] * len(arm.outcomes)
    for outcome, row in zip(arm.outcomes, rows, strict=False):
        name = scale_named(outcome.scale)
        if name is not None and name.scale is not None and not name.skip:
            yield from _outcome_faults(arm, outcome, scale(name.scale), row)
    yield from _responder_faults(arm)


def _outcome_faults(arm: Arm, outcome: TrialOutcome, measure: Scale, row: Mapping[str, Any]) -> Iterator[str]:
    figures = [outcome.baseline_mean, outcome.final_mean, outcome.change]
    spreads = [outcome.baseline_sd, outcome.final_sd, outcome.percent_improvement]
    if any(abs(figure or 0.0) > _LARGEST for figure in (*figures, *spreads)):
        yield f"{outcome.scale}: a figure above {_LARGEST:g} is none that a scale prints"
    if any(figure is not None for figure in figures):
        yield from _unit_faults(outcome, measure, row)
    if not measure.rated:
        yield from _range_faults(outcome, measure)
    percent = outcome.percent_improvement
    if percent is not None and not -100.0 <= percent <= 100.0 and (measure.direction == "lower" or percent < 0):
        yield f"{outcome.scale}: {percent:g} percent improvement is impossible"
    if not _DECLARED.intersection(arm.flags):
        yield from _contradictions(arm, outcome, measure)


def _unit_faults(outcome: TrialOutcome, measure: Scale, row: Mapping[str, Any]) -> Iterator[str]:
    said = outcome.unit.strip()
    if "unit" in row and not said:
        yield f"{outcome.scale}: the unit is missing"
    if measure.id in _NEED_UNIT and said in ("", "as stated") and not _UNIT_IN_NAME.search(outcome.scale):
        yield f"{outcome.scale}: the unit is missing, and the scale does not imply one"
    if _PERCENT.match(said) and measure.kind != "percent" and not measure.rated and "percent" not in measure.unit:
        means = outcome.baseline_mean is not None or outcome.final_mean is not None
        if means:
            yield f"{outcome.scale}: percent beside points ({measure.unit}); give percent as percent_improvement"


def _range_faults(outcome: TrialOutcome, measure: Scale) -> Iterator[str]:
    low, high = measure.floor, measure.top
    shown = f"{'any' if low is None else format(low, 'g')} to {'any' if high is None else format(high, 'g')}"
    for name, figure in (("baseline", outcome.baseline_mean), ("final", outcome.final_mean)):
        if figure is None:
            continue
        if (low is not None and figure < low) or (high is not None and figure > high):
            yield (
                f"{outcome.scale}: {name} {figure:g} lies outside the scale ({shown} {measure.unit}); "
                "percent beside points, or another scale"
            )
    width = None if low is None or high is None else high - low
    if outcome.change is not None and width is not None and abs(outcome.change) > width:
        yield f"{outcome.scale}: a change of {outcome.change:g} is more than the scale has ({shown} {measure.unit})"
    if outcome.baseline_mean == 0 and outcome.final_mean is not None:
        yield f"{outcome.scale}: a baseline of 0 leaves nothing to improve"


def _contradictions(arm: Arm, outcome: TrialOutcome, measure: Scale) -> Iterator[str]:
    start, end, change, percent = (
        outcome.baseline_mean,
        outcome.final_mean,
        outcome.change,
        outcome.percent_improvement,
    )
    sign = 1.0 if measure.direction == "higher" and not measure.rated else -1.0
    room = evidence.value("calibration.percent_disagreement_percent")
    worst = -evidence.value("calibration.largest_worsening_percent")
    implied = None
    if start and end is not None:
        implied = sign * 100.0 * (end - start) / start
        if percent is not None and abs(implied - percent) > room:
            yield (
                f"{outcome.scale}: the means give {implied:.0f} percent improvement, {percent:g} percent is printed; "
                "percent beside points, or baseline and final are swapped"
            )
        if change is not None and abs(sign * 100.0 * change / start - implied) > room:
            yield f"{outcome.scale}: a change of {change:g} contradicts the means {start:g} and {end:g}"
    elif change is not None and not measure.rated:
        baseline = start or measure.usual_baseline()
        implied = sign * 100.0 * change / baseline
        if percent is not None and abs(implied - percent) > room and start:
            yield f"{outcome.scale}: a change of {change:g} contradicts {percent:g} percent improvement"
    if implied is not None and implied < worst and arm.intervention_class not in _UNTREATED:
        yield (
            f"{outcome.scale}: a treated arm worsens by {-implied:.0f} percent; baseline and final look swapped, "
            "or the sign of the change is lost"
        )


def _responder_faults(arm: Arm) -> Iterator[str]:
    people = arm.n_completed or arm.n_enrolled
    try:
        used = counted(arm, people or 1)
    except (TypeError, ValueError, ZeroDivisionError):
        yield "responders: a figure is not a count, a percentage or a fraction"
        return
    total = 0.0
    for meaning, count in used:
        if not 0 <= count < float("inf"):
            yield f"responders: {meaning.id} cannot be {arm.responders.get(meaning.id.split('.')[-1])}"
            continue
        limit = people if people else (1 if meaning.given != "count" else None)
        if limit is not None and count > limit * 1.005:
            yield f"responders: {meaning.id} counts {count:g} of {limit} people"
        total += count if meaning.kind == "class" else 0.0
    if people and total > people * 1.02 + 1.0:
        yield f"responders: the classes together hold {total:g} of {people} people"
