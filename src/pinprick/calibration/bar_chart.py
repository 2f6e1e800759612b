"""Horizontal bars as an SVG that needs no script, for the pages of validation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_ROW, _WIDE, _LEFT = 20, 760, 300
COLOURS = ("#1f6f78", "#7fb7be", "#d9a441", "#8c6bb1", "#b2543b", "#777777")


def bar_chart(
    title: str, names: Sequence[str], parts: Sequence[Sequence[float]], legend: Sequence[str], *, unit: str = "%"
) -> str:
    """Return stacked horizontal bars as SVG.

    Args:
        title: what is shown.
        names: one a bar.
        parts: of each bar, shares of one, one for each entry of the legend.
        legend: what the colours mean; a single entry is not shown.
        unit: written after the sum.
    """
    largest = max([sum(row) for row in parts] or [1.0]) or 1.0
    top = 46 if len(legend) > 1 else 26
    high = top + _ROW * len(names) + 10
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" role="img" font-family="sans-serif">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDE}" height="{high}" fill="#ffffff"/>',
        f'<text x="6" y="15" font-size="12" fill="#111111">{escape(title)}</text>',
    ]
    place = 6.0
    for number, word in enumerate(legend if len(legend) > 1 else ()):
        lines.append(f'<rect x="{place:.0f}" y="26" width="10" height="10" fill="{COLOURS[number]}"/>')
        lines.append(f'<text x="{place + 14:.0f}" y="35" font-size="11" fill="#111111">{escape(word)}</text>')
        place += 26 + 6.2 * len(word)
    for row, (name, values) in enumerate(zip(names, parts, strict=True)):
        lines += _bar(name, values, largest, top + _ROW * row, unit)
    return "\n".join([*lines, "</svg>", ""])


def _bar(name: str, values: Sequence[float], largest: float, y: float, unit: str) -> list[str]:
    shown = name if len(name) <= 48 else f"{name[:47]}…"
    lines = [
        f'<text x="{_LEFT - 6}" y="{y + 13}" font-size="11" text-anchor="end" fill="#111111">'
        f"<title>{escape(name)}</title>{escape(shown)}</text>"
    ]
    start, wide = float(_LEFT), _WIDE - _LEFT - 60.0
    for number, value in enumerate(values):
        length = wide * value / largest
        lines.append(
            f'<rect x="{start:.1f}" y="{y + 3}" width="{length:.1f}" height="{_ROW - 6}" fill="{COLOURS[number]}"/>'
        )
        start += length
    total = 100.0 * sum(values) if unit == "%" else sum(values)
    lines.append(f'<text x="{start + 4:.1f}" y="{y + 13}" font-size="11" fill="#111111">{total:.3g} {unit}</text>')
    return lines
