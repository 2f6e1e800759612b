"""Everything that screening can say is translated."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from pinprick.language import said, translation
from pinprick.safety import concepts, products, rules

OVER = "lidocaine 2.5 % + prilocaine 2.5 % cream: 900 cm² is more than the 600 cm² allowed at once (6 to 11 years)."
SAMPLES = {
    "fact": "oral isotretinoin", "end": "2026-03-01", "for_start": " for 2026-03-01",
    "until_clause": ", until 2026-09-01", "basis": "the default", "days": "180", "within": "14", "age": "16",
    "phototype": "IV", "value": "8.5 %", "given": "0.5", "limit": "0.3", "limit_reason": OVER,
}  # fmt: skip
EMPTY = {"for_start": "", "until_clause": ""}
PASSED = {"until_clause": ", which have passed", "basis": "the position chosen (clinics)"}


def filled(text: str, samples: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_.]+)\}", lambda one: samples.get(one[1], "14"), text)


def of_rules() -> Iterator[tuple[str, str]]:
    for rule in rules().values():
        yield from ((rule.id, text) for text in (rule.subject, rule.action, rule.reasoning, rule.note))
        yield rule.id, rule.evidence_overall
        for position in rule.positions:
            yield from ((rule.id, text) for text in (position.who, position.says, position.note, position.warning))
        for case in rule.cases:
            yield rule.id, case.action
            yield from ((rule.id, filled(case.reason, SAMPLES | extra)) for extra in ({}, EMPTY, PASSED))
        asked = [rule.dated, rule.unknown and rule.unknown.question, rule.detail and rule.detail.question]
        yield from ((rule.id, filled(text, SAMPLES)) for text in asked if text)
        for name in ("override", "condition"):
            yield rule.id, str(rule.default.get(name) or "")


def of_records() -> Iterator[tuple[str, str]]:
    yield from ((one.id, one.label) for one in concepts().values())
    for one in products().values():
        yield one.id, one.name
        yield from ((one.id, regimen.basis) for regimen in one.regimens)


def missing(texts: Iterator[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(f"{id}: {text}" for id, text in texts if not translation(text, "es").is_complete))


def test_every_text_of_the_rules_is_translated() -> None:
    assert missing(of_rules()) == []


def test_every_concept_and_anaesthetic_is_translated() -> None:
    assert missing(of_records()) == []


READ = {
    "Oral isotretinoin ended on 2026-03-01; the default asks for 180 days, until 2026-08-28.":
    "Isotretinoína oral terminó el 1 de marzo de 2026; la postura por defecto pide 180 días,"
    " hasta el 28 de agosto de 2026.",
    "Not yet. Roaccutane 20 mg ended on 2026-03-01; the position chosen (clinics) asks for 90 days, which have passed.":
    "Todavía no. Roaccutane 20 mg terminó el 1 de marzo de 2026; la postura elegida (clínicas) pide 90 días,"
    " que ya han pasado.",
    "medications[0]: isotretinoin, past until 2026-03-01":
    "medications[0]: isotretinoin, pasado hasta el 1 de marzo de 2026",
    "Keloid. Set aside by the clinician: Zona probada. Bien tolerado.":
    "Queloide. Apartado por el clínico: Zona probada. Bien tolerado.",
    "Recorded without a clear status: pregnancy. Is the patient pregnant, or could she be?":
    "Registrado sin que conste si es actual: embarazo. ¿Está embarazada la paciente, o podría estarlo?",
    OVER: "crema de lidocaína 2,5 % + prilocaína 2,5 %: 900 cm² es más que los 600 cm² que se permiten de una vez"
    " (de 6 a 11 años).",
}  # fmt: skip


@pytest.mark.parametrize("text", READ)
def test_reasons_read_as_spanish(text: str) -> None:
    found = translation(text, "es")
    assert found.text == READ[text]
    assert found.is_complete
    assert said(text, "en") == text
