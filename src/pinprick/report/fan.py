"""Predicted improvement over the course: the plan with its 50 and 90 % bands, the alternatives as single lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from pinprick.outcome import Outlook
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.healing import QUANTILES
from pinprick.report.names import treatment
from pinprick.report.scale import Scale, ticks
from pinprick.report.svg import band_path, canvas, line_path, tag, text
from pinprick.report.words import duration, percent, sentence
from pinprick.units import DAYS_PER_MONTH

POINTS = 60


def fan(chosen: Outlook, alternatives: Sequence[Outlook], session_days: Sequence[float]) -> Figure:
    """Return the fan chart.

    Args:
        chosen: outlook of the plan, with a prediction.
        alternatives: outlooks of the others; those without a prediction are left out and named in the caption.
        session_days: days of the sessions, first at 0.
    """
    drawn = [other for other in alternatives if other.basis != "none"]
    missing = [treatment(other.modality) for other in alternatives if other.basis == "none"]
    bands = np.quantile(chosen.improvement_course_percent, QUANTILES, axis=0)
    end = f"{percent(bands[2, -1])} (90 % of people: {percent(bands[0, -1])} to {percent(bands[4, -1])})"
    others = [
        f"{treatment(o.modality)} {percent(float(np.median(o.improvement_course_percent[:, -1])))}" for o in drawn
    ]
    caption = f"Shaded: half (dark) and nine tenths (light) of the people predicted for this plan. At the end: {end}."
    if missing:
        caption += f" Not drawn, for want of usable trials: {', '.join(missing)}."
    return Figure(
        id="fan",
        title="Improvement over the course",
        caption=caption,
        description=f"This plan: {end}. Medians at the end of the others: {', '.join(others) or 'none'}.",
        wide=_drawing(chosen, drawn, session_days, WIDE),
        narrow=_drawing(chosen, drawn, session_days, NARROW),
        table=_table(chosen),
        legend=(
            ("swatch plan", "this plan, median"),
            ("swatch other", "alternatives, median"),
            ("swatch dots", "sessions"),
        ),
    )


def _table(chosen: Outlook) -> Table:
    index = np.unique(np.linspace(0, len(chosen.time_days) - 1, 9).round().astype(int))
    rows = []
    for i in index:
        q = np.quantile(chosen.improvement_course_percent[:, i], QUANTILES)
        rows.append(
            (
                duration(float(chosen.time_days[i])),
                percent(q[2]),
                f"{percent(q[1])} to {percent(q[3])}",
                f"{percent(q[0])} to {percent(q[4])}",
            )
        )
    return Table(("Time from first session", "Median", "Half of people", "Nine tenths"), tuple(rows))


def _drawing(chosen: Outlook, others: Sequence[Outlook], sessions: Sequence[float], width: float) -> Markup:
    narrow = width < 500
    height, right = (250.0, 12.0) if narrow else (330.0, 236.0)
    days = np.linspace(0.0, float(chosen.time_days[-1]), POINTS)
    bands = np.array(
        [
            np.interp(days, chosen.time_days, band)
            for band in np.quantile(chosen.improvement_course_percent, QUANTILES, axis=0)
        ]
    )
    lines = [np.interp(days, other.time_days, np.median(other.improvement_course_percent, axis=0)) for other in others]
    low = min([0.0, float(bands.min()), *(float(line.min()) for line in lines)])
    high = max([10.0, float(bands.max()), *(float(line.max()) for line in lines)])
    x = Scale(0.0, float(days[-1]), 40.0, width - right)
    y = Scale(low, high, height - 28, 12.0)
    marks = _frame(x, y, sessions, width, right, narrow)
    rows = [[(x.at(d), y.at(v)) for d, v in zip(days, band, strict=True)] for band in bands]
    marks += [
        tag("path", d=band_path(rows[4], rows[0]), class_="band90"),
        tag("path", d=band_path(rows[3], rows[1]), class_="band50"),
    ]
    for other, line in zip(others, lines, strict=True):
        path = line_path([(x.at(d), y.at(v)) for d, v in zip(days, line, strict=True)])
        marks.append(tag("path", tag("title", sentence(treatment(other.modality))), d=path, class_="other"))
    marks.append(tag("path", d=line_path(rows[2]), class_="median"))
    if not narrow:
        ends = [(y.at(float(bands[2, -1])), "this plan", "label strong")]
        ends += [(y.at(float(line[-1])), treatment(o.modality), "label") for o, line in zip(others, lines, strict=True)]
        marks += _end_labels(ends, width - right + 8, height - 24)
    return canvas(width, height, "Predicted improvement in percent over time", *marks, class_="fan")


def _frame(x: Scale, y: Scale, sessions: Sequence[float], width: float, right: float, narrow: bool) -> list[Markup]:
    marks = []
    for tick in ticks(y.low, y.high, 5):
        class_ = "axis" if tick == 0 else "grid"
        marks.append(tag("line", x1=40.0, x2=width - right, y1=y.at(tick), y2=y.at(tick), class_=class_))
        marks.append(text(34, y.at(tick) + 3.5, f"{tick:.0f}".replace("-", "−"), "tick", "end"))
    months = x.high / DAYS_PER_MONTH
    for tick in ticks(0.0, months, 4 if narrow else 7):
        marks.append(text(x.at(tick * DAYS_PER_MONTH), y.start + 17, f"{tick:g} mo", "tick", "middle"))
    marks += [tag("line", x1=x.at(d), x2=x.at(d), y1=12.0, y2=y.start, class_="session") for d in sessions]
    marks.append(text(2, 10, "%", "tick"))
    return marks


def _end_labels(ends: list[tuple[float, str, str]], x: float, lowest: float) -> list[Markup]:
    """Place labels at the line ends, pushed apart so that none covers another."""
    gap = 13.5
    placed = sorted(ends)
    ys: list[float] = []
    for y, _, _ in placed:
        ys.append(max(y, ys[-1] + gap) if ys else max(y, 12.0))
    over = max(ys[-1] - lowest, 0.0) if ys else 0.0
    ys = [y - over for y in ys]
    marks = []
    for (true, words, class_), y in zip(placed, ys, strict=True):
        marks.append(tag("line", x1=x - 6, x2=x + 4, y1=true, y2=y, class_="leader"))
        marks.append(text(x + 7, y + 4, words, class_))
    return marks
