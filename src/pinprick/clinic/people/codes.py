"""Forms for a code: one of an app serves once, for as long as it would be accepted at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from django.core.cache import cache

if TYPE_CHECKING:
    from pinprick.clinic.people.models import User


def used_up(user: User, code: str) -> bool:
    """Take note that a code of an app was used; return whether it had been used before.

    allauth remembers it for one period, and accepts it for as many more as the tolerance says, before and after.
    """
    digits = re.sub(r"\D", "", code)
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return not cache.add(f"code:{user.pk}:{digits}", True, seconds)


class _Once:
    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        """Return the code.

        Raises:
            ValidationError: it is wrong or was used before.
        """
        code: str = super().clean_code()  # type: ignore[misc]
        if self.authenticator.type == Authenticator.Type.TOTP and used_up(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""


class Reauthenticate(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """The code that confirms who is there."""
