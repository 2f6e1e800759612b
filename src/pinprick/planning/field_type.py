"""Kinds of field in a case file: quantities with units, dates as people write them, and unknown."""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

from pinprick.errors import InputError
from pinprick.skin import Zone
from pinprick.units import FIRST_YEAR, LAST_YEAR, convert

# A number and a plain unit name: nothing that a unit library would evaluate as an expression.
_QUANTITY = re.compile(
    r"^\s*([+-]?(?:\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})(?:[eE][+-]?\d{1,2})?)\s*([A-Za-zµμ%°]{0,20})\s*$"
)
_DATE = re.compile(r"^\s*(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?\s*$")
# By working unit: an example to copy, and the unit in words.
_EXAMPLES = {
    "mm": ('1.5 or "1.5 mm"', "mm"),
    "day": ('28 or "4 weeks"', "days"),
    "year": ('29 or "29 years"', "years"),
}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6}


class Table(BaseModel):
    """A table of a case file: frozen, and no field that is not described."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


def fault(
    message: str, *, limit: str, remedy: str = "", field: str = "", given: object = None, kind: str = "case"
) -> PydanticCustomError:
    """Return an error that keeps its particulars until it is turned into an `InputError`.

    Args:
        message: what is wrong.
        limit: what would have been accepted.
        remedy: what to do next; by default, to mend the field.
        field: the field inside a table whose fields disagree, as a dotted path.
        given: its value, where the value of the whole table would be shown otherwise.
        kind: code of the error.
    """
    # Braces would be read as places to fill in by the error's own formatting.
    said = {"said": message, "limit": limit, "remedy": remedy, "field": field, "given": given}
    return PydanticCustomError(kind, "{said}", said)


def is_unknown(value: object) -> bool:
    """Whether a field says that it is not known."""
    return value is None or (isinstance(value, str) and value.strip().lower() in ("unknown", "?"))


def _quantity(unit: str) -> Any:
    example, plural = _EXAMPLES[unit]

    def read(value: Any) -> Any:
        if is_unknown(value):
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise fault(
                f"not a quantity in {plural}",
                limit=f"a number, or text with a unit that converts to {plural}",
                remedy=f"write for instance {example}",
            )
        if not isinstance(value, str):
            return _finite(value, plural)
        match = _QUANTITY.match(value)
        if match is None:
            raise fault(
                f"not a quantity in {plural}", limit="a number and a unit", remedy=f"write for instance {example}"
            )
        number, given = float(match.group(1)), match.group(2)
        if not given or given in (unit, f"{unit}s"):
            return number
        try:
            return convert(number, given, unit)
        except InputError:
            raise fault(
                f"{given} is not a unit that converts to {plural}",
                limit=f"a unit of the same kind as {plural}",
                remedy=f"write for instance {example}",
                kind="wrong_unit",
            ) from None

    return read


def _finite(value: float, plural: str) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise fault(f"not a finite number of {plural}", limit="a finite number", remedy='write "unknown" if it is')
    return number


def _moment(*, late: bool) -> Any:
    def read(value: Any) -> Any:
        if is_unknown(value):
            return None
        if isinstance(value, datetime):
            value = value.date()
        if isinstance(value, date):
            value = value.isoformat()
        match = _DATE.match(value) if isinstance(value, str) else None
        if match is None:
            raise fault(
                "not a date",
                limit="YYYY-MM-DD, or YYYY-MM or YYYY where the day is not known",
                kind="impossible_date",
                remedy="write for instance 2026-03-31, or leave it out if unknown",
            )
        return _calendar_day(match, late=late)

    return read


def _calendar_day(match: re.Match[str], *, late: bool) -> date:
    year = int(match.group(1))
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise fault(
            "not a year that could be meant",
            limit=f"from {FIRST_YEAR} to {LAST_YEAR}",
            remedy="check the year",
            kind="impossible_date",
        )
    month = int(match.group(2) or (12 if late else 1))
    try:
        if match.group(3) is not None:
            return date(year, month, int(match.group(3)))
        day = date(year, month, monthrange(year, month)[1] if late else 1)
    except ValueError:
        raise fault(
            "no such day in the calendar", limit="an existing day", kind="impossible_date", remedy="check month and day"
        ) from None
    # "Stopped in 2026-11" counts as the last day of it, the cautious reading, but never as a day still to come.
    return min(day, max(date.today(), date(year, month, 1))) if late else day


def _phototype(value: Any) -> Any:
    if is_unknown(value):
        return None
    if isinstance(value, str):
        text = value.strip().upper()
        value = _ROMAN.get(text, int(text) if text.isascii() and text.isdigit() and len(text) == 1 else value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 6:
        raise fault(
            "no such Fitzpatrick phototype",
            limit="1 to 6 (or I to VI), or unknown",
            remedy='write "unknown" if it was not judged',
        )
    return value


def _unknown_is_none(value: Any) -> Any:
    return None if is_unknown(value) else value


def _zone(value: Any) -> Any:
    return value.strip().lower().replace(" ", "_").replace("-", "_") if isinstance(value, str) else value


def _schema(kind: str, description: str) -> WithJsonSchema:
    return WithJsonSchema({"type": sorted({kind, "string", "null"}), "description": description})


LengthMm = Annotated[float | None, BeforeValidator(_quantity("mm")), _schema("number", 'mm, or text such as "1.5 mm"')]
Days = Annotated[float | None, BeforeValidator(_quantity("day")), _schema("number", 'days, or text such as "4 weeks"')]
Years = Annotated[float | None, BeforeValidator(_quantity("year")), _schema("number", "years, or unknown")]
EarlyDate = Annotated[
    date | None, BeforeValidator(_moment(late=False)), _schema("string", "YYYY-MM-DD, YYYY-MM or YYYY")
]
LateDate = Annotated[date | None, BeforeValidator(_moment(late=True)), _schema("string", "YYYY-MM-DD, YYYY-MM or YYYY")]
Phototype = Annotated[
    int | None, BeforeValidator(_phototype), _schema("integer", "Fitzpatrick 1-6 or I-VI, or unknown")
]
Unknown = BeforeValidator(_unknown_is_none)
ZoneName = Annotated[Zone, BeforeValidator(_zone)]
