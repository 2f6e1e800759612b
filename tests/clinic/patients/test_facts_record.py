from datetime import date
from pathlib import Path

import pytest

from pinprick.clinic.patients import facts_record
from pinprick.clinic.patients.case_table import patient_table
from pinprick.interop import read_fhir
from pinprick.planning import Case
from pinprick.safety import Fact, Facts, concepts
from pinprick.skin import Person, Zone

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fhir"
ON = date(2026, 11, 21)


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_facts_come_back_as_they_were_kept(file):
    facts = read_fhir(file, on=ON)
    assert facts_record.from_json(facts_record.to_json(facts)) == facts


def case_of(facts):
    table = {"patient": patient_table(facts, ON), "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
    return Case.read(table)


def test_a_case_made_of_facts_gives_the_same_facts():
    facts = Facts(
        person=Person(sex="female", phototype=4),
        birth_date=date(1990, 1, 2),
        facts=(
            Fact("oral_isotretinoin", "past", end=date(2026, 9, 20)),
            Fact("keloid", "absent"),
            Fact("keloid", "past", end=date(2015, 12, 31), zones=(Zone.CHEST,)),
            Fact("hba1c", "current", start=date(2026, 6, 1), value=9.1, unit="%"),
            Fact("microneedling", "past", start=date(2026, 11, 1), end=date(2026, 11, 1)),
            Fact("sun_exposure", "planned", start=date(2026, 12, 1)),
            Fact("epilepsy", "unknown"),
        ),
        unrecognised=("medications[0]: zzz",),
        asked=frozenset({"wart"}),
    )
    found = case_of(facts).facts(ON)
    kept = {
        (fact.concept, fact.status, fact.start, fact.end, fact.zones, fact.value, fact.unit) for fact in found.facts
    }
    for fact in facts.facts:
        value = (fact.value, fact.unit) if fact.value is not None else (None, "")
        assert (fact.concept, fact.status, fact.start, fact.end, fact.zones, *value) in kept
    assert found.person.phototype == 4 and found.birth_date == date(1990, 1, 2)
    assert any("zzz" in text for text in found.unrecognised)
    assert "wart" in found.asked


@pytest.mark.parametrize("status", ["current", "past", "planned", "absent", "unknown"])
def test_every_concept_survives_the_way_through_a_case(status):
    # A measurement holds until there is a newer one, whatever the record calls it.
    chosen = [
        item.id for item in concepts().values() if item.kind != "observation" or status not in ("past", "planned")
    ]
    facts = Facts(person=Person(), facts=tuple(Fact(id, status) for id in chosen))
    found = {(fact.concept, fact.status) for fact in case_of(facts).facts(ON).facts}
    assert found == {(id, status) for id in chosen}


def test_a_statement_is_denied_and_made_at_once():
    facts = Facts(person=Person(), facts=(Fact("keloid", "absent"), Fact("keloid", "past"), Fact("wart", "absent")))
    assert facts_record.contradictions(facts) == ("keloid",)
