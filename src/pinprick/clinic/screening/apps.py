"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Screening(AppConfig):
    """Screening of a patient's facts, and how each finding was resolved."""

    name = "pinprick.clinic.screening"
    label = "screening"

    def ready(self) -> None:
        """Add the card of the chart and what this app tells on the timeline."""
        from pinprick.clinic.patients import chart, timeline
        from pinprick.clinic.screening import telling

        chart.register(chart.Panel("screening", 20, "screening.see", "screening/card.html", telling.card))
        timeline.register(telling.told)
