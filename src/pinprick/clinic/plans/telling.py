"""What plans tell on a patient's chart and timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people import home
from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans import frozen, services, wording
from pinprick.clinic.plans.models import Plan

_SHOWN = 8


def card(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return what the card of the chart shows."""
    drafts = Plan.objects.filter(patient=patient, state=Plan.State.DRAFT, discarded_at=None).order_by("-created_at")[:3]
    approved = services.approved_plan(patient)
    prescription = _prescription(approved)
    return {
        "approved": approved,
        "prescription": prescription,
        "zones": [(wording.zone(zone.zone), wording.length(zone.needle_length_mm)) for zone in prescription.zones]
        if prescription is not None
        else [],
        "drafts": drafts,
        "may_draft": member.may("plans.draft") and patient.is_open,
    }


def _prescription(plan: Plan | None) -> frozen.Prescribed | None:
    """Return what is prescribed, or None; the plan's own page says where what is stored was altered."""
    try:
        return services.prescription(plan) if plan is not None else None
    except frozen.Altered:
        return None


def waiting(member: Membership) -> home.Card | None:
    """Return the drafts that are computed and wait for an approval, for the first page."""
    if not member.may("plans.approve"):
        return None
    rows = within(Plan, member).filter(state=Plan.State.DRAFT, discarded_at=None, current__isnull=False)
    found = rows.select_related("patient").defer("case").order_by("-computed_at")[:_SHOWN]
    items = [home.Item(row.patient.name, reverse("plans:plan", args=[row.pk]), row.title) for row in found]
    return home.Card(_("Plans to approve"), items, _("No plan waits for approval."), order=30)


def told(member: Membership, patient: Patient) -> Iterator[Event]:
    """Tell when plans were begun, approved and replaced."""
    if not member.may("plans.see"):
        return
    rows = Plan.objects.filter(patient=patient).select_related("approved_by__user", "created_by__user", "superseded_by")
    for plan in rows:
        begun = _("Plan begun: %(title)s") % {"title": plan.title}
        yield _event(plan, plan.created_at, begun, plan.created_by)
        if plan.approved_at is not None:
            approved = _("Plan approved: %(title)s") % {"title": plan.title}
            yield _event(plan, plan.approved_at, approved, plan.approved_by)
        if plan.superseded_at is not None:
            replaced = _("Plan replaced: %(title)s") % {"title": plan.title}
            yield _event(plan, plan.superseded_at, replaced, None)


def _event(plan: Plan, at: datetime, title: str, by: Membership | None) -> Event:
    url = reverse("plans:plan", args=[plan.pk])
    return Event(at, title, "plan", plan.get_state_display(), url, by.user.name if by is not None else "")
