"""What sessions tell elsewhere: on a patient's timeline and chart, and on the first page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people import home
from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.treatment.models import Session

_UNDER_WAY = (Session.State.CHECKED_IN, Session.State.OPEN)
_SHOWN = 5


def of_patient(member: Membership, patient: Patient) -> Iterator[Event]:
    """Yield the sessions of a patient for the timeline."""
    if not member.may("treatment.see"):
        return
    rows = Session.objects.filter(patient=patient).select_related("operator__user")
    for row in rows:
        title = _("Session %(number)s: %(state)s") % {"number": row.number, "state": row.get_state_display()}
        count = len(row.deviations)
        detail = _("%(count)s departures from the plan") % {"count": count} if count else ""
        if row.state == Session.State.ABANDONED:
            detail = row.abandoned_reason
        url = reverse("treatment:session", args=[row.pk])
        yield Event(
            row.signed_at or row.opened_at or row.created_at, title, "session", detail, url, row.operator.user.name
        )


def card(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return the last sessions of a patient and the plan to check in for."""
    rows = Session.objects.filter(patient=patient).order_by("-created_at")
    plan = Plan.objects.filter(patient=patient, state=Plan.State.APPROVED).first()
    return {"sessions": list(rows[:_SHOWN]), "plan": plan if member.may("treatment.record") else None}


def under_way(member: Membership) -> home.Card | None:
    """Return the sessions under way, for the first page."""
    if not member.may("treatment.see"):
        return None
    rows = within(Session, member).filter(state__in=_UNDER_WAY).select_related("patient", "operator__user")
    items = [
        home.Item(
            _("%(name)s, session %(number)s") % {"name": row.patient.name, "number": row.number},
            reverse("treatment:session", args=[row.pk]),
            f"{row.get_state_display()}, {row.operator.user.name}",
        )
        for row in rows.order_by("created_at")[:20]
    ]
    return home.Card(_("Sessions under way"), items, _("Nobody is being treated."), reverse("treatment:today"), 20)


def not_ended(patient: Patient) -> str:
    """Return why the record of a patient who is being treated is not put away, or ""."""
    if not Session.objects.filter(patient=patient, state__in=_UNDER_WAY).exists():
        return ""
    return _("A session of this patient is under way. Sign it or break it off first.")
