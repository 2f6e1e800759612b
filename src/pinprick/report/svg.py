"""Builds escaped SVG elements; coordinates are rounded and lines thinned so that a page stays small."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

Point = tuple[float, float]


def number(value: float) -> str:
    """Return a coordinate with one decimal and no trailing zero."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, *children: object, **attributes: object) -> Markup:
    """Return one element.

    Args:
        name: element name.
        children: markup is kept, anything else is escaped.
        attributes: `class_` and `data_tip` become `class` and `data-tip`; None is left out; floats are rounded.
    """
    parts = []
    for key, value in attributes.items():
        if value is None:
            continue
        shown = number(value) if isinstance(value, float) else str(value)
        attribute = key.rstrip("_")
        if attribute not in ("viewBox", "preserveAspectRatio", "gradientUnits", "patternUnits"):
            attribute = attribute.replace("_", "-")
        parts.append(f' {attribute}="{escape(shown)}"')
    inside = Markup("").join(escape(child) for child in children)
    opening = f"<{name}{''.join(parts)}"
    return Markup(f"{opening}>{inside}</{name}>") if children else Markup(f"{opening}/>")


def group(children: Iterable[object], **attributes: object) -> Markup:
    """Return a `g` element around the children."""
    return tag("g", *children, **attributes)


def join(parts: Iterable[object]) -> Markup:
    """Return the parts one after another, escaped unless they are markup."""
    return Markup("").join(escape(part) for part in parts)


def thin(points: Sequence[Point], tolerance: float = 0.45) -> list[Point]:
    """Return the points that a polyline needs to stay within a tolerance of the full one (Douglas and Peucker)."""
    kept = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        (x0, y0), (x1, y1) = points[first], points[last]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        worst, index = tolerance, 0
        for i in range(first + 1, last):
            x, y = points[i]
            away = abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length
            if away > worst:
                worst, index = away, i
        if index:
            kept.add(index)
            stack += [(first, index), (index, last)]
    return [points[i] for i in sorted(kept)]


def line_path(points: Sequence[Point]) -> str:
    """Return path data of a polyline."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in thin(points))


def band_path(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """Return path data of the closed area between two lines that share their direction."""
    return f"{line_path(upper)}L{line_path(list(reversed(lower)))[1:]}Z"


def text(x: float, y: float, content: str, class_: str = "t", anchor: str | None = None) -> Markup:
    """Return a text element; `anchor` is start (default), middle or end."""
    return tag("text", content, x=float(x), y=float(y), class_=class_, text_anchor=anchor)


def canvas(width: float, height: float, title: str, *children: object, class_: str = "") -> Markup:
    """Return the `svg` element of one drawing: an image with a name; its description stands beside it in the page."""
    return tag(
        "svg",
        *children,
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
        aria_label=title,
        class_=f"chart {class_}".strip(),
        xmlns="http://www.w3.org/2000/svg",
    )
