"""The names that trials print for their outcomes, and the scale each belongs to."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from pinprick.evidence import build, by_id, load_records
from pinprick.outcome.scale import scales

_FILE = "outcome/scale_names.yaml"
# First source of the scales that stand for what trials print without naming an instrument.
_NO_INSTRUMENT = "pinprick2026_assumption"


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


@cache
def _by_alias() -> tuple[tuple[str, str], ...]:
    """Return each part of a name with the scale it means, named instruments and longer parts first.

    So "modified MASI" is not MASI, and "Lemperle wrinkle score" is not a wrinkle score of any kind.
    """
    found = [(_plain(part), item) for item in scales().values() for part in (item.id, item.name, *item.aliases)]
    ordered = sorted(found, key=lambda pair: (pair[1].sources[0] == _NO_INSTRUMENT, -len(pair[0])))
    return tuple((part, item.id) for part, item in ordered)


def _plain(text: str) -> str:
    """Return a name without case, accents, hyphens, possessives and the spelling of a percent sign or an exponent."""
    bare = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(letter for letter in bare if not unicodedata.combining(letter))
    bare = re.sub(r"['’`]s\b", "", bare).replace("&", " and ").replace("%", " percent ")
    bare = re.sub(r"/\s*(?=(?:cm|mm|inch))", " per ", bare).replace("^", "")
    return re.sub(r"[\s_\-‐‑‒–—]+", " ", bare).strip()


@cache
def scale_named(text: str) -> ScaleName | None:
    """Return what a printed outcome name means: from the table, else by the longest part of the name; None if unknown.

    Args:
        text: the name as a trial or a file prints it; case, spacing, hyphens and accents do not matter.
    """
    name = _plain(text)
    if name in _by_name():
        return _by_name()[name]
    for alias, id in _by_alias():
        if re.search(rf"(?<![a-z]){re.escape(alias)}", name):
            return ScaleName(id=name, name=text, scale=id, unit=_unit_in(name, id))
    return None


def _unit_in(name: str, id: str) -> str:
    if id == "hair_density" and re.search(r"\bper (?:square )?inch|\bsq(?:uare)? in", name):
        return "per_square_inch"
    return "mm" if id == "hair_diameter" and re.search(r"\bmm\b", name) else ""
