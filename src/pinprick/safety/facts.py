"""Coded facts about a person, each with a status in time; what is not known is kept as unknown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pinprick.skin import Person, Zone

FactStatus = Literal["current", "past", "planned", "absent", "unknown"]
Modality = Literal["mechanical", "radiofrequency", "home"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known, or known to be unknown.

    Attributes:
        concept: id from the vocabulary of `evidence/data/safety/concepts.yaml`, for instance `oral_isotretinoin`.
        status: current, past, planned, absent (asked and denied) or unknown (asked, no answer).
        start, end: dates where known; for a procedure both are the day it was done.
        text: what the record said, verbatim.
        origin: where it was read, for instance `medications[0]` or a FHIR reference.
        zones: zones concerned; empty means not stated.
        value: a measured value (HbA1c, INR), or None.
        unit: unit of `value`; "1" for a pure number.
        outside_zones: whether the record places it on a part of the body that is no treatment zone.
    """

    concept: str
    status: FactStatus
    start: date | None = None
    end: date | None = None
    text: str = ""
    origin: str = ""
    zones: tuple[Zone, ...] = ()
    value: float | None = None
    unit: str = ""
    outside_zones: bool = False


@dataclass(frozen=True, slots=True)
class Treatment:
    """What is being considered, as far as screening needs it.

    Attributes:
        modality: mechanical, radiofrequency or home; their rules stay apart.
        zones: zones to be treated.
        indication: indication id, or None.
        needle_length_mm: greatest needle length considered, or None.
        device: device id, or None.
        anaesthetic: anaesthetic product id, "none", or None where undecided.
        area_cm2: area to be treated, or None.
    """

    modality: Modality = "mechanical"
    zones: tuple[Zone, ...] = ()
    indication: str | None = None
    needle_length_mm: float | None = None
    device: str | None = None
    anaesthetic: str | None = None
    area_cm2: float | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything screening may use.

    Attributes:
        person: age, sex and phototype; unknown is None.
        birth_date: where known; otherwise age comes from `person`.
        deceased: True when a record says that the person has died.
        facts: coded facts.
        unrecognised: statements that no concept covers, kept verbatim so that nobody believes they were screened.
        asked: concepts that were asked about; a concept neither asked nor stated is unknown.
        deceased_on: date of death where known.
        weight_kg: body weight where known.
    """

    person: Person
    birth_date: date | None = None
    deceased: bool = False
    facts: tuple[Fact, ...] = ()
    unrecognised: tuple[str, ...] = ()
    asked: frozenset[str] = field(default_factory=frozenset)
    deceased_on: date | None = None
    weight_kg: float | None = None

    def age_years(self, on: date) -> float | None:
        """Return the age in completed years on a date, or None; a birth date counts before a stated age."""
        if self.birth_date is None:
            return self.person.age_years
        before = (on.month, on.day) < (self.birth_date.month, self.birth_date.day)
        return float(on.year - self.birth_date.year - before)
