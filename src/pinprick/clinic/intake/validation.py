"""Checks the answers of a section: what is missing, what contradicts itself, what cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from pinprick.clinic.intake.definition import Asked, Item, Question, Section, applies
from pinprick.clinic.intake.form import Answer, Answers
from pinprick.clinic.patients.dates import Partial, partial

MISSING = _("Please answer this, or choose “I don't know”.")
CONTRADICTION = _("You ticked something and also “none” or “I don't know”. Keep one of the two.")
NO_DATE = _("This is not a date. Write for example 2026, 03/2026 or 20/03/2026, or leave it empty.")
TO_COME = _("This date is still to come. Correct it, or choose “planned”.")
GONE_BY = _("This date has passed. Correct it, or do not choose “planned”.")
NO_STATUS = _("Please say whether this is so now, was earlier or is planned.")
NO_NUMBER = _("This is not a number. Write for example 7.2, or leave it empty.")
NO_NAME = _("What is it called?")
ENDS_FIRST = _("It ends before it begins. Check both dates.")
Faults = dict[str, Any]


def faults(section: Section, answers: Answers, asked: Asked, today: date) -> Faults:
    """Return a message for each field that has to be corrected, by field name; none when the section is complete.

    Args:
        section: the section.
        answers: what was answered.
        asked: the person, for the questions that are put to them.
        today: the day of filling in.
    """
    found: Faults = {}
    for question in section.questions:
        if not applies(question, asked):
            continue
        answer = answers.get(question.id)
        if not answer:
            if question.required:
                found[question.id] = MISSING
            continue
        found.update(_wrong(question, answer, today))
    return found


def _wrong(question: Question, answer: Mapping[str, Any], today: date) -> Iterator[tuple[str, Any]]:
    if answer["state"] == "contradiction":
        yield question.id, CONTRADICTION
    for item in question.items:
        given = answer.get("items", {}).get(item.concept)
        if given is not None:
            yield from _wrong_item(f"{question.id}.{item.concept}", item, given, today)
    for place, row in enumerate(answer.get("entries", ())):
        yield from _wrong_entry(f"{question.id}.{place}", row, today)
    if question.type == "date" and "date" in answer:
        day = partial(answer["date"])
        if day is None:
            yield question.id, NO_DATE
        elif day.last < today:
            yield question.id, GONE_BY


def _wrong_item(name: str, item: Item, given: Answer, today: date) -> Iterator[tuple[str, Any]]:
    status = given.get("status")
    if status is None:
        yield f"{name}.status", NO_STATUS
    if message := _wrong_date(given.get("date"), status, today):
        yield f"{name}.date", message
    if "value" in given and not _is_number(given["value"]):
        yield f"{name}.value", NO_NUMBER
    if message := _wrong_date(given.get("measured"), "past", today):
        yield f"{name}.measured", message


def _wrong_entry(name: str, row: Answer, today: date) -> Iterator[tuple[str, Any]]:
    if not row["name"]:
        yield f"{name}.name", NO_NAME
    days = {part: partial(row[part]) for part in ("start", "end") if part in row}
    for part, day in days.items():
        if day is None:
            yield f"{name}.{part}", NO_DATE
    start, end = days.get("start"), days.get("end")
    if start is not None and end is not None and end.last < start.first:
        yield f"{name}.end", ENDS_FIRST


def _wrong_date(text: str | None, status: str | None, today: date) -> Any:
    if text is None:
        return None
    day: Partial | None = partial(text)
    if day is None:
        return NO_DATE
    if status in ("past", "current") and day.first > today:
        return TO_COME
    return GONE_BY if status == "planned" and day.last < today else None


def _is_number(text: str) -> bool:
    try:
        return 0 < float(text) < 1000
    except ValueError:
        return False
