"""What keeps a record from being put away; every app that begins something of a patient adds its own."""

from __future__ import annotations

from collections.abc import Callable

from pinprick.clinic.patients.models import Patient

Reason = Callable[[Patient], str]
_REASONS: list[Reason] = []


def register(reason: Reason) -> None:
    """Add what may be under way; for `AppConfig.ready`. It returns a sentence for a person, or "" where nothing is."""
    if reason not in _REASONS:
        _REASONS.append(reason)


def under_way(patient: Patient) -> tuple[str, ...]:
    """Return what of a patient has begun and is not ended, in sentences."""
    return tuple(text for reason in _REASONS if (text := reason(patient)))
