"""Draws curves of growth on logarithmic axes, each beside a line of slope 1, as an SVG without other files."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

Point = tuple[float, float]
Map = Callable[[float], float]
_COLOURS = ("#0b676b", "#a83244", "#4a52a8", "#8a5a00")
_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 340, 320, 62, 64, 54, 16
_INK, _SOFT, _GRID, _PAPER = "#1d2b2f", "#55666b", "#e3e7e4", "#ffffff"


@dataclass(frozen=True, slots=True)
class Panel:
    """One pair of axes.

    Attributes:
        title: what grows.
        x, y: titles of the axes, with units.
        curves: points by name, ascending; all positive.
    """

    title: str
    x: str
    y: str
    curves: dict[str, list[Point]]


def slope(points: list[Point]) -> float:
    """Return the exponent of growth between the last two points."""
    (x0, y0), (x1, y1) = points[-2:]
    return math.log(y1 / y0) / math.log(x1 / x0)


def drawn(panels: list[Panel]) -> str:
    """Return the panels side by side as one SVG."""
    width = _WIDTH * len(panels)
    name = "; ".join(escape(panel.title) for panel in panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="11">',
        f"<title>{name}</title>",
        f'<rect width="{width}" height="{_HEIGHT}" fill="{_PAPER}"/>',
    ]
    for place, panel in enumerate(panels):
        parts += [f'<g transform="translate({_WIDTH * place} 0)">', *_axes(panel), "</g>"]
    return "\n".join([*parts, "</svg>", ""])


def _powers(values: list[float]) -> tuple[int, int]:
    low, high = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _axes(panel: Panel) -> list[str]:
    points = [point for curve in panel.curves.values() for point in curve]
    (x0, x1), (y0, y1) = _powers([x for x, _ in points]), _powers([y for _, y in points])
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM

    def across(x: float) -> float:
        return _LEFT + (right - _LEFT) * (math.log10(x) - x0) / (x1 - x0)

    def up(y: float) -> float:
        return bottom - (bottom - _TOP) * (math.log10(y) - y0) / (y1 - y0)

    parts = [_text(_LEFT, 18, panel.title, size=13, weight="600")]
    for power in range(x0, x1 + 1):
        x = across(10.0**power)
        parts += [_line(x, _TOP, x, bottom, _GRID), _text(x, bottom + 16, _power(power), "middle", colour=_SOFT)]
    for power in range(y0, y1 + 1):
        y = up(10.0**power)
        parts += [_line(_LEFT, y, right, y, _GRID), _text(_LEFT - 6, y + 4, _power(power), "end", colour=_SOFT)]
    parts.append(_text((_LEFT + right) / 2, _HEIGHT - 18, panel.x, "middle"))
    middle = (_TOP + bottom) / 2
    parts.append(f'<g transform="translate(14 {middle:.1f}) rotate(-90)">{_text(0, 0, panel.y, "middle")}</g>')
    for row, (name, curve) in enumerate(panel.curves.items()):
        colour = _COLOURS[row % len(_COLOURS)]
        parts += _guide(curve, across, up, (y0, y1)) if row == 0 else []
        path = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in curve)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in curve:
            at = f'cx="{across(x):.1f}" cy="{up(y):.1f}"'
            parts.append(f'<circle {at} r="3.2" fill="{colour}"><title>{x:,.0f}: {y:.3g}</title></circle>')
        parts.append(_text(_LEFT, 36 + 14 * row, f"● {name}", colour=colour))
    return parts


def _guide(curve: list[Point], across: Map, up: Map, powers: tuple[int, int]) -> list[str]:
    """Return a dashed line of slope 1 through the last point, cut where it leaves the axes."""
    (first, _), (last, top) = curve[0], curve[-1]
    start = max(first, last * 10.0 ** powers[0] / top)
    low = top * start / last
    dashed = _line(across(start), up(low), across(last), up(top), _SOFT, dash="4 4")
    return [dashed, _text(across(start) + 4, up(low) - 6, "slope 1", colour=_SOFT)]


def _power(power: int) -> str:
    plain = {-3: "0.001", -2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "1,000", 4: "10,000", 5: "100,000"}
    return plain.get(power, f"10{str(power).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}")


def _line(x0: float, y0: float, x1: float, y1: float, colour: str, dash: str = "") -> str:
    broken = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" stroke="{colour}"{broken}/>'


def _text(
    x: float, y: float, words: str, anchor: str = "start", *, colour: str = _INK, size: int = 11, weight: str = "400"
) -> str:
    look = f'fill="{colour}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(words)}</text>'
