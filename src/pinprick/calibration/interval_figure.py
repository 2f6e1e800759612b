"""Figures of intervals beside what was observed, as SVG that needs no script: one row each, on an axis of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

_WIDE, _LEFT, _RIGHT, _TOP, _ROW = 760.0, 250.0, 16.0, 30.0, 46.0
_SMALL_WIDE, _SMALL_HIGH = 170.0, 64.0
_MODEL, _FAINT, _PLAIN, _HIT, _MISS = "#1f6f78", "#7fb7be", "#b9b9b9", "#111111", "#b2543b"
# Standard errors to either side that hold 90 in 100 of a normal distribution.
_Z90 = 1.645
Bound = Literal["", "upper", "lower", "up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its prediction.

    Attributes:
        name: what it is, in words.
        unit: its unit.
        observed: what was printed; for a direction -1, 0 or 1.
        predicted: `median`, `p05`, `p25`, `p75`, `p95`.
        agrees: whether the figure lies inside the 90 percent interval, or on the right side.
        plain: the same of a plain alternative, or None.
        standard_error: of the figure, or None.
        bound: whether the figure is a bound or a direction instead of a value.
    """

    name: str
    unit: str
    observed: float
    predicted: Mapping[str, float]
    agrees: bool
    plain: Mapping[str, float] | None = None
    standard_error: float | None = None
    bound: Bound = ""


def figure(title: str, rows: Sequence[Row]) -> str:
    """Return rows of intervals as SVG; each row has its own axis, whose ends are printed.

    Args:
        title: what is shown.
        rows: at least one.
    """
    high = _TOP + _ROW * len(rows) + 22.0
    lines = [*_head(title, _WIDE, high), f'<text x="6" y="17" font-size="13" fill="#111111">{escape(title)}</text>']
    for number, row in enumerate(rows):
        lines += _row(row, _TOP + _ROW * number)
    lines.append(f'<text x="6" y="{high - 7:.0f}" font-size="10" fill="#555555">{escape(_legend(rows))}</text>')
    return "\n".join([*lines, "</svg>", ""])


def small(row: Row) -> str:
    """Return one row as a small picture for a page of many."""
    low, high = _ends(row)

    def place(value: float) -> float:
        return 8.0 + (_SMALL_WIDE - 16.0) * (value - low) / (high - low)

    name = row.name if len(row.name) <= 26 else f"{row.name[:25]}…"
    said = "agrees" if row.agrees else "missed"
    lines = [
        *_head(f"{row.name}: {said}", _SMALL_WIDE, _SMALL_HIGH),
        f'<text x="8" y="14" font-size="11" fill="{_HIT if row.agrees else _MISS}">{escape(name)}</text>',
        *_marks(row, place, 36.0),
        f'<text x="8" y="59" font-size="9" fill="#555555">{low:.3g}</text>',
        f'<text x="{_SMALL_WIDE - 8:.0f}" y="59" font-size="9" text-anchor="end" fill="#555555">'
        f"{high:.3g} {escape(row.unit[:14])}</text>",
    ]
    return "\n".join([*lines, "</svg>", ""])


def _head(title: str, wide: float, high: float) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" width="{wide:.0f}" role="img" '
        'font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{wide:.0f}" height="{high:.0f}" fill="#ffffff"/>',
    ]


def _legend(rows: Sequence[Row]) -> str:
    parts = ["tick: median; thick: 50 %; thin: 90 %", "dot: observed, hollow where it is missed"]
    if any(row.plain is not None for row in rows):
        parts.append("grey below: plain mean")
    if any(row.standard_error for row in rows):
        parts.append("bar on the dot: 90 % of its own spread")
    if any(row.bound for row in rows):
        parts.append("triangle: the side where the figure must lie")
    return "; ".join(parts)


def _ends(row: Row) -> tuple[float, float]:
    reach = _Z90 * (row.standard_error or 0.0)
    values = [row.predicted[name] for name in ("p05", "p95")]
    values += [row.observed - reach, row.observed + reach] if row.bound in ("", "upper", "lower") else [0.0]
    values += [row.plain[name] for name in ("p05", "p95")] if row.plain is not None else []
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or max(abs(high), 1.0) * 0.05
    return low - room, high + room


def _row(row: Row, y: float) -> Iterator[str]:
    low, high = _ends(row)

    def place(value: float) -> float:
        return _LEFT + (_WIDE - _LEFT - _RIGHT) * (value - low) / (high - low)

    name = row.name if len(row.name) <= 40 else f"{row.name[:39]}…"
    yield (
        f'<text x="{_LEFT - 8:.0f}" y="{y + 18:.0f}" font-size="11" text-anchor="end" fill="#111111">'
        f"<title>{escape(row.name)}</title>{escape(name)}</text>"
    )
    yield f'<line x1="{_LEFT}" x2="{_WIDE - _RIGHT}" y1="{y + 30:.0f}" y2="{y + 30:.0f}" stroke="#dddddd"/>'
    yield f'<text x="{_LEFT}" y="{y + 41:.0f}" font-size="10" fill="#555555">{low:.3g}</text>'
    yield (
        f'<text x="{_WIDE - _RIGHT}" y="{y + 41:.0f}" font-size="10" text-anchor="end" fill="#555555">'
        f"{high:.3g} {escape(row.unit)}</text>"
    )
    if low < 0.0 < high:
        yield f'<line x1="{place(0.0):.1f}" x2="{place(0.0):.1f}" y1="{y + 4:.0f}" y2="{y + 30:.0f}" stroke="#cccccc"/>'
    yield from _marks(row, place, y + 14.0)


def _marks(row: Row, place: Callable[[float], float], y: float) -> Iterator[str]:
    drawn = [(row.predicted, y, _FAINT, _MODEL)]
    if row.plain is not None:
        drawn.append((row.plain, y + 9.0, _PLAIN, "#8a8a8a"))
    for part, at, thin, thick in drawn:
        ends = {key: place(part[key]) for key in ("p05", "p25", "median", "p75", "p95")}
        yield _line(ends["p05"], ends["p95"], at, thin, 2)
        yield _line(ends["p25"], ends["p75"], at, thick, 5 if at == y else 3)
        yield _tick(ends["median"], at, 5.0, thick)
    fill = _HIT if row.agrees else "#ffffff"
    stroke = _HIT if row.agrees else _MISS
    if row.bound in ("up", "down", "none"):
        yield _triangle(place(0.0), y, {"up": 1.0, "down": -1.0, "none": 0.0}[row.bound], fill, stroke)
        return
    x = place(row.observed)
    if row.bound:
        yield _tick(x, y, 10.0, stroke)
        yield _triangle(x, y, -1.0 if row.bound == "upper" else 1.0, fill, stroke)
        return
    reach = _Z90 * (row.standard_error or 0.0)
    if reach:
        yield _line(place(row.observed - reach), place(row.observed + reach), y - 7.0, stroke, 1)
        y = y - 7.0
    yield f'<circle cx="{x:.1f}" cy="{y:.0f}" r="4" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'


def _line(start: float, end: float, y: float, colour: str, wide: int) -> str:
    return f'<line x1="{start:.1f}" x2="{end:.1f}" y1="{y:.0f}" y2="{y:.0f}" stroke="{colour}" stroke-width="{wide}"/>'


def _tick(x: float, y: float, reach: float, colour: str) -> str:
    ends = f'y1="{y - reach:.0f}" y2="{y + reach:.0f}"'
    return f'<line x1="{x:.1f}" x2="{x:.1f}" {ends} stroke="{colour}" stroke-width="2"/>'


def _triangle(x: float, y: float, side: float, fill: str, stroke: str) -> str:
    if side == 0.0:
        return f'<circle cx="{x:.1f}" cy="{y:.0f}" r="5" fill="{fill}" stroke="{stroke}" stroke-width="1.6"/>'
    tip = x + side * 14.0
    return (
        f'<path d="M{x + side * 3:.1f},{y - 6:.0f} L{tip:.1f},{y:.0f} L{x + side * 3:.1f},{y + 6:.0f} Z" fill="{fill}" '
        f'stroke="{stroke}" stroke-width="1.6"/>'
    )
