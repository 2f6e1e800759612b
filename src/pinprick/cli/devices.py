"""`pinprick devices`: rollers, pens, stamps and radiofrequency heads, with their labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from pinprick.cli.listing import Json, Search, StatusOption, count_line, matches, one_of, words
from pinprick.cli.terminal import bullets, paragraph, show, status, table, write_json

if TYPE_CHECKING:
    from pinprick.device import Device, Label

Class = Annotated[
    str | None, typer.Option("--class", help="Only this class: roller, pen, stamp, radiofrequency, home_roller.")
]


def command(
    search: Search = None, device_class: Class = None, status_wanted: StatusOption = None, json: Json = False
) -> None:
    """Browse and search the devices: geometry, needle lengths, labels by jurisdiction, sources."""
    from pinprick.device import DeviceClass, devices

    one_of(device_class, get_args(DeviceClass), "--class")
    one_of(status_wanted, ("read", "remembered", "assumed"), "--status")
    known = devices()
    wanted = words(search)
    found = [
        device
        for device in known
        if device_class in (None, device.device_class)
        and status_wanted in (None, device.status)
        and matches(wanted, _texts(device))
    ]
    if json:
        write_json({"count": len(found), "devices": [as_json(device) for device in found]})
        return
    rows = [
        (
            device.id,
            device.name,
            device.device_class,
            device.needle_count,
            lengths(device),
            label_words(device),
            status(device.status),
        )
        for device in found
    ]
    if rows:
        show(table(("id", "name", "class", "needles", "length mm", "labels", "status"), rows, right=("needles",)))
    if len(found) == 1:
        show(*bullets(found[0].notes), paragraph(f"sources: {', '.join(found[0].sources)}"))
    show(paragraph(count_line(len(found), len(known), "devices", wanted), "dim"))


def _texts(device: Device) -> tuple[object, ...]:
    labels = (f"{label.jurisdiction} {label.reference} {' '.join(label.indications)}" for label in device.labels)
    return (device.id, device.name, device.device_class, *device.notes, *device.sources, *labels)


def lengths(device: Device) -> str:
    """Return the needle lengths that can be set or bought, in mm."""
    low, high = device.needle_length_min_mm, device.needle_length_max_mm
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def label_words(device: Device) -> str:
    """Return each label as jurisdiction and the greatest length that was evaluated."""
    return (
        "; ".join(
            f"{label.jurisdiction} {label.reference}"
            + (f" ≤ {label.max_needle_length_mm:g} mm" if label.max_needle_length_mm is not None else "")
            for label in device.labels
        )
        or "none recorded"
    )


def as_json(device: Device) -> dict[str, Any]:
    """Return one device as the JSON output shows it."""
    plain = (
        "id", "name", "device_class", "needle_count", "needle_length_min_mm", "needle_length_max_mm",
        "needle_length_step_mm", "needle_base_diameter_mm", "dial_tolerance_mm", "drum_radius_mm", "drum_width_mm",
        "stroke_frequency_hz", "head_breadth_mm", "head_area_mm2", "insulated", "coagulation_width_mm",
        "coagulation_height_mm", "status",
    )  # fmt: skip
    return {
        **{name: getattr(device, name) for name in plain},
        "labels": [_label(label) for label in device.labels],
        "sources": list(device.sources),
        "notes": list(device.notes),
    }


def _label(label: Label) -> dict[str, Any]:
    return {
        "jurisdiction": label.jurisdiction,
        "reference": label.reference,
        "indications": list(label.indications),
        "max_needle_length_mm": label.max_needle_length_mm,
        "min_age_years": label.min_age_years,
        "phototypes": list(label.phototypes),
        "sources": list(label.sources),
        "status": label.status,
    }
