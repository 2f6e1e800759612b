"""The patient as a case file tells it: every statement with its status in time."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pinprick.planning.field_type import (
    EarlyDate,
    LateDate,
    Phototype,
    Table,
    Unknown,
    Years,
    ZoneName,
    fault,
)
from pinprick.safety import FactStatus
from pinprick.skin import Person, Sex

_Name = Annotated[str, Field(min_length=1, max_length=200)]


class Statement(Table):
    """One condition, medication, allergy, procedure or observation.

    Attributes:
        name: as written, for instance "isotretinoin".
        status: current, past, planned, absent (asked and denied) or unknown (asked, no answer); where left out
            it follows from the dates, and is current without any.
        start, end: dates; where only a month or year is known the cautious day in it is taken.
        date: day of a procedure or an observation.
        zones: zones concerned.
        value: what was observed, kept as written.
        note: free text.
    """

    name: _Name
    status: FactStatus | None = None
    start: EarlyDate = None
    end: LateDate = None
    date: LateDate = None
    zones: tuple[ZoneName, ...] = ()
    value: Annotated[str | float | None, Unknown] = None
    note: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="before")
    @classmethod
    def _shorthand(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _dates_agree(self) -> Statement:
        if self.start and self.end and self.end < self.start:
            raise fault(
                f"ends on {self.end} before it starts on {self.start}",
                limit=f"on or after {self.start}",
                field="end",
                given=str(self.end),
                remedy="check both dates",
            )
        if self.date and (self.start or self.end):
            raise fault(
                "has both a date and a start or end",
                limit="one or the other",
                field="date",
                given=str(self.date),
                remedy="keep `date` for a single day",
            )
        today = dt.date.today()
        if self.status == "past" and (when := self.date or self.end) and when > today:
            raise fault(
                f"is called past but dated {when}",
                limit=f"on or before {today}",
                field="date" if self.date else "end",
                given=str(when),
                remedy='use status = "planned" if it is still to come',
            )
        if self.status == "planned" and (when := self.date or self.end) and when < today:
            raise fault(
                f"is called planned but dated {when}",
                limit=f"from {today} on",
                field="date" if self.date else "end",
                given=str(when),
                remedy='use status = "past" if it is over',
            )
        return self

    @property
    def everything(self) -> str | None:
        """Return "none" or "unknown" where the whole list was answered so, else None."""
        name = self.name.lower()
        return name if name in ("none", "unknown") else None

    def status_on(self, day: dt.date) -> FactStatus:
        """Return the stated status, or the one that the dates give on a day."""
        if self.status is not None:
            return self.status
        first, last = self.start or self.date, self.end or self.date
        if first is not None and first > day:
            return "planned"
        if last is not None and last < day:
            return "past"
        return "current"


def _listed(value: Any) -> Any:
    """Read "unknown" and "none" given in place of a list."""
    if isinstance(value, str):
        text = value.strip().lower()
        if text in ("unknown", "none"):
            return ({"name": text, "status": "unknown" if text == "unknown" else "absent"},)
        raise fault("not a list", limit='a list of entries, "unknown" or "none"', remedy="put it in square brackets")
    return value


Statements = Annotated[tuple[Statement, ...], BeforeValidator(_listed), Field(max_length=200)]
STATEMENT_KINDS = ("conditions", "medications", "allergies", "procedures", "observations")


class Patient(Table):
    """Who is to be treated; what is not stated is unknown.

    Attributes:
        age: in years; or give `birth_date`.
        birth_date: date of birth.
        sex: female or male, as it bears on skin thickness; None is unknown.
        phototype: Fitzpatrick 1 to 6; None is unknown.
        conditions, medications, allergies, procedures, observations: statements.
        denied: names asked about and answered no, a short way to write many `absent` entries.
    """

    age: Years = None
    birth_date: EarlyDate = None
    sex: Annotated[Literal["female", "male"] | None, Unknown] = None
    phototype: Phototype = None
    conditions: Statements = ()
    medications: Statements = ()
    allergies: Statements = ()
    procedures: Statements = ()
    observations: Statements = ()
    denied: Annotated[tuple[_Name, ...], Field(max_length=200)] = ()

    @model_validator(mode="after")
    def _one_age(self) -> Patient:
        if self.age is not None and self.age < 0:
            raise fault(
                f"age is negative: {self.age:g}",
                limit="0 years or more",
                field="age",
                given=self.age,
                remedy='write the age, or "unknown"',
            )
        if self.birth_date is not None:
            if self.birth_date > dt.date.today():
                raise fault(
                    f"birth date {self.birth_date} is still to come",
                    limit=f"on or before {dt.date.today()}",
                    field="birth_date",
                    given=str(self.birth_date),
                    remedy="check the year",
                )
            if self.age is not None and abs(self.age - years_between(self.birth_date, dt.date.today())) > 1:
                raise fault(
                    "age and birth date contradict each other",
                    limit=f"{years_between(self.birth_date, dt.date.today()):g} years, by the birth date",
                    field="age",
                    given=self.age,
                    remedy="keep the birth date",
                )
        return self

    def person(self, on: dt.date | None = None) -> Person:
        """Return age, sex and phototype on a day; today unless said."""
        age: float | None = self.age
        if self.birth_date is not None:
            age = years_between(self.birth_date, on or dt.date.today())
        sex: Sex | None = self.sex
        return Person(age_years=age, sex=sex, phototype=self.phototype)


def years_between(birth: dt.date, day: dt.date) -> float:
    """Return completed years from a birth date to a day."""
    return float(day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day)))
