"""Time courses: small panels with their 50 and 90 % bands, and the score of all actors on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from pinprick.report.actor import PHASE_WORDS, PHASES, Phase
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.healing import Array, Trace, log_times
from pinprick.report.scale import HOUR, Scale, clock_ticks, round_up, ticks
from pinprick.report.svg import band_path, canvas, group, line_path, tag, text
from pinprick.report.words import amount, duration, duration_span, sentence
from pinprick.report.words import tick as tick_words

FIRST = HOUR / 2
TABLE_DAYS = (HOUR, 6 * HOUR, 1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 180.0)


def panel(trace: Trace, sessions: Sequence[float] = (), size: tuple[float, float] = (248.0, 132.0)) -> Markup:
    """Draw one trace against logarithmic time: median, 50 and 90 % bands, the healthy value dashed."""
    width, height = size
    sampled = trace.sampled(_times(float(trace.time_days[-1]), sessions, 56))
    bands = sampled.bands
    top = round_up(max(float(bands.max()), trace.rest), 3)
    bottom = min(0.0, float(bands.min()))
    if bands.min() > 0.5 * bands.max():
        spread = max(float(bands.max() - bands.min()), 1e-9)
        bottom = max(0.0, float(min(bands.min(), trace.rest)) - 0.15 * spread)
        top = float(max(bands.max(), trace.rest)) + 0.1 * spread
    x = Scale(FIRST, float(sampled.time_days[-1]), 34, width - 8, logarithmic=True)
    y = Scale(bottom, top, height - 20, 8)
    columns = [x.at(day) for day in sampled.time_days]
    rows = [[(column, y.at(value)) for column, value in zip(columns, band, strict=True)] for band in bands]
    marks = [
        tag("line", x1=34.0, x2=width - 8, y1=y.at(tick), y2=y.at(tick), class_="grid")
        for tick in ticks(bottom, top, 3)
    ]
    marks += [text(30, y.at(tick) + 3.5, tick_words(tick), "tick", "end") for tick in ticks(bottom, top, 3)]
    shown = [item for i, item in enumerate(clock_ticks(FIRST, x.high)) if i % 2 == 0 or width > 300]
    marks += [text(x.at(day), height - 5, words, "tick", "middle") for day, words in shown]
    marks += [
        tag("line", x1=x.at(d), x2=x.at(d), y1=8.0, y2=height - 20, class_="session") for d in sessions if d >= FIRST
    ]
    if bottom <= trace.rest <= top:
        marks.append(tag("line", x1=34.0, x2=width - 8, y1=y.at(trace.rest), y2=y.at(trace.rest), class_="rest"))
    marks += [
        tag("path", d=band_path(rows[4], rows[0]), class_="band90"),
        tag("path", d=band_path(rows[3], rows[1]), class_="band50"),
        tag("path", d=line_path(rows[2]), class_="median"),
    ]
    return canvas(width, height, f"{trace.actor.label} over time", *marks, class_=f"phase-{trace.actor.phase}")


def panel_figure(prefix: str, trace: Trace, sessions: Sequence[float] = ()) -> Figure:
    """Return one panel as a figure with its table."""
    unit = f" ({trace.unit})" if trace.unit else ""
    text_ = f"{sentence(trace.actor.plain)}. {peak_words(trace, sessions)}."
    return Figure(
        id=f"{prefix}-{slug(trace.actor.label)}",
        title=f"{trace.actor.label}{unit}",
        caption=text_,
        description=text_,
        wide=panel(trace, sessions),
        table=trace_table(trace),
    )


def peak_words(trace: Trace, sessions: Sequence[float] = ()) -> str:
    """Return when a trace departs most from rest after the first session, with its 90 % interval."""
    first = trace.until(_first_course(sessions, trace))
    low, mid, high = first.peak_day()
    falls = bool(first.median[np.abs(first.median - first.rest).argmax()] < first.rest)
    if mid >= 0.97 * first.time_days[-1] and len(sessions) > 1:
        return f"Still {'falling' if falls else 'rising'} at the second session"
    if mid <= FIRST:
        return "Lowest at the needling itself" if falls else "Greatest at the needling itself"
    span = duration_span(low, high)
    return f"{'Lowest' if falls else 'Peak'} at {duration(mid)}" + (f" ({span})" if span != duration(mid) else "")


def trace_table(trace: Trace) -> Table:
    """Return median and 90 % interval at named times."""
    days = [day for day in TABLE_DAYS if day <= trace.time_days[-1] * 1.001]
    rows = []
    for day in days:
        low, mid, high = trace.at(day)
        rows.append((duration(day), amount(mid, 3), f"{amount(low, 3)} to {amount(high, 3)}"))
    return Table(("Time", "Median", "5th to 95th percentile"), tuple(rows))


def by_phase(traces: dict[str, Trace]) -> tuple[tuple[Phase, str, tuple[Trace, ...]], ...]:
    """Return the traces sorted into the four phases, each with its words."""
    return tuple(
        (phase, PHASE_WORDS[phase], tuple(trace for trace in traces.values() if trace.actor.phase == phase))
        for phase in PHASES
    )


def score(traces: dict[str, Trace], sessions: Sequence[float]) -> Figure:
    """Return the ridge chart: each actor's departure from rest on one time axis, in the order they take part."""
    shown = sorted((t for t in traces.values() if np.ptp(t.median) > 0), key=_centre)
    peaks = [(t.actor.label, *t.until(_first_course(sessions, t)).peak_day()) for t in shown]
    rows = tuple((name, duration(mid), f"{duration(low)} to {duration(high)}") for name, low, mid, high in peaks)
    order = ", ".join(f"{name} at {duration(mid)}" for name, _, mid, _ in peaks)
    return Figure(
        id="score",
        title="Who is at work, and when",
        caption="Each ridge is the median departure from healthy skin, scaled to its own greatest value. On this axis "
        "an hour and a month take similar room. Dotted lines are the sessions.",
        description=f"Greatest departure of each actor after the first session: {order}.",
        wide=_ridges(shown, sessions, WIDE),
        narrow=_ridges(shown, sessions, NARROW),
        table=Table(("Actor", "Peak after the first session", "5th to 95th percentile"), rows),
        legend=tuple((f"swatch phase-{phase}", phase) for phase in PHASES),
    )


def _times(last: float, sessions: Sequence[float], count: int) -> Array:
    """Logarithmic times, with enough of them after every session that no rise is missed."""
    after = [day + np.geomspace(0.02, 20.0, 14) for day in sessions[1:]]
    return np.asarray(np.unique(np.clip(np.concatenate([log_times(last, count), *after]), FIRST, last)))


def _first_course(sessions: Sequence[float], trace: Trace) -> float:
    # The state at the time of a session is that just after it.
    return sessions[1] * 0.9995 if len(sessions) > 1 else float(trace.time_days[-1])


def _centre(trace: Trace) -> float:
    weight = trace.activity
    step = np.gradient(np.log(np.maximum(trace.time_days, FIRST)))
    total = float((weight * step).sum())
    return float((weight * step * np.log(np.maximum(trace.time_days, FIRST))).sum() / total) if total > 0 else 0.0


def _ridges(shown: Sequence[Trace], sessions: Sequence[float], width: float) -> Markup:
    narrow = width < 500
    left, row, rise = (116.0, 19.0, 27.0) if narrow else (148.0, 17.5, 28.0)
    height = 24 + rise + row * len(shown)
    last = max(float(t.time_days[-1]) for t in shown) if shown else 1.0
    x = Scale(FIRST, last, left, width - 10, logarithmic=True)
    foot = height - 22
    marks: list[object] = []
    for i, (day, words) in enumerate(clock_ticks(FIRST, last)):
        marks.append(tag("line", x1=x.at(day), x2=x.at(day), y1=6.0, y2=foot, class_="grid"))
        if not narrow or i % 2 == 0:
            marks.append(text(x.at(day), height - 6, words, "tick", "middle"))
    marks += [tag("line", x1=x.at(d), x2=x.at(d), y1=6.0, y2=foot, class_="session") for d in sessions if d >= FIRST]
    for i, trace in enumerate(shown):
        base = rise + row * (i + 0.5)
        sampled = trace.sampled(_times(last, sessions, 90 if narrow else 130))
        crest = [(x.at(d), base - rise * 0.86 * a) for d, a in zip(sampled.time_days, sampled.activity, strict=True)]
        marks.append(
            group(
                [
                    tag("path", d=band_path(crest, [(crest[0][0], base), (crest[-1][0], base)]), class_="ridge"),
                    tag("path", d=line_path(crest), class_="crest"),
                    text(left - 8, base - 2, trace.actor.label, "label", "end"),
                ],
                class_=f"phase-{trace.actor.phase}",
            )
        )
    return canvas(
        width,
        height,
        "Activity of every simulated actor over time",
        *marks,
        class_="score narrow" if narrow else "score",
    )


def slug(words: str) -> str:
    """Return words as an anchor."""
    kept = "".join(c if c.isalnum() and c.isascii() else "-" for c in words.lower())
    return "-".join(part for part in kept.split("-") if part)
