"""Our own line drawings of face and body: outlines, features and the zones of `pinprick.skin`.

Coordinates are those of a view's box. Of a view that is the same on both sides only one half is drawn, and mirrored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinprick.skin import Zone

_NUMBERS = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Shape:
    """A part of a drawing.

    Attributes:
        css: what it is, for the style sheet.
        path: an SVG path of absolute commands.
    """

    css: str
    path: str


@dataclass(frozen=True)
class View:
    """A drawing with its zones.

    Attributes:
        name: such as `face-front`.
        width: of its box.
        height: of its box.
        under: what lies under the zones.
        zones: path of each zone.
        over: what lies over the zones, never to be pressed.
    """

    name: str
    width: int
    height: int
    under: tuple[Shape, ...]
    zones: dict[Zone, str]
    over: tuple[Shape, ...]


def mirror(path: str, width: float) -> str:
    """Return a path of absolute M, L, C, Q and Z commands, seen in a mirror upright in the middle of its box."""
    turn = iter(range(10**6))
    return _NUMBERS.sub(lambda found: found[0] if next(turn) % 2 else f"{width - float(found[0]):g}", path)


def both(path: str, width: float) -> str:
    """Return a path and its mirror image."""
    return f"{path} {mirror(path, width)}"


def ellipse(x: float, y: float, across: float, down: float) -> str:
    """Return an ellipse as four curves."""
    a, b = across * 0.5523, down * 0.5523
    return (
        f"M{x - across:g},{y:g} C{x - across:g},{y - b:g} {x - a:g},{y - down:g} {x:g},{y - down:g} "
        f"C{x + a:g},{y - down:g} {x + across:g},{y - b:g} {x + across:g},{y:g} "
        f"C{x + across:g},{y + b:g} {x + a:g},{y + down:g} {x:g},{y + down:g} "
        f"C{x - a:g},{y + down:g} {x - across:g},{y + b:g} {x - across:g},{y:g} Z"
    )


def flipped(view: View, name: str) -> View:
    """Return a view from the other side."""
    turned = {zone: mirror(path, view.width) for zone, path in view.zones.items()}
    under = tuple(Shape(shape.css, mirror(shape.path, view.width)) for shape in view.under)
    over = tuple(Shape(shape.css, mirror(shape.path, view.width)) for shape in view.over)
    return View(name, view.width, view.height, under, turned, over)
