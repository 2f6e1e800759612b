"""What is considered, as screening takes it, to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pinprick.safety import Treatment
from pinprick.skin import Zone

_PLAIN = ("modality", "indication", "needle_length_mm", "device", "anaesthetic", "area_cm2")


def to_json(treatment: Treatment) -> dict[str, Any]:
    """Return a treatment as a JSON object."""
    return {**{name: getattr(treatment, name) for name in _PLAIN}, "zones": [zone.value for zone in treatment.zones]}


def from_json(content: Mapping[str, Any]) -> Treatment:
    """Return the treatment that `to_json` wrote."""
    known = {name: content[name] for name in _PLAIN if content.get(name) is not None}
    return Treatment(zones=tuple(Zone(zone) for zone in content.get("zones", ())), **known)
