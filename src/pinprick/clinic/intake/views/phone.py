"""The patient's own phone: a one-time link opens one response, until it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Response
from pinprick.clinic.intake.views import filling
from pinprick.clinic.links import services as links
from pinprick.clinic.links.models import Link
from pinprick.clinic.patients import clock
from pinprick.clinic.patients.dates import partial
from pinprick.clinic.patients.forms import MONTH_FIRST
from pinprick.clinic.people.access import public

# With HTTPS a browser takes it only over HTTPS; it is for the addresses of the questionnaire alone.
COOKIE = "__Secure-intake" if settings.ENVIRONMENT.https else "intake"
COOKIE_SECONDS = services.LINK_HOURS * 3600
MOST_TRIES = 5


@contextmanager
def _opened(token: str) -> Iterator[tuple[Link, filling.Place]]:
    with links.opened(token, services.PURPOSE) as link:
        rows = Response.objects.select_related(
            "questionnaire", "organisation", "patient", "previous", "created_by__site"
        )
        response = rows.get(pk=link.target_id)
        if response.state != Response.State.OPEN:
            raise links.Closed("used")
        site = response.created_by.site if response.created_by else response.organisation.sites.first()
        assert site is not None  # Every organisation has a site.

        def url(part: str) -> str:
            named = {"sign": "intake:phone_sign", "save": "intake:phone_save"}
            return (
                reverse(named[part], args=[token])
                if part in named
                else reverse("intake:phone_section", args=[token, part])
            )

        context = {"organisation": response.organisation}
        yield link, filling.Place(response, "interface/public.html", url, clock.day_at(site), None, context)


def _is_known(request: HttpRequest, link: Link, response: Response) -> bool:
    """Whether this browser may see what was answered: it opened the link first, or gave the date of birth."""
    if not response.typed or response.patient.birth_date is None:
        return True
    known = request.get_signed_cookie(COOKIE, "", salt=str(link.pk), max_age=COOKIE_SECONDS)
    return bool(known == str(response.pk))


def _remembered(answer: HttpResponseBase, request: HttpRequest, link: Link, response: Response) -> HttpResponseBase:
    answer.set_signed_cookie(
        COOKIE,
        str(response.pk),
        salt=str(link.pk),
        max_age=COOKIE_SECONDS,
        path="/intake/f/",
        httponly=True,
        samesite="Lax",
        secure=settings.ENVIRONMENT.https or request.is_secure(),
    )
    return answer


def _asked_who(request: HttpRequest, token: str, link: Link, place: filling.Place) -> HttpResponseBase:
    """Ask for the date of birth before anything that was answered is shown; five wrong ones close the link."""
    fault = ""
    if request.method == "POST":
        month_first = place.response.organisation.jurisdiction in MONTH_FIRST
        day = partial(request.POST.get("born", "")[:40], month_first=month_first)
        if day is not None and day.day is not None and day.first == place.response.patient.birth_date:
            return _remembered(redirect("intake:phone", token), request, link, place.response)
        fault = _("This is not the date of birth that the clinic knows.")
        key = f"intake-born-{link.pk}"
        cache.add(key, 0, services.LINK_HOURS * 3600)
        if cache.incr(key) >= MOST_TRIES:
            Link.objects.filter(pk=link.pk).update(revoked_at=timezone.now())
            raise links.Closed("revoked")
    context = {**place.context, "fault": fault}
    return render(request, "intake/who.html", context, status=422 if fault else 200)


def _closed(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "intake/closed.html", {"reason": reason}, status=410)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say what this is, and lead on."""
    try:
        with _opened(token) as (link, place):
            if not _is_known(request, link, place.response):
                return _asked_who(request, token, link, place)
            if place.response.done or (place.response.typed and "go" in request.GET):
                return filling.resume(place)
            shape = services.shape_of(place.response)
            context = {
                **place.context,
                "shape": shape,
                "response": place.response,
                "next": place.url(shape.sections[0].id),
            }
            page = render(request, "intake/start.html", context | {"expires": link.expires_at})
            return _remembered(page, request, link, place.response)
    except links.Closed as fault:
        return _closed(request, fault.reason)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, token: str, section_id: str) -> HttpResponseBase:
    """One section."""
    try:
        with _opened(token) as (link, place):
            if not _is_known(request, link, place.response):
                return redirect("intake:phone", token)
            page = filling.section_page(request, place, section_id)
            # Whoever begins on an empty form is the one who goes on with it.
            return page if place.response.typed else _remembered(page, request, link, place.response)
    except (links.Closed, services.Locked) as fault:
        return _closed(request, getattr(fault, "reason", "used"))


@public
@never_cache
@require_POST
def save(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was typed, as it is typed."""
    try:
        with _opened(token) as (link, place):
            if not _is_known(request, link, place.response):
                return JsonResponse(
                    {"errors": {"": [_("Open the link again and give your date of birth.")]}}, status=422
                )
            return filling.save(request, place)
    except links.Closed as fault:
        return _closed(request, fault.reason)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponseBase:
    """The signature; the link is used up in the same transaction."""
    try:
        with _opened(token) as (link, place):
            if not _is_known(request, link, place.response):
                return redirect("intake:phone", token)

            def done(response: Response) -> HttpResponse:
                links.use_up(link)
                return render(request, "intake/thanks.html", {**place.context, "response": response})

            return services.together(lambda: filling.sign_page(request, place, done))
    except (links.Closed, services.Locked) as fault:
        return _closed(request, getattr(fault, "reason", "used"))
