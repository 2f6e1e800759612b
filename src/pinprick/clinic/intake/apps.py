"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Intake(AppConfig):
    """Versioned questionnaires and the coded facts they give."""

    name = "pinprick.clinic.intake"
    label = "intake"
