"""Typed access to a JSON document: every wrong type becomes an error that names file, field and value."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pinprick.errors import InputError

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON object with its place in the file.

    Attributes:
        content: the object.
        path: dotted path to it.
        file: name of the file.
    """

    content: Mapping[str, Any]
    path: str
    file: str

    def fault(self, field: str, message: str, limit: str, remedy: str = "") -> InputError:
        """Return an error about one field of this object."""
        return InputError(
            message,
            file=self.file,
            field=f"{self.path}.{field}".lstrip("."),
            given=self.content.get(field),
            limit=limit,
            origin="FHIR R4",
            remedy=remedy or "correct the field, or export the record again as FHIR R4",
        )

    def has(self, field: str) -> bool:
        """Whether the field is there and not null."""
        return self.content.get(field) is not None

    def text(self, field: str) -> str:
        """Return a string field, "" where it is missing."""
        value = self.content.get(field)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fault(field, "not a text", "a text")
        return value

    def flag(self, field: str) -> bool | None:
        """Return a true or false field, None where it is missing."""
        value = self.content.get(field)
        if value is not None and not isinstance(value, bool):
            raise self.fault(field, "neither true nor false", "true or false")
        return value

    def number(self, field: str) -> float | None:
        """Return a number, None where it is missing."""
        value = self.content.get(field)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e12 or value != value:
            raise self.fault(field, "not a usable number", "a number")
        return float(value)

    def node(self, field: str) -> Node | None:
        """Return an object, None where it is missing."""
        value = self.content.get(field)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.fault(field, "not an object", "an object")
        return Node(value, f"{self.path}.{field}".lstrip("."), self.file)

    def nodes(self, field: str) -> Iterator[Node]:
        """Yield the objects of a list; a missing list is empty."""
        value = self.content.get(field)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.fault(field, "not a list", "a list of objects")
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                raise self.fault(field, f"item {index} is not an object", "a list of objects")
            yield Node(item, f"{self.path}.{field}[{index}]".lstrip("."), self.file)

    def day(self, field: str, *, last: bool = False) -> date | None:
        """Return the day of a date or time; of a month or year its first day, or its last.

        The day is taken as written, without moving it between time zones.
        """
        given = self.text(field)
        if not given:
            return None
        found = _DATE.fullmatch(given)
        if found is None:
            raise self.fault(field, "not a date", "YYYY, YYYY-MM, YYYY-MM-DD, or one of them with a time")
        year, month = int(found[1]), int(found[2] or (12 if last else 1))
        try:
            ends = calendar.monthrange(year, month)[1] if last else 1
            return date(year, month, int(found[3] or ends))
        except (ValueError, IndexError):
            raise self.fault(field, "no such day in the calendar", "a day that exists") from None
