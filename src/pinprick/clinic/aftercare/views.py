"""Pages of aftercare: made and handed over by staff, read by the patient on a phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from pinprick.clinic.aftercare import services
from pinprick.clinic.aftercare.content import now, told
from pinprick.clinic.aftercare.document import sheet_pdf
from pinprick.clinic.aftercare.forms import Make
from pinprick.clinic.aftercare.models import Sheet
from pinprick.clinic.audit.services import act
from pinprick.clinic.audit.services import read as noted
from pinprick.clinic.consent.content import Unfit
from pinprick.clinic.consent.phrases import LANGUAGES
from pinprick.clinic.consent.services import Refused
from pinprick.clinic.links import services as links
from pinprick.clinic.patients.views.chart import age
from pinprick.clinic.people.access import MemberRequest, allowed, get, public
from pinprick.clinic.plans.models import Plan


@never_cache
@require_GET
@allowed("aftercare.see")
def plan(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sheets of a plan, and a new one."""
    found = get(Plan, request.member, pk, "patient")
    noted(request.member, found.patient, "aftercare")
    return _plan(request, found)


def _plan(request: MemberRequest, found: Plan, form: Make | None = None) -> HttpResponse:
    language = found.patient.language if found.patient.language in LANGUAGES else request.member.organisation.language
    context = {
        "plan": found,
        "patient": found.patient,
        "age": age(found.patient, request.member),
        "sheets": Sheet.objects.filter(plan=found).order_by("-created_at"),
        "form": form or Make(initial={"language": language}),
    }
    return render(request, "aftercare/plan.html", context, status=422 if form is not None else 200)


@require_POST
@allowed("aftercare.hand_over")
def make(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make the sheet of a plan."""
    found = get(Plan, request.member, pk, "patient")
    with timezone.override(ZoneInfo(request.member.site.time_zone)):
        form = Make(request.POST)
        if form.is_valid():
            try:
                made = services.make(request.member, found, **form.cleaned_data)
                return redirect("aftercare:sheet", made.pk)
            except (Refused, Unfit) as fault:
                form.add_error(None, fault.message)
        return _plan(request, found, form)


@never_cache
@require_GET
@allowed("aftercare.see")
def sheet(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One sheet, to read or print."""
    found = get(Sheet, request.member, pk, "patient", "plan")
    noted(request.member, found.patient, "aftercare sheet")
    return _sheet(request, found)


def _sheet(request: MemberRequest, found: Sheet, **more: Any) -> HttpResponse:
    context = _shown(found) | {
        "sheet": found,
        "patient": found.patient,
        "age": age(found.patient, request.member),
        **more,
    }
    return render(request, "aftercare/sheet.html", context)


def _shown(found: Sheet) -> dict[str, Any]:
    content = services.shown(found)
    return {"content": content, "bands": told(content), "now": now(content, timezone.now())}


@never_cache
@require_POST
@allowed("aftercare.hand_over")
def hand_over(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show the link and its QR code."""
    found = get(Sheet, request.member, pk, "patient", "plan")
    token = services.hand_over(request.member, found)
    act(request.member.organisation_id, "handed over aftercare", actor=request.member.pk, target=found)
    return _sheet(request, found, link=request.build_absolute_uri(reverse("aftercare:read", args=[token])))


@never_cache
@require_GET
@allowed("aftercare.see")
def pdf(request: MemberRequest, pk: UUID) -> HttpResponse:
    """A sheet as a PDF."""
    found = get(Sheet, request.member, pk, "patient")
    noted(request.member, found.patient, "aftercare sheet")
    return _pdf(found)


def _pdf(found: Sheet) -> HttpResponse:
    answer = HttpResponse(sheet_pdf(services.shown(found), found.created_at), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="aftercare-{found.created_at:%Y-%m-%d}.pdf"'
    return answer


@public
@never_cache
@require_GET
def read(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet on the patient's phone."""
    return _public(request, token, lambda found: render(
        request, "aftercare/read.html", _shown(found) | {"token": token, "organisation": found.organisation}
    ))  # fmt: skip


@public
@never_cache
@require_GET
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """The sheet as a PDF for the patient."""
    return _public(request, token, _pdf)


def _public(request: HttpRequest, token: str, view: Any) -> HttpResponse:
    try:
        with links.opened(token, services.PURPOSE) as link:
            found = Sheet.objects.select_related("organisation").filter(pk=link.target_id).first()
            if found is None:
                raise links.Closed("unknown")
            with translation.override(found.language):
                answer: HttpResponse = view(found)
                return answer
    except links.Closed as fault:
        return render(request, "consent/closed.html", {"reason": fault.reason}, status=410)
