"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Plans(AppConfig):
    """Plans: draft, computed, approved, superseded."""

    name = "pinprick.clinic.plans"
    label = "plans"
