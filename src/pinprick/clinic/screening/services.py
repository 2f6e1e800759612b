"""Screens a patient, records decisions and answers, and says whether treatment may go on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction

import pinprick
from pinprick.clinic.patients import clock, facts_record
from pinprick.clinic.patients.models import Origin, Patient, PatientFacts
from pinprick.clinic.patients.services import known, record_facts
from pinprick.clinic.people.models import Membership
from pinprick.clinic.screening import change, consideration
from pinprick.clinic.screening.decision import OVERRIDE, OVERRIDE_ABSOLUTE, RESOLVE, Decision, Standing, check
from pinprick.clinic.screening.decision import standing as judged
from pinprick.clinic.screening.models import Answer, Resolution, Screening
from pinprick.clinic.screening.question import denied_concepts
from pinprick.errors import InputError
from pinprick.planning.provenance import data_hash
from pinprick.safety import Fact, Facts, Treatment, concepts, screen, to_json
from pinprick.skin import Person

_RIGHTS = (RESOLVE, OVERRIDE, OVERRIDE_ABSOLUTE)


def current(patient: Patient) -> Screening | None:
    """Return the newest screening of a patient, or None."""
    return Screening.objects.filter(patient=patient).order_by("-created_at", "-pk").first()


@transaction.atomic
def run(
    member: Membership,
    patient: Patient,
    *,
    on: date,
    treatment: Treatment,
    purpose: str = Screening.Purpose.PLAN,
    previous: Screening | None = None,
) -> Screening:
    """Screen what is known of a patient now and keep the result; decisions on findings that are the same carry over.

    Args:
        member: who screens.
        patient: the patient.
        on: day of treatment.
        treatment: what is considered.
        purpose: one of `Screening.Purpose`.
        previous: the screening that this one follows; the newest unless given.

    Raises:
        InputError: the day lies before birth, or the anaesthetic is not known.
    """
    before = previous or current(patient)
    facts = known(patient)
    jurisdiction = member.organisation.jurisdiction[:2]
    found = screen(facts, on=on, treatment=treatment, jurisdiction=jurisdiction)
    content = json.dumps(to_json(found), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    made = Screening.objects.create(
        organisation_id=patient.organisation_id,
        created_by=member,
        patient=patient,
        purpose=purpose,
        on=on,
        jurisdiction=jurisdiction,
        treatment=consideration.to_json(treatment),
        facts=facts_record.to_json(facts),
        facts_row=PatientFacts.objects.filter(patient=patient).order_by("-created_at", "-pk").first(),
        verdict=found.verdict,
        earliest_date=found.earliest_date,
        content=content,
        content_hash=content_hash(content),
        engine_version=pinprick.__version__,
        data_sha256=data_hash(),
        previous=before,
    )
    if before is not None:
        _carry(before, made)
    return made


def content_hash(content: str) -> str:
    """Return the SHA-256 of a stored result."""
    import hashlib

    return hashlib.sha256(content.encode()).hexdigest()


def _carry(before: Screening, made: Screening) -> None:
    same = change.kept(before.result, made.result)
    for rule, row in _latest(before).items():
        if rule in same:
            Resolution.objects.create(
                organisation_id=made.organisation_id,
                created_by_id=row.created_by_id,
                patient_id=made.patient_id,
                screening=made,
                rule=rule,
                choice=row.choice,
                until=row.until,
                reason=row.reason,
                role=row.role,
                carried_from=row,
            )


def rescreen(member: Membership, patient: Patient, on: date, treatment: Treatment | None = None) -> Screening:
    """Screen a patient again at a session; only what may have changed is then asked.

    Args:
        member: who screens.
        patient: the patient.
        on: day of the session.
        treatment: what is considered; that of the last screening unless given.
    """
    before = current(patient)
    if treatment is None:
        treatment = consideration.from_json(before.treatment) if before is not None else Treatment()
    return run(member, patient, on=on, treatment=treatment, purpose=Screening.Purpose.SESSION, previous=before)


@transaction.atomic
def resolve(member: Membership, screening: Screening, rule: str, decision: Decision) -> Resolution:
    """Record a decision on one finding; earlier ones on it stay as history.

    Raises:
        InputError: the screening has no such finding, is not the newest, or rule or role do not allow the decision.
    """
    # Two decisions at once are put in order, and none goes to a screening that has just been replaced.
    Patient.objects.select_for_update().get(pk=screening.patient_id)
    _is_newest(screening)
    finding = next((row for row in screening.result["findings"] if row["rule"] == rule), None)
    if finding is None:
        raise InputError("This screening has no such finding.", field="rule", given=rule)
    check(finding, decision, rights(member), clock.today(member))
    return Resolution.objects.create(
        organisation_id=screening.organisation_id,
        created_by=member,
        patient_id=screening.patient_id,
        screening=screening,
        rule=rule,
        choice=decision.choice,
        until=decision.until if decision.choice == "defer" else None,
        reason=decision.reason.strip(),
        role=member.role,
    )


def _is_newest(screening: Screening) -> None:
    newest = Screening.objects.filter(patient_id=screening.patient_id).order_by("-created_at", "-pk").first()
    if newest is not None and newest.pk != screening.pk:
        raise InputError(
            "There is a newer screening of this patient.", field="screening", remedy="go on with the newer one"
        )


def rights(member: Membership) -> frozenset[str]:
    """Return which of the permissions that decisions ask for a member holds."""
    return frozenset(name for name in _RIGHTS if member.may(name))


def _latest(screening: Screening) -> dict[str, Resolution]:
    rows = screening.resolutions.select_related("created_by__user").order_by("created_at", "pk")
    return {row.rule: row for row in rows}


def decisions(screening: Screening) -> dict[str, Decision]:
    """Return the decision that counts on each finding, by rule."""
    return {
        rule: Decision(row.choice, row.until, row.reason)  # type: ignore[arg-type]
        for rule, row in _latest(screening).items()
    }


def overridden(patient: Patient) -> dict[str, str]:
    """Return the findings of a patient's newest screening that a clinician set aside, by rule, with why."""
    made = current(patient)
    found = decisions(made) if made is not None else {}
    return {rule: one.reason for rule, one in found.items() if one.choice == "override"}


def history(screening: Screening) -> dict[str, list[Resolution]]:
    """Return every decision on each finding, newest first, by rule; also those that were carried over."""
    found: dict[str, list[Resolution]] = {}
    for row in screening.resolutions.select_related("created_by__user", "carried_from").order_by("-created_at", "-pk"):
        found.setdefault(row.rule, []).append(row)
    return found


def begun(screening: Screening) -> Screening:
    """Return the screening that answers were given to, before them."""
    while screening.purpose == Screening.Purpose.ANSWER and screening.previous is not None:
        screening = screening.previous
    return screening


def answered(screening: Screening) -> dict[str, Answer]:
    """Return what was answered since the screening began, by rule; the latest counts."""
    rows, one = [], screening
    while True:
        rows.append(one)
        if one.purpose != Screening.Purpose.ANSWER or one.previous is None:
            break
        one = one.previous
    said = Answer.objects.filter(screening__in=rows).select_related("created_by__user").order_by("created_at", "pk")
    return {row.rule: row for row in said}


def due(screening: Screening) -> tuple[str, ...]:
    """Return the rules that are still to be asked about: at a session only what may have changed."""
    start = begun(screening)
    before = start.previous.result if start.purpose == Screening.Purpose.SESSION and start.previous else None
    said = answered(screening)
    return tuple(rule for rule in change.due(before, screening.result) if rule not in said)


def standing(screening: Screening, on: date | None = None) -> Standing:
    """Return whether treatment may go on, by the decisions and answers so far.

    Args:
        screening: the screening.
        on: day of treatment; that screened for unless given.
    """
    found = judged(screening.result, decisions(screening), on or screening.on)
    if begun(screening).purpose != Screening.Purpose.SESSION:
        return found
    again = tuple(rule for rule in due(screening) if rule in screening.result["rescreen"])
    missing = tuple(dict.fromkeys((*found.unanswered, *again)))
    return replace(
        found, clear=found.clear and not again, unanswered=missing, earliest=None if again else found.earliest
    )


@transaction.atomic
def answer(member: Membership, screening: Screening, rule: str, kind: str, facts: tuple[Fact, ...] = ()) -> Screening:
    """Record the answer to a question and screen again where it says something new.

    Args:
        member: who recorded it.
        screening: the newest screening of the patient.
        rule: the rule whose question was asked.
        kind: one of `Answer.Kind`; "none" denies everything that the rule asks about.
        facts: what was stated, for "stated".

    Returns:
        The screening that counts now: a new one, or the same where nothing changed.

    Raises:
        InputError: the screening is not the newest.
        Closed: the record is archived or merged.
    """
    patient = Patient.objects.select_for_update().get(pk=screening.patient_id)
    _is_newest(screening)
    Answer.objects.create(
        organisation_id=screening.organisation_id,
        created_by=member,
        patient=patient,
        screening=screening,
        rule=rule,
        kind=kind,
        detail={"facts": facts_record.to_json(Facts(person=Person(), facts=facts))["facts"]} if facts else {},
    )
    if kind in (Answer.Kind.SAME, Answer.Kind.UNKNOWN):
        return screening
    said = facts if kind == Answer.Kind.STATED else _denied(rule)
    at_session = begun(screening).purpose == Screening.Purpose.SESSION
    record_facts(
        member,
        patient,
        Facts(person=Person(), facts=(*_kept_beside(patient, said), *said), asked=_asked(rule, kind)),
        origin=Origin.CHECK_IN if at_session else Origin.EXAMINATION,
        as_of=clock.today(member),
        origin_id=screening.pk,
    )
    return run(
        member,
        patient,
        on=screening.on,
        treatment=consideration.from_json(screening.treatment),
        purpose=Screening.Purpose.ANSWER,
        previous=screening,
    )


def _denied(rule: str) -> tuple[Fact, ...]:
    return tuple(Fact(concept, "absent", origin="screening") for concept in denied_concepts(rule))


def _asked(rule: str, kind: str) -> frozenset[str]:
    return frozenset(denied_concepts(rule)) if kind == Answer.Kind.NONE else frozenset()


def _kept_beside(patient: Patient, said: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the procedures on record that a new one stands beside: a second filler does not undo the first."""
    new = {fact.concept for fact in said if fact.status != "absent" and concepts()[fact.concept].kind == "procedure"}
    return tuple(
        fact for fact in known(patient).facts if fact.concept in new and fact.status in ("current", "past", "planned")
    )


def changes(screening: Screening) -> tuple[change.FactChange, ...]:
    """Return which facts changed since the screening before."""
    start = begun(screening)
    return change.compare(start.previous.facts, screening.facts) if start.previous is not None else ()


def treatment_of(screening: Screening) -> Treatment:
    """Return what was considered."""
    return consideration.from_json(screening.treatment)


def last_known(patient: Patient) -> dict[str, Any]:
    """Return what is known of a patient now, as screenings keep it."""
    return facts_record.to_json(known(patient))
