"""What this app adds to a patient's chart, to the timeline and to the first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.consent import services
from pinprick.clinic.consent.models import Consent, Event
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event as Happening
from pinprick.clinic.people.access import within
from pinprick.clinic.people.home import Card, Item
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.services import approved_plan

_SHOWN = 5


def told(member: Membership, patient: Patient) -> Iterator[Happening]:
    """Yield what happened to a patient's consents, for the timeline."""
    if not member.may("consent.see"):
        return
    for row in Consent.objects.filter(patient=patient, signature__isnull=False).select_related("signature"):
        yield Happening(row.signature.at, _("Consent signed"), "consent", row.signature.name, _url(row.pk))
    for event in Event.objects.filter(patient=patient).select_related("created_by__user"):
        by = event.created_by.user.name if event.created_by else ""
        title = _("Consent: %(what)s") % {"what": event.get_kind_display()}
        yield Happening(event.at, title, "note", event.reason, _url(event.consent_id), by)


def _url(pk: object) -> str:
    return reverse("consent:detail", args=[pk])


def card(member: Membership, patient: Patient) -> dict[str, Any] | None:
    """Return where consent stands for the chart; nothing where no plan is approved."""
    plan = approved_plan(patient)
    return None if plan is None else {"plan": plan, "standing": services.standing(plan)}


def waiting(member: Membership) -> Card | None:
    """Return the consents that wait for a signature or a talk, for the first page."""
    if not member.may("consent.offer"):
        return None
    rows = within(Consent, member).filter(state=Consent.State.OFFERED).select_related("patient", "plan")
    items = [
        Item(row.patient.name, _url(row.pk), _("Wants to talk first") if row.talk_wanted_at else row.plan.title)
        for row in rows.order_by("talk_wanted_at", "created_at")[:_SHOWN]
    ]
    return Card(
        _("Consents to be signed"), items, _("None waits for a signature."), reverse("consent:outdated"), order=40
    )
