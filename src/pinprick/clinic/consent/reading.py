"""The patient's own pages: read part by part, answer, sign, refuse, keep a copy; on a phone, by a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinprick.clinic.consent import services
from pinprick.clinic.consent.content import Unfit
from pinprick.clinic.consent.drawing import HEIGHT, WIDTH
from pinprick.clinic.consent.forms import Reason, Sign
from pinprick.clinic.consent.models import Consent, Signature
from pinprick.clinic.links import services as links
from pinprick.clinic.people.access import public

SIGN = "sign"


@contextmanager
def _opened(token: str) -> Iterator[tuple[Consent, str]]:
    """Open a link that was sent or that lies open on the clinic's device; yields the consent and which of the two."""
    for how, purpose in services.PURPOSES.items():
        try:
            link = links.look(token, purpose)
        except links.Closed as fault:
            if fault.reason == "unknown" and how != Signature.How.DEVICE:
                continue
            raise
        with links.opened(token, purpose):
            found = Consent.objects.select_related("organisation", "previous", "plan", "signature", "created_by__site")
            consent = found.filter(pk=link.target_id).first()
            if consent is None:
                raise links.Closed("unknown")
            zone = consent.created_by.site.time_zone if consent.created_by else "UTC"
            with translation.override(consent.language), timezone.override(ZoneInfo(zone)):
                yield consent, str(how)
        return


View = Callable[[HttpRequest, str, Consent, str], HttpResponse]


def _by_link(view: View) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Open the link around a view, in the language of the consent; a link that does not open says so."""

    @public
    @never_cache
    @wraps(view)
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        try:
            with _opened(token) as (consent, how):
                return view(request, token, consent, how)
        except links.Closed as fault:
            return render(request, "consent/closed.html", {"reason": fault.reason}, status=410)

    return opened


def _steps(token: str, consent: Consent, current: str) -> dict[str, Any]:
    """Return the steps of the reading with the current one; what is read can be gone back to."""
    here = reverse("consent:read", args=[token])
    parts = consent.read["parts"]
    unread = set(services.unread(consent))
    rows = [(part["title"], "" if part["id"] in unread else f"{here}?part={part['id']}") for part in parts]
    sign = "" if unread else reverse("consent:sign", args=[token])
    ids = [part["id"] for part in parts] + [SIGN]
    return {"steps": [*rows, (consent.read["signature"]["sign.title"], sign)], "number": ids.index(current) + 1}


def _common(token: str, consent: Consent, current: str) -> dict[str, Any]:
    return {
        "token": token,
        "consent": consent,
        "content": consent.read,
        "organisation": consent.organisation,
        "refusal": Reason(),
        "changes": services.changes(consent),
        **_steps(token, consent, current),
    }


@_by_link
@require_http_methods(["GET", "POST"])
def read(request: HttpRequest, token: str, consent: Consent, how: str) -> HttpResponse:
    """One part of the consent with its question; the first unread one where none is asked for."""
    if not consent.is_offered:
        return _closed(request, token, consent)
    services.shown(consent)
    parts = {part["id"]: part for part in consent.read["parts"]}
    unread = services.unread(consent)
    asked = request.POST.get("part") or request.GET.get("part")
    if asked is None and not unread:
        return redirect("consent:sign", token)
    part = parts.get(asked or unread[0])
    if part is None:
        raise Http404("part")
    context = {"part": part, "wrong": "", "talk": False, "chosen": ""}
    if request.method == "POST":
        choice = request.POST.get("answer", "" if part["question"] else "read")
        try:
            if services.answer(consent, part["id"], choice):
                return _next(token, consent, part["id"])
            context |= {"chosen": choice, "talk": choice == "talk"}
            context["wrong"] = "" if context["talk"] else _("That is not what this part says. Read it again, please.")
        except services.Refused as fault:
            context["wrong"] = fault.message
    else:
        context["chosen"] = consent.progress.get(part["id"], {}).get("answer", "")
        context["talk"] = context["chosen"] == "talk"
    status = 422 if context["wrong"] or (request.method == "POST" and context["talk"]) else 200
    return render(request, "consent/read.html", _common(token, consent, part["id"]) | context, status=status)


def _next(token: str, consent: Consent, part: str) -> HttpResponse:
    ids = [one["id"] for one in consent.read["parts"]]
    unread = services.unread(consent)
    if not unread:
        return redirect("consent:sign", token)
    following = ids[ids.index(part) + 1 :][:1] or unread[:1]
    return redirect(f"{reverse('consent:read', args=[token])}?part={following[0]}")


@_by_link
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str, consent: Consent, how: str) -> HttpResponse:
    """The whole text once more, and the signature."""
    if not consent.is_offered:
        return _closed(request, token, consent)
    services.shown(consent)
    if services.unread(consent):
        return redirect("consent:read", token)
    form = Sign(request.POST if request.method == "POST" else None, initial={"shown_hash": consent.content_hash})
    form.fields["guardian"].required = consent.read["parties"]["guardian"]
    if request.method == "POST" and form.is_valid():
        try:
            services.sign(consent, form.given(how, request.headers.get("User-Agent", "")))
            return redirect("consent:read", token)
        except services.Refused as fault:
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        except Unfit as fault:
            form.add_error(None, fault.message)
    context = _common(token, consent, SIGN) | {"form": form, "width": WIDTH, "height": HEIGHT}
    return render(request, "consent/sign.html", context, status=422 if form.errors else 200)


@_by_link
@require_POST
def refuse(request: HttpRequest, token: str, consent: Consent, how: str) -> HttpResponse:
    """Say no."""
    form = Reason(request.POST)
    if consent.is_offered:
        services.refuse(consent, form.cleaned_data["reason"] if form.is_valid() else "")
    return redirect("consent:read", token)


@_by_link
@require_GET
def copy(request: HttpRequest, token: str, consent: Consent, how: str) -> HttpResponse:
    """The signed file, for the patient to keep."""
    if not hasattr(consent, "signature"):
        raise Http404("copy")
    return pdf(consent)


def pdf(consent: Consent) -> HttpResponse:
    """Return the sealed file of a consent."""
    answer = HttpResponse(bytes(consent.file.document), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="consent-{consent.signature.at:%Y-%m-%d}.pdf"'
    return answer


def _closed(request: HttpRequest, token: str, consent: Consent) -> HttpResponse:
    """What is said after signing, refusing, or where another consent has taken its place."""
    context = {"token": token, "consent": consent, "content": consent.read, "organisation": consent.organisation}
    return render(request, "consent/done.html", context)
