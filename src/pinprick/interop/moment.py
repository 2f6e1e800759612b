"""When something began and ended, as FHIR writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pinprick.interop.node import Node

# Days in the units of time that FHIR takes from UCUM.
_UNIT_DAYS = {"s": 1 / 86400, "min": 1 / 1440, "h": 1 / 24, "d": 1.0, "wk": 7.0, "mo": 30.44, "a": 365.25}


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time; either end may be unknown.

    Attributes:
        start: first day, or None.
        end: last day, or None.
    """

    start: date | None
    end: date | None


def span(resource: Node, begun: str, ended: str, birth: date | None) -> Span:
    """Return the span between two choice elements, for instance `onset` and `abatement`.

    Each may be a dateTime, a Period, or an Age counted from the birth date. A month or year without a day begins on its
    first day and ends on its last, so that a wait counted from it is never too short.
    """
    start = resource.day(f"{begun}DateTime") or _edge(resource.node(f"{begun}Period"), "start")
    end = resource.day(f"{ended}DateTime", last=True) or _edge(resource.node(f"{ended}Period"), "end")
    return Span(
        start or _after_birth(resource.node(f"{begun}Age"), birth),
        end or _after_birth(resource.node(f"{ended}Age"), birth),
    )


def event(resource: Node, name: str) -> Span:
    """Return the span of a choice element that is a dateTime or a Period, for instance `performed`."""
    day = resource.day(f"{name}DateTime")
    if day is not None:
        return Span(day, resource.day(f"{name}DateTime", last=True))
    period = resource.node(f"{name}Period")
    return Span(_edge(period, "start"), _edge(period, "end"))


def supply(resource: Node, start: date | None) -> date | None:
    """Return the last day that the dosage or the supply of a medicine reaches, or None where neither says."""
    ends = []
    for dosage in resource.nodes("dosageInstruction"):
        repeat = _child(dosage, "timing", "repeat")
        if repeat is not None:
            ends.append(_edge(repeat.node("boundsPeriod"), "end") or _later(start, repeat.node("boundsDuration")))
    duration = _child(resource, "dispenseRequest", "expectedSupplyDuration")
    ends.append(_later(start, duration))
    return max((end for end in ends if end is not None), default=None)


def _child(node: Node, *fields: str) -> Node | None:
    found: Node | None = node
    for field in fields:
        found = found.node(field) if found is not None else None
    return found


def _edge(period: Node | None, name: str) -> date | None:
    return period.day(name, last=name == "end") if period is not None else None


def _quantity_days(quantity: Node | None) -> float | None:
    if quantity is None:
        return None
    number = quantity.number("value")
    unit = quantity.text("code") or quantity.text("unit")
    per_unit = _UNIT_DAYS.get(unit) or _UNIT_DAYS.get(
        {"years": "a", "year": "a", "days": "d", "months": "mo"}.get(unit, "")
    )
    return None if number is None or per_unit is None else number * per_unit


def _later(start: date | None, quantity: Node | None) -> date | None:
    days = _quantity_days(quantity)
    if start is None or days is None:
        return None
    try:
        return start + timedelta(days)
    except OverflowError:
        raise quantity.fault("value", "beyond the calendar", "a duration in a human life") from None  # type: ignore[union-attr]


def _after_birth(age: Node | None, birth: date | None) -> date | None:
    return _later(birth, age)
