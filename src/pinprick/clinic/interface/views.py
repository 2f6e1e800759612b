"""Pages of the interface itself: the gallery of components (for developers) and what is shown without a network."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pinprick.clinic.interface import gallery as shown
from pinprick.clinic.people.access import public


@public
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state; only while developing."""
    if not settings.DEBUG:
        raise Http404("gallery")
    return render(request, "interface/gallery.html", shown.context(request))


@public
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What a person reads where the network is gone."""
    return render(request, "interface/offline.html")


@public
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker; it comes from here and not from the static files because it may serve the whole site."""
    text = (Path(__file__).parent / "static" / "interface" / "worker.js").read_text(encoding="utf-8")
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return HttpResponse(text, content_type="text/javascript", headers=headers)
