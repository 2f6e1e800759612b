"""Names of treatments, indications, scales and devices from their records; an id without a record is put in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pinprick import device as devices
from pinprick import outcome, safety
from pinprick.errors import PinprickError
from pinprick.report.words import label


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _name(find: Callable[[str], _Named], id: str) -> str:
    try:
        return find(id).name
    except (PinprickError, KeyError):
        return label(id)


def treatment(id: str) -> str:
    """Return the name of an intervention class, for instance "fractional CO2 laser"."""
    name = _name(outcome.modality, id)
    return name.replace("CO2", "CO₂")


def indication(id: str) -> str:
    """Return the name of an indication."""
    return _name(outcome.indication, id)


def scale(id: str) -> str:
    """Return the name of a scale."""
    return _name(outcome.scale, id)


def scale_unit(id: str) -> str:
    """Return the unit of a scale in words, "" where it has none."""
    try:
        unit = outcome.scale(id).unit
    except (PinprickError, KeyError):
        return ""
    return "" if unit in ("1", "grade", "points") else unit


def device(id: str) -> str:
    """Return the name of a device."""
    return _name(devices.device, id)


def rule_subject(id: str) -> str:
    """Return what a screening rule is about."""
    try:
        return safety.rule(id).subject
    except (PinprickError, KeyError):
        return id
