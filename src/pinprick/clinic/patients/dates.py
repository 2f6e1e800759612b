"""Dates as people write them: in figures in either order, with the name of the month, or the month or year alone."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache

from babel.dates import get_month_names

from pinprick.clinic.patients.names import fold

LANGUAGES = ("en", "es", "de", "fr", "it", "pt")
FIRST_YEAR, LAST_YEAR = 1890, 2199
_PARTS = re.compile(r"[\s./,\-]+")
_FILLERS = frozenset({"de", "del", "of", "the"})
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|º|o|er)$")


@dataclass(frozen=True, slots=True)
class Partial:
    """A date of which the day, or the day and the month, may not be known.

    Attributes:
        year, month, day: its parts; None is not known.
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __str__(self) -> str:
        return "-".join([f"{self.year:04}", *(f"{part:02}" for part in (self.month, self.day) if part is not None)])

    @property
    def first(self) -> date:
        """The first day that it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The last day that it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])


@cache
def month_names() -> dict[str, int]:
    """Return the number of a month by its folded name or abbreviation, in the languages known."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                found.setdefault(fold(name), number)
    return found


def readings(text: str, *, month_first: bool | None = None) -> tuple[Partial, ...]:
    """Return what a written date can mean, the likelier first; nothing where it is no date.

    Args:
        text: for instance "12/03/1994", "1994-03-12", "12 mar 1994", "12031994", "03/1994" or "1994".
        month_first: whether 03/12 is the 12th of March; both where None.
    """
    parts = [part for part in _PARTS.split(text.strip().casefold()) if fold(part) not in _FILLERS and part]
    if len(parts) == 1 and re.fullmatch(r"\d{8}", parts[0]):
        packed = parts[0]
        return _real(
            [(packed[:4], packed[4:6], packed[6:]), *_orders(packed[:2], packed[2:4], packed[4:], month_first)]
        )
    if not 1 <= len(parts) <= 3:
        return ()
    named = [place for place, part in enumerate(parts) if fold(part) in month_names()]
    if named:
        return _with_month(parts, named[0])
    if not all(part.isascii() and part.isdigit() for part in parts):
        return ()
    if len(parts) == 1:
        return _real([(parts[0], None, None)]) if len(parts[0]) == 4 else ()
    if len(parts) == 2:
        year, month = (parts[0], parts[1]) if len(parts[0]) == 4 else (parts[1], parts[0])
        return _real([(year, month, None)]) if len(year) == 4 else ()
    if len(parts[0]) == 4:
        return _real([(parts[0], parts[1], parts[2])])
    return _real(_orders(parts[0], parts[1], parts[2], month_first))


def partial(text: str, *, month_first: bool = False) -> Partial | None:
    """Return the one date that is meant, or None where it is no date."""
    found = readings(text, month_first=month_first)
    return found[0] if found else None


def _orders(a: str, b: str, year: str, month_first: bool | None) -> list[tuple[str, str | None, str | None]]:
    day_first: tuple[str, str | None, str | None] = (year, b, a)
    turned: tuple[str, str | None, str | None] = (year, a, b)
    if month_first is None:
        return [day_first, turned]
    # 31/01 cannot have the month first whoever writes it, so the other order stands in.
    return [turned, day_first] if month_first else [day_first, turned]


def _with_month(parts: list[str], place: int) -> tuple[Partial, ...]:
    month = str(month_names()[fold(parts[place])])
    others = [_ORDINAL.sub(r"\1", part) for index, part in enumerate(parts) if index != place]
    if not all(part.isascii() and part.isdigit() for part in others):
        return ()
    years = [part for part in others if len(part) == 4]
    days = [part for part in others if len(part) <= 2]
    if len(years) != 1 or len(days) != len(others) - 1:
        return ()
    return _real([(years[0], month, days[0] if days else None)])


def _real(given: list[tuple[str, str | None, str | None]]) -> tuple[Partial, ...]:
    found: dict[Partial, None] = {}
    for year_text, month_text, day_text in given:
        year = _full_year(year_text)
        month = int(month_text) if month_text is not None else None
        day = int(day_text) if day_text is not None else None
        if year is None or (month is not None and not 1 <= month <= 12):
            continue
        if day is not None and not 1 <= day <= monthrange(year, month or 1)[1]:
            continue
        found[Partial(year, month, day)] = None
    return tuple(found)


def _full_year(text: str) -> int | None:
    year = int(text)
    if len(text) == 2:
        # Two figures mean the latest such year that is not still to come.
        this = date.today().year
        year += this - this % 100 - (100 if year > this % 100 else 0)
    return year if FIRST_YEAR <= year <= LAST_YEAR else None
