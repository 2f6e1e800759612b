"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Demo(AppConfig):
    """A demonstration clinic made from the package's own examples."""

    name = "pinprick.clinic.demo"
    label = "demo"
