"""A needling device: geometry, settings and labels, each from its record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeviceClass = Literal["roller", "pen", "stamp", "radiofrequency", "home_roller"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a regulator's clearance or the leaflet says of a device in one jurisdiction.

    Attributes:
        jurisdiction: ISO country code, "EU" or "GB".
        reference: clearance number, or the leaflet's name.
        indications: cleared uses, in words.
        max_needle_length_mm: greatest length that was evaluated, or None where the label states none.
        min_age_years: youngest age, or None.
        phototypes: phototypes named, empty where none are.
        sources: source ids.
        status: `read`, `remembered` or `assumed`.
    """

    jurisdiction: str
    reference: str
    indications: tuple[str, ...]
    max_needle_length_mm: float | None
    min_age_years: float | None
    phototypes: tuple[int, ...]
    sources: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Geometry:
    """One geometry field of a device as recorded.

    Attributes:
        field: name of the field of `Device`.
        value: its value in `unit`; whether, for `insulated`.
        unit: unit, as the field's name also says.
        status: `read`, `remembered` or `assumed`.
        sources: source ids.
        note: derivation, or where sources disagree.
    """

    field: str
    value: float | bool
    unit: str
    status: str
    sources: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """One device as data; a class's geometry fields are None for the other classes.

    Attributes:
        id: record id, for instance `skinpen-precision`.
        name: trade or descriptive name.
        device_class: roller, pen, stamp, radiofrequency or home_roller.
        needle_count: needles on the head, cartridge or drum.
        needle_length_min_mm, needle_length_max_mm, needle_length_step_mm: what can be set or bought.
        needle_base_diameter_mm: needle width at the skin when fully in.
        dial_tolerance_mm: maker's tolerance of the depth setting, 0 for a fixed needle.
        drum_radius_mm, drum_width_mm: roller, surface to surface of the drum without needles.
        stroke_frequency_hz, head_breadth_mm: pen.
        head_area_mm2: stamp and radiofrequency, area one application covers.
        insulated: radiofrequency, whether the shaft is insulated.
        coagulation_width_mm, coagulation_height_mm: radiofrequency, at the reference energy.
        labels: by jurisdiction.
        sources: source ids of the geometry.
        status: the weakest status among the geometry fields.
        notes: what a user must know.
        needle_rows: rows of needles around the drum, or None.
        geometry: the record of each geometry field, with its own sources and status.
    """

    id: str
    name: str
    device_class: DeviceClass
    needle_count: int
    needle_length_min_mm: float
    needle_length_max_mm: float
    needle_length_step_mm: float
    needle_base_diameter_mm: float
    dial_tolerance_mm: float
    drum_radius_mm: float | None
    drum_width_mm: float | None
    stroke_frequency_hz: float | None
    head_breadth_mm: float | None
    head_area_mm2: float | None
    insulated: bool | None
    coagulation_width_mm: float | None
    coagulation_height_mm: float | None
    labels: tuple[Label, ...]
    sources: tuple[str, ...]
    status: str
    notes: tuple[str, ...]
    needle_rows: int | None = None
    geometry: tuple[Geometry, ...] = ()

    @property
    def mechanical(self) -> bool:
        """Whether the device delivers no energy (rules for radiofrequency stay apart)."""
        return self.device_class != "radiofrequency"
