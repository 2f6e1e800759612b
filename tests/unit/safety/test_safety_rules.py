"""The rules as data: complete, sourced, and never telling anyone to give up a prescribed medicine."""

from __future__ import annotations

import re

import pytest

from pinprick import evidence
from pinprick.safety import concepts, product, products, rules
from pinprick.safety.match import expand_zones
from pinprick.safety.rule import Rule, settings
from pinprick.safety.screening import VERDICTS
from pinprick.skin import Zone

ALL = list(rules().values())
KINDS = {"absolute", "relative", "defer_until", "caution", "prophylaxis"}
# An instruction, in any of its usual words. "Interrupted" and "after the end" only describe.
INSTRUCTION = re.compile(
    r"\b(stop|discontinue|cease|quit|withdraw|withhold|halt|come off|give up|hold)\b", re.IGNORECASE
)


def texts(rule: Rule) -> list[str]:
    found = [rule.subject, rule.action, rule.reasoning, rule.note, rule.dated, rule.evidence_overall]
    found += [text for item in rule.positions for text in (item.who, item.says, item.note, item.warning)]
    found += [case.reason for case in rule.cases]
    found += [item.question for item in (rule.unknown, rule.detail) if item is not None]
    found += [str(value) for value in rule.default.values()]
    return found


def test_all_72_rules_with_all_220_positions_are_there() -> None:
    assert [rule.id for rule in ALL] == [f"SR{number:03d}" for number in range(1, 73)]
    assert sum(len(rule.positions) for rule in ALL) == 220
    assert sum(rule.disagreement for rule in ALL) == 37


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_no_text_tells_anyone_to_give_up_a_medicine(rule: Rule) -> None:
    for text in texts(rule):
        assert not INSTRUCTION.search(text), text


@pytest.mark.parametrize("id", ["SR001", "SR005", "SR008", "SR010", "SR011", "SR013"])
def test_rules_about_prescribed_drugs_send_to_the_prescriber_or_say_continue(id: str) -> None:
    action = rules()[id].action.casefold()
    assert "ask the prescriber" in action or "continue" in action


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_every_position_has_a_source_that_exists_and_a_status(rule: Rule) -> None:
    assert rule.positions
    for item in rule.positions:
        assert item.who
        assert item.says
        assert item.sources
        for source in item.sources:
            assert evidence.source(source).id == source
        assert item.status in ("read", "remembered", "assumed")
        assert item.kind in KINDS | {""}
        assert re.fullmatch(r"[A-Z]{2}|", item.jurisdiction)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.id)
def test_cases_name_things_that_exist(rule: Rule) -> None:
    names = [case.name for case in rule.cases]
    assert names
    assert len(set(names)) == len(names)
    for case in rule.cases:
        assert case.kind in KINDS
        assert case.verdict in (*VERDICTS, "")
        assert set(case.concepts) | set(case.together_with) <= set(concepts())
        assert set(case.when) <= {"current", "past", "planned"}
        assert set(case.field) <= {"in", "elsewhere", "unstated"}
        assert set(expand_zones((*case.treatment_zones, *case.only_zones, *case.not_only_zones))) <= set(Zone)
        assert case.counted_from in ("end", "screened_day")
        for interval in (case.days, case.beyond, case.within):
            number = rule.number(interval)
            assert number is None or number > 0
        assert (
            case.concepts
            or case.age
            or case.phototype
            or case.indication
            or case.treatment_zones
            or case.modality
            or case.anaesthetic_over
        )
    for item in rule.positions:
        assert set(item.binds.get("cases", ())) <= set(names)
    for question in (rule.unknown, rule.detail):
        assert question is None or question.could_become in VERDICTS


def test_concepts_point_at_concepts_and_parameters_that_exist() -> None:
    for item in concepts().values():
        assert set(item.broader) <= set(concepts())
        assert item.names
        if item.lasts_at_most_days:
            assert evidence.value(item.lasts_at_most_days) > 0


def test_settings_name_rules_and_zones_that_exist() -> None:
    assert set(settings()["rescreen"]) <= set(rules())
    for zones in settings()["zone_groups"].values():
        assert set(zones) <= set(Zone)
    assert set(settings()["zone_words"]) == set(Zone)
    assert set(settings()["verdict_of_kind"]) == KINDS


def test_anaesthetics_cite_sources_and_cover_every_age() -> None:
    for item in products().values():
        for regimen in item.regimens:
            for source in regimen.sources:
                evidence.source(source)
        assert product(item.id) is item


def test_intervals_in_hours_count_as_days() -> None:
    minoxidil = rules()["SR014"].positions[0]
    assert minoxidil.interval == (1.0, 1.0)
    assert rules()["SR005"].positions[2].interval == (1.0, 2.0)
    assert rules()["SR002"].positions[5].interval == (-28, -28)
