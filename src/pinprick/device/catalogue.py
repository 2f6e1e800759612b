"""Reads the device records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, get_args

from pinprick import evidence
from pinprick.device.device import Device, DeviceClass, Geometry, Label
from pinprick.errors import EvidenceError, InputError

_SHARED = (
    "needle_count",
    "needle_length_min_mm",
    "needle_length_max_mm",
    "needle_length_step_mm",
    "needle_base_diameter_mm",
    "dial_tolerance_mm",
)
_ROLLER = ("drum_radius_mm", "drum_width_mm", "needle_rows")
_BY_CLASS: Mapping[str, tuple[str, ...]] = {
    "roller": _ROLLER,
    "home_roller": _ROLLER,
    "pen": ("stroke_frequency_hz", "head_breadth_mm"),
    "stamp": ("head_area_mm2",),
    "radiofrequency": ("head_area_mm2", "insulated", "coagulation_width_mm", "coagulation_height_mm"),
}
_COUNTS = ("needle_count", "needle_rows")
_STATUSES: tuple[str, ...] = get_args(evidence.Status)
"""From the strongest to the weakest."""


def device_ids() -> tuple[str, ...]:
    """Return the ids of the devices on record, sorted."""
    return evidence.topics("devices")


def devices() -> tuple[Device, ...]:
    """Return every device on record, by id; listing them enters no source in a ledger."""
    return tuple(_read(id) for id in device_ids())


def device(id: str) -> Device:
    """Return one device and enter its sources into the open ledger.

    Args:
        id: record id, for instance "skinpen-precision".

    Raises:
        InputError: no device of that id is on record.
    """
    if id not in device_ids():
        raise InputError(
            "unknown device",
            field="device",
            given=id,
            limit=", ".join(device_ids()),
            remedy="list them with: pinprick devices; a pen that is not named is pen-12",
        )
    found = _read(id)
    evidence.cite(*found.sources)
    return found


@cache
def _read(id: str) -> Device:
    file = f"devices/{id}.yaml"
    raw = evidence.load(file)
    if not isinstance(raw, dict) or raw.get("id") != id:
        raise EvidenceError("device record must be a mapping whose id is the file's name", file=file, field="id")
    kind: DeviceClass = raw["device_class"]
    if kind not in get_args(DeviceClass):
        raise EvidenceError("unknown device class", file=file, given=kind, limit=", ".join(get_args(DeviceClass)))
    geometry = _geometry(raw.get("geometry", {}), (*_SHARED, *_BY_CLASS[kind]), file)
    values: dict[str, Any] = {item.field: int(item.value) if item.field in _COUNTS else item.value for item in geometry}
    for field in {name for names in _BY_CLASS.values() for name in names} - set(values):
        values[field] = None
    return Device(
        id=id,
        name=raw["name"],
        device_class=kind,
        labels=tuple(_label(item, file) for item in raw["labels"]),
        sources=tuple(dict.fromkeys(source for item in geometry for source in item.sources)),
        status=_weakest(item.status for item in geometry),
        notes=tuple(raw["notes"]),
        geometry=geometry,
        **values,
    )


def _geometry(raw: Mapping[str, Any], fields: tuple[str, ...], file: str) -> tuple[Geometry, ...]:
    if set(raw) != set(fields):
        raise EvidenceError(
            "geometry fields do not fit the class",
            file=file,
            given=sorted(set(raw) ^ set(fields)),
            limit=", ".join(fields),
        )
    found = []
    for field in fields:
        record = raw[field]
        if record.get("status") not in _STATUSES or not record.get("sources"):
            raise EvidenceError("geometry field needs a status and a source", file=file, field=field)
        value = record["value"]
        found.append(
            Geometry(
                field=field,
                value=value if isinstance(value, bool) else float(value),
                unit=record["unit"],
                status=record["status"],
                sources=tuple(record["sources"]),
                note=record.get("note", ""),
            )
        )
    return tuple(found)


def _weakest(statuses: Iterable[str]) -> str:
    return max(statuses, key=_STATUSES.index)


def _label(raw: Mapping[str, Any], file: str) -> Label:
    if not raw.get("sources"):
        raise EvidenceError("label cites no source", file=file, field=str(raw.get("reference")))
    limit, age = raw["max_needle_length_mm"], raw["min_age_years"]
    return Label(
        jurisdiction=raw["jurisdiction"],
        reference=raw["reference"],
        indications=tuple(raw["indications"]),
        max_needle_length_mm=None if limit is None else float(limit),
        min_age_years=None if age is None else float(age),
        phototypes=tuple(raw["phototypes"]),
        sources=tuple(raw["sources"]),
        status=raw["status"],
    )
