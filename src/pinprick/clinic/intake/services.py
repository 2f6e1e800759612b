"""What can be done with a response: begin, save as typed, sign, review, withdraw; every verb is one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language

from pinprick.clinic.intake import conversion, definition, form, validation
from pinprick.clinic.intake.definition import Asked, Definition, Section
from pinprick.clinic.intake.models import Questionnaire, Response, Review
from pinprick.clinic.links import services as links
from pinprick.clinic.patients import clock
from pinprick.clinic.patients.forms import MONTH_FIRST
from pinprick.clinic.patients.models import Origin, Patient
from pinprick.clinic.patients.services import Closed, change, record_facts
from pinprick.clinic.people.models import Membership
from pinprick.safety import Facts

PURPOSE = "intake"
LINK_HOURS = 72
Typed = dict[str, list[str]]
Outcome = TypeVar("Outcome")
_LONGEST_VALUE, _MOST_VALUES, _MOST_BYTES = 2000, 60, 200_000


class Locked(Exception):
    """The response is signed or withdrawn and takes no answers."""


class Incomplete(Exception):
    """Something required is missing or wrong.

    Args:
        section: the first section concerned.
        faults: messages by field.
    """

    def __init__(self, section: str, faults: Mapping[str, Any]) -> None:
        super().__init__(section)
        self.section, self.faults = section, faults


def current(member: Membership, which: tuple[str, int] = definition.MEDICAL_HISTORY) -> Questionnaire:
    """Return the stored version of a questionnaire of the package, storing it when first used."""
    name, edition = which
    found = Questionnaire.objects.filter(organisation_id=member.organisation_id, name=name, edition=edition).first()
    if found is not None:
        return found
    content = dict(definition.content(name, edition))
    try:
        with transaction.atomic():
            return Questionnaire.objects.create(
                organisation_id=member.organisation_id,
                created_by=member,
                name=name,
                edition=edition,
                digest=definition.digest(content),
                content=content,
            )
    except IntegrityError:
        return Questionnaire.objects.get(organisation_id=member.organisation_id, name=name, edition=edition)


@transaction.atomic
def begin(member: Membership, patient: Patient) -> Response:
    """Return the patient's open response, or a new one that holds the answers of the last signed one to be confirmed.

    Raises:
        Closed: the patient's record is archived or merged.
    """
    if not patient.is_open:
        raise Closed
    Patient.objects.select_for_update().get(pk=patient.pk)
    questionnaire = current(member)
    mine = Response.objects.filter(patient=patient).order_by("-created_at", "-pk")
    if already := mine.filter(state=Response.State.OPEN).first():
        return already
    last = mine.filter(state=Response.State.SIGNED).first()
    response = Response(
        organisation_id=member.organisation_id,
        created_by=member,
        patient=patient,
        questionnaire=questionnaire,
        previous=last,
        language=patient.language or member.organisation.language or "en",
        asked=_asked(patient, clock.today(member)),
    )
    if last is not None:
        shape = definition.read(questionnaire.content)
        lasting = {name for section in shape.sections if not section.fresh for name in _own(section, last.typed)}
        response.typed = {name: values for name, values in last.typed.items() if name in lasting}
        response.answers = _answers(response, shape)
    response.save(force_insert=True)
    return response


def shape_of(response: Response, language: str | None = None) -> Definition:
    """Return the questionnaire of a response in a language; a signed one in the language it was signed in."""
    chosen = response.language if response.state == Response.State.SIGNED else language or get_language() or "en"
    return definition.read(response.questionnaire.content, chosen)


def asked_of(response: Response) -> Asked:
    """Return the person as they were asked."""
    return Asked(response.asked["sex"], response.asked["age_years"])


def for_patient(shape: Definition) -> tuple[Section, ...]:
    """Return the sections that a patient answers."""
    return tuple(section for section in shape.sections if section.by == "patient")


def for_staff(shape: Definition) -> tuple[Section, ...]:
    """Return the sections that the clinician answers at review."""
    return tuple(section for section in shape.sections if section.by == "staff")


def fields_of(section: Section, sent: Mapping[str, Sequence[str]]) -> Typed:
    """Return the fields of a section in what a form sent, within bounds."""
    names = _own(section, sent)
    found = {name: sent[name][:_MOST_VALUES] for name in names}
    # PostgreSQL keeps no zero characters.
    return {
        name: [value.replace("\x00", "")[:_LONGEST_VALUE] for value in values if value]
        for name, values in found.items()
    }


@transaction.atomic
def save_typed(response: Response, sent: Mapping[str, Sequence[str]], *, expected: int | None) -> Response:
    """Keep fields as typed, over those kept before; an empty list stands for an emptied field.

    Args:
        response: the response.
        sent: the changed fields.
        expected: the version that the person saw.

    Raises:
        Locked: it is signed or withdrawn.
        Stale: somebody else has saved since.
    """
    held = _open(response)
    if expected is not None and expected != held.version:
        raise Stale(held)
    shape = shape_of(held)
    typed = dict(held.typed)
    for section in for_patient(shape):
        for name, values in fields_of(section, sent).items():
            typed.pop(name, None)
            if values:
                typed[name] = values
    return _store(held, shape, typed)


@transaction.atomic
def complete_section(
    response: Response, section: Section, sent: Mapping[str, Sequence[str]], *, expected: int | None, today: date
) -> tuple[Response, validation.Faults]:
    """Keep a whole section as sent and mark it complete if it is; returns what has to be corrected.

    Raises:
        Locked: it is signed or withdrawn.
        Stale: somebody else has saved something else in this section since.
    """
    held = _open(response)
    shape = shape_of(held)
    mine = {name: values for name, values in fields_of(section, sent).items() if values}
    kept = {name: values for name, values in fields_of(section, held.typed).items() if values}
    if expected is not None and expected != held.version:
        # What the browser saved meanwhile by itself says the same; choices that a page comes with say nothing.
        first = _month_first(held)
        if form.read_form(shape, section, mine, month_first=first) != form.read_form(
            shape, section, kept, month_first=first
        ):
            raise Stale(held)
    typed = {name: values for name, values in held.typed.items() if name not in kept} | mine
    held = _store(held, shape, typed, save=False)
    faults = validation.faults(section, held.answers, asked_of(held), today)
    done = [id for id in held.done if id != section.id]
    held.done = done if faults else [*done, section.id]
    return _write(held), faults


@transaction.atomic
def sign(response: Response, name: str, *, today: date, member: Membership | None = None) -> Response:
    """Close a response: every section complete, the name typed by whoever vouches for it.

    Args:
        response: the response.
        name: name typed.
        today: the day of signing.
        member: who typed it in for the patient, or None where the patient did.

    Raises:
        Locked: it is signed or withdrawn.
        Incomplete: something required is missing.
    """
    held = _open(response)
    shape = shape_of(held)
    held.answers = _answers(held, shape)
    for section in for_patient(shape):
        faults = validation.faults(section, held.answers, asked_of(held), today)
        if faults or section.id not in held.done:
            raise Incomplete(section.id, faults)
    held.state = Response.State.SIGNED
    held.language = (get_language() or "en").split("-")[0]
    held.signed_name = " ".join(name.split())[:200]
    held.signed_at = timezone.now()
    held.signed_with = member
    held.signature = digest(held)
    return _write(held)


def digest(response: Response) -> str:
    """Return the hash that binds answers, questionnaire, person, name and time together."""
    content = {
        "questionnaire": response.questionnaire.digest,
        "answers": response.answers,
        "asked": response.asked,
        "language": response.language,
        "name": response.signed_name,
        "at": response.signed_at.isoformat() if response.signed_at else "",
        "response": str(response.pk),
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(response: Response) -> bool:
    """Whether a signed response and its questionnaire are what was signed."""
    questionnaire = response.questionnaire
    same = definition.digest(questionnaire.content) == questionnaire.digest
    return same and digest(response) == response.signature


@transaction.atomic
def withdraw(member: Membership, response: Response) -> None:
    """Give up a response that is not signed; its link closes.

    Raises:
        Locked: it is signed or withdrawn already.
    """
    held = _open(response)
    held.state = Response.State.WITHDRAWN
    _write(held)
    links.revoke(member, PURPOSE, held.pk)


def make_link(member: Membership, response: Response) -> str:
    """Return the secret of a new link to a response; an earlier one closes.

    Raises:
        Locked: the response is signed or withdrawn.
    """
    if response.state != Response.State.OPEN:
        raise Locked
    return links.make(member, PURPOSE, response.pk, hours=LINK_HOURS)


@transaction.atomic
def review_of(member: Membership, response: Response) -> Review:
    """Return the review of a signed response, begun if need be.

    Raises:
        Locked: the response is not signed.
    """
    if response.state != Response.State.SIGNED:
        raise Locked
    Response.objects.select_for_update().get(pk=response.pk)
    found = Review.objects.filter(response=response).first()
    return found or Review.objects.create(organisation_id=member.organisation_id, created_by=member, response=response)


@transaction.atomic
def save_review(
    review: Review, sent: Mapping[str, Sequence[str]], *, expected: int | None, whole: bool = False
) -> Review:
    """Keep fields of the examination as typed.

    Args:
        review: the review.
        sent: the changed fields.
        expected: the version that the person saw.
        whole: whether the whole form was sent, so that what is missing was unticked.

    Raises:
        Locked: the review is done.
        Stale: somebody else has saved since.
    """
    held = Review.objects.select_for_update().get(pk=review.pk)
    if held.done_at is not None:
        raise Locked
    if expected is not None and expected != held.version:
        raise Stale(held)
    typed = dict(held.typed)
    for section in for_staff(shape_of(review.response)):
        if whole:
            typed = {name: values for name, values in typed.items() if name not in fields_of(section, typed)}
        for name, values in fields_of(section, sent).items():
            typed.pop(name, None)
            if values:
                typed[name] = values
    note = [value.replace("\x00", "") for value in sent["note"]] if "note" in sent else None
    Review.objects.filter(pk=held.pk).update(
        typed=typed, note=(note[-1] if note else "")[:2000] if note is not None else held.note, version=F("version") + 1
    )
    return Review.objects.get(pk=held.pk)


@transaction.atomic
def finish_review(member: Membership, review: Review, *, today: date) -> validation.Faults:
    """Turn answers and examination into the patient's facts; returns what has to be corrected first.

    Raises:
        Locked: the review is done.
        Closed: the patient's record is archived or merged.
    """
    held = (
        Review.objects.select_for_update()
        .select_related("response__patient", "response__questionnaire")
        .get(pk=review.pk)
    )
    if held.done_at is not None:
        raise Locked
    response = held.response
    shape = shape_of(response)
    answers: form.Answers = {}
    faults: validation.Faults = {}
    for section in for_staff(shape):
        answers |= form.read_form(shape, section, held.typed, month_first=_month_first(response))
        faults |= validation.faults(section, answers, asked_of(response), today)
    if faults:
        return faults
    said = facts_of(response, answers)
    signed_on = response.signed_at.date() if response.signed_at else today
    patient = response.patient
    stored = record_facts(member, patient, said, origin=Origin.INTAKE, as_of=signed_on, origin_id=response.pk)
    judged = said.person.phototype
    # Held since the facts were stored: what somebody wrote a moment ago is neither overwritten nor in the way.
    patient.refresh_from_db()
    if judged and judged != patient.phototype:
        change(member, patient, {"phototype": judged}, expected=patient.version)
    Review.objects.filter(pk=held.pk).update(
        answers=answers, facts=stored, done_at=timezone.now(), created_by=member, version=F("version") + 1
    )
    return {}


def facts_of(response: Response, examination: form.Answers | None = None) -> Facts:
    """Return what a response says as coded facts, with what was seen at examination where given."""
    on = response.signed_at.date() if response.signed_at else timezone.localdate()
    return conversion.facts(shape_of(response), {**response.answers, **(examination or {})}, asked_of(response), on)


class Stale(Exception):
    """Somebody else has saved since; `current` is what stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed since it was shown")
        self.current = current


def _open(response: Response) -> Response:
    held = (
        Response.objects.select_for_update(of=("self",))
        .select_related("questionnaire", "organisation")
        .get(pk=response.pk)
    )
    if held.state != Response.State.OPEN:
        raise Locked
    return held


def _store(held: Response, shape: Definition, typed: Typed, *, save: bool = True) -> Response:
    if len(json.dumps(typed)) > _MOST_BYTES:
        raise Incomplete("", {"": validation.CONTRADICTION})
    held.typed = typed
    held.answers = _answers(held, shape)
    return _write(held) if save else held


def _write(held: Response) -> Response:
    held.version += 1
    held.save()
    return held


def _answers(response: Response, shape: Definition) -> form.Answers:
    found: form.Answers = {}
    for section in for_patient(shape):
        found |= form.read_form(shape, section, response.typed, month_first=_month_first(response))
    return found


def _month_first(response: Response) -> bool:
    return response.organisation.jurisdiction in MONTH_FIRST


def _asked(patient: Patient, today: date) -> dict[str, Any]:
    born = patient.birth_date
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None
    return {"sex": patient.sex, "age_years": age}


def _own(section: Section, names: Mapping[str, Any]) -> list[str]:
    ids = {question.id for question in section.questions}
    return [name for name in names if name.split(".", 1)[0] in ids and len(name) <= 120]


def together(perform: Callable[[], Outcome]) -> Outcome:
    """Do several things in one transaction."""
    with transaction.atomic():
        return perform()
