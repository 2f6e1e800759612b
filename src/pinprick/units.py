"""Working units and conversions at the edges: compiled code sees mm, day, ng/mL, kPa and N only."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pinprick.errors import InputError

if TYPE_CHECKING:
    import pint

HOURS_PER_DAY = 24.0
DAYS_PER_WEEK = 7.0
DAYS_PER_MONTH = 365.25 / 12.0
# Dates outside are slips of the pen; inside, no sum of a date and a course leaves the calendar.
FIRST_YEAR, LAST_YEAR = 1880, 2200

_QUANTITY = re.compile(
    r"\s*(?P<magnitude>[+-]?\d{1,12}(\.\d{0,12})?)\s*(?P<unit>[A-Za-zµ%][A-Za-zµ/]{0,19}|)\s*", re.ASCII
)
MM2_PER_CM2 = 100.0
UM_PER_MM = 1000.0


@lru_cache(maxsize=1)
def registry() -> pint.UnitRegistry[float]:
    """Return the one unit registry; it is built on first use because pint takes 0.2 s to load."""
    import pint

    units: pint.UnitRegistry[float] = pint.UnitRegistry(cache_folder=":auto:")
    units.define("hair = count")
    units.define("puncture = count")
    return units


def convert(value: float, unit: str, to: str) -> float:
    """Convert a number from one unit to another.

    Args:
        value: magnitude in `unit`.
        unit: any unit the registry knows, for instance "um".
        to: the unit wanted, for instance "mm".

    Raises:
        InputError: a unit is unknown or the two have different dimensions.
    """
    import pint

    try:
        return float(registry().Quantity(value, unit).to(to).magnitude)
    except (pint.PintError, AttributeError, ValueError, AssertionError) as fault:
        raise InputError(
            f"cannot express {unit} in {to}",
            given=f"{value} {unit}",
            limit=f"a unit of the same kind as {to}",
            remedy=f"write the value in {to}",
        ) from fault


def parse_quantity(text: str | float, to: str, *, field: str | None = None) -> float:
    """Read "1.5 mm" or a bare number already in `to`, and return the magnitude in `to`.

    Args:
        text: a number, or a number followed by a unit.
        to: the unit wanted; a bare number is taken to be in it.
        field: the name shown in an error.

    Raises:
        InputError: the text is no quantity or its unit has another dimension.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text)
    # A strict form, since the registry would evaluate any arithmetic expression it is given.
    found = _QUANTITY.fullmatch(text) if isinstance(text, str) else None
    if found is not None:
        magnitude, unit = float(found["magnitude"]), found["unit"].strip()
        try:
            return convert(magnitude, unit, to) if unit else magnitude
        except InputError:
            pass
    raise InputError(
        f"not a quantity in {to}",
        field=field,
        given=text,
        limit=f"a number, or a number with a unit that converts to {to}",
        remedy=f'write for instance 1.5 or "1.5 {to}"',
    )
