"""Take in a record of another system: upload, look, save."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from pinprick.clinic.audit.services import act
from pinprick.clinic.interface.once import once
from pinprick.clinic.patients import clock, forms, importing, knowledge, services
from pinprick.clinic.patients.models import Patient, RecordImport
from pinprick.clinic.people.access import MemberRequest, allowed, get
from pinprick.errors import InputError


@require_http_methods(["GET", "POST"])
@allowed("patients.edit")
@once
def upload(request: MemberRequest) -> HttpResponse:
    """Take the file; nothing is saved to a patient yet."""
    form = forms.ImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            waiting = importing.receive(request.member, form.cleaned_data["file"].read(), clock.today(request.member))
        except InputError as fault:
            form.add_error("file", " ".join(part for part in (f"{fault.message}.", fault.remedy) if part))
        else:
            return redirect("patients:imported", waiting.pk)
    return render(request, "patients/import.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("patients.edit")
@once
def imported(request: MemberRequest, import_id: UUID) -> HttpResponse:
    """Show what was understood and what was not; save it as a new patient or with one on record, or discard it."""
    member = request.member
    waiting = get(RecordImport, member, import_id, "patient")
    if waiting.state != RecordImport.State.WAITING:
        messages.info(request, _("This record was saved or discarded before."))
        return redirect("patients:chart", waiting.patient.pk) if waiting.patient else redirect("patients:register")
    if request.method == "POST" and "discard" in request.POST:
        importing.discard(waiting)
        messages.success(request, _("Discarded. Nothing was saved."))
        return redirect("patients:import")
    today = clock.today(member)
    read = importing.understood(waiting.content, today)
    form = forms.PatientForm(request.POST if request.method == "POST" else None, member=member, initial=read.person)
    into = get(Patient, member, UUID(request.POST["into"])) if _is_uuid(request.POST.get("into", "")) else None
    if request.method == "POST" and (into is not None or form.is_valid()):
        try:
            patient = importing.save(member, waiting, today, into=into, values=None if into else form.cleaned_data)
        except services.Closed:
            messages.warning(request, _("This record was closed in the meantime and takes no changes."))
            return redirect("patients:chart", into.pk) if into else redirect("patients:register")
        messages.success(request, _("The record is saved."))
        return redirect("patients:chart", patient.pk)
    act(member.organisation_id, "looked at a record before import", actor=member.pk, target=waiting)
    context = {
        "form": form,
        "waiting": waiting,
        "groups": knowledge.grouped(read.facts),
        "unread": read.facts.unrecognised,
        "likenesses": services.likenesses(member, read.person),
    }
    return render(request, "patients/imported.html", context, status=422 if form.errors else 200)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
