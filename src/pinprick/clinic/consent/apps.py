"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Consent(AppConfig):
    """Consent generated from the approved plan, signed and verifiable."""

    name = "pinprick.clinic.consent"
    label = "consent"

    def ready(self) -> None:
        """Add the entries of the navigation, the card of the chart, the timeline's lines and the first page's card."""
        from pinprick.clinic.consent import telling
        from pinprick.clinic.interface.navigation import Entry, register
        from pinprick.clinic.patients import chart, timeline
        from pinprick.clinic.people import home

        register(Entry(_("Consents"), "consent:outdated", "consent.see", "sign", 35))
        register(Entry(_("Text of the consent"), "consent:templates", "consent.templates", "document", 70))
        chart.register(chart.Panel("consent", 40, "consent.see", "consent/card.html", telling.card))
        timeline.register(telling.told)
        home.register(telling.waiting)
