"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Interface(AppConfig):
    """The design system: templates, styles, scripts and charts."""

    name = "pinprick.clinic.interface"
    label = "interface"
