"""Whether a case of a rule applies, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from pinprick.safety.anaesthetic import excess, product
from pinprick.safety.circumstances import Circumstances
from pinprick.safety.facts import Fact
from pinprick.safety.rule import Bound, Case, Rule, Stance, settings
from pinprick.safety.screening import VERDICTS, Verdict
from pinprick.safety.vocabulary import concepts, widened

_Given = tuple[Case, Fact | None, Stance | None]


@dataclass(frozen=True, slots=True)
class Match:
    """One case that applies to one fact.

    Attributes:
        case: the case.
        verdict: what follows.
        kind: kind under the position applied.
        until: first day on which it no longer defers, or None.
        open_ended: whether it defers without a date.
        reason: in words.
        rests_on: what it rests on, or "".
    """

    case: Case
    verdict: Verdict
    kind: str
    until: date | None
    open_ended: bool
    reason: str
    rests_on: str


def matches(rule: Rule, now: Circumstances, chosen: Stance | None) -> list[Match]:
    """Return every case of a rule that applies, for every fact it applies to."""
    found = []
    for case in rule.cases:
        if not (_treatment_fits(rule, case, now) and _person_fits(rule, case, now)):
            continue
        position = None if case.fixed else chosen
        if not case.concepts:
            found.append(_conclude(rule, case, now, None, position))
            continue
        for fact in now.facts:
            if _fact_fits(rule, case, now, fact) and _in_time(rule, case, now, fact, position):
                found.append(_conclude(rule, case, now, fact, position))
    return found


def undated(rule: Rule, now: Circumstances) -> list[Fact]:
    """Return past facts whose date is not known although a case of the rule counts days from it."""
    found: dict[Fact, None] = {}
    for case in rule.cases:
        if case.days is None or case.counted_from != "end" or not case.defers:
            continue
        for fact in now.facts:
            if fact.status == "past" and fact.end is None and _fact_fits(rule, case, now, fact):
                found[fact] = None
    return list(found)


def _treatment_fits(rule: Rule, case: Case, now: Circumstances) -> bool:
    treatment = now.treatment
    zones = {zone.value for zone in treatment.zones}
    wanted = set(expand_zones(case.treatment_zones))
    length = treatment.needle_length_mm
    longest = rule.number(case.needle_length_mm["above"]) if case.needle_length_mm else None
    tests = (
        _modality_fits(case, now),
        not case.indication or treatment.indication in case.indication,
        not case.indication_group or treatment.indication in settings()[f"{case.indication_group}_indications"],
        not case.jurisdiction or now.jurisdiction in case.jurisdiction,
        not wanted or bool(zones & wanted),
        not case.treatment_zones_unstated or not zones,
        not case.only_zones or (bool(zones) and zones <= set(case.only_zones)),
        not case.not_only_zones or not zones or not zones <= set(case.not_only_zones),
        longest is None or (length is not None and length > longest),
        case.anaesthetic is None or now.treatment.anaesthetic not in (None, "none"),
        not case.anaesthetic_over or excess(now.treatment, now.age_years) is not None,
    )
    return all(tests)


def _modality_fits(case: Case, now: Circumstances) -> bool:
    # A case about the treatment itself ("radiofrequency is considered") must not widen home to plain needling.
    if case.treatment_only:
        return now.treatment.modality in case.modality
    return now.in_modality(case.modality)


def expand_zones(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return zone names with every `group:NAME` replaced by its zones."""
    groups = settings()["zone_groups"]
    return tuple(zone for name in names for zone in (groups[name[6:]] if name.startswith("group:") else (name,)))


def within(bound: Bound | None, given: float | None, rule: Rule) -> bool:
    """Whether a value lies within {from, to, under}; without a bound always, unknown never."""
    if bound is None:
        return True
    if given is None:
        return False
    low, high, under = (rule.number(bound.get(name)) for name in ("from", "to", "under"))
    return (low is None or given >= low) and (high is None or given <= high) and (under is None or given < under)


def _person_fits(rule: Rule, case: Case, now: Circumstances) -> bool:
    return within(case.age, now.age_years, rule) and within(case.phototype, now.phototype, rule)


def _fact_fits(rule: Rule, case: Case, now: Circumstances, fact: Fact) -> bool:
    if fact.status not in case.when or not widened(fact.concept) & set(case.concepts):
        return False
    if now.where(fact) not in case.field:
        return False
    if case.above is not None and not _is_above(case.above, fact):
        return False
    return not case.together_with or now.has(case.together_with, "current")


def _is_above(limits: Bound, fact: Fact) -> bool:
    limit = limits.get(fact.unit or "1")
    return fact.value is not None and limit is not None and fact.value > limit


def _in_time(rule: Rule, case: Case, now: Circumstances, fact: Fact, chosen: Stance | None) -> bool:
    if case.undated:
        return fact.start is None
    if case.within is not None:
        ahead = rule.number(case.within) or 0
        return fact.start is not None and (fact.start - now.on).days <= ahead
    if case.beyond is not None:
        since = fact.end
        return since is not None and now.on >= since + timedelta(days(rule.number(case.beyond)))
    if case.days is None or case.counted_from == "screened_day":
        return True
    since = _counted_from(fact)
    if since is None:
        return False
    longest = max(days(rule.number(case.days)), chosen_days(chosen) or 0)
    return now.on < since + timedelta(longest)


def days(number: float | None) -> int:
    """Return whole days that cover a number of days."""
    return ceil(number or 0)


def chosen_days(chosen: Stance | None) -> int | None:
    """Return the days that a chosen position asks for: the longer end of a range, none for an opposite position."""
    if chosen is None or chosen.interval is None:
        return None
    return max(0, days(chosen.interval[1]))


def _counted_from(fact: Fact) -> date | None:
    return fact.end or (fact.start if fact.status == "current" else None)


def _conclude(rule: Rule, case: Case, now: Circumstances, fact: Fact | None, chosen: Stance | None) -> Match:
    kind = (chosen.kind if chosen else "") or case.kind
    own: Verdict = case.verdict or settings()["verdict_of_kind"][case.kind]  # type: ignore[assignment]
    verdict: Verdict = settings()["verdict_of_kind"][kind] if chosen and chosen.kind else own
    until, counted = None, None
    if case.days is not None:
        asked = chosen_days(chosen)
        counted = days(rule.number(case.days)) if asked is None else asked
        until = _first_day(case, now, fact, counted)
        verdict, until = _timed(case, verdict, until, now.on, chosen)
    open_ended = verdict == "do-not-treat" or (verdict == "not-before" and until is None)
    return Match(
        case,
        verdict,
        kind,
        until,
        open_ended,
        _reason(rule, now, (case, fact, chosen), until, counted),
        _basis(now, fact, case),
    )


def _first_day(case: Case, now: Circumstances, fact: Fact | None, counted: int) -> date | None:
    if case.counted_from == "screened_day":
        return now.on + timedelta(counted)
    since = (fact.end or fact.start) if fact is not None else None
    return since + timedelta(counted) if since is not None else None


def _timed(
    case: Case, verdict: Verdict, until: date | None, on: date, chosen: Stance | None
) -> tuple[Verdict, date | None]:
    """Return verdict and date of a case with an interval: only a wait that is not over defers."""
    if not case.defers:
        return verdict, None
    if until is None or until <= on:
        return "conditions", None
    if chosen is not None and chosen.kind in ("caution", "prophylaxis"):
        return "conditions", None
    if verdict == "refer":
        return ("refer" if case.verdict == "refer" else "not-before"), until
    return "not-before", until


def stricter(a: Verdict, b: Verdict) -> Verdict:
    """Return the stricter of two verdicts."""
    return max(a, b, key=VERDICTS.index)


def _reason(rule: Rule, now: Circumstances, given: _Given, until: date | None, counted: int | None) -> str:
    case, fact, chosen = given
    waited = case.days is not None and case.counted_from == "end"
    measured = fact is not None and fact.value is not None
    places = {
        "fact": _name(fact),
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


def _name(fact: Fact | None) -> str:
    if fact is None:
        return ""
    known = concepts().get(fact.concept)
    return fact.text or (known.label if known else fact.concept)


def _day(day: date | None) -> str:
    return day.isoformat() if day is not None else ""


def _roman(phototype: int | None) -> str:
    return {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}.get(phototype or 0, "")


def _basis(now: Circumstances, fact: Fact | None, case: Case) -> str:
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
