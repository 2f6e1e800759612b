"""Staff: begin an intake, hand it over as a link, fill it in together, see it as it was signed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinprick.clinic.audit.services import act, read
from pinprick.clinic.intake import services, summary
from pinprick.clinic.intake.models import Response
from pinprick.clinic.intake.views import filling
from pinprick.clinic.links import services as links
from pinprick.clinic.patients import clock
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.services import Closed
from pinprick.clinic.people.access import MemberRequest, allowed, get

RELATED = ("patient", "questionnaire", "organisation", "previous", "review", "signed_with__user")


def _place(request: MemberRequest, response_id: UUID) -> filling.Place:
    response = get(Response, request.member, response_id, *RELATED)

    def url(part: str) -> str:
        named = {"sign": "intake:sign", "save": "intake:save"}
        return (
            reverse(named[part], args=[response.pk])
            if part in named
            else reverse("intake:section", args=[response.pk, part])
        )

    context = {"patient": response.patient}
    return filling.Place(response, "interface/base.html", url, clock.today(request.member), request.member, context)


@require_POST
@allowed("intake.fill")
def begin(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Begin an intake, to be filled in here or on the patient's phone."""
    patient = get(Patient, request.member, patient_id)
    try:
        response = services.begin(request.member, patient)
    except Closed:
        messages.warning(request, _("This record is closed and takes no changes."))
        return redirect("patients:chart", patient.pk)
    if "phone" in request.POST:
        return _handed_over(request, response)
    return filling.resume(_place(request, response.pk))


@require_POST
@allowed("intake.fill")
def link(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Make a new link; an earlier one closes."""
    return _handed_over(request, get(Response, request.member, response_id, "patient"))


def _handed_over(request: MemberRequest, response: Response) -> HttpResponse:
    try:
        token = services.make_link(request.member, response)
    except services.Locked:
        messages.info(request, _("This intake is signed already."))
        return redirect("intake:response", response.pk)
    act(request.member.organisation_id, "made intake link", actor=request.member.pk, target=response)
    address = request.build_absolute_uri(reverse("intake:phone", args=[token]))
    context = {"patient": response.patient, "response": response, "address": address, "hours": services.LINK_HOURS}
    return render(request, "intake/link.html", context)


@require_POST
@allowed("intake.fill")
def revoke(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Close the link."""
    response = get(Response, request.member, response_id)
    count = links.revoke(request.member, services.PURPOSE, response.pk)
    messages.success(request, _("The link is closed.") if count else _("No link was open."))
    return redirect("patients:chart", response.patient_id)


@require_POST
@allowed("intake.fill")
def withdraw(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Give up an intake that is not signed."""
    response = get(Response, request.member, response_id)
    try:
        services.withdraw(request.member, response)
    except services.Locked:
        messages.info(request, _("This intake is signed or withdrawn already."))
    else:
        messages.success(request, _("The intake is withdrawn."))
    return redirect("patients:chart", response.patient_id)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("intake.fill")
def section(request: MemberRequest, response_id: UUID, section_id: str) -> HttpResponseBase:
    """One section, filled in by staff with the patient."""
    place = _place(request, response_id)
    if place.response.state != Response.State.OPEN:
        return redirect("intake:response", response_id)
    read(request.member, place.response.patient, "intake")
    return filling.section_page(request, place, section_id)


@require_POST
@allowed("intake.fill")
def save(request: MemberRequest, response_id: UUID) -> HttpResponseBase:
    """What was typed, as it is typed."""
    return filling.save(request, _place(request, response_id))


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("intake.fill")
def sign(request: MemberRequest, response_id: UUID) -> HttpResponseBase:
    """The signature, taken at the desk."""
    place = _place(request, response_id)
    if place.response.state != Response.State.OPEN:
        return redirect("intake:response", response_id)
    read(request.member, place.response.patient, "intake")

    def done(response: Response) -> HttpResponse:
        links.revoke(request.member, services.PURPOSE, response.pk)
        messages.success(request, _("The intake is signed. A clinician reviews it next."))
        return redirect("intake:response", response.pk)

    return filling.sign_page(request, place, done)


@never_cache
@require_safe
@allowed("intake.see")
def response(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """A response as it was answered and signed."""
    found = get(Response, request.member, response_id, *RELATED)
    read(request.member, found.patient, "intake")
    shape, asked = services.shape_of(found), services.asked_of(found)
    answers = {**found.answers, **(found.review.answers if found.is_reviewed else {})}
    sections = [
        (one, summary.lines(shape, one, answers, asked))
        for one in shape.sections
        if one.by == "patient" or found.is_reviewed
    ]
    signed = found.state == Response.State.SIGNED
    context = {
        "patient": found.patient,
        "response": found,
        "shape": shape,
        "sections": sections,
        "intact": services.is_intact(found) if signed else None,
    }
    return render(request, "intake/response.html", context)
