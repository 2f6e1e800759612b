"""What is wrong with the figures of one outcome: none that a trial can have measured, or contradicting one another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pinprick import evidence
from pinprick.evidence import Arm, TrialOutcome
from pinprick.outcome import Scale, scale, scale_named
from pinprick.outcome.arm_effect import of_ten
from pinprick.outcome.printed_unit import is_percent, is_stated, scale_factor, unit_factor

# A figure on these needs its unit said, in the name or beside it; the others are named instruments that carry it.
_NEED_UNIT = ("hair_density", "hair_diameter", "scar_volume", "wrinkle_depth", "striae_size")
_UNIT_IN_NAME = re.compile(
    r"cm|inch|mm|um\b|µm|μm|micro|ml\b|field|percent|%|profilometr|scor|grad|severity",
    re.IGNORECASE,
)
_LARGEST = 1e9
# Whoever set these flags saw that figures disagree in size and keeps the arm; its variance is inflated instead.
_DECLARED = {"internal_contradiction", "arithmetic_mismatch"}
_UNTREATED = ("no_treatment", "sham", "home_roller")
# Ratings that trials print in percent or in points of ten, so that a bare small mean may be either.
_EITHER = ("percent_improvement", "patient_rating")
_OF_TEN = 10.0


def outcome_faults(arm: Arm, outcome: TrialOutcome, row: Mapping[str, Any]) -> Iterator[str]:
    """Yield why an outcome cannot be used; nothing for one whose scale is unknown or not used.

    Args:
        arm: its arm.
        outcome: the outcome.
        row: the table it was read from, which tells an empty unit from none.
    """
    name = scale_named(outcome.scale)
    if name is None or name.scale is None or name.skip:
        return
    measure = scale(name.scale)
    figures = [outcome.baseline_mean, outcome.final_mean, outcome.change]
    spreads = [outcome.baseline_sd, outcome.final_sd, outcome.percent_improvement]
    if any(abs(figure or 0.0) > _LARGEST for figure in (*figures, *spreads)):
        yield f"{outcome.scale}: a figure above {_LARGEST:g} is none that a scale prints"
    if any(figure is not None for figure in figures):
        yield from _unit_faults(outcome, measure, row)
    yield from _percent_faults(arm, outcome, measure)
    if measure.rated:
        yield from _rating_faults(outcome, measure)
    else:
        factor = scale_factor(outcome, name, measure)
        yield from _range_faults(outcome, measure, factor)
        yield from _contradictions(arm, outcome, measure, factor)


def _unit_faults(outcome: TrialOutcome, measure: Scale, row: Mapping[str, Any]) -> Iterator[str]:
    if "unit" in row and not outcome.unit.strip():
        yield f"{outcome.scale}: the unit is missing"
    if measure.id in _NEED_UNIT and not is_stated(outcome.unit) and not _UNIT_IN_NAME.search(outcome.scale):
        yield f"{outcome.scale}: the unit is missing, and the scale does not imply one"
    if is_percent(outcome.unit):
        if measure.kind not in ("percent", "share") and "percent" not in measure.unit:
            points = outcome.percent_improvement is None or outcome.final_mean is not None
            if points:
                yield f"{outcome.scale}: percent beside points ({measure.unit}); give percent as percent_improvement"
    elif unit_factor(outcome.unit, measure) is None:
        yield f"{outcome.scale}: {outcome.unit} is not a unit of it ({measure.unit}); the unit is missing or wrong"


def _percent_faults(arm: Arm, outcome: TrialOutcome, measure: Scale) -> Iterator[str]:
    percent = outcome.percent_improvement
    if percent is None:
        return
    if not -100.0 <= percent <= 100.0 and (measure.direction == "lower" or measure.rated or percent < 0):
        yield f"{outcome.scale}: {percent:g} percent improvement is impossible"
    if 0.0 < abs(percent) < 1.0 and arm.intervention_class not in _UNTREATED:
        yield f"{outcome.scale}: {percent:g} percent improvement looks like a share of one; write percent"


def _rating_faults(outcome: TrialOutcome, measure: Scale) -> Iterator[str]:
    """Yield what is wrong with a rating of the change; one that rates the severity before and after has a baseline."""
    high = _OF_TEN if of_ten(outcome) else measure.top
    low = 0.0 if of_ten(outcome) else measure.floor
    if high is None or low is None or measure.kind == "share":
        return
    start, end, change = outcome.baseline_mean, outcome.final_mean, outcome.change
    for figure in (end, change):
        reach = max(high, abs(low), 5.0) if measure.kind == "class" and start is None and figure is end else high
        if figure is not None and not (-reach if figure is change else min(low, -reach)) <= figure <= reach:
            yield (
                f"{outcome.scale}: {figure:g} lies outside the scale ({low:g} to {high:g} {measure.unit}); "
                "percent beside points, or another scale"
            )
    if of_ten(outcome) and is_percent(outcome.unit):
        yield f"{outcome.scale}: percent beside points of ten"
    figure = change if change is not None else end
    percent_said = is_percent(outcome.unit) or re.search(r"percent|%|pct", outcome.scale, re.IGNORECASE)
    bare = not start and figure is not None and outcome.percent_improvement is None
    if (
        measure.id in _EITHER
        and bare
        and 0 < abs(figure or 0.0) <= _OF_TEN
        and not of_ten(outcome)
        and not percent_said
    ):
        yield f"{outcome.scale}: a bare mean of {figure:g} whose range is not stated (percent, or 0 to 10)"


def _range_faults(outcome: TrialOutcome, measure: Scale, factor: float) -> Iterator[str]:
    low, high = measure.floor, measure.top
    shown = f"{'any' if low is None else format(low, 'g')} to {'any' if high is None else format(high, 'g')}"
    for name, figure in (("baseline", outcome.baseline_mean), ("final", outcome.final_mean)):
        if figure is None:
            continue
        if (low is not None and figure * factor < low) or (high is not None and figure * factor > high):
            yield (
                f"{outcome.scale}: {name} {figure:g} lies outside the scale ({shown} {measure.unit}); "
                "percent beside points, or another scale"
            )
    if outcome.change is not None:
        yield from _change_faults(outcome, measure, factor)
    if outcome.baseline_mean == 0 and outcome.final_mean is not None:
        yield f"{outcome.scale}: a baseline of 0 leaves nothing to improve"


def _change_faults(outcome: TrialOutcome, measure: Scale, factor: float) -> Iterator[str]:
    change = (outcome.change or 0.0) * factor
    low, high = measure.floor, measure.top
    start = outcome.baseline_mean
    usual = measure.usual_baseline()
    if low is not None and high is not None and abs(change) > high - low:
        yield (
            f"{outcome.scale}: a change of {outcome.change:g} is more than the scale has "
            f"({low:g} to {high:g} {measure.unit})"
        )
    if low is not None and start is not None and start * factor + change < low - 1e-9:
        yield f"{outcome.scale}: a change of {outcome.change:g} from {start:g} ends below {low:g}; percent for points"
    if low is not None and start is None and usual + change < low:
        yield (
            f"{outcome.scale}: a change of {outcome.change:g} is more than the usual {usual:g} {measure.unit} before "
            "treatment; percent beside points, or the baseline must be said"
        )


def _contradictions(arm: Arm, outcome: TrialOutcome, measure: Scale, factor: float) -> Iterator[str]:
    start, end, change, percent = (
        outcome.baseline_mean,
        outcome.final_mean,
        outcome.change,
        outcome.percent_improvement,
    )
    sign = 1.0 if measure.direction == "higher" else -1.0
    room = (
        float("inf")
        if _DECLARED.intersection(arm.flags)
        else evidence.value("calibration.percent_disagreement_percent")
    )
    implied = None
    if start and end is not None:
        implied = sign * 100.0 * (end - start) / start
        if percent is not None and (abs(implied - percent) > room or _opposed(implied, percent)):
            yield (
                f"{outcome.scale}: the means give {implied:.0f} percent improvement, {percent:g} percent is printed; "
                "percent beside points, or baseline and final are swapped"
            )
        changed = None if change is None else sign * 100.0 * change / start
        if changed is not None and (abs(changed - implied) > room or _opposed(implied, changed)):
            yield f"{outcome.scale}: a change of {change:g} contradicts the means {start:g} and {end:g}"
    elif change is not None:
        implied = sign * 100.0 * change * (1.0 if start else factor) / (start or measure.usual_baseline())
        if percent is not None and start and abs(implied - percent) > room:
            yield f"{outcome.scale}: a change of {change:g} contradicts {percent:g} percent improvement"
    worst = -evidence.value("calibration.largest_worsening_percent")
    if implied is not None and implied < worst and arm.intervention_class not in _UNTREATED:
        yield (
            f"{outcome.scale}: a treated arm worsens by {-implied:.0f} percent; baseline and final look swapped, "
            "or the sign of the change is lost"
        )


def _opposed(one: float, other: float) -> bool:
    """Whether two percentages of which neither rounds to nothing point in opposite directions."""
    return one * other < 0 and min(abs(one), abs(other)) >= 1.0
