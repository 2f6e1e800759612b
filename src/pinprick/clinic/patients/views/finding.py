"""The register: patients found as one types."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from pinprick.clinic.patients import query, search, services
from pinprick.clinic.patients.forms import MONTH_FIRST
from pinprick.clinic.people.access import MemberRequest, allowed


@require_safe
@allowed("patients.find")
def register(request: MemberRequest) -> HttpResponse:
    """The patients that a search text means, or those registered last; as a fragment while one types."""
    member = request.member
    text = request.GET.get("q", "")[: query.LONGEST]
    archived = "archived" in request.GET
    wanted = query.read(text, month_first=True if member.organisation.jurisdiction in MONTH_FIRST else None)
    if wanted:
        patients = [hit.patient for hit in search.find(member, wanted, archived=archived)]
        services.note_search(member, len(patients))
    else:
        patients = [] if text.strip() else search.newest(member)
    if wanted.number is not None and len(patients) == 1 and "go" in request.GET:
        return redirect("patients:chart", patients[0].pk)
    context = {"patients": patients, "q": text, "archived": archived, "searched": bool(text.strip())}
    template = "patients/found.html" if request.headers.get("HX-Target") == "found" else "patients/register.html"
    response = render(request, template, context)
    response["Vary"] = "HX-Target"
    return response
