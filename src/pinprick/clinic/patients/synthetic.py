"""Makes patients who do not exist, many at once, for load tests and demonstrations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from typing import Any
from uuid import UUID

import yaml
from django.db import connection, transaction

from pinprick.clinic.patients import index
from pinprick.clinic.patients.names import digits, words
from pinprick.clinic.people.identifiers import uuid7
from pinprick.clinic.people.models import Membership

OLDEST_DAYS, YOUNGEST_DAYS = 365 * 85, 365 * 18
_PATIENT = (
    "id", "organisation_id", "created_by_id", "version", "number", "given_names", "family_names", "known_as",
    "birth_date", "sex", "phone", "phone_digits", "email", "address", "language", "phototype", "note", "deceased",
    "restricted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """A person made up.

    Attributes:
        given, family: names.
        sex: female or male.
        birth_date, phone, email, phototype: what a desk asks for.
        language: language of the culture the names are from, as far as the interface speaks it.
    """

    given: str
    family: str
    sex: str
    birth_date: date
    phone: str
    email: str
    phototype: int
    language: str


def people(count: int, seed: int, *, today: date) -> Iterator[Person]:
    """Yield people with names of several cultures; the same for the same seed.

    Args:
        count: how many.
        seed: seed.
        today: day from which ages count back.
    """
    draw = random.Random(seed)
    cultures = _cultures()
    weights = [culture["weight"] for culture in cultures]
    for number in range(count):
        culture = draw.choices(cultures, weights)[0]
        sex = "female" if draw.random() < 0.7 else "male"
        given = " ".join(draw.sample(culture[sex], 2 if draw.random() < culture["two_given"] else 1))
        families = draw.choices(culture["family"], k=culture["family_names"])
        family = culture["joiner"].join(_family(name, sex, culture) for name in families)
        born = today - timedelta(draw.randint(YOUNGEST_DAYS, OLDEST_DAYS))
        phone = f"{culture['dial']} 6{draw.randint(0, 99_999_999):08}"
        email = f"p{number}.{draw.randint(0, 99_999)}@example.invalid" if draw.random() < 0.8 else ""
        yield Person(
            given,
            family,
            sex,
            born,
            phone,
            email,
            draw.choices(range(1, 7), culture["phototypes"])[0],
            culture["language"],
        )


def make(member: Membership, count: int, seed: int, *, today: date | None = None) -> list[UUID]:
    """Store many made-up patients in the organisation of a member and return their identifiers.

    Rows are copied in bulk by the owner of the tables, so that the audit trail holds one entry for each as always.

    Args:
        member: whose organisation, and who counts as having registered them.
        count: how many.
        seed: seed.
        today: day from which ages count back; today unless given.
    """
    made = list(people(count, seed, today=today or date.today()))
    ids = [uuid7() for _ in made]
    organisation = member.organisation_id
    with transaction.atomic(), _as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO patients_counter (organisation_id, last) VALUES (%s, %s) ON CONFLICT (organisation_id)"
            " DO UPDATE SET last = patients_counter.last + excluded.last RETURNING last",
            [organisation, count],
        )
        first = int((cursor.fetchone() or [count])[0]) - count + 1
        rows = (
            _row(id, member, first + place, person) for place, (id, person) in enumerate(zip(ids, made, strict=True))
        )
        _copy("patients_patient", _PATIENT, rows)
        spelt = [words(person.given, person.family) for person in made]
        index.add_words(organisation, {word for found in spelt for word in found})
        cursor.execute("SELECT text, id FROM patients_word WHERE organisation_id = %s", [organisation])
        known: dict[str, int] = dict(cursor.fetchall())
        pairs = ((organisation, known[word], id) for id, found in zip(ids, spelt, strict=True) for word in found)
        _copy("patients_name", ("organisation_id", "word_id", "patient_id"), pairs)
        cursor.execute("ANALYZE patients_patient, patients_name, patients_word, patients_piece")
    return ids


@contextmanager
def _as_owner() -> Iterator[None]:
    """Copy as the owner of the tables: PostgreSQL copies into no table whose rows it checks one by one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role')")
        (role,) = cursor.fetchone() or ("none",)
        cursor.execute("SELECT set_config('role', 'none', false)")
        yield
        cursor.execute("SELECT set_config('role', %s, false)", [role])


def _row(id: UUID, member: Membership, number: int, person: Person) -> tuple[Any, ...]:
    return (
        id, member.organisation_id, member.pk, 1, number, person.given, person.family, "", person.birth_date,
        person.sex, person.phone, digits(person.phone), person.email, "", person.language, person.phototype, "", False,
        False,
    )  # fmt: skip


def _copy(table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _family(name: str, sex: str, culture: dict[str, Any]) -> str:
    ending = culture.get("female_ending", "")
    return f"{name}{ending}" if sex == "female" and ending and name.endswith(("v", "n")) else name


def _cultures() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(
        (files(__package__) / "data" / "names.yaml").read_text(encoding="utf-8")
    )
    return found
