"""No claim is unanswered, none is surer than its evidence, and everything it points at exists."""

import dataclasses
import json
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

from pinprick import evidence
from pinprick.cascade import Course, heal
from pinprick.cli.main import COMMANDS
from pinprick.device import DeviceClass, device_ids
from pinprick.errors import EvidenceError
from pinprick.evidence.claim import _claim
from pinprick.evidence.claim_document import page
from pinprick.injury import Technique, puncture
from pinprick.outcome import indications, modality
from pinprick.planning.adjunct import adjuncts
from pinprick.safety import rules
from pinprick.skin import Person, Zone, describe

PAGE = Path(__file__).parents[3] / "docs/reference/claims.md"
CLAIMS = evidence.claims()
each = pytest.mark.parametrize("one", CLAIMS, ids=lambda one: one.id)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def records(one):
    """Every record that a claim cites, as text."""
    return " ".join(f"{json.dumps(evidence.to_dict(e.reference.record))} {e.reference.says}" for e in one.evidence)


def test_all_claims_are_here_once():
    assert [one.id for one in CLAIMS] == [f"C{number:02d}" for number in range(1, 63)]
    assert len({one.claim for one in CLAIMS}) == len(CLAIMS)


@each
def test_no_claim_is_unanswered(one):
    sentences = re.split(r"(?<=[.;])\s+(?=[A-Z])", one.answer)
    assert 1 <= len(sentences) <= 2
    assert len(one.answer) > 40
    assert one.answer.endswith(".")
    assert one.place
    if one.verdict in ("unknown", "partly"):
        assert one.evidence
    if one.verdict == "unknown":
        assert one.would_settle


@each
def test_no_verdict_is_surer_than_its_evidence(one):
    assert one.verdict in one.defensible, [(e.bearing, e.reference.text, e.grade) for e in one.evidence]


@each
def test_every_reference_resolves_and_is_sourced(one):
    texts = [e.reference.text for e in one.evidence]
    assert len(texts) == len(set(texts)), "one record cannot speak for and against"
    for e in one.evidence:
        assert e.reference.says
        if e.bearing != "context":
            assert e.reference.sources
            assert e.grade != "unread", "what was not read cannot speak for or against"
        for id in e.reference.sources:
            assert evidence.source(id)


def strange_numbers(one):
    """The numbers of an answer that no record it cites holds, to the digits given."""
    known = [float(number) for number in NUMBER.findall(records(one))]
    return [
        number
        for number in NUMBER.findall(one.answer)
        if not any(round(value, len(number.partition(".")[2])) == float(number) for value in known)
    ]


@each
def test_every_number_of_an_answer_stands_in_a_record_it_cites(one):
    assert strange_numbers(one) == []


def test_a_number_that_no_record_holds_would_be_found():
    one = evidence.claim("C37")
    assert strange_numbers(dataclasses.replace(one, answer=one.answer.replace("1.08", "1.18"))) == ["1.18"]


@each
def test_nobody_is_told_to_stop_a_medicine(one):
    text = f"{one.claim} {one.answer} {one.would_settle}".lower()
    assert not re.search(r"\b(stop|stops|stopped|stopping|discontinue|cease|come off)\b", text)


def test_what_is_said_of_prescribed_medicines_names_the_prescriber():
    for id in ("C43", "C44"):
        assert "prescriber" in evidence.claim(id).answer


@cache
def healing():
    skin = describe(Zone.CHEEK, Person(), draws=2, seed=0)
    from pinprick.device import device

    injury = puncture(skin, device("pen-12"), Technique(Zone.CHEEK, 1.5, 4))
    return heal(skin, injury, Course(1, 28.0), follow_up_days=7.0)


def resolve_python(name, item):
    module, _, attribute = name.rpartition(".")
    found = getattr(import_module(module), attribute)
    if not item:
        return
    if name == "pinprick.cascade.heal":
        assert item in healing().data_vars
    else:
        assert item in {field.name for field in dataclasses.fields(found)}


def resolve_command(name, item):
    program, command = name.split()
    assert program == "pinprick"
    assert command in COMMANDS


RESOLVERS = {
    "python": resolve_python,
    "command": resolve_command,
    "indication": lambda name, item: indications()[name],
    "modality": lambda name, item: modality(name),
    "adjunct": lambda name, item: adjuncts()[name],
    "rule": lambda name, item: rules()[name],
    "parameter": lambda name, item: evidence.parameter(name),
}


@each
def test_every_place_exists(one):
    for place in one.place:
        resolver = RESOLVERS.get(place.kind, lambda name, item, at=place.at: evidence.refer(at))
        resolver(place.name, place.item)
        assert place.kind == "python" or not place.item


@pytest.mark.parametrize(
    ("at", "item"),
    [
        ("python:pinprick.cascade.heal", "phlogiston"),
        ("python:pinprick.injury.Injury", "aura"),
        ("python:pinprick.injury.no_such_function", ""),
        ("indication:boredom", ""),
        ("command:pinprick astrology", ""),
        ("rule:SR999", ""),
    ],
)
def test_a_place_that_does_not_exist_would_be_found(at, item):
    kind, _, name = at.partition(":")
    with pytest.raises((AssertionError, AttributeError, KeyError, LookupError, EvidenceError)):
        RESOLVERS[kind](name, item)


@each
def test_the_scope_names_what_exists(one):
    scope = one.scope
    assert set(scope.indications) <= set(indications())
    assert set(scope.device_classes) <= set(get_args(DeviceClass))
    assert set(scope.adjuncts) <= set(adjuncts())
    assert set(scope.rules) <= set(rules())
    for id in scope.modalities:
        assert modality(id).id == id


def test_the_verdict_follows_the_evidence_and_not_the_other_way_round():
    sure = evidence.claim("C26")
    assert sure.verdict == "supported"
    assert "supported" not in dataclasses.replace(sure, supports=()).defensible
    animals = ("experiment:kalluri2011_depth", "experiment:aust2008b_epidermis_24h")
    assert dataclasses.replace(sure, supports=animals).defensible == {"partly", "unknown"}
    opposed = dataclasses.replace(sure, opposes=("meta:thieme2024",))
    assert opposed.defensible == {"partly"}
    custom = ("rule:SR002@p_elle",)
    assert "supported" not in dataclasses.replace(sure, asks="advice", supports=custom).defensible
    remembered = ("experiment:lima2013_fraction", "technique:T05")
    assert dataclasses.replace(sure, supports=remembered).defensible == {"unknown"}


def test_a_grade_of_a_claim_is_that_of_its_strongest_record():
    assert evidence.claim("C03").grade == "indirect"
    assert evidence.claim("C50").grade == "custom"
    assert {one.grade for one in evidence.claims(verdict="unknown")} == {"unread"}


def test_filters_and_lookup():
    assert {one.topic for one in evidence.claims("safety")} == {"safety"}
    assert {one.verdict for one in evidence.claims(verdict="contradicted")} == {"contradicted"}
    assert sum(len(evidence.claims(topic)) for topic in evidence.claim_topics()) == len(CLAIMS)
    assert evidence.claim("C37").claim == "there is no pain"
    with pytest.raises(EvidenceError, match="no such claim"):
        evidence.claim("C99")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "certain"}, "unknown verdict"),
        ({"asks": "fortune"}, "unknown asks"),
        ({"place": [{"does": "foretold", "at": "rule:SR001"}]}, "unknown deed"),
        ({"scope": {"stars": ["aries"]}}, "unknown field"),
        ({"mood": "bright"}, "unknown field"),
    ],
)
def test_a_malformed_record_is_refused(change, said):
    raw = {
        "id": "C01", "topic": "t", "claim": "c", "asks": "fact", "verdict": "partly", "answer": "a",
        "place": [{"does": "planned", "at": "rule:SR001"}],
    }  # fmt: skip
    assert _claim(raw).verdict == "partly"
    with pytest.raises(EvidenceError, match=said):
        _claim({**raw, **change})


def ids(found):
    return {one.id for one in found}


def test_claims_that_touch_a_plan():
    found = ids(evidence.claims_touching("atrophic_acne_scars", "pen", modalities=("fractional_co2",)))
    assert {"C26", "C09", "C14", "C18", "C37", "C46", "C56"} <= found
    assert not {"C17", "C19", "C29", "C31", "C44"} & found


def test_claims_touch_by_device_rule_and_indication():
    assert "C19" in ids(evidence.claims_touching("photoageing_wrinkles", "home_roller"))
    assert "C44" in ids(evidence.claims_touching("photoageing_wrinkles", "pen", rules=("SR001", "SR070")))
    assert "C44" not in ids(evidence.claims_touching("photoageing_wrinkles", "pen", rules=("SR070",)))
    assert "C29" in ids(evidence.claims_touching("androgenetic_alopecia_female"))


def test_claims_about_the_plan_come_before_those_about_any_plan():
    found = evidence.claims_touching("rosacea", "pen", modalities=("pulsed_dye_laser",))
    sides = [len(one.scope.sides) for one in found]
    assert sides == sorted(sides, reverse=True)
    assert sides[0] > 0
    assert sides[-1] == 0


def test_claims_touching_takes_topics():
    assert {one.topic for one in evidence.claims_touching("rosacea", "pen", topics=("aftercare", "procedure"))} == {
        "aftercare",
        "procedure",
    }


def test_every_claim_touches_some_plan():
    found = evidence.claims_touching
    touched = ids(
        one
        for indication in indications()
        for device_class in get_args(DeviceClass)
        for one in found(
            indication, device_class, modalities=("fractional_co2", "chemical_peel"), adjuncts=adjuncts(), rules=rules()
        )
    )
    assert touched == ids(CLAIMS)


def test_the_page_is_up_to_date():
    said = "run: python -m pinprick.evidence.claim_document > docs/reference/claims.md"
    assert PAGE.read_text(encoding="utf-8") == page(), said


def test_every_claim_has_a_heading_and_a_row():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    for one in CLAIMS:
        assert f"### {one.id}" in lines
        assert sum(line.startswith(f"| [{one.id}](#{one.id.lower()}) |") for line in lines) == 1


def test_devices_named_as_places_are_in_the_catalogue():
    named = {place.name for one in CLAIMS for place in one.place if place.kind == "device"}
    assert named
    assert named <= set(device_ids())
