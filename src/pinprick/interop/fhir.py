"""A FHIR R4 record as the facts that screening uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pinprick.interop.bundle import Bundle, read_bundle
from pinprick.interop.measurement import measured
from pinprick.interop.node import Node
from pinprick.interop.statement import Statement, on_day, statement
from pinprick.safety import Fact, Facts
from pinprick.safety.vocabulary import of_kind
from pinprick.skin import Person, Sex

_DATES = ("recordedDate", "authoredOn", "performedDateTime", "effectiveDateTime", "onsetDateTime", "abatementDateTime")
_PERIODS = ("performedPeriod", "effectivePeriod", "abatementPeriod")
_READ = ("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Procedure", "ServiceRequest")


def read_fhir(source: str | Path | Mapping[str, Any], *, on: date) -> Facts:
    """Read one person's FHIR R4 Bundle into facts as they stood on a day.

    Conditions, medicines, allergies and procedures that nothing in the vocabulary covers are kept verbatim in
    `Facts.unrecognised`. Observations are read for pregnancy, smoking, HbA1c, INR, weight and phototype only. What is
    recorded as entered in error, refuted, cancelled or not done is left out; what the record dates after the day is
    not yet there, unless it is a plan.

    Args:
        source: path of the file (UTF-8 JSON), or its content.
        on: the day screened for; current, past and planned are told apart relative to it.

    Raises:
        InputError: not a readable FHIR R4 Bundle of exactly one living or dead person, or a field is malformed.
    """
    bundle = read_bundle(source)
    patient = bundle.patient
    birth = patient.day("birthDate", last=True)
    if birth is not None and birth > on:
        raise patient.fault(
            "birthDate",
            f"the person was not born on the day screened for, {on.isoformat()}",
            f"{on.isoformat()} or earlier",
            "check the date screened for and the birth date",
        )
    deceased, died = _death(patient, on)
    facts, asked, unread = _stated(bundle, on, birth)
    values = measured(_about(bundle, ("Observation",)), on)
    person = Person(age_years=None, sex=_sex(patient), phototype=values.phototype)
    return Facts(
        person=person,
        birth_date=birth,
        deceased=deceased,
        facts=(*_merged(facts), *values.facts),
        unrecognised=tuple(dict.fromkeys(unread)),
        asked=asked,
        deceased_on=died,
        weight_kg=values.weight_kg,
    )


def _sex(patient: Node) -> Sex | None:
    given = patient.text("gender")
    return given if given in ("female", "male") else None  # type: ignore[return-value]


def _death(patient: Node, on: date) -> tuple[bool, date | None]:
    if patient.flag("deceasedBoolean"):
        return True, None
    died = patient.day("deceasedDateTime")
    return (True, died) if died is not None and died <= on else (False, None)


def _about(bundle: Bundle, types: tuple[str, ...]) -> Iterable[Node]:
    return (resource for resource in bundle.of_type(*types) if bundle.is_about_patient(resource))


def _stated(bundle: Bundle, on: date, birth: date | None) -> tuple[list[Fact], frozenset[str], list[str]]:
    facts: list[Fact] = []
    asked: frozenset[str] = frozenset()
    unread: list[str] = []
    latest = _latest(bundle)
    for resource in bundle.of_type(*_READ):
        if not bundle.is_about_patient(resource):
            unread.append(f"{resource.text('resourceType')} of another person (not screened)")
            continue
        said = statement(bundle, resource, birth)
        held = on_day(said, on, latest) if said is not None else None
        if held is None:
            continue
        if "no_known_allergy" in held.concepts:
            asked |= of_kind("allergy")
        if held.concepts:
            facts += held.facts()
        else:
            unread.append(_unread(held))
    return facts, asked, unread


def _unread(held: Statement) -> str:
    return f"{held.kind}: {held.words}"


def _latest(bundle: Bundle) -> date | None:
    """Return the last day that the record speaks of: what was closed by then may have been open before."""
    days = []
    for resource in bundle.of_type(*_READ, "Observation"):
        days += [resource.day(name) for name in _DATES]
        days += [period.day("end") for name in _PERIODS if (period := resource.node(name)) is not None]
    return max((day for day in days if day is not None), default=None)


def _merged(facts: list[Fact]) -> tuple[Fact, ...]:
    """Drop what a fact of the same words and status repeats, and a past one while the same goes on."""
    latest: dict[tuple[str, str, str], Fact] = {}
    for fact in facts:
        key = (fact.concept, fact.text, fact.status)
        held = latest.get(key)
        if held is None or _rank(fact) >= _rank(held):
            latest[key] = fact
    current = {(fact.concept, fact.text) for fact in latest.values() if fact.status == "current" and fact.end is None}
    kept = (
        fact
        for fact in latest.values()
        if fact.status != "past" or fact.end is not None or (fact.concept, fact.text) not in current
    )
    return tuple(kept)


def _rank(fact: Fact) -> tuple[date, date]:
    return fact.end or fact.start or date.min, fact.start or date.min
