"""Builds escaped SVG elements; coordinates are rounded so that a page stays small and the same plan gives the same bytes."""

from __future__ import annotations

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


def line_path(points: Sequence[Point]) -> str:
    """Return path data of a polyline."""
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def band_path(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """Return path data of the closed area between two lines that share their direction."""
    return line_path([*upper, *reversed(lower)]) + "Z"


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
