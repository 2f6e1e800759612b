"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Patients(AppConfig):
    """Patients: create, find, import, merge, archive, timeline."""

    name = "pinprick.clinic.patients"
    label = "patients"

    def ready(self) -> None:
        """Add the entry to the navigation, what this app tells on the timeline, and the card of what is known."""
        from pinprick.clinic.interface import navigation
        from pinprick.clinic.patients import chart, knowledge, timeline

        navigation.register(navigation.Entry(_("Patients"), "patients:register", "patients.find", "patients", 10, "p"))
        timeline.register(knowledge.told)
        chart.register(chart.Panel("patients", 15, "patients.see", "patients/card_known.html", knowledge.card))
