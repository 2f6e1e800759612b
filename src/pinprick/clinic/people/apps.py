"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class People(AppConfig):
    """Organisations, sites, users, roles and what each may do."""

    name = "pinprick.clinic.people"
    label = "people"

    def ready(self) -> None:
        """Connect the signals."""
        from pinprick.clinic.people import signals  # noqa: F401
