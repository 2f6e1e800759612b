"""A second factor shown moments ago: what an approval asks for besides the password."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

FRESH_SECONDS = 300


def enrolled(request: HttpRequest) -> bool:
    """Return whether the person has a second factor at all."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user=request.user, type__in=kinds).exists())


def fresh(request: HttpRequest) -> str | None:
    """Return the kind of second factor that this person showed in the last five minutes, or None.

    Kinds are `totp`, `webauthn` and `recovery_codes`.
    """
    for method in reversed(request.session.get("account_authentication_methods", [])):
        if method.get("method") == "mfa" and time.time() - float(method.get("at", 0)) <= FRESH_SECONDS:
            return str(method.get("type", "mfa"))
    return None


def confirmation_url(request: HttpRequest, back: str) -> str:
    """Return the page that asks for a second factor, or the one that sets it up, and then leads back.

    Args:
        request: whose.
        back: path to return to.
    """
    page = "/account/2fa/reauthenticate/" if enrolled(request) else "/account/2fa/"
    return f"{page}?{urlencode({'next': back})}"
