"""Pages of staff: where consent to a plan stands, hand it over, record a refusal or withdrawal, check a file, texts."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinprick.clinic.audit.services import act
from pinprick.clinic.audit.services import read as noted
from pinprick.clinic.consent import forms, reading, register, services
from pinprick.clinic.consent.content import Unfit
from pinprick.clinic.consent.models import Consent, Signature, Template
from pinprick.clinic.consent.phrases import LANGUAGES
from pinprick.clinic.patients.views.chart import age
from pinprick.clinic.people.access import MemberRequest, allowed, get
from pinprick.clinic.plans.models import Plan


@never_cache
@require_GET
@allowed("consent.see")
def plan(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Where consent to a plan stands."""
    found = get(Plan, request.member, pk, "patient")
    noted(request.member, found.patient, "consents")
    return _plan(request, found)


def _plan(request: MemberRequest, found: Plan, *, offer: forms.Offer | None = None, **more: Any) -> HttpResponse:
    language = found.patient.language if found.patient.language in LANGUAGES else request.member.organisation.language
    rows = Consent.objects.filter(patient=found.patient).select_related("signature", "template", "plan")
    context = {
        "plan": found,
        "patient": found.patient,
        "age": age(found.patient, request.member),
        "standing": services.standing(found),
        "consents": rows.prefetch_related("events").order_by("-created_at"),
        "offer": offer or forms.Offer(initial={"language": language}),
        **more,
    }
    return render(request, "consent/plan.html", context, status=422 if offer is not None else 200)


@require_POST
@allowed("consent.offer")
def offer(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make the consent of an approved plan, to be signed."""
    found = get(Plan, request.member, pk, "patient")
    form = forms.Offer(request.POST)
    if form.is_valid():
        try:
            made = services.offer(request.member, found, form.cleaned_data["language"])
            return redirect("consent:detail", made.pk)
        except (services.Refused, Unfit) as fault:
            form.add_error(None, fault.message)
    return _plan(request, found, offer=form)


@never_cache
@require_GET
@allowed("consent.see")
def detail(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One consent as the patient reads it, with everything that is kept about it."""
    found = get(Consent, request.member, pk, "patient", "plan", "template", "previous")
    noted(request.member, found.patient, "consent")
    return _detail(request, found)


def _detail(request: MemberRequest, found: Consent, **more: Any) -> HttpResponse:
    content = services.shown(found)
    events = found.events.select_related("created_by__user").order_by("at")
    context = {
        "consent": found,
        "content": content,
        "patient": found.patient,
        "age": age(found.patient, request.member),
        "signature": getattr(found, "signature", None),
        "standing": services.standing(found.plan),
        "changes": services.changes(found),
        "events": events,
        "reason": forms.Reason(),
        "unread": len(services.unread(found)),
        **more,
    }
    return render(request, "consent/detail.html", context)


@never_cache
@require_POST
@allowed("consent.offer")
def hand_over(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Show the link with its QR code, or give the patient this device.

    The member is signed out of a device that is handed over: whoever holds it next reads one consent and nothing else.
    """
    found = get(Consent, request.member, pk, "patient", "plan", "template", "previous")
    how = Signature.How.DEVICE if request.POST.get("how") == "device" else Signature.How.LINK
    if not found.is_offered and not hasattr(found, "signature"):
        messages.error(request, _("This consent is closed. Make a new one from the plan."))
        return redirect("consent:detail", found.pk)
    token = services.hand_over(request.member, found, how)
    act(request.member.organisation_id, "handed over consent", actor=request.member.pk, target=found, how=str(how))
    address = reverse("consent:read", args=[token])
    if how == Signature.How.DEVICE:
        logout(request)
        return redirect(address)
    return _detail(request, found, link=request.build_absolute_uri(address))


@require_POST
@allowed("consent.offer")
def refuse(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Record that the patient said no."""
    return _decide(request, pk, lambda found, said: services.refuse(found, said, request.member))


@require_POST
@allowed("consent.withdraw")
def withdraw(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Record that the patient withdrew."""
    return _decide(request, pk, lambda found, said: services.withdraw(request.member, found, said))


def _decide(request: MemberRequest, pk: UUID, verb: Any) -> HttpResponse:
    found = get(Consent, request.member, pk, "patient")
    form = forms.Reason(request.POST)
    if not form.is_valid():
        return _detail(request, found, reason=form)
    try:
        verb(found, form.cleaned_data["reason"])
    except services.Refused as fault:
        messages.error(request, fault.message)
    else:
        messages.success(request, _("Recorded. No session opens on this consent."))
    return redirect("consent:detail", found.pk)


@never_cache
@require_GET
@allowed("consent.see")
def file(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sealed PDF of a signed consent."""
    found = get(Consent, request.member, pk, "signature", "file")
    if not hasattr(found, "file"):
        messages.error(request, _("This consent was not signed: there is no file."))
        return redirect("consent:detail", found.pk)
    noted(request.member, found.patient_id, "signed consent")
    return reading.pdf(found)


@never_cache
@require_GET
@allowed("consent.see")
def outdated(request: MemberRequest) -> HttpResponse:
    """Patients who signed only an older version."""
    rows = register.outdated(request.member)
    act(request.member.organisation_id, "read outdated consents", actor=request.member.pk)
    return render(request, "consent/outdated.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("consent.see")
def check(request: MemberRequest) -> HttpResponse:
    """Check a file: whether it is byte for byte what this clinic sealed, and which consent it is."""
    form = forms.Verify(*((request.POST, request.FILES) if request.method == "POST" else ()))
    found = None
    if request.method == "POST" and form.is_valid():
        found = register.check(request.member, form.cleaned_data["document"])
        act(request.member.organisation_id, "verified consent", actor=request.member.pk, sound=found.sound)
    context = {"form": form, "found": found}
    return render(request, "consent/verify.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("consent.templates")
def templates(request: MemberRequest) -> HttpResponse:
    """The versions of the text, and what the clinic adds to it."""
    now = services.template_in_use(request.member.organisation, request.member)
    clauses = json.loads(now.content)["clauses"]
    initial = {name: "\n".join(clauses.get(name, [])) for name in LANGUAGES}
    form = forms.Clauses(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = services.publish(request.member, form.clauses(), form.cleaned_data["note"])
        if made.pk == now.pk:
            messages.info(request, _("Nothing changed, so no version was published."))
        else:
            said = _("Version %(number)d is published. Whoever signed an older one is asked again.")
            messages.success(request, said % {"number": made.number})
        return redirect("consent:templates")
    rows = Template.objects.select_related("created_by__user").order_by("-number")
    return render(request, "consent/templates.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)
