"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Plans(AppConfig):
    """Plans: draft, computed, approved, superseded."""

    name = "pinprick.clinic.plans"
    label = "plans"

    def ready(self) -> None:
        """Add the card of the chart and what this app tells on the timeline."""
        from pinprick.clinic.patients import chart, timeline
        from pinprick.clinic.people import home
        from pinprick.clinic.plans import telling

        chart.register(chart.Panel("plans", 30, "plans.see", "plans/card.html", telling.card))
        timeline.register(telling.told)
        home.register(telling.waiting)
