"""The patient's own phone: a one-time link opens one response, until it is signed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Response
from pinprick.clinic.intake.views import filling
from pinprick.clinic.links import services as links
from pinprick.clinic.links.models import Link
from pinprick.clinic.patients import clock
from pinprick.clinic.people.access import public


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


def _closed(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "intake/closed.html", {"reason": reason}, status=410)


@public
@never_cache
@require_safe
def start(request: HttpRequest, token: str) -> HttpResponseBase:
    """Say what this is, and lead on."""
    try:
        with _opened(token) as (link, place):
            if place.response.done or (place.response.typed and "go" in request.GET):
                return filling.resume(place)
            shape = services.shape_of(place.response)
            context = {
                **place.context,
                "shape": shape,
                "response": place.response,
                "next": place.url(shape.sections[0].id),
            }
            return render(request, "intake/start.html", context | {"expires": link.expires_at})
    except links.Closed as fault:
        return _closed(request, fault.reason)


@public
@never_cache
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, token: str, section_id: str) -> HttpResponseBase:
    """One section."""
    try:
        with _opened(token) as (_link, place):
            return filling.section_page(request, place, section_id)
    except (links.Closed, services.Locked) as fault:
        return _closed(request, getattr(fault, "reason", "used"))


@public
@never_cache
@require_POST
def save(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was typed, as it is typed."""
    try:
        with _opened(token) as (_link, place):
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

            def done(response: Response) -> HttpResponse:
                links.use_up(link)
                return render(request, "intake/thanks.html", {**place.context, "response": response})

            return services.together(lambda: filling.sign_page(request, place, done))
    except (links.Closed, services.Locked) as fault:
        return _closed(request, getattr(fault, "reason", "used"))
