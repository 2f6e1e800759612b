"""What a device's labels allow in one jurisdiction; reporting them is all this does, refusing is for others."""

from __future__ import annotations

from pinprick import evidence
from pinprick.device.device import Device, Label


def labels(device: Device, jurisdiction: str) -> tuple[Label, ...]:
    """Return a device's labels in one jurisdiction (ISO country code, "EU" or "GB"), entering their sources."""
    found = tuple(label for label in device.labels if label.jurisdiction == jurisdiction.upper())
    evidence.cite(*(source for label in found for source in label.sources))
    return found


def label_limit_mm(device: Device, jurisdiction: str) -> float | None:
    """Return the greatest needle length in mm that a label of the jurisdiction evaluated; None if none does."""
    limits = [label.max_needle_length_mm for label in labels(device, jurisdiction)]
    return max((limit for limit in limits if limit is not None), default=None)


def departures(
    device: Device,
    jurisdiction: str,
    *,
    needle_length_mm: float | None = None,
    age_years: float | None = None,
    phototype: int | None = None,
) -> tuple[str, ...]:
    """Return one sentence for each way in which a use leaves the device's labels in a jurisdiction.

    Args:
        device: the device.
        jurisdiction: ISO country code, "EU" or "GB".
        needle_length_mm: length as set, or None to leave it out.
        age_years: age, or None where unknown: what is unknown cannot depart and is not reported.
        phototype: Fitzpatrick phototype, or None where unknown.
    """
    found = labels(device, jurisdiction)
    if not found:
        return (f"No label of {device.name} is on record for {jurisdiction.upper()}.",)
    sentences = []
    limit = label_limit_mm(device, jurisdiction)
    if limit is None:
        sentences.append(f"The labels of {device.name} on record state no greatest needle length: read the label.")
    elif needle_length_mm is not None and needle_length_mm > limit:
        sentences.append(
            f"{needle_length_mm:g} mm is longer than the {limit:g} mm evaluated for {device.name} "
            f"({_references(found)})."
        )
    return (*sentences, *_person_departures(device, found, age_years, phototype))


def _person_departures(
    device: Device, found: tuple[Label, ...], age_years: float | None, phototype: int | None
) -> list[str]:
    sentences = []
    ages = [label.min_age_years for label in found if label.min_age_years is not None]
    if ages and age_years is not None and age_years < min(ages):
        sentences.append(
            f"{device.name} is labelled for people of {min(ages):g} years or older ({_references(found)})."
        )
    named = {number for label in found for number in label.phototypes}
    if named and all(label.phototypes for label in found) and phototype not in {None, *named}:
        listed = ", ".join(str(number) for number in sorted(named))
        sentences.append(f"The labels of {device.name} name phototypes {listed} only ({_references(found)}).")
    return sentences


def _references(found: tuple[Label, ...]) -> str:
    return "; ".join(dict.fromkeys(label.reference for label in found))
