"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Interface(AppConfig):
    """The design system: templates, styles, scripts and charts."""

    name = "pinprick.clinic.interface"
    label = "interface"

    def ready(self) -> None:
        """Compile the translations that changed, before the first page asks for one."""
        from pinprick.clinic import language

        language.compile_stale()
