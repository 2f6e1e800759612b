"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Aftercare(AppConfig):
    """The aftercare sheet of a plan."""

    name = "pinprick.clinic.aftercare"
    label = "aftercare"
