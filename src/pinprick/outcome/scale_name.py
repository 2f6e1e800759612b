"""The names that trials print for their outcomes, and the scale each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pinprick.evidence import build, by_id, load_records
from pinprick.outcome.scale import scales

_FILE = "outcome/scale_names.yaml"


@dataclass(frozen=True, slots=True)
class ScaleName:
    """One printed name.

    Attributes:
        id: slug of the name.
        name: as printed.
        scale: scale id, or None where it is no scale of appearance.
        why: why it has none.
        subtype: type of acne scar it speaks of, or "".
        unit: unit to convert from: `per_square_inch` or `mm`, or "".
        also: second indication that the row informs, or "".
        skip: why the row must not be used although its scale is known, or "".
    """

    id: str
    name: str
    scale: str | None
    why: str = ""
    subtype: str = ""
    unit: str = ""
    also: str = ""
    skip: str = ""


@cache
def scale_names() -> tuple[ScaleName, ...]:
    """Return the table of names."""
    return tuple(by_id((build(ScaleName, raw, _FILE) for raw in load_records(_FILE)), _FILE).values())


@cache
def _by_name() -> dict[str, ScaleName]:
    return {_plain(entry.name): entry for entry in scale_names()}


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().lower())


@cache
def scale_named(text: str) -> ScaleName | None:
    """Return what a printed outcome name means: from the table, else by a part of the name; None if unknown.

    Args:
        text: the name as a trial or a file prints it; case and spacing do not matter.
    """
    name = _plain(text)
    if name in _by_name():
        return _by_name()[name]
    for found in scales().values():
        if name in (found.id, _plain(found.name)) or any(_holds(name, alias) for alias in found.aliases):
            return ScaleName(id=name, name=text, scale=found.id)
    return None


def _holds(name: str, alias: str) -> bool:
    return re.search(rf"(?<![a-z]){re.escape(alias)}", name) is not None
