"""A draft with the patient's facts is a case that screens exactly as the facts do."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.clinic.people.models import Organisation
from pinprick.clinic.plans.draft import case
from pinprick.errors import InputErrors
from pinprick.planning import Case
from pinprick.planning.screening import screen_with
from pinprick.safety import Fact, Facts, Treatment, concepts, screen, to_json
from pinprick.skin import Person, Zone

EXAMPLES = sorted((Path(__file__).parents[3] / "examples").glob("*.toml"))
ON = date.today()
HERE = Organisation(name="North", jurisdiction="GB", currency="GBP")
DRAFT = {"concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
CHEEK = Treatment(zones=(Zone("cheek"),), indication="atrophic_acne_scars")


def same(facts: Facts) -> None:
    direct = to_json(screen(facts, on=ON, treatment=CHEEK, jurisdiction="GB"))
    through = to_json(screen_with(case(DRAFT, "x", facts, HERE, ON), None, ON, name_device=False))
    for result in (direct, through):
        for finding in result["findings"]:
            # What the record said word for word is kept as a note; the case names the concept.
            finding["rests_on"] = finding["reason"] = finding["ask"] = None
        # A denial in a case is read as words and may answer for a wider concept: open questions are left out.
        for key in ("reason", "unrecognised", "noted", "unknown"):
            result[key] = None
    assert through == direct


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_facts_of_an_example_screen_alike(path):
    same(Case.load(path).facts(ON))


DAYS = st.integers(-400, 400).map(lambda days: ON + timedelta(days))


@st.composite
def stated(draw):
    concept = draw(st.sampled_from(sorted(id for id, item in concepts().items() if item.kind != "observation")))
    status = draw(st.sampled_from(["current", "past", "planned", "absent", "unknown"]))
    start = draw(st.none() | DAYS)
    end = draw(st.none() | DAYS)
    if start and end and end < start:
        start, end = end, start
    return Fact(concept, status, start, end, zones=draw(st.sampled_from([(), (Zone("cheek"),), (Zone("chin"),)])))


@settings(max_examples=150, deadline=None)
@given(st.lists(stated(), max_size=4), st.sets(st.sampled_from(sorted(concepts()))))
def test_any_facts_screen_alike(facts, asked):
    same(Facts(person=Person(age_years=30.0, sex="female", phototype=3), facts=tuple(facts), asked=frozenset(asked)))


def test_every_fault_of_a_draft_is_named():
    draft = {
        "concern": {"indication": "atrophic_acne_scars", "zones": ["palm"], "scale": "ecca", "baseline": 9999},
        "clinic": {"devices": ["no-such-pen"]},
    }
    with pytest.raises(InputErrors) as fault:
        case(draft, "x", Facts(person=Person()), HERE, ON)
    assert {item.field for item in fault.value.problems} == {
        "concern.zones[0]",
        "concern.baseline",
        "clinic.devices[0]",
    }
