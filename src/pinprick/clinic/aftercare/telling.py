"""What this app adds to a patient's chart and timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.aftercare.models import Sheet
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.services import approved_plan


def told(member: Membership, patient: Patient) -> Iterator[Event]:
    """Yield the sheets that were handed out, for the timeline."""
    if not member.may("aftercare.see"):
        return
    for row in Sheet.objects.filter(patient=patient).select_related("created_by__user"):
        by = row.created_by.user.name if row.created_by else ""
        url = reverse("aftercare:sheet", args=[row.pk])
        yield Event(row.created_at, _("Aftercare sheet made"), "aftercare", row.language, url, by)


def card(member: Membership, patient: Patient) -> dict[str, Any] | None:
    """Return the newest sheet for the chart; nothing where no plan is approved."""
    plan = approved_plan(patient)
    if plan is None:
        return None
    return {"plan": plan, "sheet": Sheet.objects.filter(plan=plan).order_by("-created_at").first()}
