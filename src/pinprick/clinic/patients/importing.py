"""Takes in a record of another system in two steps: first it is shown what was understood, then it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from pinprick.clinic.patients import services
from pinprick.clinic.patients.dates import partial
from pinprick.clinic.patients.models import Origin, Patient, RecordImport
from pinprick.clinic.people.models import Membership
from pinprick.errors import InputError
from pinprick.interop import read_fhir
from pinprick.interop.bundle import read_bundle
from pinprick.interop.node import Node
from pinprick.safety import Facts

MOST_BYTES = 20 * 2**20
_AS_WRITTEN = ("official", "usual", "")


@dataclass(frozen=True, slots=True)
class Understood:
    """What a record says.

    Attributes:
        person: fields of a patient, as `services.register` takes them.
        facts: coded facts; what was not understood is in `facts.unrecognised`.
        missing: fields of a person that the record does not hold.
    """

    person: dict[str, Any]
    facts: Facts
    missing: tuple[str, ...]


def receive(member: Membership, raw: bytes, on: date) -> RecordImport:
    """Keep a record that can be read until somebody has looked at it.

    Args:
        member: who brings it.
        raw: the file.
        on: the day on which current, past and planned are told apart.

    Raises:
        InputError: it is no FHIR R4 Bundle of exactly one patient.
    """
    if len(raw) > MOST_BYTES:
        raise InputError(
            "the file is too large to be the record of one person",
            given=f"{len(raw) / 2**20:.0f} MB",
            limit=f"{MOST_BYTES // 2**20} MB",
            remedy="export one patient, and leave out images and documents",
        )
    try:
        # PostgreSQL keeps no zero characters; no record needs them.
        content = json.loads(raw.decode("utf-8-sig").replace("\\u0000", ""))
    except (ValueError, RecursionError):
        raise InputError(
            "this is not JSON, or it was not copied whole", limit="a FHIR R4 Bundle as JSON", remedy="export it again"
        ) from None
    if not isinstance(content, dict):
        raise InputError("this is not a FHIR record", limit="a JSON object whose resourceType is Bundle")
    understood(content, on)
    return RecordImport.objects.create(
        organisation_id=member.organisation_id, created_by=member, content=content, state=RecordImport.State.WAITING
    )


def understood(content: Mapping[str, Any], on: date) -> Understood:
    """Return what a record says.

    Raises:
        InputError: it is no FHIR R4 Bundle of exactly one patient, or a field is malformed.
    """
    facts = read_fhir(content, on=on)
    person = _person(read_bundle(content).patient, facts)
    wanted = ("given_names", "family_names", "birth_date", "sex", "phone", "email")
    return Understood(person, facts, tuple(name for name in wanted if not person.get(name)))


@transaction.atomic
def save(
    member: Membership,
    waiting: RecordImport,
    on: date,
    *,
    into: Patient | None = None,
    values: Mapping[str, Any] | None = None,
) -> Patient:
    """Store a record that was looked at, as a new patient or with one on record.

    Args:
        member: who saves.
        waiting: the record.
        on: the day on which current, past and planned are told apart.
        into: the patient it belongs to; a new one unless given.
        values: fields of the new patient as corrected by whoever looked; those understood unless given.

    Raises:
        Closed: it was saved or discarded before.
    """
    held = RecordImport.objects.select_for_update().get(pk=waiting.pk)
    if held.state != RecordImport.State.WAITING:
        raise services.Closed
    read = understood(held.content, on)
    patient = into or services.register(member, {**read.person, **(values or {})})
    services.record_facts(member, patient, read.facts, origin=Origin.IMPORT, as_of=on, origin_id=held.pk)
    held.state, held.patient, held.unread = RecordImport.State.SAVED, patient, list(read.facts.unrecognised)
    held.save(update_fields=["state", "patient", "unread"])
    return patient


def discard(waiting: RecordImport) -> None:
    """Forget a record that was not saved."""
    rows = RecordImport.objects.filter(pk=waiting.pk, state=RecordImport.State.WAITING)
    rows.update(state=RecordImport.State.DISCARDED, content={})


def _person(node: Node, facts: Facts) -> dict[str, Any]:
    name = _name(node)
    given = name.content.get("given", []) if name is not None else []
    phones = [each.text("value") for each in node.nodes("telecom") if each.text("system") in ("phone", "sms")]
    emails = [each.text("value") for each in node.nodes("telecom") if each.text("system") == "email"]
    found: dict[str, Any] = {
        "given_names": " ".join(str(part) for part in given)[:100],
        "family_names": (name.text("family") if name is not None else "")[:100],
        "birth_date": _birth(node.text("birthDate")),
        "sex": facts.person.sex or "",
        "phone": next(iter(phones), "")[:40],
        "email": next((email for email in emails if "@" in email), "")[:254],
        "phototype": facts.person.phototype,
        "deceased": facts.deceased,
        "deceased_on": facts.deceased_on,
    }
    return {field: value for field, value in found.items() if value}


def _name(node: Node) -> Node | None:
    names = list(node.nodes("name"))
    return min(
        names,
        key=lambda each: _AS_WRITTEN.index(each.text("use")) if each.text("use") in _AS_WRITTEN else 9,
        default=None,
    )


def _birth(text: str) -> date | None:
    day = partial(text) if text else None
    return day.first if day is not None and day.day is not None else None
