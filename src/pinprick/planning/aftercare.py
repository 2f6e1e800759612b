"""Aftercare by hour and day: practice positions, and what the simulated barrier says beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pinprick import evidence
from pinprick.evidence import AftercareAdvice
from pinprick.injury import EarlyCourse, Injury, closure_times
from pinprick.planning.plan_record import AftercareItem
from pinprick.units import HOURS_PER_DAY

_READOUT = {"water": "water loss", "dye": "dye", "ion": "impedance"}


def aftercare(injuries: Sequence[Injury], early: Sequence[EarlyCourse]) -> tuple[AftercareItem, ...]:
    """Return instructions, permissions and what to expect, by time.

    A permission starts at the later of the practice position and the simulated barrier read-out that fits it, in the
    zone that closes last; the three read-outs are never merged.

    Args:
        injuries: predicted injury by zone.
        early: early course by zone.
    """
    closed = _closed_hours(injuries)
    advice = {record.id: record for record in evidence.aftercare_advice()}
    items = [_item(raw, advice[raw["id"]], closed) for raw in evidence.load_records("planning/aftercare.yaml")]
    items += _expected(early)
    return tuple(sorted(items, key=lambda item: (item.from_hours, item.to_hours or np.inf, item.topic)))


def _closed_hours(injuries: Sequence[Injury]) -> dict[str, tuple[float, float, float]]:
    """Return median, the permission percentile and the 95th percentile of closure by read-out, in hours."""
    share = evidence.value("planning.aftercare.percentile")
    times = [closure_times(injury) for injury in injuries]
    found = {}
    for name in _READOUT:
        slowest = np.max([np.asarray(one.sel(readout=name).values) for one in times], axis=0)
        middle, wait, late = np.quantile(slowest, [0.5, share, 0.95])
        found[name] = (float(middle), float(wait), float(late))
    return found


def _item(raw: dict[str, Any], record: AftercareAdvice, closed: dict[str, tuple[float, float, float]]) -> AftercareItem:
    evidence.cite(*record.sources)
    first, last = record.hours
    readout, basis = raw["readout"], f"practice position ({record.evidence.replace('_', ' ')})"
    start, end = float(first or 0.0), last
    if readout != "none":
        middle, wait, late = closed[readout]
        simulated = f"{_READOUT[readout]} read-out closed at {middle:.0f} h (median), {late:.0f} h (95 of 100)"
        # Whole hours, rounded up: nobody counts minutes, and later is the safe side.
        until = float(np.ceil(wait))
        practice = end if record.action == "avoid" and end is not None else start
        later = "simulation" if until > practice else "practice"
        basis = f"later of {basis} at {practice:g} h and simulation ({simulated}): {later}"
        if record.action == "avoid":
            end = max(float(end or 0.0), until)
        else:
            start = max(start, until)
            end = None if end is None else max(end, start)
    return AftercareItem(
        from_hours=start,
        to_hours=None if end is None else float(end),
        topic=raw["topic"],
        text=raw["text"],
        basis=basis,
        sources=record.sources,
        disagreement=_disagreement(record),
        status="assumed" if "simulation (" in basis else record.status,
    )


def _disagreement(record: AftercareAdvice) -> str:
    if not record.disagreement and len(record.positions) < 2:
        return ""
    positions = "; ".join(position.says for position in record.positions)
    return f"{record.disagreement}{': ' if record.disagreement and positions else ''}{positions}"


def _expected(early: Sequence[EarlyCourse]) -> list[AftercareItem]:
    items = []
    for days, name in (
        (np.max([one.erythema_days for one in early], axis=0), "Redness"),
        (np.max([one.oedema_days for one in early], axis=0), "Swelling"),
    ):
        middle, late = (float(value) for value in np.quantile(days, [0.5, 0.95]))
        items.append(
            AftercareItem(
                0.0,
                float(np.ceil(late * HOURS_PER_DAY)),
                "expect",
                f"{name} is normal. Half of people lose it within {_span(middle)}, 95 of 100 within {_span(late)}.",
                "simulated early course",
                ("pinprick2026_assumption",),
                "",
                "assumed",
            )
        )
    for stage in evidence.expected_course():
        if stage.days is None:
            continue
        evidence.cite(*stage.sources)
        first, last = stage.days
        text = stage.text[:1].upper() + stage.text[1:].rstrip(".") + "."
        items.append(
            AftercareItem(
                first * HOURS_PER_DAY,
                (last + 1) * HOURS_PER_DAY,
                "expect",
                text,
                "published course",
                stage.sources,
                "",
                stage.status,
            )
        )
    return items


def _span(days: float) -> str:
    if days < 2.0:
        return f"{max(1, round(days * HOURS_PER_DAY))} hours"
    return f"{days:.0f} days"
