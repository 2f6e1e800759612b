"""Pages of the interface itself: the gallery of components (for developers) and what is shown without a network."""

from __future__ import annotations

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
