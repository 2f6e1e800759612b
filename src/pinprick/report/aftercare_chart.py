"""Aftercare on one time axis: what holds from when until when after a session, with the predicted downtime above it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from pinprick.planning.plan_record import AftercareItem
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.healing import Array
from pinprick.report.scale import HOUR, Scale, clock_ticks
from pinprick.report.svg import canvas, group, tag, text
from pinprick.report.words import duration, hours_from, label, sentence
from pinprick.units import HOURS_PER_DAY

# What a bar asks for: a bare topic would not say whether it is to be done or left.
BARS = {
    "touch": "do not touch",
    "water": "keep dry",
    "alcohol": "no alcohol",
    "expect": "what is normal",
    "products": "no products",
    "exercise": "no sport, no sauna",
    "pain relief": "ask before ibuprofen",
    "sun": "no sunbathing",
    "hygiene": "clean hands",
    "ointment": "ointment if prescribed",
    "cleanser": "mild cleanser",
    "sunscreen": "sunscreen daily",
    "make-up": "make-up allowed",
    "make up": "no make-up",
    "actives": "actives may return",
}


def aftercare_chart(items: Sequence[AftercareItem], downtime_days: Array | None) -> Figure:
    """Return the chart of aftercare after each session; `items` is not empty."""
    low, mid, high = (
        (float(v) for v in np.quantile(downtime_days, (0.05, 0.5, 0.95))) if downtime_days is not None else (0, 0, 0)
    )
    caption = "Hours and days after each session; the first hours have more room. Dark bars stay in force."
    if downtime_days is not None:
        caption = (
            f"Predicted downtime a session: {duration(mid)} (90 % of people: {duration(low)} to {duration(high)}). "
            + caption
        )
    told = "; ".join(f"{label(i.topic)} {span(i)}" for i in items)
    rows = tuple((sentence(label(i.topic)), span(i), i.text) for i in items)
    return Figure(
        id="aftercare-chart",
        title="After each session",
        caption=caption,
        description=f"{caption} {told}.",
        wide=_drawing(items, downtime_days, WIDE),
        narrow=_drawing(items, downtime_days, NARROW),
        table=Table(("Topic", "When", "What"), rows),
    )


def span(item: AftercareItem) -> str:
    """Return when an item holds, in words."""
    start = hours_from(item.from_hours)
    if item.to_hours is None:
        return f"from {start} on" if item.from_hours > 0 else "from the session on"
    if item.from_hours <= 0:
        return f"first {hours_from(item.to_hours)}"
    return f"{start} to {hours_from(item.to_hours)}"


def _drawing(items: Sequence[AftercareItem], downtime: Array | None, width: float) -> Markup:
    narrow = width < 500
    left, row = (122.0, 24.0) if narrow else (150.0, 24.0)
    ends = [i.to_hours for i in items if i.to_hours is not None]
    last = max([7.0, *(hours / HOURS_PER_DAY for hours in ends), *(i.from_hours / HOURS_PER_DAY for i in items)]) * 1.3
    topics: dict[str, list[AftercareItem]] = {}
    for item in items:
        topics.setdefault(item.topic, []).append(item)
    rows = len(topics) + (downtime is not None)
    foot = 14 + row * rows
    x = Scale(HOUR / 2, last, left, width - 8, logarithmic=True)
    marks: list[Markup] = []
    for n, (day, words) in enumerate(clock_ticks(x.low, last)):
        marks.append(tag("line", x1=x.at(day), x2=x.at(day), y1=6.0, y2=foot, class_="grid"))
        if not narrow or n % 2 == 0:
            marks.append(text(x.at(day), foot + 17, words, "tick", "middle"))
    y = 14.0
    if downtime is not None:
        marks += _downtime(downtime, x, y, row, left)
        y += row
    for topic, shared in topics.items():
        words = sentence(BARS.get(topic.replace("_", " "), label(topic)))
        marks.append(text(left - 8, y + row / 2 + 3.5, words, "label", "end"))
        marks += [_bar(item, x, y, row) for item in shared]
        y += row
    return canvas(width, foot + 26, "When each piece of aftercare holds after a session", *marks, class_="gantt")


def _bar(item: AftercareItem, x: Scale, y: float, row: float) -> Markup:
    """One bar; bars of one topic share a row and show through one another."""
    start = x.at(max(item.from_hours * HOUR, x.low))
    end = x.end if item.to_hours is None else x.at(item.to_hours * HOUR)
    tip = tag("title", f"{sentence(label(item.topic))}, {span(item)}: {item.text}")
    shape = tag("rect", tip, x=start, y=y + 5, width=max(end - start, 3.0), height=row - 11, rx=3.0)
    return group([shape], class_="bar open-ended" if item.to_hours is None else "bar")


def _downtime(downtime: Array, x: Scale, y: float, row: float, left: float) -> list[Markup]:
    q = [x.at(max(float(v), x.low)) for v in np.quantile(downtime, (0.05, 0.5, 0.95))]
    return [
        text(left - 8, y + row / 2 + 3.5, "Downtime", "label strong", "end"),
        tag("rect", x=x.start, y=y + 5, width=max(q[1] - x.start, 2.0), height=row - 11, rx=3.0, class_="downtime"),
        tag("line", x1=q[0], x2=q[2], y1=y + row / 2, y2=y + row / 2, class_="thin whisker"),
    ]
