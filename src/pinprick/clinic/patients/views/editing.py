"""Register, correct, archive and restrict."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pinprick.clinic.audit.services import read
from pinprick.clinic.interface.notices import undoable
from pinprick.clinic.interface.once import once
from pinprick.clinic.patients import forms, services
from pinprick.clinic.patients.models import Access, Patient
from pinprick.clinic.people.access import MemberRequest, allowed, get
from pinprick.clinic.people.concurrency import Stale


@require_http_methods(["GET", "POST"])
@allowed("patients.edit")
@once
def new(request: MemberRequest) -> HttpResponse:
    """Register a patient; who may be the same person is shown first."""
    form = forms.PatientForm(
        request.POST if request.method == "POST" else None, member=request.member, initial=_typed_name(request)
    )
    like: list[services.Likeness] = []
    if request.method == "POST" and form.is_valid():
        like = services.likenesses(request.member, form.cleaned_data)
        if not like or "all_the_same" in request.POST:
            patient = services.register(request.member, form.cleaned_data)
            messages.success(request, _("%(name)s is registered as number %(number)s.") % vars_of(patient))
            return redirect("patients:chart", patient.pk)
    context = {"form": form, "likenesses": like}
    return render(request, "patients/new.html", context, status=422 if form.errors or like else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("patients.edit")
def edit(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Correct a record; what somebody else has changed meanwhile is shown and never overwritten unseen."""
    patient = get(Patient, request.member, patient_id)
    if not patient.is_open:
        messages.warning(request, _("This record is closed and takes no changes."))
        return redirect("patients:chart", patient.pk)
    if request.method == "GET":
        read(request.member, patient, "details")
        form = forms.ChangeForm(member=request.member, initial=forms.initial(patient))
        return render(request, "patients/edit.html", {"form": form, "patient": patient})
    form = forms.ChangeForm(request.POST, member=request.member)
    theirs: list[tuple[Any, Any, Any]] = []
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.change(request.member, patient, values, expected=values.pop("version"))
        except Stale as fault:
            theirs = _differences(form, fault.current)
            # The next save is made in full knowledge of what the other person wrote.
            form.data = {**request.POST.dict(), "version": str(fault.current.version)}
        except services.Closed:
            messages.warning(request, _("This record was closed in the meantime and takes no changes."))
            return redirect("patients:chart", patient.pk)
        else:
            messages.success(request, _("Saved."))
            return redirect("patients:chart", patient.pk)
    context = {"form": form, "patient": get(Patient, request.member, patient_id), "theirs": theirs}
    return render(request, "patients/edit.html", context, status=409 if theirs else 422)


@require_POST
@allowed("patients.archive")
def archive(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Put a record away."""
    patient = get(Patient, request.member, patient_id)
    try:
        services.archive(request.member, patient)
    except services.Closed:
        messages.info(request, _("This record is closed already."))
    except services.UnderWay as fault:
        messages.warning(request, " ".join(fault.reasons))
    else:
        undoable(
            request,
            _("Record %(number)s is archived.") % vars_of(patient),
            reverse("patients:restore", args=[patient.pk]),
        )
    return redirect("patients:chart", patient.pk)


@require_POST
@allowed("patients.archive")
def restore(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Take an archived record into use again."""
    patient = get(Patient, request.member, patient_id)
    services.restore(request.member, patient)
    messages.success(request, _("Record %(number)s is in use again.") % vars_of(patient))
    return redirect("patients:chart", patient.pk)


@require_http_methods(["GET", "POST"])
@allowed("patients.restrict")
def restrict(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Say who may see a record."""
    patient = get(Patient, request.member, patient_id)
    held = Access.objects.filter(patient=patient).values_list("member", flat=True)
    form = forms.RestrictForm(
        request.POST if request.method == "POST" else None, member=request.member, initial={"members": list(held)}
    )
    if request.method == "POST" and form.is_valid():
        chosen = [] if "open" in request.POST else form.cleaned_data["members"]
        if not chosen and "open" not in request.POST:
            form.add_error("members", _("Choose at least one person, or open the record to everybody."))
        else:
            services.restrict(request.member, patient, chosen)
            messages.success(
                request, _("Only those chosen see this record.") if chosen else _("Everybody sees this record.")
            )
            return redirect("patients:chart", patient.pk)
    context = {"form": form, "patient": patient}
    return render(request, "patients/restrict.html", context, status=422 if form.errors else 200)


def vars_of(patient: Patient) -> dict[str, Any]:
    """Return what messages name of a patient."""
    return {"name": patient.name, "number": patient.number}


def _typed_name(request: MemberRequest) -> dict[str, str]:
    """Take over what was typed into the search."""
    typed = [word for word in request.GET.get("name", "")[:200].split() if not any(letter.isdigit() for letter in word)]
    names = [word.capitalize() if word.islower() else word for word in typed]
    return {"given_names": " ".join(names[:1]), "family_names": " ".join(names[1:])} if names else {}


def _differences(form: forms.ChangeForm, current: Any) -> list[tuple[Any, Any, Any]]:
    rows = []
    for name in services.EDITABLE:
        mine, theirs = form.cleaned_data.get(name), getattr(current, name)
        if (mine or "") != (theirs or ""):
            rows.append((form.fields[name].label, theirs or None, mine or None))
    return rows
