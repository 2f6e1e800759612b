"""Everything that screenings and plans of the example cases say, and every record behind them, is translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import pinprick as pp
from pinprick import device, evidence, outcome
from pinprick.evidence import load_records
from pinprick.language import translation
from pinprick.outcome.prediction import outlook
from pinprick.planning.plan_json import to_json
from pinprick.safety import to_json as screening_json
from pinprick.skin import Zone

EXAMPLES = sorted(Path("examples").glob("*.toml"))
ON = date(2026, 11, 30)
# What is an identifier, a code, a date, a citation or what the case file itself says.
IDENTIFIERS = frozenset(
    ("id", "rule", "on", "until", "earliest_date", "kind", "verdict", "could_become", "jurisdiction", "sources",
     "modality", "basis", "predictor", "scale", "device", "zone", "adjuncts", "currency", "date", "source", "topic",
     "title", "case", "provenance", "parameters", "search", "rescreen", "product", "evidence", "published", "schema",
     "unrecognised", "version", "limits_who")
)  # fmt: skip


def texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            if key == "name":
                yield str(part).replace("_", " ")
            elif key not in IDENTIFIERS or (key == "basis" and "topic" in value):
                yield from texts(part, key)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts(part, name)
    elif isinstance(value, str) and value:
        yield value


def missing(found: Iterator[str]) -> list[str]:
    return [text for text in dict.fromkeys(found) if text and not translation(text, "es").is_complete]


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_text_of_an_example_is_translated(file: Path) -> None:
    case = pp.Case.load(file)
    assert missing(texts(screening_json(pp.screen(case, on=ON)))) == []
    plan = pp.plan(case, on=ON, draws=12)
    assert missing(texts(to_json(plan))) == []
    said = [text for other in plan.alternatives for text in (*other.says, *other.cannot_say)]
    assert missing(iter(said)) == []


def of_outcomes() -> Iterator[str]:
    for one in outcome.indications().values():
        yield from (one.name, one.plain, one.not_now, *one.says, *one.cannot_say)
        yield from (found.says for found in one.head_to_head)
        yield from (name.replace("_", " ") for name in one.subtypes)
        yield from (outcome.modality(name).name for name in one.modalities)
        for kind in one.modalities:
            for count in (1, 4):
                found = outlook(outcome.Concern(one.id), outcome.Treatment(kind, count, 28.0), draws=4, seed=0)
                yield from (*found.says, *found.cannot_say, *(risk.note for risk in found.risks))
    for scale in outcome.scales().values():
        yield from (scale.name, scale.plain)


def of_planning() -> Iterator[str]:
    yield from (device.device(id).name for id in device.device_ids())
    yield from (zone.value.replace("_", " ") for zone in Zone)
    for raw in load_records("planning/adjuncts.yaml"):
        yield from (raw["name"], raw.get("how", ""), raw.get("caution", ""))
    for name, field in (("price_items", "name"), ("aftercare", "text")):
        yield from (raw[field] for raw in load_records(f"planning/{name}.yaml"))
    for flag in evidence.red_flags():
        yield from (flag.sign, f"{flag.action} ({flag.urgency.replace('-', ' ')})")
    for record in evidence.technique_advice():
        yield from (record.text, record.disagreement)
    for record in evidence.disagreements():
        yield from re.sub(r" ?\(P\d+\)", "", record.text).partition(": ")[::2]


def test_every_text_of_the_outcome_records_is_translated() -> None:
    assert missing(of_outcomes()) == []


def test_every_text_of_the_planning_records_is_translated() -> None:
    assert missing(of_planning()) == []
