"""A patient's chart: who it is, what is known, what every app knows, and everything that happened."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from pinprick.clinic.audit.services import read
from pinprick.clinic.patients import chart as panels
from pinprick.clinic.patients import clock, export, facts_record, knowledge, services, timeline
from pinprick.clinic.patients.models import Merge, Patient, PatientFacts
from pinprick.clinic.people.access import MemberRequest, allowed, get

FIRST_EVENTS = 40
_TONES = {"screening": "warn", "consent": "good", "session": "good"}


@never_cache
@require_safe
@allowed("patients.see")
def chart(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Everything about one patient on one page."""
    patient = get(Patient, request.member, patient_id, "merged_into")
    read(request.member, patient, "chart")
    events = timeline.events(request.member, patient)
    shown = events if "all" in request.GET else events[:FIRST_EVENTS]
    context = {
        "patient": patient,
        "age": age(patient, request.member),
        "cards": panels.cards(request.member, patient),
        "entries": [_entry(event) for event in shown],
        "further": len(events) - len(shown),
        "merges": Merge.objects.filter(kept=patient, undone_at=None).select_related("absorbed"),
        "details": details(patient),
    }
    return render(request, "patients/chart.html", context)


@never_cache
@require_safe
@allowed("patients.see")
def facts(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """What is known of a patient, and what was known before."""
    patient = get(Patient, request.member, patient_id)
    read(request.member, patient, "facts")
    history = list(
        PatientFacts.objects.filter(patient=patient).select_related("created_by__user").order_by("-created_at")
    )
    chosen = next((row for row in history if str(row.pk) == request.GET.get("of")), None)
    content = services.own(patient, facts_record.from_json(chosen.content)) if chosen else services.known(patient)
    context = {
        "patient": patient,
        "age": age(patient, request.member),
        "groups": knowledge.grouped(content),
        "unread": content.unrecognised,
        "history": history,
        "chosen": chosen,
    }
    return render(request, "patients/facts.html", context)


@require_POST
@allowed("patients.export")
def download(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Everything the clinic holds of a patient, as JSON."""
    patient = get(Patient, request.member, patient_id)
    response = HttpResponse(export.text(export.everything(request.member, patient)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="patient-{patient.number}.json"'
    return response


def age(patient: Patient, member: Any) -> int | None:
    """Return the age in completed years today, at death where the patient has died, or None."""
    if patient.birth_date is None:
        return None
    on = patient.deceased_on or clock.today(member)
    born = patient.birth_date
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def details(patient: Patient) -> list[tuple[Any, Any]]:
    """Return what the desk knows of a patient, in words."""
    rows = [
        (_("Phone"), patient.phone),
        (_("E-mail"), patient.email),
        (_("Address"), patient.address),
        (_("Language"), dict(settings.LANGUAGES).get(patient.language, patient.language)),
        (_("Note"), patient.note),
    ]
    return [(label, value) for label, value in rows if value or label in (_("Phone"), _("E-mail"))]


def _entry(event: timeline.Event) -> dict[str, Any]:
    return {
        "at": event.at,
        "title": event.title,
        "text": event.detail,
        "url": event.url,
        "who": event.by,
        "tone": _TONES.get(event.kind, ""),
    }
