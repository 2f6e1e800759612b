"""A questionnaire as data: sections of questions, each version unchangeable and known by the hash of its content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from pinprick.errors import EvidenceError
from pinprick.evidence import value
from pinprick.evidence.record import build
from pinprick.safety import FactStatus

QuestionType = Literal["items", "choice", "entries", "zones", "text", "date"]
FILE = "clinic/intake/data"
MEDICAL_HISTORY = ("medical_history", 1)


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure asked for beside an item.

    Attributes:
        concept: what is measured.
        text: the question.
        units: units to choose from; "1" for a pure number.
    """

    concept: str
    text: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that may apply to a person.

    Attributes:
        concept: id from the vocabulary of screening.
        text: as the person reads it.
        statuses: the states in time that can be told.
        zones: whether the place on the body is asked.
        date: whether the date is asked.
        measure: a figure asked for beside it.
    """

    concept: str
    text: str
    statuses: tuple[FactStatus, ...]
    zones: bool = False
    date: bool = False
    measure: Measure | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose.

    Attributes:
        value: as stored.
        text: as the person reads it.
    """

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. Whatever its type, "I don't know" is an answer to it.

    Attributes:
        id: name within the questionnaire.
        type: items (tick what applies), choice (one of several), entries (a free list), zones, text or date.
        text, help: as the person reads them.
        required: whether it must be answered.
        one: whether it has a single item and is asked as yes or no.
        items, options: what there is to tick or to choose.
        kind: of entries: medication, allergy, procedure or condition.
        sets: what the answer fills in: `person.phototype`, or a field of a case such as `concern.indication`.
        instrument: published scheme that the options follow.
        when: conditions on the person, all of which must hold for the question to be asked.
    """

    id: str
    type: QuestionType
    text: str
    help: str = ""
    required: bool = True
    one: bool = False
    items: tuple[Item, ...] = ()
    options: tuple[Option, ...] = ()
    kind: str = ""
    sets: str = ""
    instrument: str = ""
    when: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Questions on one page.

    Attributes:
        id: name within the questionnaire.
        by: who answers: patient or staff.
        title, text: heading and introduction.
        questions: the questions.
        fresh: whether it is asked anew each time, because yesterday's answer says nothing about today.
    """

    id: str
    by: Literal["patient", "staff"]
    title: str
    questions: tuple[Question, ...]
    text: str = ""
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the body as people name it.

    Attributes:
        id: name.
        text: as the person reads it.
        zones: treatment zones in it; none for the rest of the body.
    """

    id: str
    text: str
    zones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a questionnaire.

    Attributes:
        id, version: which it is.
        title, text: heading and introduction.
        statement: what is signed.
        regions: parts of the body.
        sections: the sections in order.
    """

    id: str
    version: int
    title: str
    text: str
    statement: str
    regions: tuple[Region, ...]
    sections: tuple[Section, ...]

    def section(self, id: str) -> Section | None:
        """Return a section, or None."""
        return next((section for section in self.sections if section.id == id), None)

    def questions(self, by: str | None = None) -> Iterator[Question]:
        """Yield the questions in order, all or those that one side answers."""
        return (question for section in self.sections if by in (None, section.by) for question in section.questions)


@dataclass(frozen=True, slots=True)
class Asked:
    """The person who is asked, as far as it decides what is asked.

    Attributes:
        sex: female, male or "".
        age_years: completed years, or None.
    """

    sex: str = ""
    age_years: float | None = None


@cache
def content(id: str, version: int) -> Mapping[str, Any]:
    """Return a version that comes with the package: its definition and its translations; do not modify it.

    Raises:
        EvidenceError: there is none.
    """
    folder = files(__package__) / "data" / id
    file = folder / f"{version}.yaml"
    if not file.is_file():
        raise EvidenceError("no such questionnaire", file=f"{FILE}/{id}/{version}.yaml")
    translations = {
        item.name.split(".")[1]: yaml.safe_load(item.read_text(encoding="utf-8"))
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.startswith(f"{version}.") and item.name.count(".") == 2
    }
    return {"definition": yaml.safe_load(file.read_text(encoding="utf-8")), "translations": translations}


def digest(stored: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a version's content, whatever the order of its fields."""
    text = json.dumps(stored, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read(stored: Mapping[str, Any], language: str = "en") -> Definition:
    """Return the definition in a stored version, in a language as far as it is translated.

    Args:
        stored: definition and translations, as `content` returns them.
        language: language code.
    """
    words: Mapping[str, str] = stored["translations"].get(language.split("-")[0], {})
    fields = _translated(stored["definition"], words)
    nested = {
        "regions": lambda raw, file: build(Region, raw, file),
        "sections": lambda raw, file: _section(raw, file),
    }
    return build(Definition, fields, FILE, nested)


def applies(question: Question, asked: Asked) -> bool:
    """Whether a question is put to a person; one who could be concerned is asked."""
    return all(_holds(condition, asked) for condition in question.when)


def _holds(condition: Mapping[str, Any], asked: Asked) -> bool:
    if condition["person"] == "sex":
        return (asked.sex or "unknown") in condition["is"]
    if asked.age_years is None:
        return True
    low, under = (_number(condition.get(name)) for name in ("from", "under"))
    return (low is None or asked.age_years >= low) and (under is None or asked.age_years < under)


def _number(given: float | str | None) -> float | None:
    return value(given) if isinstance(given, str) else given


def _section(raw: Mapping[str, Any], file: str) -> Section:
    return build(Section, raw, file, {"questions": _question})


def _question(raw: Mapping[str, Any], file: str) -> Question:
    nested = {
        "items": _item,
        "options": lambda item, file: build(Option, item, file),
        "when": lambda item, file: dict(item),
    }
    return build(Question, raw, file, nested)


def _item(raw: Mapping[str, Any], file: str) -> Item:
    fields = dict(raw)
    if fields.get("measure"):
        fields["measure"] = build(Measure, fields["measure"], file)
    return build(Item, fields, file)


def _translated(given: Any, words: Mapping[str, str]) -> Any:
    if isinstance(given, dict):
        return {
            name: words.get(item, item)
            if name in ("text", "help", "title", "statement") and isinstance(item, str)
            else _translated(item, words)
            for name, item in given.items()
        }
    return [_translated(item, words) for item in given] if isinstance(given, list) else given
