"""A second factor: what signing in asks of some members, or of all, and what an approval asks for anew.

An organisation asks for it of everybody who may approve a plan or manage staff, or of everyone. Whoever has none yet
sets one up after signing in, before anything else opens. A demonstration clinic, which holds nobody's data and shows
its passwords, does not ask.
"""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from pinprick.clinic.people.models import Membership, SecondFactor
from pinprick.clinic.people.roles import holds

FRESH_SECONDS = 300
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Session key: this session set a second factor up, and so has no need to show it.
SET_UP = "second_factor_set_up"
# Session key of allauth: when and how the person proved who they are.
_KEPT = "account_authentication_methods"
_WEIGHTY = ("plans.approve", "people.manage")


def required(member: Membership) -> bool:
    """Return whether a member's organisation lets them in only with a second factor."""
    asked = member.organisation
    if asked.is_demo:
        return False
    return asked.second_factor == SecondFactor.EVERYONE or any(holds(member.role, one) for one in _WEIGHTY)


def due(request: HttpRequest, member: Membership) -> bool:
    """Return whether a member has yet to show, or to set up, a second factor in this session."""
    return required(member) and not (request.session.get(SET_UP) or _methods(request))


def forget(request: HttpRequest) -> None:
    """Take from a session what it knows of a second factor that is no more."""
    request.session.pop(SET_UP, None)
    kept = [one for one in request.session.get(_KEPT, ()) if one.get("method") != "mfa"]
    request.session[_KEPT] = kept


def _methods(request: HttpRequest) -> list[dict[str, Any]]:
    """Return when and how this session showed a second factor, oldest first."""
    return [one for one in request.session.get(_KEPT, ()) if one.get("method") == "mfa"]


def enrolled(request: HttpRequest) -> bool:
    """Return whether the person has a second factor at all."""
    return bool(Authenticator.objects.filter(user=request.user, type__in=KINDS).exists())


def fresh(request: HttpRequest) -> str | None:
    """Return the kind of second factor that this person showed in the last five minutes, or None.

    Kinds are `totp`, `webauthn` and `recovery_codes`.
    """
    for method in reversed(_methods(request)):
        if time.time() - float(method.get("at", 0)) <= FRESH_SECONDS:
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
