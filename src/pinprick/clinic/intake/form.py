"""Reads what a form sends into answers; what cannot be read is kept as it was typed, so that nobody types it twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pinprick.clinic.intake.definition import Definition, Item, Question, Section
from pinprick.clinic.patients.dates import partial

Form = Mapping[str, Sequence[str]]
Answer = dict[str, Any]
Answers = dict[str, Answer]
NONE, UNKNOWN, YES, NO = "none", "unknown", "yes", "no"
MOST_ENTRIES = 60
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST = 2000


def read_form(definition: Definition, section: Section, form: Form, *, month_first: bool = False) -> Answers:
    """Return the answers of a section; questions left alone are left out.

    Args:
        definition: the questionnaire.
        section: the section that was sent.
        form: values by field name, as a browser sends them.
        month_first: whether 03/12 is the 12th of March.
    """
    found: Answers = {}
    for question in section.questions:
        answer = _READERS[question.type](definition, question, form, month_first)
        if answer:
            found[question.id] = answer
    return found


def _items(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    chosen = set(form.get(question.id, ()))
    if question.one and YES in chosen:
        chosen.add(question.items[0].concept)
    ticked = {
        item.concept: _item(definition, question, item, form, month_first)
        for item in question.items
        if item.concept in chosen
    }
    said = [state for state in (NONE, UNKNOWN) if state in chosen or (state == NONE and question.one and NO in chosen)]
    if ticked and said:
        return {"state": "contradiction", "said": said, "items": ticked}
    if ticked:
        return {"state": "some", "items": ticked}
    return {"state": said[0]} if len(said) == 1 else {"state": "contradiction", "said": said} if said else {}


def _item(definition: Definition, question: Question, item: Item, form: Form, month_first: bool) -> Answer:
    name = f"{question.id}.{item.concept}"
    status = _one(form, f"{name}.status")
    found: Answer = {}
    if len(item.statuses) == 1 and status != UNKNOWN:
        found["status"] = item.statuses[0]
    elif status in (*item.statuses, UNKNOWN):
        found["status"] = status
    if item.date and (typed := _one(form, f"{name}.date")):
        found["date"] = _date(typed, month_first)
    if item.zones:
        places = set(form.get(f"{name}.regions", ()))
        regions = [region.id for region in definition.regions if region.id in places]
        if regions:
            found["regions"] = regions
    if item.measure is not None and (typed := _one(form, f"{name}.value")):
        found["value"] = typed.replace(",", ".")
        unit = _one(form, f"{name}.unit")
        found["unit"] = unit if unit in item.measure.units else item.measure.units[0]
        if day := _one(form, f"{name}.measured"):
            found["measured"] = _date(day, month_first)
    return found


def _choice(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    chosen = _one(form, question.id)
    if chosen == UNKNOWN:
        return {"state": UNKNOWN}
    return {"state": "some", "value": chosen} if chosen in {option.value for option in question.options} else {}


def _zones(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    chosen = set(form.get(question.id, ()))
    regions = [region.id for region in definition.regions if region.id in chosen]
    if UNKNOWN in chosen:
        return {"state": "contradiction", "said": [UNKNOWN], "regions": regions} if regions else {"state": UNKNOWN}
    return {"state": "some", "regions": regions} if regions else {}


def _entries(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    rows = []
    for place in range(MOST_ENTRIES):
        fields = {part: _one(form, f"{question.id}.{place}.{part}") for part in ("name", "status", "start", "end")}
        if not (fields["name"] or fields["start"] or fields["end"]):
            continue
        row: Answer = {"name": fields["name"][:200]}
        if fields["status"] in ("current", "past", "planned", UNKNOWN):
            row["status"] = fields["status"]
        for part in ("start", "end"):
            if fields[part]:
                row[part] = _date(fields[part], month_first)
        rows.append(row)
    said = [state for state in (NONE, UNKNOWN) if state in form.get(question.id, ())]
    if rows and said:
        return {"state": "contradiction", "said": said, "entries": rows}
    if rows:
        return {"state": "some", "entries": rows}
    return {"state": said[0]} if len(said) == 1 else {"state": "contradiction", "said": said} if said else {}


def _text(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    typed = _one(form, question.id)
    if typed:
        return {"state": "some", "text": typed}
    return {"state": UNKNOWN} if UNKNOWN in form.get(f"{question.id}.state", ()) else {}


def _day(definition: Definition, question: Question, form: Form, month_first: bool) -> Answer:
    typed = _one(form, question.id)
    if typed:
        return {"state": "some", "date": _date(typed, month_first)}
    return {"state": UNKNOWN} if UNKNOWN in form.get(f"{question.id}.state", ()) else {}


def _one(form: Form, name: str) -> str:
    values = form.get(name, ())
    return _CONTROL.sub("", values[-1]).strip()[:_LONGEST] if values else ""


def _date(typed: str, month_first: bool) -> str:
    found = partial(typed, month_first=month_first)
    return str(found) if found is not None else typed[:60]


_READERS = {"items": _items, "choice": _choice, "zones": _zones, "entries": _entries, "text": _text, "date": _day}
