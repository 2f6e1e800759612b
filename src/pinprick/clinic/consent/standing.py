"""Whether a consent holds for a plan, and if not, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pinprick.clinic.consent.models import Consent, Template
from pinprick.clinic.plans.frozen import digest
from pinprick.clinic.plans.models import Plan

REASONS = {
    "not_approved": _("The plan is not approved."),
    "none": _("Nobody has signed a consent for this plan."),
    "offered": _("The consent waits for a signature."),
    "talk": _("The patient wants to talk before signing."),
    "refused": _("The patient refused."),
    "withdrawn": _("The patient withdrew the consent."),
    "plan_changed": _("The plan changed after the patient signed."),
    "template_changed": _("The text of the consent changed after the patient signed."),
    "damaged": _("The stored consent does not match what was signed. Restore it from a backup."),
}


@dataclass(frozen=True)
class Standing:
    """Where consent to a plan stands.

    Attributes:
        consent: the one that holds, or None.
        reason: why none holds, a key of `REASONS`; "" where one does.
        latest: the newest consent of the plan in any state, or None.
    """

    consent: Consent | None
    reason: str
    latest: Consent | None

    @property
    def text(self) -> str:
        """The reason in words."""
        return str(REASONS[self.reason]) if self.reason else ""


def current_template(organisation_id: UUID) -> Template | None:
    """Return the newest version of the text in a clinic, or None before the first is made."""
    return Template.objects.filter(organisation_id=organisation_id).order_by("-number").first()


def of_plan(plan: Plan) -> Standing:
    """Return where consent to a plan stands."""
    rows = Consent.objects.filter(plan=plan).select_related("signature", "template").order_by("-created_at")
    elsewhere = Consent.objects.filter(patient_id=plan.patient_id, state=Consent.State.SIGNED).exclude(plan=plan)
    return judge(plan, list(rows), current_template(plan.organisation_id), signed_elsewhere=elsewhere.exists())


def judge(plan: Plan, rows: Iterable[Consent], template: Template | None, *, signed_elsewhere: bool) -> Standing:
    """Return where consent to a plan stands, from its consents, newest first.

    Args:
        plan: the plan.
        rows: its consents.
        template: the newest version of the text.
        signed_elsewhere: whether the patient has signed for another plan.
    """
    rows = list(rows)
    latest = next((row for row in rows if row.state != Consent.State.REPLACED), None)
    signed = next((row for row in rows if row.is_signed), None)
    if plan.state != Plan.State.APPROVED:
        return Standing(None, "not_approved", latest)
    # A refusal or withdrawal said last outweighs what was signed before.
    decided = max((row for row in rows if row.decided_at and row.state != Consent.State.REPLACED),
                  key=lambda row: row.decided_at or row.created_at, default=None)  # fmt: skip
    if decided is not None and decided.state in (Consent.State.REFUSED, Consent.State.WITHDRAWN):
        reason = decided.state if latest is None or not latest.is_offered else _waiting(latest)
        return Standing(None, reason, latest)
    if signed is not None:
        fault = _fault(plan, signed, template)
        return Standing(signed if not fault else None, fault, latest)
    if latest is not None and latest.is_offered:
        return Standing(None, _waiting(latest), latest)
    return Standing(None, "plan_changed" if signed_elsewhere else "none", latest)


def _waiting(latest: Consent) -> str:
    return "talk" if latest.talk_wanted_at else "offered"


def _fault(plan: Plan, signed: Consent, template: Template | None) -> str:
    if digest(signed.content) != signed.content_hash or signed.signature.shown_hash != signed.content_hash:
        return "damaged"
    if signed.plan_hash != plan.content_hash:
        return "plan_changed"
    if template is None or signed.template_id != template.pk:
        return "template_changed"
    return ""
