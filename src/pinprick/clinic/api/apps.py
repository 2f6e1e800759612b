"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Api(AppConfig):
    """The programming interface, described by a schema."""

    name = "pinprick.clinic.api"
    label = "api"
