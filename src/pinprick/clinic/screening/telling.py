"""What screening tells on a patient's chart and timeline."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people.models import Membership
from pinprick.clinic.screening import services
from pinprick.clinic.screening.models import Resolution, Screening


def card(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return what the card of the chart shows."""
    made = services.current(patient)
    if made is None:
        return {"made": None, "may_run": member.may("screening.run") and patient.is_open}
    changed = made.facts != services.last_known(patient)
    return {"made": made, "standing": services.standing(made), "changed": changed}


def told(member: Membership, patient: Patient) -> Iterator[Event]:
    """Tell every screening, and every decision that was taken on a finding."""
    if not member.may("screening.see"):
        return
    page = "screening:screening"
    for row in Screening.objects.filter(patient=patient).select_related("created_by__user").defer("content", "facts"):
        if row.purpose != Screening.Purpose.ANSWER:
            title = _("Screening: %(verdict)s") % {"verdict": row.get_verdict_display()}
            yield Event(
                row.created_at, title, "screening", row.get_purpose_display(), reverse(page, args=[row.pk]), _by(row)
            )
    rows = Resolution.objects.filter(patient=patient, carried_from=None, choice=Resolution.Choice.OVERRIDE)
    for one in rows.select_related("created_by__user"):
        title = _("Finding overridden: %(rule)s") % {"rule": one.rule}
        yield Event(one.created_at, title, "screening", one.reason, reverse(page, args=[one.screening_id]), _by(one))


def _by(row: Screening | Resolution) -> str:
    return row.created_by.user.name if row.created_by is not None else ""
