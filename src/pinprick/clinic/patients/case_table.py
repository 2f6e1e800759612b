"""Facts as the patient's part of a case, so that planning screens what the record says and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pinprick.planning.patient import STATEMENT_KINDS
from pinprick.safety import Fact, Facts
from pinprick.safety.circumstances import as_of
from pinprick.safety.vocabulary import concepts

_LIST = dict(zip(("condition", "medication", "allergy", "procedure", "observation"), STATEMENT_KINDS, strict=True))
# A case holds at most so many statements of a kind.
_MOST = 200
_KEPT = ("birth_date", "age", "sex", "phototype")


def patient_table(facts: Facts, on: date) -> dict[str, Any]:
    """Return the table `patient` of a case file that gives the same facts again.

    Statements that no concept covers are entered among the conditions, so that a plan names them as not screened. A
    case has no word for "on no zone of treatment"; such a fact counts there as of an unstated place, the cautious way.

    Args:
        facts: as kept for the patient.
        on: the day on which current, past and planned are told apart.
    """
    table: dict[str, Any] = {
        "birth_date": facts.birth_date.isoformat() if facts.birth_date else None,
        "age": facts.person.age_years if facts.birth_date is None else None,
        "sex": facts.person.sex,
        "phototype": facts.person.phototype,
    }
    found: dict[str, Any] = {name: table[name] for name in _KEPT if table[name] is not None}
    for fact in facts.facts:
        known = concepts().get(fact.concept)
        if known is None:
            continue
        found.setdefault(_LIST[known.kind], []).append(_statement(as_of(fact, on)))
    for text in _shortened(facts.unrecognised, _MOST - len(found.get("conditions", ()))):
        found.setdefault("conditions", []).append({"name": text[:200], "status": "current"})
    stated = {fact.concept for fact in facts.facts}
    denied = sorted(id.replace("_", " ") for id in facts.asked - stated if id in concepts())
    return {**found, "denied": denied} if denied else found


def _shortened(texts: Sequence[str], room: int) -> list[str]:
    if len(texts) <= room:
        return list(texts)
    return [*texts[: room - 1], f"and {len(texts) - room + 1} further entries"]


def _statement(fact: Fact) -> Mapping[str, Any]:
    entry: dict[str, Any] = {"name": fact.concept.replace("_", " "), "status": fact.status}
    if fact.start is not None:
        entry["start"] = fact.start.isoformat()
    if fact.end is not None:
        entry["end"] = fact.end.isoformat()
    if fact.zones:
        entry["zones"] = [zone.value for zone in fact.zones]
    if fact.value is not None:
        entry["value"] = f"{fact.value:g} {fact.unit}" if fact.unit in ("%", "mmol/mol") else fact.value
    if fact.text:
        entry["note"] = fact.text[:2000]
    return entry
