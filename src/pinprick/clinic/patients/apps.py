"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Patients(AppConfig):
    """Patients: create, find, import, merge, archive, timeline."""

    name = "pinprick.clinic.patients"
    label = "patients"
