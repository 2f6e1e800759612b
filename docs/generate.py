"""Writes the reference pages that follow from data: devices.md and case.md.

Run from the repository's folder:  python docs/generate.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pinprick import evidence
from pinprick.device import Device, devices

REFERENCE = Path(__file__).parent / "reference"
_TABLES = (
    ("", "Top", "The whole file."),
    ("Patient", "[patient]", ""),
    ("Statement", "[[patient.conditions]], [[patient.medications]] and so on", ""),
    ("ConcernEntry", "[concern]", ""),
    ("Preferences", "[preferences]", ""),
    ("ClinicEntry", "[clinic]", ""),
    ("Request", "[request]", ""),
    ("Published", "[published]", ""),
    ("ProtocolTechnique", "[[published.technique]]", ""),
    ("ReportedOutcome", "[[published.reported]]", ""),
)
_GEOMETRY = (
    ("needle_count", "needles", ""),
    ("needle_base_diameter_mm", "needle width at the skin", "mm"),
    ("needle_length_step_mm", "step of the length", "mm"),
    ("dial_tolerance_mm", "tolerance of the dial", "mm"),
    ("drum_radius_mm", "drum radius", "mm"),
    ("drum_width_mm", "drum width", "mm"),
    ("stroke_frequency_hz", "stroke frequency", "Hz"),
    ("head_breadth_mm", "head breadth", "mm"),
    ("head_area_mm2", "head area", "mm²"),
    ("coagulation_width_mm", "width of the coagulated zone", "mm"),
    ("coagulation_height_mm", "height of the coagulated zone", "mm"),
)


def attributes(description: str) -> dict[str, str]:
    """Return the words on each field from a class description's list of attributes."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in description.partition("Attributes:")[2].splitlines():
        start = re.match(r"^    (\w[\w, ]*): (.+)$", line)
        if start:
            names = [name.strip() for name in start.group(1).split(",")]
            found.update(dict.fromkeys(names, start.group(2)))
        elif names and line.strip():
            found.update({name: f"{found[name]} {line.strip()}" for name in names})
    return found


def _rows(table: dict[str, Any]) -> list[str]:
    words, needed = attributes(table.get("description", "")), set(table.get("required", ()))
    lines = ["| field | means |", "|---|---|"]
    for name in table["properties"]:
        must = " (required)" if name in needed else ""
        said = (
            words.get(name, "")
            .replace("|", "/")
            .replace("; None is unknown", "")
            .replace("None where", "left out where")
            .replace("None is", "left out is")
        )
        lines.append(f"| `{name}`{must} | {said} |")
    return lines


def case_page() -> str:
    """Return the reference of the case file."""
    schema = json.loads((REFERENCE / "case.schema.json").read_text("utf-8"))
    lines = [
        "# Case file",
        "",
        'A case is a TOML, YAML or JSON file. What is left out is unknown, and so is `"unknown"`; unknown is never',
        "read as no.",
        'Quantities may carry a unit (`"1.5 mm"`, `"4 weeks"`); dates may be a month or a year. The shape is',
        "[`case.schema.json`](case.schema.json); beyond it, ids are checked against what is on record.",
        "",
    ]
    for name, title, otherwise in _TABLES:
        table = schema["$defs"][name] if name else schema
        said = table.get("description", "").partition("Attributes:")[0].strip().replace("\n", " ")
        lines += [f"## {title}", "", otherwise or said, "", *_rows(table), ""]
    zones = ", ".join(f"`{zone}`" for zone in schema["$defs"]["Zone"]["enum"])
    return "\n".join([*lines, "## Zones", "", f"{zones}.", ""])


def _device(item: Device) -> list[str]:
    low, high = item.needle_length_min_mm, item.needle_length_max_mm
    length = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    lines = [
        f"## {item.id}",
        "",
        f"{item.name}. Class: {item.device_class.replace('_', ' ')}.",
        "",
        "| what | value |",
        "|---|---|",
    ]
    lines.append(f"| needle length | {length} mm |")
    for name, words, unit in _GEOMETRY:
        value = getattr(item, name)
        if value is not None:
            lines.append(f"| {words} | {value:g} {unit} |".replace("  |", " |"))
    for label in item.labels:
        reach = (
            f"at most {label.max_needle_length_mm:g} mm"
            if label.max_needle_length_mm is not None
            else "no length stated"
        )
        uses = "; ".join(label.indications).replace("|", "/")
        lines.append(f"| label {label.jurisdiction} {label.reference} ({label.status}) | {reach}; {uses} |")
    lines += ["", f"Weakest status among the geometry: **{item.status}**. Sources: {_cited(item.sources)}.", ""]
    return lines + [f"- {note}" for note in item.notes] + [""]


def _cited(ids: tuple[str, ...]) -> str:
    shown = []
    for id in ids:
        address = evidence.source(id).address
        shown.append(f"[{id}]({address})" if address else id)
    return ", ".join(shown)


def devices_page() -> str:
    """Return the reference of the devices."""
    head = [
        "# Devices",
        "",
        "Every device that is described, from its record. `pinprick devices --json` gives the same for a program.",
        "Adding one needs no code: [how](../how-to/add-a-device.md).",
        "",
    ]
    return "\n".join(head + [line for item in devices() for line in _device(item)]).rstrip() + "\n"


if __name__ == "__main__":
    (REFERENCE / "devices.md").write_text(devices_page(), encoding="utf-8")
    (REFERENCE / "case.md").write_text(case_page(), encoding="utf-8")
