"""Answers as the coded facts of screening, and as the wishes of a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from pinprick.clinic.intake.definition import Asked, Definition, Item, Question, applies
from pinprick.clinic.intake.form import NONE, UNKNOWN, Answer, Answers
from pinprick.clinic.patients import facts_record
from pinprick.clinic.patients.dates import partial
from pinprick.safety import Fact, Facts, concept, recognise
from pinprick.skin import Person, Zone


def facts(definition: Definition, answers: Answers, asked: Asked, on: date) -> Facts:
    """Return what the answers say, as screening takes it.

    What was not ticked in an answered list was denied. "I don't know" is a fact of its own, never a no. Where clinician
    and patient answer about the same thing, the clinician's answer stands. A date of which only the month or year is
    known counts as the day that makes the wait longer.

    Args:
        definition: the questionnaire.
        answers: the answers of all sections.
        asked: the person, so that questions not put to them say nothing.
        on: the day of filling in.
    """
    said = _said(definition, answers, asked, on, "patient")
    return facts_record.updated(said, _said(definition, answers, asked, on, "staff"))


def wishes(definition: Definition, answers: Answers) -> dict[str, Any]:
    """Return what the answers fill in of a case, by field, for instance `concern.indication` or `concern.zones`."""
    found: dict[str, Any] = {}
    for question in definition.questions():
        answer = answers.get(question.id)
        if not question.sets or question.sets.startswith("person.") or not answer or answer["state"] != "some":
            continue
        if question.type == "zones":
            found[question.sets] = [zone.value for zone in _zones(definition, answer["regions"])]
        elif question.type == "date" and (day := partial(answer["date"])):
            found[question.sets] = day.last.isoformat()
        elif question.type == "choice" and answer["value"] != "other":
            found[question.sets] = answer["value"]
    return {field: value for field, value in found.items() if value}


def _said(definition: Definition, answers: Answers, asked: Asked, on: date, by: str) -> Facts:
    found: list[Fact] = []
    unrecognised: list[str] = []
    phototype: int | None = None
    for question in definition.questions(by):
        answer = answers.get(question.id)
        if not answer or not applies(question, asked):
            continue
        if question.type == "items":
            found += _of_items(definition, question, answer, on)
        elif question.type == "entries":
            for place, row in enumerate(answer.get("entries", ())):
                stated = list(_of_entry(question, place, row, on))
                found += stated
                if not stated:
                    unrecognised.append(f"{question.id}[{place}]: {row['name']}")
        elif question.sets == "person.phototype" and answer["state"] == "some":
            phototype = int(answer["value"])
    return Facts(
        person=Person(sex=asked.sex or None, phototype=phototype),  # type: ignore[arg-type]
        facts=tuple(found),
        unrecognised=tuple(unrecognised),
        asked=frozenset(fact.concept for fact in found if fact.status != "unknown"),
    )


def _of_items(definition: Definition, question: Question, answer: Answer, on: date) -> Iterator[Fact]:
    ticked: Mapping[str, Answer] = answer.get("items", {})
    for item in question.items:
        if item.concept in ticked:
            yield from _of_item(definition, question, item, ticked[item.concept], on)
        elif answer["state"] in ("some", NONE):
            yield Fact(item.concept, "absent", origin=f"{question.id}")
        elif answer["state"] == UNKNOWN:
            yield Fact(item.concept, "unknown", text=item.text, origin=f"{question.id}")


def _of_item(definition: Definition, question: Question, item: Item, given: Answer, on: date) -> Iterator[Fact]:
    status = given.get("status", UNKNOWN)
    start, end = _when(status, given.get("date"), on, momentary=concept(item.concept).kind == "procedure")
    regions = given.get("regions", [])
    zones = _zones(definition, regions)
    origin = f"{question.id}.{item.concept}"
    yield Fact(
        item.concept,
        status,
        start=start,
        end=end,
        text=item.text,
        origin=origin,
        zones=zones,
        outside_zones=bool(regions) and not zones,
    )
    if item.measure is not None and given.get("value"):
        taken = partial(given["measured"]) if given.get("measured") else None
        day = min(taken.last, on) if taken else None
        yield Fact(
            item.measure.concept,
            "current",
            start=day,
            text=item.measure.text,
            origin=origin,
            value=float(given["value"]),
            unit=given["unit"],
        )


def _of_entry(question: Question, place: int, row: Answer, on: date) -> Iterator[Fact]:
    status = row.get("status") or _status(row, on)
    start, end = (partial(row[part]) if part in row else None for part in ("start", "end"))
    first = start.first if start else None
    last = end.last if end else None
    if status == "past" and last is not None:
        last = min(last, on)
    if question.kind == "procedure" and status == "past":
        first = last = last or (min(start.last, on) if start else None)
    for id in recognise(row["name"], question.kind):  # type: ignore[arg-type]
        yield Fact(id, status, start=first, end=last, text=row["name"], origin=f"{question.id}[{place}]")


def _status(row: Answer, on: date) -> Any:
    start, end = (partial(row[part]) if part in row else None for part in ("start", "end"))
    if start is not None and start.first > on:
        return "planned"
    return "past" if end is not None and end.last <= on else "current"


def _when(status: str, text: str | None, on: date, *, momentary: bool) -> tuple[date | None, date | None]:
    """Return start and end by what the one date means: since when, until when, from when, or on which day."""
    day = partial(text) if text else None
    if day is None:
        return None, None
    if status == "planned":
        # "In November", said in November: it may be any day from tomorrow on.
        return max(day.first, min(on + timedelta(1), day.last)), None
    latest = min(day.last, on)
    if status == "past":
        return (latest if momentary else None), latest
    return latest, None


def _zones(definition: Definition, regions: list[str]) -> tuple[Zone, ...]:
    named = {region.id: region.zones for region in definition.regions}
    return tuple(dict.fromkeys(Zone(zone) for id in regions for zone in named.get(id, ())))
