"""A signature drawn by hand: strokes as an SVG path, checked before it is stored or shown."""

from __future__ import annotations

import re

# The field that is drawn in; strokes are in its units.
WIDTH, HEIGHT = 600, 300
MOST_CHARACTERS = 60_000
_PATH = re.compile(r"(?:M\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?(?:L\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?)*)+")


class Unreadable(ValueError):
    """What was sent is not a drawing."""


def strokes(path: str) -> str:
    """Return a drawn path as it is stored; "" where nothing was drawn.

    Raises:
        Unreadable: it is anything but lines, too long, or outside the field.
    """
    path = path.strip()
    if not path:
        return ""
    if len(path) > MOST_CHARACTERS or not _PATH.fullmatch(path):
        raise Unreadable("not a drawing")
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d)?", path)]
    if max(numbers[::2]) > WIDTH or max(numbers[1::2]) > HEIGHT:
        raise Unreadable("outside the field")
    return path


def is_signature(path: str) -> bool:
    """Return whether a path is more than a dot: it spans a twentieth of the field's width."""
    numbers = [float(one) for one in re.findall(r"\d+(?:\.\d)?", path)]
    xs, ys = numbers[::2], numbers[1::2]
    return bool(xs) and max(max(xs) - min(xs), max(ys) - min(ys)) >= WIDTH / 20


def svg(path: str) -> str:
    """Return a path as a picture."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<path d="{path}" fill="none" stroke="#17222b" stroke-width="3" stroke-linecap="round"'
        ' stroke-linejoin="round"/></svg>'
    )
