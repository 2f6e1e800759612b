"""A drawn signature: an SVG path of straight strokes in a box of 600 by 200."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

BOX = "0 0 600 200"
MOST_CHARACTERS = 60_000
LEAST_POINTS = 8
_STROKES = re.compile(r"(?:M\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?(?:L\d{1,3}(?:\.\d)? \d{1,3}(?:\.\d)?)*)+")


def read(text: str) -> str:
    """Return a signature as drawn, or '' where none was.

    Raises:
        ValueError: it is not what the field draws, too long, or hardly more than a dot; the message is for the person.
    """
    path = text.strip()
    if not path:
        return ""
    if len(path) > MOST_CHARACTERS or not _STROKES.fullmatch(path):
        raise ValueError(_("The drawing cannot be read. Please clear it and sign again."))
    if len(re.findall("[ML]", path)) < LEAST_POINTS:
        raise ValueError(_("That is only a dot. Please clear it and sign again."))
    return path
