"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Consent(AppConfig):
    """Consent generated from the approved plan, signed and verifiable."""

    name = "pinprick.clinic.consent"
    label = "consent"
