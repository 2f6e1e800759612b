"""Invariants of screening: monotone, exact in its dates, silent about what is not known."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.safety import VERDICTS, Fact, Facts, Treatment, concepts, rules, screen, to_json
from pinprick.safety.match import days
from pinprick.safety.rule import settings as engine_settings
from pinprick.skin import Person, Zone

DAYS = st.dates(date(2018, 1, 1), date(2032, 12, 31))
ZONES = st.lists(st.sampled_from(list(Zone)), max_size=3, unique=True).map(tuple)
TREATMENTS = st.builds(
    Treatment,
    modality=st.sampled_from(["mechanical", "radiofrequency", "home"]),
    zones=ZONES,
    indication=st.sampled_from([None, "atrophic_acne_scars", "photoageing_wrinkles", "melasma", "active_acne"]),
    needle_length_mm=st.sampled_from([None, 0.2, 0.5, 1.5, 3.0]),
    device=st.sampled_from([None, "skinpen-precision"]),
    anaesthetic=st.sampled_from([None, "none", "lidocaine-prilocaine-cream", "lidocaine-tetracaine-cream"]),
    area_cm2=st.sampled_from([None, 50.0, 700.0]),
)
PEOPLE = st.builds(
    Person,
    age_years=st.sampled_from([None, 3.0, 17.0, 20.0, 35.0, 70.0]),
    sex=st.sampled_from([None, "female", "male"]),
    phototype=st.sampled_from([None, 1, 3, 5]),
)


@st.composite
def fact(draw: st.DrawFn, statuses: tuple[str, ...] = ("current", "past", "planned", "absent", "unknown")) -> Fact:
    start = draw(st.none() | DAYS)
    length = draw(st.none() | st.integers(0, 400))
    end = start + timedelta(length) if start is not None and length is not None else draw(st.none() | DAYS)
    if start is not None and end is not None and end < start:
        start, end = end, start
    return Fact(
        draw(st.sampled_from(sorted(concepts()))),
        draw(st.sampled_from(statuses)),  # type: ignore[arg-type]
        start,
        end,
        zones=draw(ZONES),
        value=draw(st.sampled_from([None, 3.0, 9.5])),
        unit=draw(st.sampled_from(["1", "%", "mmol/mol"])),
    )


FACTS = st.lists(fact(), max_size=5).map(tuple)
CHOOSABLE = [
    (rule.id, index)
    for rule in rules().values()
    for index, item in enumerate(rule.positions)
    if item.kind or item.interval is not None
]
CHOICES = st.lists(st.sampled_from(CHOOSABLE), max_size=2).map(dict)


@settings(max_examples=300, deadline=None)
@given(facts=FACTS, more=fact(), person=PEOPLE, treatment=TREATMENTS, on=DAYS, choices=CHOICES)
def test_one_more_fact_never_relaxes_the_verdict_or_brings_the_date_forward(
    facts: tuple[Fact, ...], more: Fact, person: Person, treatment: Treatment, on: date, choices: dict[str, int]
) -> None:
    less = screen(Facts(person, facts=facts), on=on, treatment=treatment, choices=choices)
    full = screen(Facts(person, facts=(*facts, more)), on=on, treatment=treatment, choices=choices)
    assert VERDICTS.index(full.verdict) >= VERDICTS.index(less.verdict)
    assert {item.rule for item in less.findings} <= {item.rule for item in full.findings}
    if full.earliest_date is not None:
        assert less.earliest_date is not None
        assert full.earliest_date >= less.earliest_date


@settings(max_examples=200, deadline=None)
@given(facts=FACTS, person=PEOPLE, treatment=TREATMENTS, on=DAYS, choices=CHOICES)
def test_result_is_sound(
    facts: tuple[Fact, ...], person: Person, treatment: Treatment, on: date, choices: dict[str, int]
) -> None:
    given_facts = Facts(person, facts=facts)
    result = screen(given_facts, on=on, treatment=treatment, choices=choices)
    assert result == screen(given_facts, on=on, treatment=treatment, choices=choices)
    order = [VERDICTS.index(item.verdict) for item in result.findings]
    assert order == sorted(order, reverse=True)
    assert VERDICTS.index(result.verdict) == max(order, default=0)
    assert not {item.rule for item in result.findings} & {item.rule for item in result.unknown}
    assert len({item.rule for item in result.findings}) == len(result.findings)
    if result.verdict == "do-not-treat":
        assert result.earliest_date is None
    if result.earliest_date is not None:
        assert result.earliest_date >= on
    for item in result.findings:
        assert item.reason
        assert item.rests_on
        assert "{" not in item.reason
        assert item.until is None or item.until > on
        assert item.chosen == choices.get(item.rule)
    json.dumps(to_json(result), allow_nan=False)


@settings(max_examples=100, deadline=None)
@given(facts=st.lists(fact(("absent", "unknown")), max_size=6).map(tuple), on=DAYS, zones=ZONES)
def test_nothing_known_finds_nothing(facts: tuple[Fact, ...], on: date, zones: tuple[Zone, ...]) -> None:
    plain = tuple(replace(item, start=None, end=None) for item in facts)
    result = screen(
        Facts(Person(), facts=plain), on=on, treatment=Treatment(zones=tuple(z for z in zones if z != "periorbital"))
    )
    assert result.findings == ()
    assert result.verdict == "proceed"
    assert result.unknown


WASHOUTS = [
    (rule.id, case.name, case.concepts[0], days(rule.number(case.days)))
    for rule in rules().values()
    for case in rule.cases
    if case.days is not None and case.counted_from == "end" and case.defers and "past" in case.when
    and case.phototype is None and not case.only_zones
]  # fmt: skip


def test_there_are_washouts_to_check() -> None:
    assert len(WASHOUTS) >= 25


@pytest.mark.parametrize(("id", "name", "concept", "wait"), WASHOUTS)
@settings(max_examples=12, deadline=None)
@given(end=DAYS | st.sampled_from([date(2024, 2, 28), date(2024, 2, 29), date(2023, 2, 28), date(2027, 12, 31)]))
def test_every_washout_ends_on_its_day(id: str, name: str, concept: str, wait: int, end: date) -> None:
    modality = "radiofrequency" if "mechanical" not in rules()[id].modality else "mechanical"
    treatment = Treatment(modality)  # type: ignore[arg-type]
    facts = Facts(Person(30, None, 2), facts=(Fact(concept, "past", None, end),))
    day = end + timedelta(wait - 1)
    before = {item.rule: item for item in screen(facts, on=day, treatment=treatment).findings}
    assert before[id].until == end + timedelta(wait)
    assert name in before[id].cases
    after = screen(facts, on=end + timedelta(wait), treatment=treatment)
    assert name not in next((item.cases for item in after.findings if item.rule == id), ())
    whole = screen(facts, on=day, treatment=treatment)
    if len(whole.findings) == 1 and whole.earliest_date is not None:
        assert whole.earliest_date == end + timedelta(wait)


@pytest.mark.parametrize(("id", "index"), CHOOSABLE)
def test_every_position_can_be_chosen_and_is_recorded(id: str, index: int) -> None:
    on = date(2026, 11, 21)
    rule = rules()[id]
    person = Person(35, "female", 5)
    seen = 0
    for case in rule.cases:
        for status in case.when:
            end = on - timedelta(1) if status == "past" else None
            start = on + timedelta(2) if status == "planned" else None
            facts = Facts(person, facts=tuple(Fact(concept, status, start, end) for concept in case.concepts[:1]))  # type: ignore[arg-type]
            allowed = engine_settings()["modality_rules"]
            for modality in allowed:
                result = screen(facts, on=on, treatment=Treatment(modality), choices={id: index})
                for item in result.findings:
                    if item.rule == id:
                        assert item.chosen == index
                        seen += 1
    assert seen, id
