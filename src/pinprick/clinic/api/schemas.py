"""What the programming interface takes and gives, as its schema describes it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field


def _text(value: object) -> object:
    if value is not None and not isinstance(value, str):
        raise ValueError("a date is written YYYY-MM-DD")
    return value


Day = Annotated[Annotated[date, Field(strict=False)] | None, BeforeValidator(_text)]
Name = Annotated[str, Field(max_length=100)]


class PatientIn(Schema):
    """A person to be registered."""

    model_config = ConfigDict(extra="forbid", strict=True)

    given_names: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    family_names: Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
    known_as: Name = ""
    birth_date: Day = None
    sex: Annotated[str, Field(pattern="^(female|male|)$")] = ""
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    phototype: Annotated[int | None, Field(ge=1, le=6)] = None
    although_alike: Annotated[bool, Field(description="Register even though someone on record is alike.")] = False


class PatientOut(Schema):
    """A patient."""

    id: UUID
    number: int
    given_names: str
    family_names: str
    known_as: str
    birth_date: date | None
    sex: str
    phototype: int | None
    version: int
    archived_at: datetime | None


class Alike(Schema):
    """Who may be the same person already."""

    message: str
    alike: list[UUID]


class EventOut(Schema):
    """Something that happened to a patient."""

    at: datetime
    title: str
    kind: str
    detail: str
    url: str
    by: str


class PlanOut(Schema):
    """A plan, with the frozen result of its last computation."""

    id: UUID
    patient_id: UUID
    title: str
    state: str
    revision: int
    content_hash: str
    engine_version: str
    seed: int | None
    approved_at: datetime | None
    result: dict[str, Any] | None


class DeviceOut(Schema):
    """A device that Pinprick knows."""

    id: str
    name: str
    device_class: str
    needle_length_min_mm: float
    needle_length_max_mm: float
    sources: list[str]
    status: str


class ScreenIn(Schema):
    """A case to be screened; the fields are those of a case file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    case: dict[str, Any]
    on: Day = None


class Problem(Schema):
    """Why a request was not carried out."""

    message: str
