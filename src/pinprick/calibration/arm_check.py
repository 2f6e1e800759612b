"""What is wrong with one arm: a treatment without a model, people that do not add up, figures that cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pinprick.calibration.cross_validation import indication_of
from pinprick.calibration.outcome_check import outcome_faults
from pinprick.errors import InputError
from pinprick.evidence import Arm
from pinprick.outcome import modality, scale_named, usable
from pinprick.outcome.responder import counted


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
        yield from outcome_faults(arm, outcome, row)
    yield from _responder_faults(arm)


def _responder_faults(arm: Arm) -> Iterator[str]:
    people = arm.n_completed or arm.n_enrolled
    try:
        used = counted(arm, people or 1)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        yield "responders: a figure is not a count, a percentage or a fraction"
        return
    unknown = [item.scale for item in arm.outcomes if scale_named(item.scale) is None]
    if unknown and len(unknown) == len(arm.outcomes) and any(meaning.unit == "step" for meaning, _ in used):
        yield f"unknown scale: {unknown[0]}, so that a grade of it means nothing"
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
