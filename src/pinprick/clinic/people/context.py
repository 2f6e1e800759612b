"""What every template may use: the member and what the role allows, and how the page looks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from pinprick.clinic.people import second_factor
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import PERMISSIONS, holds

THEMES = ("light", "dark")


class May:
    """Answers `{% if may.plans_approve %}`: the permission with an underscore for its point."""

    def __init__(self, member: Membership | None) -> None:
        self._rights = (
            {name.replace(".", "_") for name in PERMISSIONS if holds(member.role, name)} if member else frozenset()
        )

    def __getitem__(self, name: str) -> bool:
        """Return whether the right is held."""
        return name in self._rights


def member(request: HttpRequest) -> dict[str, Any]:
    """Return `member` (or None), `organisation`, `may`, the chosen `theme`, and whether a second factor is due."""
    found: Membership | None = getattr(request, "member", None)
    theme = request.COOKIES.get("__Host-theme" if settings.ENVIRONMENT.https else "theme")
    return {
        "member": found,
        "organisation": found.organisation if found else None,
        "may": May(found),
        "theme": theme if theme in THEMES else "",
        "second_factor_due": found is not None and second_factor.due(request, found),
    }
