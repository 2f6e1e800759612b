"""What can be done with a patient's record; every verb is one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pinprick.clinic.audit.services import act
from pinprick.clinic.patients import closing, facts_record, index
from pinprick.clinic.patients.models import Access, Patient, PatientFacts
from pinprick.clinic.patients.names import alike, digits, tidy
from pinprick.clinic.people import concurrency
from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership
from pinprick.safety import Facts
from pinprick.skin import Person

EDITABLE = (
    "given_names", "family_names", "known_as", "birth_date", "sex", "phone", "email", "address", "language",
    "phototype", "note", "deceased", "deceased_on",
)  # fmt: skip
# From this likeness on two names with one birth date are shown as perhaps the same person.
ALIKE = 0.6
_NUMBER = (
    "INSERT INTO patients_counter (organisation_id, last) VALUES (%s, 1) ON CONFLICT (organisation_id)"
    " DO UPDATE SET last = patients_counter.last + 1 RETURNING last"
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """A patient on record who may be the same person.

    Attributes:
        patient: the patient.
        reasons: what is alike, in words.
    """

    patient: Patient
    reasons: tuple[Any, ...]


class Closed(Exception):
    """The record is archived or merged into another and takes no changes."""


class UnderWay(Exception):
    """The record cannot be put away yet; `reasons` say why, to a person."""

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def likenesses(member: Membership, values: Mapping[str, Any], *, but: UUID | None = None) -> list[Likeness]:
    """Return the patients who may be the person described: same birth date and similar name, same phone or e-mail.

    Args:
        member: who asks; restricted patients of others are not named.
        values: fields of the person, as for `register`.
        but: identifier of a patient to leave out.
    """
    born, phone, email = values.get("birth_date"), digits(values.get("phone") or ""), _email(values.get("email"))
    name = f"{values.get('given_names', '')} {values.get('family_names', '')}"
    wanted = Q(pk__in=[])
    if born:
        wanted |= Q(birth_date=born)
    if phone:
        wanted |= Q(phone_digits=phone)
    if email:
        wanted |= Q(email=email)
    rows = within(Patient, member).filter(wanted, merged_into=None)
    found = []
    for patient in rows.exclude(pk=but)[:200] if but else rows[:200]:
        reasons = []
        if born and patient.birth_date == born and alike(name, patient.name) >= ALIKE:
            reasons.append(_("same date of birth and a similar name"))
        if phone and patient.phone_digits == phone:
            reasons.append(_("same phone number"))
        if email and patient.email == email:
            reasons.append(_("same e-mail address"))
        if reasons:
            found.append(Likeness(patient, tuple(reasons)))
    return sorted(found, key=lambda item: -len(item.reasons))


@transaction.atomic
def register(member: Membership, values: Mapping[str, Any]) -> Patient:
    """Return a new patient with the next number of the organisation.

    Args:
        member: who registers.
        values: fields named in `EDITABLE`.
    """
    patient = Patient(organisation_id=member.organisation_id, created_by=member, **_clean(values))
    with connection.cursor() as cursor:
        cursor.execute(_NUMBER, [member.organisation_id])
        (patient.number,) = cursor.fetchone() or (1,)
    patient.save(force_insert=True)
    index.write(patient)
    return patient


@transaction.atomic
def change(member: Membership, patient: Patient, values: Mapping[str, Any], *, expected: int) -> None:
    """Write fields of a patient.

    Args:
        member: who changes.
        patient: the patient.
        values: fields named in `EDITABLE`.
        expected: the version that the person saw.

    Raises:
        Stale: somebody else has changed the record since.
        Closed: it is archived or merged.
    """
    _open(patient)
    given = _clean(values)
    for field, value in given.items():
        setattr(patient, field, value)
    concurrency.save(patient, expected, list(given))
    index.write(patient)


@transaction.atomic
def archive(member: Membership, patient: Patient) -> None:
    """Put a record away: it is no longer found unless archived ones are asked for, and takes no changes.

    Raises:
        Closed: it already is, or is merged into another.
        UnderWay: something of the patient has begun and is not ended.
    """
    _hold(patient)
    _open(patient)
    found = closing.under_way(patient)
    if found:
        raise UnderWay(found)
    patient.archived_at = timezone.now()
    concurrency.save(patient, patient.version, ["archived_at"])


@transaction.atomic
def restore(member: Membership, patient: Patient) -> None:
    """Take an archived record into use again."""
    _hold(patient)
    patient.archived_at = None
    concurrency.save(patient, patient.version, ["archived_at"])


@transaction.atomic
def restrict(member: Membership, patient: Patient, members: Collection[Membership]) -> None:
    """Let only some members know of a patient; whoever restricts stays among them. Nobody named opens it to all again.

    Args:
        member: who restricts.
        patient: the patient.
        members: who may see the record; none lifts the restriction.
    """
    _hold(patient)
    wanted = {each.pk for each in members if each.organisation_id == member.organisation_id}
    if wanted:
        wanted.add(member.pk)
    Access.objects.filter(patient=patient).exclude(member__in=wanted).delete()
    held = set(Access.objects.filter(patient=patient).values_list("member", flat=True))
    organisation = member.organisation_id
    for pk in wanted - held:
        Access.objects.create(organisation_id=organisation, created_by=member, patient=patient, member_id=pk)
    patient.restricted = bool(wanted)
    concurrency.save(patient, patient.version, ["restricted"])


def known(patient: Patient, on: date | None = None) -> Facts:
    """Return what is known of a patient, as screening takes it; birth date, sex and phototype are the record's own.

    Args:
        patient: the patient.
        on: as known at the end of a day; all that is known unless given.
    """
    rows = PatientFacts.objects.filter(patient=patient)
    if on is not None:
        rows = rows.filter(as_of__lte=on)
    newest = rows.order_by("-created_at", "-pk").first()
    stored = facts_record.from_json(newest.content) if newest else Facts(person=Person())
    return own(patient, stored)


def own(patient: Patient, facts: Facts) -> Facts:
    """Return facts with the birth date, sex, phototype and death that the patient's record itself states."""
    person = Person(
        age_years=facts.person.age_years,
        sex=patient.sex or facts.person.sex,  # type: ignore[arg-type]
        phototype=patient.phototype or facts.person.phototype,
    )
    return Facts(
        person=person,
        birth_date=patient.birth_date or facts.birth_date,
        deceased=patient.deceased or facts.deceased,
        facts=facts.facts,
        unrecognised=facts.unrecognised,
        asked=facts.asked,
        deceased_on=patient.deceased_on or facts.deceased_on,
        weight_kg=facts.weight_kg,
    )


@transaction.atomic
def record_facts(
    member: Membership | None, patient: Patient, said: Facts, *, origin: str, as_of: date, origin_id: UUID | None = None
) -> PatientFacts:
    """Store what was newly said of a patient, on top of what was known; what was known before stays as history.

    Args:
        member: who recorded it; None where the patient did.
        patient: the patient.
        said: the statements, with the concepts asked about; answers replace what was known of the same concepts.
        origin: one of `models.Origin`.
        as_of: the day on which it was said.
        origin_id: identifier of the response, import or check-in it comes from.

    Raises:
        Closed: the record is archived or merged.
    """
    _open(patient)
    # One snapshot at a time for a patient: two that began from the same state would lose one another's answers.
    Patient.objects.select_for_update().get(pk=patient.pk)
    newest = PatientFacts.objects.filter(patient=patient).order_by("-created_at", "-pk").first()
    before = facts_record.from_json(newest.content) if newest else None
    return PatientFacts.objects.create(
        organisation_id=patient.organisation_id,
        created_by=member,
        patient=patient,
        origin=origin,
        origin_id=origin_id,
        as_of=as_of,
        content=facts_record.to_json(facts_record.updated(before, said)),
    )


def note_search(member: Membership, found: int) -> None:
    """Write to the audit trail that names were searched; what was typed is not kept."""
    act(member.organisation_id, "searched patients", actor=member.pk, found=found)


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {field: values[field] for field in EDITABLE if field in values}
    for field in ("given_names", "family_names", "known_as"):
        if field in given:
            given[field] = tidy(given[field] or "")
    if "email" in given:
        given["email"] = _email(given["email"])
    if "phone" in given:
        given["phone_digits"] = digits(given["phone"] or "")
    return given


def _email(text: str | None) -> str:
    return (text or "").strip().casefold()


def _hold(patient: Patient) -> None:
    """Bring a record up to date and hold it until the transaction ends: two who press at once are put in order."""
    patient.refresh_from_db(from_queryset=Patient.objects.select_for_update())


def _open(patient: Patient) -> None:
    if not patient.is_open:
        raise Closed
