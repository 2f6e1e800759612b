"""Draws the washouts against the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from markupsafe import Markup

from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.screening.washout import Washout, span
from pinprick.report.svg import canvas, tag, text

WIDE, NARROW = 720.0, 320.0
_ROW, _TOP, _FOOT = 46.0, 14.0, 26.0
_WEEKLY_DAYS = 75


def picture(items: Sequence[Washout], on: date, earliest: date | None, width: float = WIDE) -> Markup:
    """Return the picture: a bar until each washout ends, a tick for every other position, a line for the day asked.

    Args:
        items: from `washouts`; at least one.
        on: the day screened for.
        earliest: the earliest date, or None.
        width: width in drawing units.
    """
    first, last = span(items, on)
    days = (last - first).days

    def at(day: date) -> float:
        return 8 + (width - 16) * (day - first).days / days

    height = _TOP + _ROW * len(items) + _FOOT
    marks: list[Markup] = [
        tag("line", x1=at(day), x2=at(day), y1=_TOP, y2=height - _FOOT, class_="grid") for day in _ticks(first, last)
    ]
    marks += _dates(first, last, at, height, width)
    for place, item in enumerate(items):
        y = _TOP + _ROW * place
        marks.append(text(8, y + 16, _shortened(said(item.subject), width), "label"))
        start = at(max(item.since or on, first))
        marks.append(tag("rect", x=start, y=y + 23, width=at(item.until) - start, height=10.0, rx=5.0, class_="bar"))
        marks += [
            tag("line", x1=at(mark.day), x2=at(mark.day), y1=y + 20, y2=y + 36, class_="tick-mark")
            for mark in item.marks
            if first <= mark.day <= last
        ]
    marks.append(tag("line", x1=at(on), x2=at(on), y1=_TOP - 6, y2=height - _FOOT + 4, class_="on"))
    if earliest is not None and earliest > on:
        marks.append(
            tag("line", x1=at(earliest), x2=at(earliest), y1=_TOP - 6, y2=height - _FOOT + 4, class_="earliest")
        )
    return canvas(width, height, _("Until when each washout lasts"), *marks, class_="washouts")


def _shortened(subject: str, width: float) -> str:
    most = int(width / 7.2)
    return subject if len(subject) <= most else subject[: most - 1] + "…"


def _ticks(first: date, last: date) -> Iterator[date]:
    """Yield Mondays where the picture spans a few weeks, else the first days of months."""
    day = first
    weekly = (last - first).days <= _WEEKLY_DAYS
    while day < last:
        day += timedelta(1)
        if (day.weekday() == 0) if weekly else (day.day == 1):
            yield day


def _dates(first: date, last: date, at: Callable[[date], float], height: float, width: float) -> list[Markup]:
    """Name as many of the ticks as have room, evenly."""
    days = [day for day in _ticks(first, last) if 24 < at(day) < width - 24]
    step = max(1, -(-len(days) // max(2, int(width / 90))))
    form = "j M" if (last - first).days <= _WEEKLY_DAYS else "M Y"
    return [text(at(day), height - 6, str(date_format(day, form)), "tick", "middle") for day in days[::step]]
