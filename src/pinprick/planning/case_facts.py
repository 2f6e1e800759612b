"""The coded facts of a case, as screening takes them."""

from __future__ import annotations

import re
from datetime import date
from typing import get_args

from pinprick.planning.case import Case
from pinprick.planning.patient import STATEMENT_KINDS, Statement
from pinprick.safety import Fact, Facts, FactStatus
from pinprick.safety.vocabulary import Kind, of_kind, recognise

_KIND: dict[str, Kind] = dict(zip(STATEMENT_KINDS, get_args(Kind), strict=True))
_NO = ("no", "none", "absent", "false", "negative")


def facts(case: Case, on: date) -> Facts:
    """Return the facts of a case on a day.

    A statement that no concept covers is kept word for word, so that nobody believes it was screened. A list given as
    "none" says that every concept of its kind was asked about; a list left out, or "unknown", says nothing.

    Args:
        case: the case.
        on: day on which current, past and planned are told apart.
    """
    found: list[Fact] = []
    unrecognised: list[str] = []
    asked: set[str] = set()
    for plural, kind in _KIND.items():
        for place, statement in enumerate(getattr(case.patient, plural)):
            if statement.everything is not None:
                asked |= of_kind(kind) if statement.everything == "none" else set()
                continue
            text = _text(statement)
            concepts = recognise(text, kind)
            origin = f"{plural}[{place}]"
            if not concepts:
                unrecognised.append(f"{origin}: {text}")
            found += [_fact(concept, statement, on, origin) for concept in concepts]
    for place, name in enumerate(case.patient.denied):
        concepts = tuple(dict.fromkeys(concept for kind in _KIND.values() for concept in recognise(name, kind)))
        if not concepts:
            unrecognised.append(f"denied[{place}]: {name}")
        found += [Fact(concept, "absent", text=name, origin=f"denied[{place}]") for concept in concepts]
    asked |= {fact.concept for fact in found if fact.status != "unknown"}
    return Facts(
        person=case.patient.person(on),
        birth_date=case.patient.birth_date,
        facts=tuple(found),
        unrecognised=tuple(unrecognised),
        asked=frozenset(asked),
    )


def _text(statement: Statement) -> str:
    value = statement.value
    return f"{statement.name} {value}" if isinstance(value, str) and value.lower() not in _NO else statement.name


def _fact(concept: str, statement: Statement, on: date, origin: str) -> Fact:
    status: FactStatus = statement.status_on(on)
    if isinstance(statement.value, str) and statement.value.lower() in _NO:
        status = "absent"
    value, unit = _measured(statement.value)
    return Fact(
        concept=concept,
        status=status,
        start=statement.start or statement.date,
        end=statement.end or statement.date,
        text=statement.name,
        origin=origin,
        zones=tuple(statement.zones),
        value=value,
        unit=unit,
    )


def _measured(value: str | float | None) -> tuple[float | None, str]:
    """Return the figure and the unit of an observation, for instance 9.1 and "%" of "9.1 %"; an INR has the unit 1."""
    found = re.fullmatch(r"\s*(\d+(?:[.,]\d+)?)\s*(%|mmol/mol)?\s*", str(value)) if value is not None else None
    return (float(found[1].replace(",", ".")), found[2] or "1") if found else (None, "")
