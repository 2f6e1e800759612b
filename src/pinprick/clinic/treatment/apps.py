"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Treatment(AppConfig):
    """Sessions, recorded against the plan."""

    name = "pinprick.clinic.treatment"
    label = "treatment"
