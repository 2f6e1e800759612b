"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Treatment(AppConfig):
    """Sessions, recorded against the plan."""

    name = "pinprick.clinic.treatment"
    label = "treatment"

    def ready(self) -> None:
        """Add the entry to the navigation, what this app tells on the timeline, and the card of sessions under way."""
        from pinprick.clinic.interface import navigation
        from pinprick.clinic.patients import chart, closing, timeline
        from pinprick.clinic.people import home
        from pinprick.clinic.treatment import told

        entry = navigation.Entry(_("Sessions"), "treatment:today", "treatment.see", "session", 20, "t")
        navigation.register(entry)
        timeline.register(told.of_patient)
        home.register(told.under_way)
        closing.register(told.not_ended)
        chart.register(chart.Panel("treatment", 50, "treatment.see", "treatment/card.html", told.card))
