"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Aftercare(AppConfig):
    """The aftercare sheet of a plan."""

    name = "pinprick.clinic.aftercare"
    label = "aftercare"

    def ready(self) -> None:
        """Add the card of the chart and what the timeline tells."""
        from pinprick.clinic.aftercare import telling
        from pinprick.clinic.patients import chart, timeline

        chart.register(chart.Panel("aftercare", 60, "aftercare.see", "aftercare/card.html", telling.card))
        timeline.register(telling.told)
