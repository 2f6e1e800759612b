"""What somebody typed into the search field: names, dates of birth, a number, a phone, an e-mail address."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from pinprick.clinic.patients.dates import Partial, readings
from pinprick.clinic.patients.names import digits, words

_DATE_LIKE = re.compile(r"\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}|\d{8}|\d{1,2}[./\-]\d{4}|\d{4}-\d{2}")
_PHONE_LIKE = re.compile(r"\+?[\d()\-/. ]{7,}")
_NUMBER = re.compile(r"#?0*(\d{1,9})")
SHORTEST_PHONE = 6
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for.

    Attributes:
        words: folded words of a name.
        births: spans of days in one of which the birth date lies, empty for any.
        number: patient number.
        phone: digits of a phone number.
        email: e-mail address.
    """

    words: tuple[str, ...] = ()
    births: tuple[tuple[date, date], ...] = ()
    number: int | None = None
    phone: str = ""
    email: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.births or self.number is not None or self.phone or self.email)


def read(text: str, *, month_first: bool | None = None) -> Query:
    """Return what a search text means; a number alone may be a patient's number, a year or a phone, and is all of them.

    Args:
        text: as typed.
        month_first: whether 03/12 is the 12th of March; both are looked for where None.
    """
    left, births, number, phone, email = text.strip()[:LONGEST], [], None, "", ""
    for token in left.split():
        if "@" in token:
            email, left = token.casefold(), left.replace(token, " ", 1)
    dated, left = _dates(left, month_first)
    births += dated
    rest = []
    for token in left.split():
        plain = _NUMBER.fullmatch(token)
        if plain:
            number = int(plain[1])
            if len(token) == 4 and (years := readings(token)):
                births += [_span(years[0])]
        else:
            rest.append(token)
    if not births and _PHONE_LIKE.fullmatch(text.strip()) and len(digits(text)) >= SHORTEST_PHONE:
        phone, number = digits(text), number if re.fullmatch(r"\d+", text.strip()) else None
        rest = []
    elif re.fullmatch(r"\d{7,}", text.strip()):
        phone = digits(text)
    return Query(words(" ".join(rest)), tuple(births), number, phone, email)


def _dates(text: str, month_first: bool | None) -> tuple[list[tuple[date, date]], str]:
    """Take the dates out of a text: the longest run of words that reads as one counts."""
    tokens = text.split()
    for length in (5, 3, 2, 1):
        for start in range(len(tokens) - length + 1):
            run = " ".join(tokens[start : start + length])
            if not any(letter.isdigit() for letter in run) or (length == 1 and not _DATE_LIKE.fullmatch(run)):
                continue
            found = readings(run, month_first=month_first)
            if found:
                return [_span(each) for each in found], " ".join(tokens[:start] + tokens[start + length :])
    return [], text


def _span(day: Partial) -> tuple[date, date]:
    return day.first, day.last
