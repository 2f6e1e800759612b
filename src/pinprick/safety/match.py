"""Whether a case of a rule applies, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from pinprick.safety.anaesthetic import excess
from pinprick.safety.calendar import later
from pinprick.safety.circumstances import Circumstances
from pinprick.safety.facts import Fact
from pinprick.safety.reason import Given, basis, reason
from pinprick.safety.rule import Bound, Case, Rule, Stance, settings
from pinprick.safety.screening import VERDICTS, Verdict
from pinprick.safety.vocabulary import widened


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
        rests_on: what it rests on.
    """

    case: Case
    verdict: Verdict
    kind: str
    until: date | None
    open_ended: bool
    reason: str
    rests_on: tuple[str, ...]


def matches(rule: Rule, now: Circumstances, chosen: Stance | None) -> list[Match]:
    """Return every case of a rule that applies, for every fact it applies to."""
    found = []
    for case in rule.cases:
        if not (_treatment_fits(rule, case, now) and _person_fits(rule, case, now)):
            continue
        position = None if case.fixed else chosen
        if not case.concepts:
            found.append(_conclude(rule, case, now, None, position, ()))
            continue
        fitting = [
            fact
            for fact in now.facts
            if _fact_fits(rule, case, now, fact) and _in_time(rule, case, now, fact, position)
        ]
        # Without dates to tell them apart, facts of one case are named together.
        groups = [[fact] for fact in fitting] if _is_dated(case) else [fitting]
        found += [_conclude(rule, case, now, group[0], position, tuple(group)) for group in groups if group]
    return found


def _is_dated(case: Case) -> bool:
    return case.above is not None or any(item is not None for item in (case.days, case.beyond, case.within))


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
        return since is not None and now.on >= later(since, days(rule.number(case.beyond)))
    if case.days is None or case.counted_from == "screened_day":
        return True
    since = _counted_from(fact)
    if since is None:
        return False
    longest = max(days(rule.number(case.days)), chosen_days(chosen) or 0)
    return now.on < later(since, longest)


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


def _conclude(
    rule: Rule, case: Case, now: Circumstances, fact: Fact | None, chosen: Stance | None, group: tuple[Fact, ...]
) -> Match:
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
        reason(rule, now, Given(case, fact, chosen, group), until, counted) + _when_over(rule, group, chosen, now),
        tuple(basis(now, item, case) for item in group or (None,)),
    )


def _when_over(rule: Rule, group: tuple[Fact, ...], chosen: Stance | None, now: Circumstances) -> str:
    """Say when the wait would be over if what goes on ends on the day on record."""
    for fact in group:
        if fact.status != "current" or fact.end is None:
            continue
        for case in rule.cases:
            if case.days is None or case.counted_from != "end" or "past" not in case.when or not case.defers:
                continue
            if not widened(fact.concept) & set(case.concepts) or not _person_fits(rule, case, now):
                continue
            asked = chosen_days(chosen)
            wait = days(rule.number(case.days)) if asked is None else asked
            over = later(fact.end, wait).isoformat()
            return f" If it ends on {fact.end.isoformat()} as recorded, the wait of {wait} days is over on {over}."
    return ""


def _first_day(case: Case, now: Circumstances, fact: Fact | None, counted: int) -> date | None:
    if case.counted_from == "screened_day":
        return later(now.on, counted)
    since = (fact.end or fact.start) if fact is not None else None
    return later(since, counted) if since is not None else None


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
