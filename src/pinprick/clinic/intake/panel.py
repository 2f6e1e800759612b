"""What the chart and the timeline show of intakes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pinprick.clinic.intake.models import Response
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.timeline import Event
from pinprick.clinic.people import home
from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership

_SHOWN = 8


def card(member: Membership, patient: Patient) -> dict[str, Any]:
    """Return what the card of the chart shows: the intake that is open, and those signed."""
    rows = list(
        Response.objects.filter(patient=patient)
        .exclude(state=Response.State.WITHDRAWN)
        .select_related("review")
        .defer("typed", "answers")
        .order_by("-created_at")
    )
    return {
        "open": next((row for row in rows if row.state == Response.State.OPEN), None),
        "signed": [row for row in rows if row.state == Response.State.SIGNED],
    }


def waiting(member: Membership) -> home.Card | None:
    """Return the card of the first page: intakes that wait for a clinician's review."""
    if not member.may("intake.review"):
        return None
    rows = within(Response, member).filter(state=Response.State.SIGNED, review__done_at=None)
    found = rows.select_related("patient").defer("typed", "answers").order_by("signed_at")[:_SHOWN]
    items = [
        home.Item(row.patient.name, reverse("intake:review", args=[row.pk]), date_format(row.signed_at, "DATE_FORMAT"))
        for row in found
        if row.signed_at is not None
    ]
    return home.Card(_("Intakes to review"), items, _("No intake waits for review."), order=20)


def told(member: Membership, patient: Patient) -> Iterator[Event]:
    """Yield intakes begun, signed and reviewed."""
    rows = Response.objects.filter(patient=patient).select_related("created_by__user", "review__created_by__user")
    for row in rows.defer("typed", "answers"):
        url = reverse("intake:response", args=[row.pk])
        if row.signed_at is None:
            yield Event(row.created_at, _("Intake begun"), "intake", url=url, by=_who(row))
            continue
        yield Event(row.signed_at, _("Intake signed by %(name)s") % {"name": row.signed_name}, "intake", url=url)
        if row.is_reviewed and row.review.done_at:
            yield Event(row.review.done_at, _("Intake reviewed"), "intake", url=url, by=_who(row.review))


def _who(row: Any) -> str:
    return str(row.created_by.user) if row.created_by else ""
