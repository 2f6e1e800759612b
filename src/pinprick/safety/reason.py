"""Why a case applies, and what that rests on, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinprick.safety.anaesthetic import excess, product
from pinprick.safety.circumstances import Circumstances
from pinprick.safety.facts import Fact
from pinprick.safety.rule import Bound, Case, Rule, Stance
from pinprick.safety.vocabulary import concepts


@dataclass(frozen=True, slots=True)
class Given:
    """What a case was judged by.

    Attributes:
        case: the case.
        fact: the fact, or None where the treatment or the person is the fact.
        chosen: the position that the clinic chose, or None.
        group: all facts of the case that are named together.
    """

    case: Case
    fact: Fact | None
    chosen: Stance | None
    group: tuple[Fact, ...]


def reason(rule: Rule, now: Circumstances, given: Given, until: date | None, counted: int | None) -> str:
    """Return why a case applies, in words, with the person's own facts and dates.

    Args:
        rule: the rule.
        now: the circumstances.
        given: case, facts and position applied.
        until: first day on which it no longer defers, or None.
        counted: days asked for, or None.
    """
    case, fact, chosen, group = given.case, given.fact, given.chosen, given.group
    waited = case.days is not None and case.counted_from == "end"
    measured = fact is not None and fact.value is not None
    places = {
        "fact": ", ".join(dict.fromkeys(_name(item) for item in group)),
        "end": _day((fact.end or fact.start) if fact else None),
        "for_start": f" for {_day(fact.start)}" if fact and fact.start else "",
        "until_clause": f", until {_day(until)}"
        if until
        else (", which have passed" if waited and case.defers else ""),
        "basis": "the default" if chosen is None else f"the position chosen ({chosen.who})",
        "days": _figure(counted),
        "within": _figure(rule.number(case.within)),
        "age": _figure(now.age_years),
        "phototype": _roman(now.phototype),
        "value": f"{_figure(fact.value)} {fact.unit.removesuffix('1')}".strip() if fact and measured else "",
        "given": _figure(now.treatment.needle_length_mm),
        "limit": _figure(rule.number(case.needle_length_mm["above"])) if case.needle_length_mm else "",
        "limit_reason": (excess(now.treatment, now.age_years) or "") if case.anaesthetic_over else "",
    }
    return case.reason.format_map(_Default(places, rule.default))


class _Default(dict[str, Any]):
    """Places of a reason, with `{default.NAME}` read from the rule."""

    def __init__(self, places: Mapping[str, str], default: Bound) -> None:
        super().__init__(places)
        self["default"] = _Attributes(default)

    def __missing__(self, key: str) -> str:
        return ""


class _Attributes:
    def __init__(self, content: Bound) -> None:
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return self._content[name]


def _figure(number: float | None) -> str:
    return "" if number is None else f"{number:.4g}"


def _name(fact: Fact) -> str:
    known = concepts().get(fact.concept)
    return fact.text or (known.label if known else fact.concept)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _roman(phototype: int | None) -> str:
    return {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}.get(phototype or 0, "")


def basis(now: Circumstances, fact: Fact | None, case: Case) -> str:
    """Return what a case rests on: where the fact was read, its words, status and dates, or the treatment itself."""
    if fact is None:
        return _basis_without_fact(now, case)
    dates = f" from {_day(fact.start)}" if fact.start and fact.start != fact.end else ""
    if fact.end:
        dates += f" on {_day(fact.end)}" if fact.start == fact.end else f" until {_day(fact.end)}"
    origin = f"{fact.origin}: " if fact.origin else ""
    return f"{origin}{_name(fact)}, {fact.status}{dates}"


def _basis_without_fact(now: Circumstances, case: Case) -> str:
    if case.age is not None:
        return f"person: {now.age_years:g} years old"
    if case.phototype is not None:
        return f"person: phototype {_roman(now.phototype)}"
    if case.indication:
        return f"treatment: indication {now.treatment.indication}"
    if case.anaesthetic is not None or case.anaesthetic_over:
        return f"treatment: anaesthetic {product(now.treatment.anaesthetic or '').name}"
    if case.treatment_zones:
        return f"treatment: zones {', '.join(zone.value for zone in now.treatment.zones)}"
    return f"treatment: {now.treatment.modality}"
