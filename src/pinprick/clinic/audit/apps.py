"""Registers the app."""

from __future__ import annotations

from django.apps import AppConfig


class Audit(AppConfig):
    """The append-only, hash-chained trail of every read and write."""

    name = "pinprick.clinic.audit"
    label = "audit"
