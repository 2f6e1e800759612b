"""Checks a patient in, opens, records and signs a session; every verb is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from pinprick.clinic.consent.models import Consent
from pinprick.clinic.interface.models import SavedRequest
from pinprick.clinic.people.concurrency import Stale
from pinprick.clinic.people.models import Membership, Site
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.treatment import document, fields, gates
from pinprick.clinic.treatment.deviation import Deviation, contact_deviation, deviations
from pinprick.clinic.treatment.document import Change
from pinprick.clinic.treatment.draft import Conflict, Draft, delivered
from pinprick.clinic.treatment.fields import Refused
from pinprick.clinic.treatment.models import Addendum, Session
from pinprick.clinic.treatment.planned import PlannedSession, to_record

LONGEST_ADDENDUM = 4000


class NotOpen(Exception):
    """The session is not in a state in which this can be done."""

    def __init__(self, session: Session, why: str) -> None:
        super().__init__(why)
        self.session, self.why = session, why


class Incomplete(Exception):
    """The record cannot be signed, or the session not opened, yet; `missing` says why, by part."""

    def __init__(self, missing: Mapping[str, str]) -> None:
        super().__init__("; ".join(missing.values()))
        self.missing = dict(missing)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request to record something.

    Attributes:
        version: version of the record now.
        saved: paths that were written, or stood so already.
        refused: path to the reason, for what was not written.
        conflicts: path to what stands now, for what somebody else changed in between.
        cautions: path to the cautions shown with it.
        again: whether the request had been carried out before.
    """

    version: int
    saved: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, Any] = field(default_factory=dict)
    cautions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    again: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "version": self.version,
            "saved": list(self.saved),
            "refused": dict(self.refused),
            "conflicts": dict(self.conflicts),
            "cautions": {path: list(texts) for path, texts in self.cautions.items()},
        }


@transaction.atomic
def check_in(
    member: Membership, plan: Plan, *, key: UUID, site: Site | None = None, number: int | None = None
) -> Session:
    """Check a patient in for the next session of an approved plan and screen again for today.

    Args:
        member: who checks in.
        plan: the approved plan.
        key: made once for each press of the button; the same key gives the same session.
        site: where; the member's own site unless given.
        number: which session of the course; the next one unless given.

    Raises:
        NotOpen: the plan is not approved, or another session of it is under way.
        Refused: the plan prescribes nothing.
    """
    # One check-in at a time for a plan.
    plan = (
        Plan.objects.select_for_update(of=("self",)).select_related("patient", "current", "screening").get(pk=plan.pk)
    )
    sessions = Session.objects.filter(plan=plan)
    before = sessions.filter(check_in_key=key).first()
    if before is not None:
        return before
    if plan.state != Plan.State.APPROVED:
        raise Refused(_("Only an approved plan can be treated by."))
    under_way = sessions.filter(state__in=[Session.State.CHECKED_IN, Session.State.OPEN]).first()
    if under_way is not None:
        raise NotOpen(under_way, _("A session of this plan is under way already."))
    try:
        planned = gates.read_plan(plan)
    except ValueError as error:
        raise Refused(_("This plan prescribes no treatment.")) from error
    last = sessions.exclude(state=Session.State.ABANDONED).aggregate(last=Max("number"))["last"] or 0
    here = site or member.site
    session = Session(
        organisation_id=plan.organisation_id,
        created_by=member,
        patient=plan.patient,
        plan=plan,
        plan_hash=plan.content_hash,
        number=number or last + 1,
        site=here,
        operator=member,
        planned=to_record(planned),
        device=planned.device,
        check_in_key=key,
    )
    session.save(force_insert=True)
    session.rescreen = gates.screen_again(member, plan, planned, gates.site_day(here))
    session.save(update_fields=["rescreen"])
    return session


@transaction.atomic
def open_session(member: Membership, session: Session) -> Session:
    """Open a checked-in session: from here on it is recorded. Opening twice is opening once.

    Raises:
        Incomplete: plan, consent or screening do not allow it.
        NotOpen: the session is signed or abandoned.
    """
    # The plan first, as whoever approves another does: it is not superseded, nor consent to it withdrawn, in between.
    Plan.objects.select_for_update().get(pk=session.plan_id)
    list(Consent.objects.select_for_update().filter(plan_id=session.plan_id).values_list("pk"))
    session = locked(session)
    if session.is_open:
        return session
    if session.state != Session.State.CHECKED_IN:
        raise NotOpen(session, _("This session is closed."))
    found = gates.gate(session)
    if found.consent is None or not found.is_open:
        raise Incomplete(found.missing)
    session.state = Session.State.OPEN
    session.opened_at = timezone.now()
    session.operator = member
    session.rescreen = found.screening
    session.consent = found.consent
    session.consent_hash = found.consent.content_hash
    session.version += 1
    session.save()
    return session


def locked(session: Session) -> Session:
    """Return the session as it stands, held against others until the transaction ends."""
    rows = Session.objects.select_related("patient", "plan", "site", "rescreen", "operator")
    return rows.select_for_update(of=("self",)).get(pk=session.pk)


@transaction.atomic
def save_changes(member: Membership, session: Session, changes: Iterable[Change], key: UUID) -> Outcome:
    """Record what can be recorded of some changes; what cannot is named and left to the sender.

    Args:
        member: who records.
        session: the open session.
        changes: what changed, each with the value that was seen before.
        key: made once for each request: the same request sent again is answered as the first time.

    Raises:
        NotOpen: the session is not open.
    """
    session = locked(session)
    before = _answered(session, key)
    if before is not None:
        return before
    _must_be_open(session)
    draft = _draft(session, member)
    saved: list[str] = []
    refused: dict[str, str] = {}
    conflicts: dict[str, Any] = {}
    for change in changes:
        try:
            draft.apply(change)
        except Refused as error:
            refused[change.path] = str(error)
        except Conflict as error:
            conflicts[change.path] = error.theirs
        else:
            saved.append(change.path)
    _write(session, draft)
    outcome = Outcome(session.version, tuple(saved), refused, conflicts, draft.cautions)
    _remember(session, key, outcome)
    return outcome


@transaction.atomic
def save_fields(member: Membership, session: Session, changes: Iterable[Change], *, expected: int | None) -> int:
    """Record changes typed on a page that shows the record: all of them, or nothing; return the new version.

    Args:
        member: who records.
        session: the open session.
        changes: what was typed.
        expected: version that the page showed, or None where it knows none.

    Raises:
        NotOpen: the session is not open.
        Stale: somebody else changed it since; `current` is the record now.
        Incomplete: some of it cannot be recorded; nothing was.
    """
    session = locked(session)
    _must_be_open(session)
    if expected is not None and session.version != expected:
        raise Stale(session)
    draft = _draft(session, member)
    _apply_all(draft, changes)
    _write(session, draft)
    return session.version


def _apply_all(draft: Draft, changes: Iterable[Change]) -> None:
    refused: dict[str, str] = {}
    for change in changes:
        try:
            draft.apply(change)
        except Refused as error:
            refused[change.path] = str(error)
    if refused:
        raise Incomplete(refused)


@transaction.atomic
def record_session(
    member: Membership, session: Session, content: Mapping[str, Any], *, expected: int, key: UUID
) -> Outcome:
    """Record a whole session at once: all of it, or nothing.

    Args:
        member: who records.
        session: the open session.
        content: the record in the shape of `document.of_session`; what it leaves out stays as it is.
        expected: version that the sender saw.
        key: made once for each request.

    Raises:
        NotOpen: the session is not open.
        Stale: somebody else changed it since.
        Incomplete: some of it cannot be recorded; nothing was.
    """
    session = locked(session)
    before = _answered(session, key)
    if before is not None:
        return before
    _must_be_open(session)
    if session.version != expected:
        raise Stale(session)
    draft = _draft(session, member)
    changes = list(document.differences(document.of_session(session), content))
    _apply_all(draft, changes)
    _write(session, draft)
    outcome = Outcome(session.version, tuple(change.path for change in changes), cautions=draft.cautions)
    _remember(session, key, outcome)
    return outcome


def _must_be_open(session: Session) -> None:
    if session.is_signed:
        raise NotOpen(session, _("This session is signed. What is to be added is written as an addendum."))
    if not session.is_open:
        raise NotOpen(session, _("This session is not open."))


def _draft(session: Session, member: Membership) -> Draft:
    return Draft(session, member, gates.person(session), timezone.now(), gates.site_day(session.site))


def _write(session: Session, draft: Draft) -> None:
    if not draft.touched:
        return
    draft.write()
    session.version += 1
    session.save(update_fields=["version", *draft.head])


def _answered(session: Session, key: UUID) -> Outcome | None:
    before = SavedRequest.objects.filter(organisation_id=session.organisation_id, key=key).first()
    if before is None:
        return None
    found = before.answer
    return Outcome(
        session.version, tuple(found["saved"]), found["refused"], found["conflicts"], found["cautions"], again=True
    )


def _remember(session: Session, key: UUID, outcome: Outcome) -> None:
    SavedRequest.objects.create(
        organisation_id=session.organisation_id, key=key, digest=str(session.pk), answer=outcome.to_json()
    )


def live_deviations(session: Session, *, final: bool = False) -> tuple[Deviation, ...]:
    """Return the departures from the plan as the record stands.

    Args:
        session: the session.
        final: whether what is missing counts as a departure too.
    """
    planned: PlannedSession = session.plan_of_session
    found = list(
        deviations(planned, (delivered(row) for row in session.zones.all()), device=session.device, final=final)
    )
    for row in session.anaesthetics.all():
        bounds = row.judged
        minutes = None if row.removed_at is None else (row.removed_at - row.started_at).total_seconds() / 60
        departure = contact_deviation(minutes, bounds.get("min_minutes"), bounds.get("max_minutes"))
        if departure is not None:
            found.append(departure)
    if final and not session.cartridges.exists():
        found.append(Deviation("no_cartridge", "", "", ""))
    return tuple(found)


@transaction.atomic
def sign_session(member: Membership, session: Session, *, expected: int) -> Session:
    """Sign a session and lock it for ever; its departures from the plan and the hash of its content are kept with it.

    Args:
        member: who signs.
        session: the open session.
        expected: version that the signer saw.

    Raises:
        NotOpen: it is not open.
        Stale: it was changed since it was shown.
        Incomplete: a planned zone is neither treated nor left out, or an anaesthetic is still on.
    """
    session = locked(session)
    if session.is_signed:
        return session
    _must_be_open(session)
    if session.version != expected:
        raise Stale(session)
    missing = unfinished(session)
    if missing:
        raise Incomplete(missing)
    now = timezone.now()
    found = live_deviations(session, final=True)
    session.deviations = [item.to_json() for item in found]
    session.content_hash = document.digest(signed_content(session))
    session.state = Session.State.SIGNED
    session.ended_at = session.signed_at = now
    session.signed_by = member
    session.version += 1
    session.save()
    return session


def unfinished(session: Session) -> dict[str, str]:
    """Return what keeps a record from being signed, by part."""
    states = {row.zone: row.state for row in session.zones.all()}
    missing = {
        f"zones/{zone.zone}": _("Neither treated nor left out.")
        for zone in session.plan_of_session.zones
        if states.get(zone.zone, "open") == "open"
    }
    if session.anaesthetics.filter(removed_at=None).exists():
        missing["anaesthetics"] = _("The anaesthetic is still on: say when it came off.")
    return missing


def signed_content(session: Session) -> dict[str, Any]:
    """Return what the hash of a signed session covers: plan, record and departures."""
    return {
        "session": str(session.pk),
        "number": session.number,
        "plan": str(session.plan_id),
        "plan_hash": session.plan_hash,
        "consent": str(session.consent_id),
        "consent_hash": session.consent_hash,
        "operator": str(session.operator_id),
        "planned": session.planned,
        "record": document.of_session(session),
        "deviations": session.deviations,
    }


def is_unaltered(session: Session) -> bool:
    """Return whether a signed session still has the content that was signed."""
    return session.content_hash == document.digest(signed_content(session))


@transaction.atomic
def abandon(member: Membership, session: Session, reason: str) -> Session:
    """Close a session that will not be treated; what was recorded stays.

    Raises:
        NotOpen: it is signed or was abandoned before.
        Refused: no reason was given.
    """
    session = locked(session)
    if session.state not in (Session.State.CHECKED_IN, Session.State.OPEN):
        raise NotOpen(session, _("This session is closed."))
    words = fields.text(reason, 500)
    if not words:
        raise Refused(_("Say why."))
    session.state = Session.State.ABANDONED
    session.abandoned_reason = words
    session.ended_at = timezone.now()
    session.version += 1
    session.save()
    return session


@transaction.atomic
def add_addendum(member: Membership, session: Session, text: str, key: UUID) -> Addendum:
    """Add to a signed session; what was signed stays as it is.

    Args:
        member: who adds.
        session: the signed session.
        text: what is added.
        key: made once for each press of the button.

    Raises:
        NotOpen: the session is not signed.
        Refused: nothing was written, or too much.
    """
    words = fields.text(text, LONGEST_ADDENDUM)
    if not words:
        raise Refused(_("Write what is to be added."))
    before = Addendum.objects.filter(session=session, key=key).first()
    if before is not None:
        return before
    if not Session.objects.filter(pk=session.pk, state=Session.State.SIGNED).exists():
        raise NotOpen(session, _("Only a signed session has addenda."))
    try:
        with transaction.atomic():
            return Addendum.objects.create(
                organisation_id=session.organisation_id,
                created_by=member,
                patient_id=session.patient_id,
                session=session,
                text=words,
                key=key,
            )
    except IntegrityError:
        return Addendum.objects.get(session=session, key=key)


def last_session(session: Session) -> Session | None:
    """Return the patient's last signed session before this one, of this plan or an earlier one."""
    rows = Session.objects.filter(patient_id=session.patient_id, state=Session.State.SIGNED).exclude(pk=session.pk)
    return rows.order_by("-signed_at").first()
