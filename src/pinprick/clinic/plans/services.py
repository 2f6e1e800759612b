"""What can be done with a plan; every verb is one transaction, and an approved plan is never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.services import Closed, known
from pinprick.clinic.people import concurrency
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans import computing, draft, frozen
from pinprick.clinic.plans.approval import NotApprovable, obstacles
from pinprick.clinic.plans.models import Computation, Plan, Revision
from pinprick.clinic.screening import services as screenings
from pinprick.errors import InputError

DRAWS, SEED = 100, 0
_EDITED = ("title", "case", "edited_at")


class NotDraft(InputError):
    """The plan is approved, superseded or discarded, and so takes no changes."""


def approved_plan(patient: Patient) -> Plan | None:
    """Return the plan that is approved for a patient, or None."""
    # What was computed is a hundred kilobytes: it is fetched where it is read.
    rows = Plan.objects.select_related("current", "approved_by__user", "screening").defer("current__content")
    return rows.filter(patient=patient, state=Plan.State.APPROVED).first()


def prescription(plan: Plan) -> frozen.Prescribed | None:
    """Return what a plan prescribes, zone by zone, read from its frozen result; None where it prescribes nothing.

    Raises:
        Altered: what is stored is not what was frozen.
    """
    content = plan.content
    return None if content is None else frozen.prescribed(content, plan.content_hash)


@transaction.atomic
def begin(member: Membership, patient: Patient, title: str, case: Mapping[str, Any]) -> Plan:
    """Return a new draft.

    Raises:
        Closed: the record is archived or merged.
    """
    if not patient.is_open:
        raise Closed
    return Plan.objects.create(
        organisation_id=patient.organisation_id,
        created_by=member,
        patient=patient,
        title=title,
        case=dict(case),
        settings={"draws": DRAWS, "seed": SEED},
        edited_at=timezone.now(),
    )


@transaction.atomic
def edit(member: Membership, plan: Plan, title: str, case: Mapping[str, Any], *, expected: int) -> None:
    """Write a draft as it is typed; it need not be complete.

    Args:
        member: who edits.
        plan: the draft.
        title: its title.
        case: tables concern, preferences, clinic and request.
        expected: the version that the person saw.

    Raises:
        Stale: somebody else has changed it since.
        NotDraft: it is no draft.
    """
    now = _still_draft(plan)
    if now.version != expected:
        raise concurrency.Stale(now)
    if now.title == title and now.case == case:
        # Saving what is there already must not make a computed result look out of date.
        return
    plan.title, plan.case, plan.edited_at = title, dict(case), timezone.now()
    concurrency.save(plan, expected, _EDITED)


def _still_draft(plan: Plan) -> Plan:
    """Return the plan as it stands, held until the transaction ends."""
    now = Plan.objects.select_for_update().get(pk=plan.pk)
    if not now.is_draft or now.discarded_at is not None:
        raise NotDraft("This plan is no draft any more.", field="plan", remedy="clone it; the clone is a draft")
    return now


@transaction.atomic
def compute(member: Membership, plan: Plan, on: date) -> Computation:
    """Start to compute a draft; what runs already is returned as it is.

    Args:
        member: who asks.
        plan: the draft.
        on: the day planned for.

    Raises:
        InputError: the draft is not complete, or something in it cannot be used; every fault is named with its field.
        NotDraft: it is no draft.
    """
    now = _still_draft(plan)
    running = computing.latest(now)
    if running is not None and running.state == Computation.State.RUNNING:
        return running
    overridden = screenings.overridden(now.patient)
    case = draft.case(now.case, now.title, known(now.patient), member.organisation, on, overridden)
    made = Computation.objects.create(
        organisation_id=now.organisation_id,
        created_by=member,
        patient_id=now.patient_id,
        plan=now,
        draft={"title": now.title, "case": now.case},
        seen_at=timezone.now(),
    )
    computing.begin(member, made, case, {**now.settings, "on": on.isoformat()})
    return made


def cancel(member: Membership, computation: Computation) -> None:
    """Ask a computation to stop; it does at its next sign of life."""
    rows = Computation.objects.filter(pk=computation.pk, state=Computation.State.RUNNING)
    rows.update(cancel_wanted=True)


@transaction.atomic
def approve(member: Membership, plan: Plan, *, method: str, expected: int, on: date) -> Plan:
    """Approve a draft: from then on it and its result stay as they are; what was approved before is superseded.

    Args:
        member: who approves.
        plan: the draft.
        method: kind of second factor that was shown.
        expected: the version that the person saw.
        on: the day of approval.

    Raises:
        NotApprovable: something stands in the way; it says what.
        Stale: somebody else has changed the draft since it was shown.
        NotDraft: it is no draft.
    """
    # One approval of a patient's plans at a time.
    Patient.objects.select_for_update().get(pk=plan.patient_id)
    now = _still_draft(plan)
    if now.version != expected:
        raise concurrency.Stale(now)
    if not member.may("plans.approve") or not method:
        raise NotApprovable(("role",) if method else ("second-factor",))
    found = obstacles(now, on)
    if found:
        raise NotApprovable(tuple(item.name for item in found))
    at = timezone.now()
    older = Plan.objects.filter(patient_id=now.patient_id, state=Plan.State.APPROVED)
    for one in older:
        one.state, one.superseded_at, one.superseded_by = Plan.State.SUPERSEDED, at, now
        concurrency.save(one, one.version, ("state", "superseded_at", "superseded_by"))
    now.state, now.approved_by, now.approved_at, now.approval_method = Plan.State.APPROVED, member, at, method
    now.screening = screenings.current(now.patient)
    concurrency.save(now, expected, ("state", "approved_by", "approved_at", "approval_method", "screening"))
    return now


@transaction.atomic
def clone(member: Membership, revision: Revision) -> Plan:
    """Return a new draft that begins as a revision of some plan was; nothing of the plan itself changes."""
    made = begin(member, revision.plan.patient, revision.title, revision.draft)
    made.cloned_from = revision
    made.save(update_fields=["cloned_from"])
    return made


@transaction.atomic
def restore(member: Membership, revision: Revision) -> Plan:
    """Take a revision up again: into its own plan while that is a draft, else into a new draft.

    Returns:
        The draft that now holds it; its other revisions stay.
    """
    plan = Plan.objects.select_for_update().get(pk=revision.plan_id)
    if not plan.is_draft or plan.discarded_at is not None:
        return clone(member, revision)
    edit(member, plan, revision.title, revision.draft, expected=plan.version)
    plan.refresh_from_db()
    return plan


@transaction.atomic
def discard(member: Membership, plan: Plan) -> None:
    """Put a draft away; it can be taken back.

    Raises:
        NotDraft: it is no draft.
    """
    now = _still_draft(plan)
    now.discarded_at = timezone.now()
    concurrency.save(now, now.version, ("discarded_at",))


@transaction.atomic
def take_back(member: Membership, plan: Plan) -> None:
    """Undo putting a draft away."""
    now = Plan.objects.select_for_update().get(pk=plan.pk)
    if now.discarded_at is not None:
        now.discarded_at = None
        concurrency.save(now, now.version, ("discarded_at",))
