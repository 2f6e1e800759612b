"""A section as a page shows it: every control with its name, its value as typed, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pinprick.clinic.intake.definition import Asked, Definition, Item, Question, Section, applies
from pinprick.clinic.intake.form import MOST_ENTRIES, NO, NONE, UNKNOWN, YES
from pinprick.clinic.intake.summary import status_words
from pinprick.evidence import cite_text, load_records, source

Typed = Mapping[str, Sequence[str]]
_SPARE_ROWS = 2


@dataclass(frozen=True, slots=True)
class Control:
    """One input or group of inputs.

    Attributes:
        name: field name.
        id: element id.
        value: as typed.
        choices: value, text and whether chosen, of radios and ticks.
        fault: what is wrong, or "".
    """

    name: str
    value: str = ""
    choices: tuple[tuple[str, Any, bool], ...] = ()
    fault: Any = ""

    @property
    def id(self) -> str:
        """The element's id."""
        return "f-" + self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Tick:
    """An item with what is asked about it.

    Attributes:
        text, value: the tick itself.
        id: element id.
        chosen: whether it is ticked.
        status, date, regions: controls, None where not asked.
        measure: question, value, unit and date of a figure, or None.
    """

    text: str
    value: str
    id: str
    chosen: bool
    status: Control | None
    date: Control | None
    regions: Control | None
    measure: tuple[str, Control, Control, Control] | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a free list: name, state, from and until."""

    number: int
    name: Control
    status: Control
    start: Control
    end: Control


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the page shows it.

    Attributes:
        question: the question.
        control: its own control.
        ticks: its items.
        rows: lines of a free list.
        none, unknown: whether these are chosen.
        basis: the published scheme that the options follow, or "".
    """

    question: Question
    control: Control
    ticks: tuple[Tick, ...] = ()
    rows: tuple[Row, ...] = field(default=())
    none: bool = False
    unknown: bool = False
    basis: str = ""

    @property
    def kind(self) -> str:
        """Name of the template part that draws it."""
        return "one" if self.question.one else self.question.type


def shown(
    definition: Definition, section: Section, typed: Typed, asked: Asked, faults: Mapping[str, Any]
) -> list[Shown]:
    """Return the questions of a section that concern a person, ready to be drawn."""
    return [_shown(definition, one, typed, faults) for one in section.questions if applies(one, asked)]


def _shown(definition: Definition, question: Question, typed: Typed, faults: Mapping[str, Any]) -> Shown:
    chosen = set(typed.get(question.id, ()))
    aside = set(typed.get(f"{question.id}.state", ()))
    pairs: list[tuple[str, Any]] = []
    if question.type == "choice":
        pairs = [(option.value, option.text) for option in question.options]
    elif question.type == "zones":
        pairs = [(region.id, region.text) for region in definition.regions]
    choices = tuple((value, text, value in chosen) for value, text in pairs)
    value = next(iter(typed.get(question.id, ())), "") if question.type in ("text", "date") else ""
    return Shown(
        question,
        Control(question.id, value, choices, faults.get(question.id, "")),
        tuple(_tick(definition, question, item, typed, faults) for item in question.items),
        tuple(_rows(question, typed, faults)) if question.type == "entries" else (),
        none=NONE in chosen or (question.one and NO in chosen),
        unknown=UNKNOWN in chosen | aside,
        basis=_basis(question),
    )


def _tick(definition: Definition, question: Question, item: Item, typed: Typed, faults: Mapping[str, Any]) -> Tick:
    name = f"{question.id}.{item.concept}"
    chosen = set(typed.get(question.id, ()))
    status = None
    if len(item.statuses) > 1:
        status = _control(f"{name}.status", typed, faults, tuple(status_words(item).items()))
    regions = [(region.id, region.text) for region in definition.regions]
    measure = None
    if item.measure is not None:
        units = tuple((unit, "" if unit == "1" else unit) for unit in item.measure.units)
        measure = (
            item.measure.text,
            _control(f"{name}.value", typed, faults),
            _control(f"{name}.unit", typed, faults, units),
            _control(f"{name}.measured", typed, faults),
        )
    return Tick(
        item.text,
        YES if question.one else item.concept,
        f"f-{name.replace('.', '-')}",
        item.concept in chosen or (question.one and YES in chosen),
        status,
        _control(f"{name}.date", typed, faults) if item.date else None,
        _control(f"{name}.regions", typed, faults, tuple(regions)) if item.zones else None,
        measure,
    )


def _rows(question: Question, typed: Typed, faults: Mapping[str, Any]) -> list[Row]:
    used = [
        place
        for place in range(MOST_ENTRIES)
        if any(typed.get(f"{question.id}.{place}.{part}") for part in ("name", "start", "end"))
    ]
    count = min(MOST_ENTRIES, (max(used) + 1 if used else 0) + _SPARE_ROWS)
    words = tuple(status_words(question.kind).items())
    return [
        Row(
            place + 1,
            _control(f"{question.id}.{place}.name", typed, faults),
            _control(f"{question.id}.{place}.status", typed, faults, words),
            _control(f"{question.id}.{place}.start", typed, faults),
            _control(f"{question.id}.{place}.end", typed, faults),
        )
        for place in range(count)
    ]


def _control(name: str, typed: Typed, faults: Mapping[str, Any], choices: tuple[tuple[str, Any], ...] = ()) -> Control:
    values = typed.get(name, ())
    marked = tuple((value, text, value in values) for value, text in choices)
    return Control(name, values[0] if values else "", marked, faults.get(name, ""))


def _basis(question: Question) -> str:
    if not question.instrument:
        return ""
    scheme = next(item for item in load_records("comparators/instruments.yaml") if item["id"] == question.instrument)
    return f"{scheme['name']}. {' '.join(cite_text(source(id)) for id in scheme['sources'])}"
