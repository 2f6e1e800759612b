"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Screening(AppConfig):
    """Screening of a patient's facts, and how each finding was resolved."""

    name = "pinprick.clinic.screening"
    label = "screening"
