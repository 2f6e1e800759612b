"""The other ways of treating, on the same axes."""

from __future__ import annotations

from datetime import date

import numpy as np

from pinprick.outcome import Outlook, comparators, modality
from pinprick.planning.case import Case
from pinprick.planning.price import item_price
from pinprick.planning.screening import screen_for
from pinprick.safety import Modality

# The ways of needling whose rules are on record.
_NEEDLING: dict[str, Modality] = {
    "microneedling": "mechanical",
    "rf_microneedling": "radiofrequency",
    "home_roller": "home",
}
PIH = "post_inflammatory_hyperpigmentation"
_EVEN = 0.5
_SHOWN = 3
_ITEM = {
    "rf_microneedling": "radiofrequency_session",
    "microneedling": "microneedling_session",
    "minoxidil_alone": "minoxidil",
}


def alternatives(
    case: Case, *, planned: str | None, draws: int, seed: int, barred: tuple[str, ...] = ()
) -> tuple[Outlook, ...]:
    """Return an outlook for every other way of treating the concern, doing nothing first.

    Args:
        case: the case.
        planned: modality that is planned, left out here; None where nothing is.
        draws: how many.
        seed: explicit seed; the plan's own makes the comparison fair.
        barred: ways that screening forbids this person, with whatever is added to them; they are left out too.
    """
    left_out = (planned,) if planned is not None else ()
    found = comparators(case.concern.concern(), case.patient.person(), leave_out=left_out, draws=draws, seed=seed)
    return tuple(item for item in found if item.modality.split("_plus_")[0] not in barred)


def barred(case: Case, on: date) -> tuple[str, ...]:
    """Return the ways of needling that screening forbids this person, whatever the device.

    Args:
        case: the case.
        on: day screened for.
    """
    return tuple(way for way, kind in _NEEDLING.items() if screen_for(case, kind, on).verdict == "do-not-treat")


def not_offered(ways: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is to be said of ways that are left out, and of those that nobody screened."""
    said = [
        f"{name[:1].upper()}{name[1:]} is not compared: screening forbids it for this person."
        for name in (modality(way).name for way in ways)
    ]
    return (*said, "Alternatives other than needling were not screened: each has its own contraindications.")


def alternative_prices(case: Case, others: tuple[Outlook, ...]) -> tuple[tuple[str, float, float], ...]:
    """Return (modality, low, high) of a whole course of each alternative whose session has a price."""
    found = []
    for other in others:
        base, *added = other.modality.split("_plus_")
        price = item_price(case, _ITEM.get(base, base)) if base != "no_treatment" else None
        # A combination has a price only where every part has one.
        if price is not None and not added:
            found.append((other.modality, other.sessions * price.low, other.sessions * price.high))
    return tuple(found)


def better_than(chosen: Outlook, others: tuple[Outlook, ...]) -> tuple[tuple[str, float], ...]:
    """Return the probability, from common draws, that the chosen way improves more than each alternative."""
    found = []
    for other in others:
        if chosen.improvement_percent.size and other.improvement_percent.size == chosen.improvement_percent.size:
            difference = chosen.improvement_percent - other.improvement_percent
            found.append((other.modality, float(np.mean(difference > 0) + 0.5 * np.mean(difference == 0))))
    return tuple(found)


def ahead(chosen: Outlook, others: tuple[Outlook, ...]) -> tuple[str, ...]:
    """Return in one sentence which alternatives likely improve more, and what they cost in days and dark marks."""
    by_name = {other.modality: other for other in others}
    leading = sorted((share, name) for name, share in better_than(chosen, others) if share < _EVEN)
    told = []
    for share, name in leading[:_SHOWN]:
        other = by_name[name]
        days = f"{float(np.median(other.downtime_days)):.0f} days of downtime a session"
        marks = [float(np.median(risk.probability)) for risk in other.risks if risk.name == PIH]
        also = f", dark marks in {100 * marks[0]:.0f} of 100" if marks else ""
        rests = "" if other.arms > 1 else "; one trial arm"
        told.append(f"{modality(name).name} ({100 * (1 - share):.0f} of 100 draws; {days}{also}{rests})")
    return (f"On improvement alone these are likelier ahead: {'; '.join(told)}.",) if told else ()
