"""Around every request: a log line without personal data, the organisation worked for, and the idle lock."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone

from pinprick.clinic.people import asking, tenancy
from pinprick.clinic.people.models import Membership

Answer = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("pinprick.request")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# Key of `request.META`: set where somebody is signed out while a request is answered.
SIGNED_OUT = "PINPRICK_SIGNED_OUT"
# Session keys.
MEMBERSHIP, SEEN, LOCKED = "membership", "seen", "locked"
UNLOCKING = (
    "/account/reauthenticate/",
    "/account/2fa/reauthenticate/",
    "/account/logout/",
    "/static/",
    "/health",
    "/ready",
    "/language/",
)


class RequestLog:
    """Logs each request by its route, never by its path: what a person typed or is called stays out."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer and log."""
        started, number = time.perf_counter(), uuid.uuid4().hex[:12]
        request.META["PINPRICK_REQUEST"] = number
        response = self.get_response(request)
        response["X-Request-Id"] = number
        match = request.resolver_match
        member = getattr(request, "member", None)
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": match.route if match else "-",
                "status": response.status_code,
                "milliseconds": round((time.perf_counter() - started) * 1000, 1),
                "request_id": number,
                "member": str(member.pk) if member else None,
            },
        )
        return response


class Doors:
    """Closes what nobody has business at: methods beside those of pages, and the interface over plain HTTP.

    TRACE would show a request to its sender. A program that speaks to the interface without encryption is refused,
    not led to HTTPS: it would go on sending in the clear and nobody would notice.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or refuse."""
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if settings.SECURE_SSL_REDIRECT and request.path.startswith("/api/") and not request.is_secure():
            return JsonResponse({"message": "This interface is reached over HTTPS alone."}, status=403)
        return self.get_response(request)


class Tenancy:
    """Sets `request.member` and tells PostgreSQL for which organisation it works, for this request alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as the member, or as nobody."""
        if request.path.startswith(("/static/", "/health", "/ready")):
            return self.get_response(request)
        member = self._member(request)
        request.member = member  # type: ignore[attr-defined]
        tenancy.enter(member.organisation_id if member else None, member.pk if member else None)
        # Instants are kept in UTC and shown by the clock of the member's site.
        zone = ZoneInfo(member.site.time_zone) if member else None
        try:
            with timezone.override(zone):
                response = self.get_response(request)
        finally:
            tenancy.leave()
        # What is about a person stays in no cache, of a browser or on the way.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.META.get(SIGNED_OUT):
            response.headers["Clear-Site-Data"] = '"storage"'
        return response

    def _member(self, request: HttpRequest) -> Membership | None:
        if not request.user.is_authenticated:
            return None
        mine = Membership.objects.select_related("user", "organisation", "site").filter(user=request.user, active=True)
        chosen = request.session.get(MEMBERSHIP)
        found = mine.filter(pk=chosen).first() if chosen else None
        return found or mine.order_by("created_at").first()


class Idle:
    """Locks the screen of a person who has gone: the next request asks who is there and then goes on where it was."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, or ask who is there."""
        if not request.user.is_authenticated or request.path.startswith(UNLOCKING):
            return self.get_response(request)
        now, session = time.time(), request.session
        if LOCKED in session and _confirmed_at(request) > session[LOCKED]:
            del session[LOCKED]
            session[SEEN] = now
        seen = session.get(SEEN)
        if LOCKED not in session and seen is not None and now - seen > settings.ENVIRONMENT.idle_minutes * 60:
            session[LOCKED] = now
        if LOCKED in session:
            return self._ask(request)
        # Once a minute is enough, and spares a write on every request.
        if seen is None or now - seen > 60:
            session[SEEN] = now
        return self.get_response(request)

    def _ask(self, request: HttpRequest) -> HttpResponseBase:
        back = request.path if request.method == "GET" else "/"
        return asking.send(request, f"/account/reauthenticate/?{urlencode({'next': back})}")


def _confirmed_at(request: HttpRequest) -> float:
    """Return when the person last proved who they are."""
    methods = request.session.get("account_authentication_methods", [])
    return max((float(method.get("at", 0)) for method in methods), default=0.0)
