"""What can be done with consents: offer, answer, sign, refuse, withdraw, hand over; and the gate for sessions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pinprick.clinic.consent import difference, document, drawing, guardian, naming, seal, verify
from pinprick.clinic.consent import template as texts
from pinprick.clinic.consent.content import Parties, check, content_hash, generate, text
from pinprick.clinic.consent.models import Consent, Event, Signature, SignedFile, Template
from pinprick.clinic.consent.standing import Standing, current_template, of_plan
from pinprick.clinic.links import services as links
from pinprick.clinic.patients import clock
from pinprick.clinic.people.models import Membership, Organisation
from pinprick.clinic.plans.frozen import Altered, digest
from pinprick.clinic.plans.models import Plan
from pinprick.errors import PinprickError

State = Consent.State
# A link sent home opens for three days; one on the clinic's own device while the patient sits there.
LINK_HOURS, DEVICE_HOURS = 72.0, 2.0
PURPOSES = {Signature.How.LINK: "consent", Signature.How.DEVICE: "consent-here"}


class Refused(PinprickError):
    """What was asked cannot be done; `field` names where, `message` says why to a person."""


@dataclass(frozen=True)
class Given:
    """What somebody who signs gives.

    Attributes:
        name: as typed.
        path: as drawn, "" where nothing was.
        typed_instead: whether they chose to sign by typing alone.
        agreed: whether they ticked the declaration.
        shown_hash: hash of the content that their page showed.
        how: `device` or `link`.
        user_agent: what their browser calls itself.
        guardian: name of the guardian who signs as well, where one has to.
    """

    name: str
    path: str
    typed_instead: bool
    agreed: bool
    shown_hash: str
    how: str
    user_agent: str = ""
    guardian: str = ""


def valid_for(plan: Plan) -> Consent | None:
    """Return the signed consent that holds for a plan as it is now, or None; `standing.of_plan` says why not."""
    return of_plan(plan).consent


def standing(plan: Plan) -> Standing:
    """Return where consent to a plan stands."""
    return of_plan(plan)


def template_in_use(organisation: Organisation, member: Membership | None = None) -> Template:
    """Return the newest version of a clinic's text; the first is made from the package on first use."""
    found = current_template(organisation.pk)
    return found or _publish(organisation, member, 1, texts.packaged(), "")


def _publish(organisation: Organisation, member: Membership | None, number: int, content: str, note: str) -> Template:
    row = {"content": content, "content_hash": digest(content), "note": note, "created_by": member}
    found, _made = Template.objects.get_or_create(organisation=organisation, number=number, defaults=row)
    return found


@transaction.atomic
def publish(member: Membership, clauses: dict[str, list[str]], note: str) -> Template:
    """Return a new version of the text, from the package's newest and the clinic's own clauses.

    Every consent signed so far is then out of date; nothing is published where nothing would change.

    Args:
        member: who publishes.
        clauses: the clinic's own paragraphs, by language.
        note: what changed, for the list of versions.
    """
    # One publisher at a time.
    Organisation.objects.select_for_update().get(pk=member.organisation_id)
    now = template_in_use(member.organisation, member)
    content = texts.packaged(clauses)
    if digest(content) == now.content_hash:
        return now
    return _publish(member.organisation, member, now.number + 1, content, note)


@transaction.atomic
def offer(member: Membership, plan: Plan, language: str) -> Consent:
    """Return a consent to be signed, made from an approved plan; the same one again where nothing has changed.

    Raises:
        Refused: the plan is not approved, or the record is closed.
        Unfit: no consent can be made from it.
        Altered: the stored plan is not what was frozen.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state != Plan.State.APPROVED:
        raise Refused(_("Only an approved plan can be consented to."))
    if not plan.patient.is_open:
        raise Refused(_("The record of this patient is archived or merged."))
    if (holds := of_plan(plan).consent) is not None and holds.language == language:
        return holds
    template = template_in_use(member.organisation, member)
    assert plan.current is not None and plan.content is not None  # PostgreSQL holds approved plans to it.
    made = generate(plan.content, plan.content_hash, texts.read(template.content, template.number), language,
                    parties(member, plan))  # fmt: skip
    mark = content_hash(made)
    waiting = Consent.objects.select_for_update().filter(patient=plan.patient, state=State.OFFERED)
    for row in waiting:
        if row.content_hash == mark and row.plan_id == plan.pk:
            return row
        _decide(row, State.REPLACED)
    signed = Consent.objects.filter(patient=plan.patient, signature__isnull=False).order_by("-signature__at").first()
    return Consent.objects.create(
        organisation_id=plan.organisation_id, created_by=member, patient=plan.patient, plan=plan,
        revision=plan.current, template=template, previous=signed, language=language, content=text(made),
        content_hash=mark, plan_hash=plan.content_hash,
    )  # fmt: skip


def parties(member: Membership, plan: Plan) -> Parties:
    """Return who is named in a consent: patient, who approved, and whom to call."""
    organisation, site, patient = member.organisation, member.site, plan.patient
    age = ((plan.content or {}).get("case") or {}).get("patient", {}).get("age")
    return Parties(
        patient=patient.name,
        birth_date=patient.birth_date.isoformat() if patient.birth_date else "",
        clinician=plan.approved_by.user.name if plan.approved_by else "",
        clinic=organisation.name,
        site=site.name,
        phone=site.phone or organisation.phone,
        emergency_phone=organisation.emergency_phone,
        guardian=guardian.needed(patient.birth_date, age, clock.today(member)),
    )


def _decide(row: Consent, state: str) -> None:
    row.state = state
    row.decided_at = timezone.now()
    row.version += 1
    row.save(update_fields=["state", "decided_at", "version"])


def shown(consent: Consent) -> dict[str, Any]:
    """Return the content of a consent, checked against its hash.

    Raises:
        Altered: it is not what was stored.
    """
    if digest(consent.content) != consent.content_hash:
        raise Altered("the stored consent does not match its hash", given=digest(consent.content))
    return consent.read


def hand_over(member: Membership, consent: Consent, how: str) -> str:
    """Return the secret of a link on which the patient reads and signs, or reads what is signed.

    Args:
        member: who hands it over.
        consent: to be signed, or signed.
        how: `device` for the clinic's own, `link` for the patient's.
    """
    hours = DEVICE_HOURS if how == Signature.How.DEVICE else LINK_HOURS
    return links.make(member, PURPOSES[Signature.How(how)], consent.pk, hours=hours)


@transaction.atomic
def answer(consent: Consent, part: str, choice: str) -> bool:
    """Keep an answer to the question of a part, and return whether it shows that the part was understood.

    Raises:
        Refused: the answer is none of those offered, or the consent is closed.
    """
    row = _waiting(consent)
    question = next((one["question"] for one in shown(row)["parts"] if one["id"] == part), None)
    if question is not None:
        if choice not in [one["id"] for one in question["answers"]]:
            raise Refused(_("Choose one of the answers."), field="answer")
        if choice == "talk":
            row.talk_wanted_at = timezone.now()
            _tell(row, Event.Kind.TALK, "", None)
        elif choice == question["right"]:
            row.talk_wanted_at = None
    before = row.progress.get(part, {})
    right = question is None or choice == question["right"]
    row.progress[part] = {
        "answer": choice,
        "right": right,
        "tries": before.get("tries", 0) + 1,
        "at": timezone.now().isoformat(),
    }
    row.save(update_fields=["progress", "talk_wanted_at"])
    consent.progress, consent.talk_wanted_at = row.progress, row.talk_wanted_at
    return right


def unread(consent: Consent) -> list[str]:
    """Return the parts that were not yet read and understood, in order."""
    return [part["id"] for part in consent.read["parts"] if not consent.progress.get(part["id"], {}).get("right")]


def _waiting(consent: Consent) -> Consent:
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if not row.is_offered:
        raise Refused(_("This consent is closed: %(state)s.") % {"state": row.get_state_display()})
    return row


@transaction.atomic
def sign(consent: Consent, given: Given) -> Consent:
    """Sign a consent and return it; signing twice is signing once.

    Raises:
        Refused: a field is missing or wrong, a part is unread, the plan or the text has changed, or it is closed.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.is_signed:
        return row
    row = _waiting(row)
    path = _checked(row, given)
    content = shown(row)
    check(content)
    at = timezone.now()
    try:
        Signature.objects.create(
            organisation_id=row.organisation_id, created_by=row.created_by, patient_id=row.patient_id, consent=row,
            name=given.name.strip(), guardian=given.guardian.strip() if content["parties"]["guardian"] else "",
            path=path, at=at, how=given.how, user_agent=given.user_agent[:300], shown_hash=row.content_hash,
            answers=row.progress,
        )  # fmt: skip
    except IntegrityError as fault:
        raise Refused(_("This could not be signed. Please try again.")) from fault
    row = Consent.objects.select_related("signature", "organisation", "created_by__site").get(pk=row.pk)
    _store(row, content)
    _decide(row, State.SIGNED)
    return row


def _checked(row: Consent, given: Given) -> str:
    """Return the drawing, where everything that a signature needs is there."""
    if given.shown_hash != row.content_hash:
        raise Refused(_("This page shows an older text. Read it again before you sign."))
    found = of_plan(row.plan)
    if found.reason == "not_approved" or row.plan_hash != row.plan.content_hash:
        raise Refused(_("The plan has changed. Ask the clinic for the new consent."))
    if row.template_id != getattr(current_template(row.organisation_id), "pk", None):
        raise Refused(_("The text has changed. Ask the clinic for the new consent."))
    if unread(row):
        raise Refused(_("Some parts are not read yet."), field="parts")
    if not naming.fits(given.name, row.read["parties"]["patient"]):
        raise Refused(_("Type your name as it stands at the top of the consent."), field="name")
    if row.read["parties"]["guardian"] and not naming.another(given.guardian, given.name):
        raise Refused(_("Type the name of the guardian who signs."), field="guardian")
    if not given.agreed:
        raise Refused(_("Tick this to agree."), field="agreed")
    if given.typed_instead:
        return ""
    try:
        path = drawing.strokes(given.path)
    except drawing.Unreadable as fault:
        raise Refused(_("The drawing could not be read. Draw it again."), field="path") from fault
    if not drawing.is_signature(path):
        raise Refused(_("Draw your signature, or tick that you sign by typing your name."), field="path")
    return path


def _store(row: Consent, content: dict[str, Any]) -> None:
    """Seal the document and keep it; what does not verify is not kept."""
    signature, organisation = row.signature, row.organisation
    assert row.created_by is not None
    zone = row.created_by.site.time_zone
    signed = document.Signed(
        signature.name, signature.path, signature.at, signature.how, signature.shown_hash, zone, signature.guardian
    )  # fmt: skip
    owner = seal.identity(settings.DATA, organisation.pk, organisation.name)
    made = seal.sealed(
        document.consent_pdf(content, signed, signature.at), owner, reason=content["title"], place=organisation.name
    )
    if not (found := verify.verify(made, [owner.certificate])).sound:
        raise Altered("the sealed consent does not verify", given=found.reason)
    SignedFile.objects.create(
        organisation_id=row.organisation_id, created_by=row.created_by, patient_id=row.patient_id, consent=row,
        document=made, sha256=hashlib.sha256(made).hexdigest(), certificate=owner.certificate,
    )  # fmt: skip


def _tell(row: Consent, kind: str, reason: str, member: Membership | None) -> None:
    Event.objects.create(
        organisation_id=row.organisation_id, created_by=member, patient_id=row.patient_id, consent=row, kind=kind,
        reason=reason.strip(), at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def refuse(consent: Consent, reason: str, member: Membership | None = None) -> None:
    """Record that the patient refuses; refusing twice is refusing once.

    Args:
        consent: what was offered.
        reason: what was said, or "": nobody need give one.
        member: who recorded it, or None where the patient did.

    Raises:
        Refused: it is closed otherwise.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.state == State.REFUSED:
        return
    row = _waiting(row)
    _tell(row, Event.Kind.REFUSED, reason, member)
    _decide(row, State.REFUSED)


@transaction.atomic
def withdraw(member: Membership, consent: Consent, reason: str) -> None:
    """Record that the patient withdrew a signed consent; no session opens on it from then on.

    Raises:
        Refused: it is not signed.
    """
    row = Consent.objects.select_for_update().get(pk=consent.pk)
    if row.state == State.WITHDRAWN:
        return
    if not row.is_signed:
        raise Refused(_("Only a signed consent can be withdrawn."))
    _tell(row, Event.Kind.WITHDRAWN, reason, member)
    _decide(row, State.WITHDRAWN)


def changes(consent: Consent) -> tuple[difference.Change, ...]:
    """Return what changed since the patient last signed; nothing where they never have.

    Where the languages differ, what was signed is made again in the new one from the stored plan and text.
    """
    before = consent.previous
    if before is None:
        return ()
    old = shown(before)
    if before.language != consent.language:
        named = Parties(**old["parties"])
        text_then = texts.read(before.template.content, before.template.number)
        old = generate(before.revision.read(), before.plan_hash, text_then, consent.language, named)
    return difference.compare(old, shown(consent))
