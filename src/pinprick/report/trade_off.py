"""The trade-off the search found: improvement against downtime, coloured by the risk of dark marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from markupsafe import Markup

from pinprick.planning.plan_record import Candidate, Prescription, Search
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.names import device
from pinprick.report.scale import Scale, ticks
from pinprick.report.svg import canvas, group, line_path, tag, text
from pinprick.report.words import amount, label, listing, percent, plural, trimmed
from pinprick.report.words import tick as tick_words

BINS = 4
LEAST_COLOUR_SPAN = 1e-9
LEAST_RISK_SPREAD = 0.5  # percentage points below which colours would show noise


def trade_off(search: Search, prescription: Prescription) -> Figure:
    """Return the scatter of all candidates with the front, the chosen one and the second best marked."""
    candidates = search.candidates
    chosen, second = (_row(candidates, row) for row in (prescription.chosen_row, prescription.second_row))
    marked = tuple((c, words) for c, words in ((second, "second best"), (chosen, "chosen")) if c is not None)
    front = sorted((c for c in candidates if c.on_front and c.allowed), key=lambda c: c.downtime_days)
    colour = _colour(candidates)
    allowed = sum(c.allowed for c in candidates)
    caption = (
        f"{len(candidates):,} ways of treating, each simulated with {search.draws} draws; {allowed:,} respect every "
        "limit and wish "
        f"(filled), {len(front)} of them cannot be bettered on one axis without losing on another (ringed)."
    )
    words = [f"{what(c)}: {percent(c.improvement_percent)} for {amount(c.downtime_days)} days" for c in front[:6]]
    picked = f"Chosen: {what(chosen)}." if chosen else "The chosen one is not among the candidates."
    return Figure(
        id="trade-off",
        title="What more improvement costs in downtime",
        caption=caption,
        description=f"{caption} {picked} On the front, among others: {'; '.join(words)}.",
        wide=_drawing(candidates, marked, colour, WIDE),
        narrow=_drawing(candidates, marked, colour, NARROW),
        table=_table(front, marked),
        legend=(
            ("swatch mark-chosen", "chosen"),
            *((("swatch mark-second", "second best"),) if second else ()),
            *((f"swatch pih-{i}", words) for i, words in enumerate(colour.words())),
            ("swatch barred", "breaks a limit or wish"),
        ),
    )


def what(candidate: Candidate) -> str:
    """Return the settings of a candidate in a few words."""
    extra = f" + {listing([label(a) for a in candidate.adjuncts])}" if candidate.adjuncts else ""
    return (
        f"{device(candidate.device_id)} {trimmed(candidate.needle_length_mm)} mm × {candidate.pass_count} passes, "
        f"{plural(candidate.sessions, 'session')} every {trimmed(candidate.interval_days)} d{extra}"
    )


def _row(candidates: Sequence[Candidate], row: int | None) -> Candidate | None:
    return candidates[row] if row is not None and row < len(candidates) else None


@dataclass(frozen=True, slots=True)
class Colour:
    """What the colour of a mark shows.

    Attributes:
        axis: dark marks, or the price where the risk is the same everywhere.
        edges: bounds of the four colours, ascending.
        unit: "%" or nothing.
    """

    axis: str
    edges: tuple[float, ...]
    unit: str

    def value(self, candidate: Candidate) -> float:
        """Return what the colour of a candidate stands for."""
        return 100 * candidate.pih_probability if self.unit else candidate.price or 0.0

    def bin(self, candidate: Candidate) -> int:
        """Return the number of its colour."""
        if self.edges[-1] - self.edges[0] < LEAST_COLOUR_SPAN:
            return 0
        return min(max(int(np.searchsorted(self.edges, self.value(candidate), side="right")) - 1, 0), BINS - 1)

    def words(self) -> list[str]:
        """Return what each colour means."""
        unit = f" {self.unit}".rstrip()
        if self.edges[-1] - self.edges[0] < LEAST_COLOUR_SPAN:
            return [f"{self.axis} {amount(self.edges[0])}{unit}"]
        return [f"{self.axis} {amount(a, 3)}–{amount(b, 3)}{unit}" for a, b in pairwise(self.edges)]


def _colour(candidates: Sequence[Candidate]) -> Colour:
    risk = np.array([100 * c.pih_probability for c in candidates])
    price = np.array([c.price for c in candidates if c.price is not None])
    if np.ptp(risk) < LEAST_RISK_SPREAD and price.size == risk.size and np.ptp(price) > 0:
        return Colour("price", tuple(float(v) for v in np.linspace(price.min(), price.max(), BINS + 1)), "")
    top = risk.max() if np.ptp(risk) >= LEAST_RISK_SPREAD else risk.min()
    return Colour("dark marks", tuple(float(v) for v in np.linspace(risk.min(), top, BINS + 1)), "%")


def _drawing(
    candidates: Sequence[Candidate], marked: Sequence[tuple[Candidate, str]], colour: Colour, width: float
) -> Markup:
    height = 280.0 if width < 500 else 360.0
    gains = [c.improvement_percent for c in candidates] or [0.0]
    costs = [c.downtime_days for c in candidates] or [0.0]
    pad = max(0.08 * (max(gains) - min(gains)), 1.0)
    x = Scale(0.0, max(costs) * 1.06 + 0.1, 40.0, width - 14)
    y = Scale(min(gains) - pad, max(gains) + pad, height - 40, 12.0)
    marks: list[Markup] = []
    for tick in ticks(y.low, y.high, 5):
        marks.append(tag("line", x1=40.0, x2=width - 14, y1=y.at(tick), y2=y.at(tick), class_="grid"))
        marks.append(text(34, y.at(tick) + 3.5, tick_words(tick), "tick", "end"))
    marks += [text(x.at(tick), height - 24, tick_words(tick), "tick", "middle") for tick in ticks(0.0, x.high, 5)]
    marks.append(text((40 + width - 14) / 2, height - 7, "days of downtime over the whole course", "tick", "middle"))
    marks.append(text(4, 10, "% better", "tick"))
    marks += _points(candidates, x, y, colour)
    front = sorted({(c.downtime_days, c.improvement_percent) for c in candidates if c.on_front and c.allowed})
    if len(front) > 1:
        envelope = _envelope(front)
        marks.append(tag("path", d=line_path([(x.at(a), y.at(b)) for a, b in envelope]), class_="front"))
    marks += [_mark(c, words, x, y) for c, words in marked]
    return canvas(width, height, "Improvement against downtime of every candidate", *marks, class_="scatter")


def _mark(candidate: Candidate, words: str, x: Scale, y: Scale) -> Markup:
    """A ring with its name: the chosen one's above, the second best's below, so that they do not meet."""
    cx, cy = x.at(candidate.downtime_days), y.at(candidate.improvement_percent)
    first = words == "chosen"
    side, away = ("end", -14) if cx > x.end * 0.75 else ("start", 14)
    ring = tag("circle", cx=cx, cy=cy, r=8.5, class_="mark-chosen" if first else "mark-second")
    return group([ring, text(cx + away, cy - 8 if first else cy + 16, words, "label strong halo", side)])


def _envelope(front: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The upper left edge on these two axes alone; the full front has five."""
    edge: list[tuple[float, float]] = []
    for cost, gain in front:
        if not edge or gain > edge[-1][1]:
            edge.append((cost, gain))
    return edge


def _points(candidates: Sequence[Candidate], x: Scale, y: Scale, colour: Colour) -> list[Markup]:
    """One mark a pixel, the most telling candidate on top, so that thousands stay readable and small."""
    seen: dict[tuple[int, int], Candidate] = {}
    for c in sorted(candidates, key=lambda c: (c.allowed, c.on_front)):
        seen[(round(x.at(c.downtime_days) / 3), round(y.at(c.improvement_percent) / 3))] = c
    barred, plain, ringed = [], [], []
    for (px, py), c in seen.items():
        if not c.allowed:
            barred.append(tag("circle", cx=px * 3, cy=py * 3, r=1.6))
        elif c.on_front:
            tip = tag(
                "title",
                f"{what(c)}: {percent(c.improvement_percent)}, {amount(c.downtime_days)} days, dark marks "
                f"{amount(100 * c.pih_probability)} %",
            )
            ringed.append(tag("circle", tip, cx=px * 3, cy=py * 3, r=4.5, class_=f"pih-{colour.bin(c)}"))
        else:
            plain.append(tag("circle", cx=px * 3, cy=py * 3, r=2.6, class_=f"pih-{colour.bin(c)}"))
    return [group(barred, class_="barred"), group(plain), group(ringed, class_="ringed")]


def _table(front: Sequence[Candidate], marked: Sequence[tuple[Candidate, str]]) -> Table:
    named = {id(c): words for c, words in marked}
    listed = [c for c, _ in reversed(marked)] + [c for c in front if id(c) not in named]
    rows = tuple(
        (
            what(c) + (f" ({named[id(c)]})" if id(c) in named else ""),
            f"{percent(c.improvement_percent)} ({percent(c.improvement_interval[0])} to "
            f"{percent(c.improvement_interval[1])})",
            f"{amount(c.downtime_days)} d",
            f"{amount(100 * c.pih_probability)} %",
            amount(c.pain_0_10),
            amount(c.price, 4),
        )
        for c in listed[:25]
    )
    return Table(("Candidate", "Improvement", "Downtime, course", "Dark marks", "Pain, 0–10", "Price"), rows)
