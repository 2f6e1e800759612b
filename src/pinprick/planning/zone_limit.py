"""How long a needle may be in a zone: device, label and zone limits, each named, and who would choose otherwise."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick import evidence
from pinprick.device import Device, labels
from pinprick.skin import Zone


@dataclass(frozen=True, slots=True)
class ZoneLimit:
    """Needle lengths considered for one device in one zone.

    Attributes:
        zone: the zone.
        low_mm, high_mm: range within which a length may be prescribed; None where no range is defended.
        hard_max_mm: length above which nothing is prescribed, the least of all limits.
        limits: the limits as (who, mm, source id).
        disagreement: sentences on who would choose otherwise.
        note: why no range is defended, or "".
    """

    zone: Zone
    low_mm: float | None
    high_mm: float | None
    hard_max_mm: float
    limits: tuple[tuple[str, float, str], ...]
    disagreement: tuple[str, ...]
    note: str = ""

    def set_length(self, wanted_mm: float) -> float | None:
        """Return the length nearest to the wanted one that may be prescribed here, or None where none may."""
        if self.low_mm is None or self.high_mm is None or self.low_mm > self.hard_max_mm:
            return None
        return min(max(wanted_mm, self.low_mm), min(self.high_mm, self.hard_max_mm))


def label_limit(device: Device, jurisdiction: str | None) -> tuple[str, float, str] | None:
    """Return (who, mm, source) of the label limit that binds: of the jurisdiction, else the widest read elsewhere."""
    here = labels(device, jurisdiction) if jurisdiction else ()
    bounded = [label for label in (here or device.labels) if label.max_needle_length_mm is not None]
    if not bounded:
        return None
    widest = max(bounded, key=lambda label: label.max_needle_length_mm or 0.0)
    evidence.cite(*widest.sources)
    where = f"label, {widest.jurisdiction} {widest.reference}".strip()
    return where, float(widest.max_needle_length_mm or 0.0), widest.sources[0]


def zone_limit(device: Device, zone: Zone, jurisdiction: str | None, *, off_label: bool = False) -> ZoneLimit:
    """Return the needle lengths that may be prescribed with a device in a zone.

    Mechanical needling follows our own default range by zone (assumed, awaiting sign-off); radiofrequency follows
    only what is published for radiofrequency, since energy does the work below the needle.

    Args:
        device: the device.
        zone: the zone.
        jurisdiction: whose label binds; without one the first label with a limit is used.
        off_label: whether lengths beyond the label are considered.
    """
    records = evidence.zone_depths(zone.value)
    for record in records:
        evidence.cite(*record.sources)
    limits: list[tuple[str, float, str]] = [(f"range of {device.name}", device.needle_length_max_mm, device.sources[0])]
    if not off_label and (label := label_limit(device, jurisdiction)) is not None:
        limits.append(label)
    low, high, note = _mechanical(zone) if device.mechanical else _radiofrequency(zone)
    if device.mechanical:
        limits += [
            (f"zone limit, {record.name}", record.hard_max_mm, "pinprick2026_assumption")
            for record in records
            if record.hard_max_mm is not None
        ]
    hard = min(limit for _, limit, _ in limits)
    # A device that cannot be set as short or as long as the range asks is still used at its nearest setting.
    if low is not None and high is not None:
        low = (
            max(low, device.needle_length_min_mm)
            if high >= device.needle_length_min_mm
            else device.needle_length_min_mm
        )
        low, high = min(low, hard), max(min(high, hard), min(low, hard))
    return ZoneLimit(zone, low, high, hard, tuple(limits), _disagreement(zone, device), note)


def _mechanical(zone: Zone) -> tuple[float | None, float | None, str]:
    ranges = [record.default_mm for record in evidence.zone_depths(zone.value) if record.default_mm is not None]
    if not ranges:
        return None, None, f"no needle length is defended for the {zone.value.replace('_', ' ')}"
    # A zone with two parts (side wall and tip of the nose) is planned for the stricter one.
    return min(low for low, _ in ranges), min(high for _, high in ranges), ""


def _radiofrequency(zone: Zone) -> tuple[float | None, float | None, str]:
    positions = [
        position
        for record in evidence.zone_depths(zone.value)
        for position in record.positions
        if position.modality == "RFMN" and position.low_mm is not None
    ]
    if not positions:
        return None, None, f"no radiofrequency depth is published for the {zone.value.replace('_', ' ')}"
    low = min(float(position.low_mm or 0.0) for position in positions)
    return low, max(float(position.high_mm or position.low_mm or 0.0) for position in positions), ""


def _disagreement(zone: Zone, device: Device) -> tuple[str, ...]:
    said = []
    for record in evidence.zone_depths(zone.value):
        for position in record.positions:
            if device.mechanical or position.modality == "RFMN":
                kind = (
                    " (radiofrequency, not transferable to a mechanical needle)" if position.modality == "RFMN" else ""
                )
                kind = kind if device.mechanical else ""
                said.append(f"{position.who}: {_range_text(position.low_mm, position.high_mm, position.says)}{kind}")
        if record.default_mm is not None and device.mechanical:
            said.append(f"Pinprick's default, assumed and awaiting sign-off: {_range_text(*record.default_mm, '')}")
    return (
        tuple(f"{zone.value.replace('_', ' ').capitalize()}, {text}." for text in dict.fromkeys(said))
        if len(said) > 1
        else ()
    )


def _range_text(low: float | None, high: float | None, says: str) -> str:
    if low is not None and high is not None:
        return f"{low:g} mm" if low == high else f"{low:g}-{high:g} mm"
    if says:
        return says.replace(">=", "at least") + ("" if any(c.isalpha() for c in says) else " mm")
    return f"up to {high:g} mm" if high is not None else f"at least {low:g} mm"
