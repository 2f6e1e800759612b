"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Links(AppConfig):
    """One-time links for people who do not sign in."""

    name = "pinprick.clinic.links"
    label = "links"
