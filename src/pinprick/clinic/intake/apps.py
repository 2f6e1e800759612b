"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Intake(AppConfig):
    """Versioned questionnaires and the coded facts they give."""

    name = "pinprick.clinic.intake"
    label = "intake"

    def ready(self) -> None:
        """Add the cards of the chart and of the first page, and what this app tells on the timeline."""
        from pinprick.clinic.intake import panel
        from pinprick.clinic.patients import chart, timeline
        from pinprick.clinic.people import home

        chart.register(chart.Panel("intake", 10, "intake.see", "intake/card.html", panel.card))
        timeline.register(panel.told)
        home.register(panel.waiting)
