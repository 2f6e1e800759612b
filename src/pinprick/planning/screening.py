"""Screening of a case: by device at hand, so that rules of mechanical, radiofrequency and home needling stay apart."""

from __future__ import annotations

from datetime import date

from pinprick.device import device
from pinprick.planning.case import Case
from pinprick.planning.zone_limit import zone_limit
from pinprick.safety import Modality, Screening, Treatment, set_aside
from pinprick.safety import screen as _screen

# Where a case names no jurisdiction, the labels on record (all of the USA) are taken to bind, the stricter reading.
_UNSTATED = "US"


def screen(case: Case, *, on: date | None = None) -> Screening:
    """Say whether the person of a case may be needled, from when, and why.

    Args:
        case: the case; its requested device, else its first mechanical one, says which rules apply.
        on: day screened for; today unless said.
    """
    day = on or date.today()
    ids = list(case.clinic.devices)
    if case.request.device is not None:
        first: str | None = case.request.device
    else:
        order = {"mechanical": 0, "radiofrequency": 1, "home": 2}
        first = min(ids, key=lambda id: (order[modality(id)], ids.index(id))) if ids else None
    # Several devices of one kind share their rules; a single one brings its own label as well.
    alone = first is not None and (case.request.device is not None or len(ids) == 1)
    return screen_with(case, first, day, name_device=alone)


def screen_with(
    case: Case, device_id: str | None, on: date, *, needle_length_mm: float | None = None, name_device: bool = True
) -> Screening:
    """Screen a case for treatment with one device.

    Args:
        case: the case.
        device_id: the device, or None for mechanical needling in general.
        on: day screened for.
        needle_length_mm: greatest length; None takes the greatest that zones, label and screening allow.
        name_device: whether the device's own label is part of it.
    """
    if needle_length_mm is None and device_id is not None:
        return allowed_length(case, device_id, on, name_device=name_device)[0]
    treatment = Treatment(
        modality=modality(device_id) if device_id is not None else "mechanical",
        zones=tuple(case.concern.zones),
        indication=case.concern.indication,
        needle_length_mm=needle_length_mm,
        device=device_id if name_device else None,
        anaesthetic=None if case.clinic.anaesthetic in (None, "none") else case.clinic.anaesthetic,
        area_cm2=case.concern.area_cm2,
    )
    return _judged(case, treatment, on)


def screen_for(case: Case, kind: Modality, on: date) -> Screening:
    """Screen a case for a kind of needling in general, without any device's label.

    Args:
        case: the case.
        kind: mechanical, radiofrequency or home.
        on: day screened for.
    """
    treatment = Treatment(
        modality=kind,
        zones=tuple(case.concern.zones),
        indication=case.concern.indication,
        area_cm2=case.concern.area_cm2,
    )
    return _judged(case, treatment, on)


def _judged(case: Case, treatment: Treatment, on: date) -> Screening:
    found = _screen(
        case.facts(on),
        on=on,
        treatment=treatment,
        jurisdiction=case.clinic.jurisdiction or _UNSTATED,
        choices=dict(case.clinic.screening_choices),
    )
    return set_aside(found, case.clinic.overridden)


def allowed_length(case: Case, device_id: str, on: date, *, name_device: bool = True) -> tuple[Screening, float]:
    """Return the screening at the greatest needle length that allows planning, and that length in mm.

    Some rules bound the length (melasma, for instance); a shorter needle is then planned instead of none. Where no
    length allows planning, the screening is that of the greatest length.
    """
    low, high = _prescribable(case, device_id)
    first = screen_with(case, device_id, on, needle_length_mm=high, name_device=name_device)
    if first.allows_planning or low >= high:
        return first, high
    least = screen_with(case, device_id, on, needle_length_mm=low, name_device=name_device)
    if not least.allows_planning:
        return first, high
    step, found, length = device(device_id).needle_length_step_mm, least, low
    while length + step < high:
        further = screen_with(case, device_id, on, needle_length_mm=round(length + step, 6), name_device=name_device)
        if not further.allows_planning:
            break
        found, length = further, round(length + step, 6)
    return found, length


def modality(device_id: str) -> Modality:
    """Return which rules a device comes under."""
    kind = device(device_id).device_class
    return "radiofrequency" if kind == "radiofrequency" else "home" if kind == "home_roller" else "mechanical"


def _prescribable(case: Case, device_id: str) -> tuple[float, float]:
    """Return the shortest and longest needle length that may be prescribed, over the zones."""
    if case.request.needle_length is not None:
        return case.request.needle_length, case.request.needle_length
    head = device(device_id)
    limits = [
        zone_limit(head, zone, case.clinic.jurisdiction, off_label=case.clinic.off_label) for zone in case.concern.zones
    ]
    longest = max(min(limit.high_mm or limit.hard_max_mm, limit.hard_max_mm) for limit in limits)
    shortest = max(limit.low_mm or head.needle_length_min_mm for limit in limits)
    return min(shortest, longest), longest
