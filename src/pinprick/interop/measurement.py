"""FHIR Observations that screening uses: pregnancy, smoking, HbA1c, INR, weight and phototype."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pinprick.interop.coding import meaning, wording
from pinprick.interop.moment import event
from pinprick.interop.node import Node
from pinprick.safety import Fact, recognise, recognise_code

_LEFT_OUT = frozenset({"entered-in-error", "cancelled"})
_WEIGHT = frozenset({"29463-7", "3141-9"})
_PREGNANCY = frozenset({"82810-3", "11449-6"})
_BREAST_FEEDING = frozenset({"63895-7"})
_SMOKING = frozenset({"72166-2"})
_KILOGRAMS = {"kg": 1.0, "g": 0.001, "[lb_av]": 0.45359237, "lb": 0.45359237}
_UNITS = {"%": "%", "mmol/mol": "mmol/mol", "{inr}": "1", "1": "1", "": "1", "{ratio}": "1"}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}


@dataclass(slots=True)
class Measured:
    """What the Observations say on one day.

    Attributes:
        facts: facts, the latest of each kind.
        weight_kg: the latest weight.
        phototype: the latest phototype.
    """

    facts: list[Fact] = field(default_factory=list)
    weight_kg: float | None = None
    phototype: int | None = None


def measured(observations: Iterable[Node], on: date) -> Measured:
    """Return what the Observations up to a day say; a later one replaces an earlier one of its kind.

    Raises:
        InputError: a field is not as FHIR R4 has it.
    """
    dated = []
    for resource in observations:
        day = event(resource, "effective").start
        if resource.text("status") in _LEFT_OUT or (day is not None and day > on):
            continue
        dated.append((day or date.min, resource))
    dated.sort(key=lambda pair: pair[0])
    found, latest = Measured(), {}
    for day, resource in dated:
        known = None if day == date.min else day
        for name, fact in _facts(resource, known, on):
            latest[name] = fact
        found.weight_kg = _weight(resource) or found.weight_kg
        found.phototype = _phototype(resource) or found.phototype
    found.facts = [fact for fact in latest.values() if fact is not None]
    return found


def _codes(resource: Node) -> frozenset[str]:
    code = resource.node("code")
    return frozenset(coding.text("code") for coding in code.nodes("coding")) if code is not None else frozenset()


def _said(resource: Node) -> tuple[str, Node | None]:
    value = resource.node("valueCodeableConcept")
    return (wording(value), value) if value is not None else (resource.text("valueString"), None)


def _facts(resource: Node, day: date | None, on: date) -> list[tuple[str, Fact | None]]:
    codes, (said, value) = _codes(resource), _said(resource)
    name = wording(resource.node("code"))
    origin = f"Observation/{resource.text('id')}" if resource.has("id") else resource.path
    if codes & _PREGNANCY or "pregnancy status" in name.casefold():
        return [("pregnancy", _state("pregnancy", said, value, (day, on), origin))]
    if codes & _BREAST_FEEDING or "breastfeeding status" in name.casefold():
        return [("breast_feeding", _state("breast_feeding", said, value, (day, on), origin))]
    if codes & _SMOKING or "smoking status" in name.casefold():
        smokes = "smoking" in (*meaning(value, "condition"), *recognise(said, "condition"))
        return [("smoking", Fact("smoking", "current" if smokes else "absent", day, None, said, origin))]
    quantity = resource.node("valueQuantity")
    if quantity is None:
        return []
    return [(id, _figure(id, quantity, name, day, origin)) for id in ("hba1c", "inr") if id in _meant(resource)]


def _meant(resource: Node) -> tuple[str, ...]:
    code = resource.node("code")
    if code is None:
        return ()
    coded = [id for coding in code.nodes("coding") for id in recognise_code(coding.text("system"), coding.text("code"))]
    return (*coded, *recognise(wording(code), "observation"))


def _state(concept: str, said: str, value: Node | None, days: tuple[date | None, date], origin: str) -> Fact | None:
    """Return a state that comes and goes: "yes" holds on, "no" only on the day it was said."""
    day, on = days
    if concept in (*meaning(value, "condition"), *recognise(said, "condition")) or said.casefold() in (
        "yes",
        "positive",
    ):
        return Fact(concept, "current", day, None, said, origin)
    denied = said.casefold().startswith(("not ", "no", "negative"))
    return Fact(concept, "absent", day, None, said, origin) if denied and day == on else None


def _figure(concept: str, quantity: Node, name: str, day: date | None, origin: str) -> Fact | None:
    number = quantity.number("value")
    unit = _UNITS.get((quantity.text("code") or quantity.text("unit")).casefold())
    if number is None or unit is None:
        return None
    return Fact(concept, "current", day, None, name, origin, value=number, unit=unit)


def _weight(resource: Node) -> float | None:
    quantity = resource.node("valueQuantity")
    if quantity is None or not _codes(resource) & _WEIGHT:
        return None
    number = quantity.number("value")
    factor = _KILOGRAMS.get(quantity.text("code") or quantity.text("unit"))
    return None if number is None or factor is None or number <= 0 else number * factor


def _phototype(resource: Node) -> int | None:
    name = wording(resource.node("code")).casefold()
    if "fitzpatrick" not in name and "phototype" not in name:
        return None
    given = resource.content.get("valueInteger")
    if isinstance(given, int) and not isinstance(given, bool):
        return given if 1 <= given <= 6 else None
    words = re.findall(r"[a-z]+|\d+", _said(resource)[0].casefold())
    for word in reversed(words):
        if word in _ROMAN:
            return _ROMAN[word]
        if word.isdigit() and 1 <= int(word) <= 6:
            return int(word)
    return None
