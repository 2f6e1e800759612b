"""How a request is answered whose person must first do something on another page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect


def send(request: HttpRequest, to: str, error: str = "locked") -> HttpResponseBase:
    """Send a page on to an address; a fragment and a saved form are told the address, and what they hold stays.

    Args:
        request: what was asked.
        to: address of the page that comes first.
        error: word for the reason, for a program.
    """
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": to})
    if "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": error, "confirm": to}, status=401)
    return redirect(to)
