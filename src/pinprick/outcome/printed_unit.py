"""The unit that a trial prints beside a figure, and what leads from it to the unit of the scale."""

from __future__ import annotations

import re
import unicodedata

from pinprick.evidence import TrialOutcome
from pinprick.outcome.scale import Scale
from pinprick.outcome.scale_name import ScaleName

_SQUARE_INCH_CM2 = 2.54**2
_MM2_PER_CM2, _MM_PER_CM, _UM_PER_MM = 100.0, 10.0, 1000.0
# Scales that have a unit of physics, and what leads from each unit to theirs. An area of striae is compared with its
# own baseline only, so that it needs no factor to the width.
_PHYSICAL: dict[str, dict[str, float]] = {
    "hair_density": {"1/cm2": 1.0, "1/inch2": 1.0 / _SQUARE_INCH_CM2, "1/mm2": _MM2_PER_CM2},
    "hair_diameter": {"um": 1.0, "mm": _UM_PER_MM},
    "scar_volume": {"mm3": 1.0, "cm3": _UM_PER_MM, "ml": _UM_PER_MM},
    "striae_size": {"mm": 1.0, "cm": _MM_PER_CM, "mm2": 1.0, "cm2": 1.0},
    "wrinkle_depth": {"um": 1.0, "mm": _UM_PER_MM},
    "scar_vas": {"cm": 1.0, "mm": 1.0 / _MM_PER_CM},
}
# These also print bare points: a visual analogue scale in points of ten, a depth in the units of the instrument.
_ALSO_POINTS = ("scar_vas", "wrinkle_depth", "striae_size")
_UNSTATED = ("", "as stated")
_DIMENSIONED = re.compile(
    r"(?:(?:per |1/|/)?(?:k?g|mg|ug|ng|[kcmunµ]?m|[mu]?l|inch(?:es)?|sq(?:uare)? ?\w+|hz|k?pa|n|j|s|min|h|hours?|"
    r"d|days?|weeks?|months?|years?|hairs?|dollars?|usd|eur)(?:\^|\*\*)?[23]?)(?:\s*/\s*\w+(?:\^|\*\*)?[23]?| per \w+)*"
)
_PERCENT = re.compile(r"%|percent|per cent|pct")
_WORDS = (
    (r"\b(?:terminal|vellus|total|non vellus)\b", ""),
    (r"\b(?:hairs?|follicles?|units?|count|number|no\.?|n)\b", ""),
    (r"square (?:centimet(?:er|re)s?|cm)|sq\.? ?cm", "cm2"),
    (r"square inch(?:es)?|sq\.? ?in(?:ch)?|\bin(?:ches)?\s*(?:\^|\*\*)?2", "inch2"),
    (r"square mm|sq\.? ?mm", "mm2"),
    (r"cubic cm|\bcc\b", "cm3"),
    (r"cubic mm", "mm3"),
    (r"\bmicro(?:n|met(?:er|re))s?\b|\bµm\b", "um"),
    (r"\bmillimet(?:er|re)s?\b", "mm"),
    (r"\bcentimet(?:er|re)s?\b", "cm"),
    (r"\^|\*\*|\s", ""),
    (r"^(?:per|/)", "1/"),
    (r"^(?:1/)?(cm|mm|inch)-2$", r"1/\g<1>2"),
)


def is_stated(printed: str) -> bool:
    """Whether a unit is stated at all."""
    return _plain(printed) not in _UNSTATED


def is_percent(printed: str) -> bool:
    """Whether a unit is percent of something."""
    return _PERCENT.match(_plain(printed)) is not None


def unit_factor(printed: str, measure: Scale) -> float | None:
    """Return what a printed figure is multiplied by to be in the unit of its scale; None for a unit of another kind.

    Args:
        printed: the unit as printed; nothing stated is taken for the scale's own.
        measure: the scale.
    """
    said = _plain(printed)
    if said in _UNSTATED or said == measure.unit.lower():
        return 1.0
    wanted = _PHYSICAL.get(measure.id)
    if wanted is None:
        return None if _DIMENSIONED.fullmatch(said) else 1.0
    for words, symbol in _WORDS:
        said = re.sub(words, symbol, said)
    if said in wanted:
        return wanted[said]
    return 1.0 if measure.id in _ALSO_POINTS and not _DIMENSIONED.fullmatch(_plain(printed)) else None


def scale_factor(outcome: TrialOutcome, name: ScaleName, measure: Scale) -> float:
    """Return what the means and the change of an outcome are multiplied by to be in the unit of its scale.

    Args:
        outcome: the outcome; a unit of another kind is taken for the scale's own.
        name: what its name means, which may hold the unit.
        measure: its scale.
    """
    named = {"per_square_inch": 1.0 / _SQUARE_INCH_CM2, "mm": _UM_PER_MM}.get(name.unit)
    return named if named is not None else unit_factor(outcome.unit, measure) or 1.0


def _plain(printed: str) -> str:
    return unicodedata.normalize("NFKD", printed).replace("⁄", "/").replace("μ", "u").strip().lower()
