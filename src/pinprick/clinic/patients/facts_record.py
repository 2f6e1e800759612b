"""What is known of a person as it is kept: written to JSON, read back, brought up to date with nothing lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pinprick.safety import Fact, Facts
from pinprick.skin import Person, Zone

FORMAT = 1
EMPTY = Facts(person=Person())


def to_json(facts: Facts) -> dict[str, Any]:
    """Return facts as a JSON object; empty fields are left out."""
    return {
        "format": FORMAT,
        "person": {
            "age_years": facts.person.age_years,
            "sex": facts.person.sex,
            "phototype": facts.person.phototype,
        },
        "birth_date": _written(facts.birth_date),
        "deceased": facts.deceased,
        "deceased_on": _written(facts.deceased_on),
        "weight_kg": facts.weight_kg,
        "facts": [_fact(item) for item in facts.facts],
        "unrecognised": list(facts.unrecognised),
        "asked": sorted(facts.asked),
    }


def from_json(content: Mapping[str, Any]) -> Facts:
    """Return the facts that `to_json` wrote."""
    person = content["person"]
    return Facts(
        person=Person(age_years=person["age_years"], sex=person["sex"], phototype=person["phototype"]),
        birth_date=_day(content["birth_date"]),
        deceased=content["deceased"],
        deceased_on=_day(content["deceased_on"]),
        weight_kg=content["weight_kg"],
        facts=tuple(_read(item) for item in content["facts"]),
        unrecognised=tuple(content["unrecognised"]),
        asked=frozenset(content["asked"]),
    )


def updated(known: Facts | None, said: Facts) -> Facts:
    """Return what is known after something more was said.

    What was said anew of a concept stands in place of what was known of it; what was not asked stays. An answer of
    "not known" does not wipe out what is on record, unless nothing is.

    Args:
        known: what was known, or None.
        said: the newer statements, with the concepts that were asked about.
    """
    if known is None:
        return said
    stated = {fact.concept for fact in said.facts if fact.status != "unknown"}
    answered = stated | said.asked - {fact.concept for fact in said.facts if fact.status == "unknown"}
    held = {fact.concept for fact in known.facts}
    kept = tuple(fact for fact in known.facts if fact.concept not in answered)
    fresh = tuple(fact for fact in said.facts if fact.status != "unknown" or fact.concept not in held)
    return Facts(
        person=Person(
            age_years=said.person.age_years if said.person.age_years is not None else known.person.age_years,
            sex=said.person.sex or known.person.sex,
            phototype=said.person.phototype or known.person.phototype,
        ),
        birth_date=said.birth_date or known.birth_date,
        deceased=known.deceased or said.deceased,
        deceased_on=said.deceased_on or known.deceased_on,
        weight_kg=said.weight_kg if said.weight_kg is not None else known.weight_kg,
        facts=(*kept, *fresh),
        unrecognised=tuple(dict.fromkeys((*known.unrecognised, *said.unrecognised))),
        asked=known.asked | answered,
    )


def joined(first: Facts, second: Facts) -> Facts:
    """Return everything that two records of one person say; nothing is dropped, so the stricter statement counts."""
    person = Person(
        age_years=first.person.age_years if first.person.age_years is not None else second.person.age_years,
        sex=first.person.sex or second.person.sex,
        phototype=first.person.phototype or second.person.phototype,
    )
    return replace(
        first,
        person=person,
        birth_date=first.birth_date or second.birth_date,
        deceased=first.deceased or second.deceased,
        deceased_on=first.deceased_on or second.deceased_on,
        weight_kg=first.weight_kg if first.weight_kg is not None else second.weight_kg,
        facts=tuple(dict.fromkeys((*first.facts, *second.facts))),
        unrecognised=tuple(dict.fromkeys((*first.unrecognised, *second.unrecognised))),
        asked=first.asked | second.asked,
    )


def contradictions(facts: Facts) -> tuple[str, ...]:
    """Return the concepts that are both denied and stated, in order of the facts."""
    denied = {fact.concept for fact in facts.facts if fact.status == "absent"}
    stated = (fact.concept for fact in facts.facts if fact.status not in ("absent", "unknown"))
    return tuple(dict.fromkeys(concept for concept in stated if concept in denied))


def _fact(fact: Fact) -> dict[str, Any]:
    full = {
        "concept": fact.concept,
        "status": fact.status,
        "start": _written(fact.start),
        "end": _written(fact.end),
        "text": fact.text,
        "origin": fact.origin,
        "zones": [zone.value for zone in fact.zones],
        "value": fact.value,
        "unit": fact.unit,
        "outside_zones": fact.outside_zones,
    }
    return {name: value for name, value in full.items() if value not in (None, "", [], False)}


def _read(content: Mapping[str, Any]) -> Fact:
    fields = dict(content)
    fields["start"], fields["end"] = _day(fields.get("start")), _day(fields.get("end"))
    fields["zones"] = tuple(Zone(zone) for zone in fields.get("zones", ()))
    return Fact(**fields)


def _written(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
