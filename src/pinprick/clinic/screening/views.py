"""Pages of screening: the patient's screening, a decision, an answer, screening again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinprick.clinic.audit.services import read
from pinprick.clinic.interface.once import once
from pinprick.clinic.patients import clock
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.services import Closed
from pinprick.clinic.people.access import MemberRequest, allowed, get
from pinprick.clinic.screening import services
from pinprick.clinic.screening.decision import CHOICES, Decision
from pinprick.clinic.screening.forms import Again, Considered, Decided, Stated, considered
from pinprick.clinic.screening.models import Answer, Screening
from pinprick.clinic.screening.page import page
from pinprick.clinic.screening.question import asked_concepts
from pinprick.errors import EvidenceError, InputError
from pinprick.safety import Treatment, concepts
from pinprick.skin import Zone


@require_http_methods(["GET", "POST"])
@allowed("screening.see")
@once
def patient(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The newest screening of a patient, or the form for the first; a POST screens."""
    person = get(Patient, request.member, pk)
    made = services.current(person)
    if request.method == "POST":
        return _run(request, person, made)
    read(request.member, person, "screening")
    return _page(request, person, made)


def _run(request: MemberRequest, person: Patient, made: Screening | None) -> HttpResponse:
    if not request.member.may("screening.run"):
        return HttpResponse(status=403)
    form = Considered(request.POST)
    if form.is_valid():
        try:
            services.run(request.member, person, on=form.cleaned_data["on"], treatment=form.treatment())
            return redirect("screening:patient", pk=person.pk)
        except InputError as fault:
            form.add_error("on" if fault.field == "on" else None, fault.message)
    return _page(request, person, made, considered_form=form)


@require_POST
@allowed("screening.run")
@once
def again(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Screen for a session: only what may have changed is asked."""
    person = get(Patient, request.member, pk)
    form = Again(request.POST)
    if form.is_valid():
        try:
            services.rescreen(request.member, person, form.cleaned_data["on"])
            return redirect("screening:patient", pk=person.pk)
        except InputError as fault:
            form.add_error("on", fault.message)
    return _page(request, person, services.current(person), again_form=form)


@require_GET
@allowed("screening.see")
def screening(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One screening as it was made, also an older one."""
    made = get(Screening, request.member, pk, "patient", "previous", "created_by__user")
    read(request.member, made.patient_id, "screening")
    return _page(request, made.patient, made)


@require_POST
@allowed("screening.resolve")
@once
def resolve(request: MemberRequest, pk: UUID, rule: str) -> HttpResponse:
    """Decide on a finding."""
    made = get(Screening, request.member, pk, "patient")
    form = Decided(request.POST)
    if form.is_valid() and form.cleaned_data["choice"] in CHOICES:
        given = form.cleaned_data
        try:
            services.resolve(request.member, made, rule, Decision(given["choice"], given["until"], given["reason"]))
            return redirect(f"{reverse('screening:patient', args=[made.patient_id])}#{rule}")
        except InputError as fault:
            form.add_error(fault.field if fault.field in form.fields else None, _with_limit(fault))
    return _page(request, made.patient, services.current(made.patient), decided=(rule, form))


def _with_limit(fault: InputError) -> str:
    return f"{fault.message} ({fault.limit})" if fault.limit else fault.message


@require_POST
@allowed("screening.run")
@once
def answer(request: MemberRequest, pk: UUID, rule: str) -> HttpResponse:
    """Answer a question in place."""
    made = get(Screening, request.member, pk, "patient")
    try:
        known = tuple(concepts()[id] for id in asked_concepts(rule))
    except EvidenceError:
        raise Http404("rule") from None
    kind = request.POST.get("kind", "")
    form = Stated(request.POST, concepts=known, prefix=rule) if kind == Answer.Kind.STATED else None
    if kind not in Answer.Kind.values or (form is not None and not form.is_valid()):
        return _page(request, made.patient, services.current(made.patient), stated=(rule, form) if form else None)
    try:
        services.answer(request.member, made, rule, kind, (form.fact(),) if form else ())
    except InputError as fault:
        messages.warning(request, fault.message)
    except Closed:
        messages.error(request, _("The record is archived, so nothing more is written to it."))
    return redirect(f"{reverse('screening:patient', args=[made.patient_id])}#questions")


def _page(
    request: MemberRequest,
    person: Patient,
    made: Screening | None,
    *,
    considered_form: Considered | None = None,
    again_form: Again | None = None,
    decided: tuple[str, Decided] | None = None,
    stated: tuple[str, Stated] | None = None,
) -> HttpResponse:
    """Render the page, with what was typed where something is wrong with it."""
    shown = page(request.member, made) if made is not None else None
    treatment = services.treatment_of(made) if made is not None else Treatment()
    form = considered_form or Considered(initial=considered(treatment, clock.today(request.member)))
    values: dict[str, Any] = {
        "patient": person,
        "zones": list(Zone),
        "chosen": [str(zone) for zone in form["zones"].value() or ()],
        "page": shown,
        "screening": made,
        "considered": form,
        "again": again_form or Again(initial={"on": clock.today(request.member)}),
        "decided_rule": decided[0] if decided else "",
        "decided": decided[1] if decided else None,
        "questions": [],
        "may_run": request.member.may("screening.run") and person.is_open,
        "may_resolve": request.member.may("screening.resolve") and person.is_open,
        "history": Screening.objects.filter(patient=person)
        .select_related("created_by__user")
        .order_by("-created_at")[:20],
    }
    if shown is not None:
        values["questions"] = [
            (row, stated[1] if stated and stated[0] == row.rule else Stated(concepts=row.concepts, prefix=row.rule))
            for row in shown.questions
        ]
    wrong = bool(
        (considered_form and considered_form.errors) or (again_form and again_form.errors) or decided or stated
    )
    return render(request, "screening/page.html", values, status=422 if wrong else 200)
