"""What holds on the day screened for: the facts as of that day, the person, the treatment and the jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from pinprick.errors import InputError
from pinprick.evidence import value
from pinprick.safety.calendar import later
from pinprick.safety.facts import Fact, Facts, Treatment
from pinprick.safety.rule import Rule, settings
from pinprick.safety.vocabulary import concepts, widened


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Everything a rule is judged by.

    Attributes:
        on: the day screened for.
        facts: facts as of that day.
        treatment: what is considered.
        jurisdiction: ISO country code whose labels bind.
        age_years, phototype, sex: the person; None is unknown.
        known: concepts stated or asked about, widened.
    """

    on: date
    facts: tuple[Fact, ...]
    treatment: Treatment
    jurisdiction: str
    age_years: float | None
    phototype: int | None
    sex: str | None
    known: frozenset[str]

    def has(self, wanted: Iterable[str], *statuses: str) -> bool:
        """Whether a fact of one of the concepts has one of the statuses."""
        names = frozenset(wanted)
        return any(fact.status in statuses and widened(fact.concept) & names for fact in self.facts)

    def applies(self, rule: Rule) -> bool:
        """Whether a rule belongs to the modality considered; the anaesthetic step belongs to all of them."""
        allowed = settings()["modality_rules"][self.treatment.modality]
        return "anaesthetic" in rule.modality or any(name in rule.modality for name in allowed)

    def in_modality(self, names: tuple[str, ...]) -> bool:
        """Whether the modality is among the names; no names means any. Home needling is plain needling too."""
        return not names or any(name in names for name in settings()["modality_rules"][self.treatment.modality])

    def where(self, fact: Fact) -> str:
        """Return "in", "elsewhere" or "unstated": how the fact's zones lie to those to be treated."""
        if fact.outside_zones and not fact.zones:
            return "elsewhere"
        if not fact.zones or not self.treatment.zones:
            return "unstated"
        return "in" if set(fact.zones) & set(self.treatment.zones) else "elsewhere"


def circumstances(facts: Facts, *, on: date, treatment: Treatment, jurisdiction: str) -> Circumstances:
    """Bring the facts to one day.

    Raises:
        InputError: the day lies before the birth date.
    """
    if facts.birth_date is not None and on < facts.birth_date:
        raise InputError(
            "cannot screen for a day before birth",
            field="on",
            given=on.isoformat(),
            limit=f"{facts.birth_date.isoformat()} or later",
            origin="birth date on record",
            remedy="check the date screened for and the birth date",
        )
    seen = tuple(as_of(fact, on) for fact in facts.facts)
    stated = (fact.concept for fact in seen if _settles(fact))
    known = frozenset().union(facts.asked, *(widened(id) for id in stated))
    person = facts.person
    return Circumstances(on, seen, treatment, jurisdiction, facts.age_years(on), person.phototype, person.sex, known)


def _settles(fact: Fact) -> bool:
    """Whether a fact answers how things stand: what once was may be again, unless its end is on record."""
    if fact.status == "past":
        return fact.end is not None and _kind(fact.concept) != "condition"
    return fact.status != "unknown"


def as_of(fact: Fact, on: date) -> Fact:
    """Return a fact with the status it has on a day: dates count before the word "current", "past" or "planned"."""
    if fact.status in ("absent", "unknown"):
        return fact
    start, end = fact.start, fact.end
    if _kind(fact.concept) == "observation":
        # A measurement holds until there is a newer one.
        start, end = start or end, None
        fact = replace(fact, status="current", start=start, end=end)
    if _is_momentary(fact.concept) and fact.status != "current":
        start, end = start or end, end or start
    if start is not None and start > on:
        return replace(fact, status="planned", start=start, end=end)
    if end is not None:
        return replace(fact, status="past" if end <= on else "current", start=start, end=end)
    if fact.status == "planned" and start is not None:
        return replace(fact, status="current", start=start, end=end)
    longest = _longest_days(fact.concept)
    if fact.status == "current" and longest is not None and start is not None and later(start, longest) < on:
        return replace(fact, status="past")
    return replace(fact, start=start, end=end)


def _is_momentary(id: str) -> bool:
    return _kind(id) == "procedure"


def _kind(id: str) -> str:
    known = concepts().get(id)
    return known.kind if known is not None else ""


@cache
def _parameter_days(id: str) -> int:
    return int(value(id))


def _longest_days(id: str) -> int | None:
    known = concepts().get(id)
    return _parameter_days(known.lasts_at_most_days) if known is not None and known.lasts_at_most_days else None
