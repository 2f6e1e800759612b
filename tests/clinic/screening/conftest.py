"""A patient with something to find, and what a screening considers."""

from datetime import date, timedelta

import pytest

from pinprick.clinic.patients import services as patients
from pinprick.safety import Fact, Facts, Treatment, rules
from pinprick.skin import Person, Zone

TODAY = date.today()
EVERY = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))


@pytest.fixture
def cheek():
    return Treatment(zones=(Zone("cheek"),), indication="atrophic_acne_scars", needle_length_mm=1.5)


@pytest.fixture
def patient(acting):
    fields = {
        "given_names": "Ana",
        "family_names": "Ruiz",
        "birth_date": date(1990, 5, 1),
        "sex": "female",
        "phototype": 2,
    }
    return patients.register(acting, fields)


@pytest.fixture
def know():
    """Return a function that records facts, and that everything in `asked` besides was denied."""

    def record(member, patient, *facts, asked=EVERY):
        said = Facts(person=Person(), facts=facts, asked=frozenset(asked) - {fact.concept for fact in facts})
        return patients.record_facts(member, patient, said, origin="intake", as_of=TODAY)

    return record


@pytest.fixture
def found(acting, patient, know):
    """A patient on a blood thinner, two weeks after isotretinoin, a week after toxin, with questions left open."""
    ended, injected = TODAY - timedelta(14), TODAY - timedelta(7)
    know(
        acting,
        patient,
        Fact("oral_anticoagulant", "current", text="Warfarin", start=date(2025, 1, 1)),
        Fact("oral_isotretinoin", "past", end=ended, text="Roaccutane"),
        Fact("botulinum_toxin", "past", start=injected, end=injected, zones=(Zone("forehead"),)),
        asked=EVERY - {"pregnancy", "keloid", "herpes_simplex_active", "open_wound"},
    )
    return patient
