"""The views of the chart, and points on them as fractions of the drawing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from pinprick.clinic.interface.body import BODIES
from pinprick.clinic.interface.drawing import Shape, View
from pinprick.clinic.interface.face import FACES
from pinprick.skin import Zone

VIEWS: tuple[View, ...] = (*FACES, *BODIES)
MOST_POINTS = 200
__all__ = ["MOST_POINTS", "VIEWS", "Point", "Shape", "View", "read_points", "write_points"]


@dataclass(frozen=True)
class Point:
    """A mark on a drawing.

    Attributes:
        view: name of the drawing.
        zone: the zone it lies in.
        x: from the left, as a fraction of the width.
        y: from the top, as a fraction of the height.
    """

    view: str
    zone: Zone
    x: float
    y: float


def read_points(text: str) -> tuple[Point, ...]:
    """Return the points that a chart's field holds.

    Raises:
        ValueError: the text is not a list of points on our drawings, or there are more than 200.
    """
    rows = json.loads(text or "[]")
    if not isinstance(rows, list) or len(rows) > MOST_POINTS:
        raise ValueError("not a list of at most 200 points")
    return tuple(_point(row) for row in rows)


def _point(row: Any) -> Point:
    if not isinstance(row, dict) or set(row) != {"view", "zone", "x", "y"}:
        raise ValueError("a point has view, zone, x and y")
    x, y = row["x"], row["y"]
    if not all(isinstance(value, int | float) and 0 <= value <= 1 for value in (x, y)):
        raise ValueError("a point lies within its drawing")
    zone = Zone(row["zone"])
    if not any(view.name == row["view"] and zone in view.zones for view in VIEWS):
        raise ValueError("no such zone in this drawing")
    return Point(row["view"], zone, round(float(x), 4), round(float(y), 4))


def write_points(points: tuple[Point, ...]) -> str:
    """Return points as the text of a chart's field."""
    return json.dumps([asdict(point) for point in points])
