"""Screenings on a real database: kept, decided, answered, repeated."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.screening import services
from pinprick.clinic.screening.decision import Decision
from pinprick.clinic.screening.models import Resolution, Screening
from pinprick.errors import InputError
from pinprick.safety import Fact, Facts, Treatment, rules
from pinprick.skin import Person, Zone

pytestmark = pytest.mark.django_db
TODAY = date.today()
EVERY = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))
CHEEK = Treatment(zones=(Zone("cheek"),), indication="atrophic_acne_scars", needle_length_mm=1.5)


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


def know(member, patient, *facts, asked=EVERY):
    said = Facts(person=Person(), facts=facts, asked=frozenset(asked) - {fact.concept for fact in facts})
    return patients.record_facts(member, patient, said, origin="intake", as_of=TODAY)


def test_a_screening_keeps_facts_and_result(acting, patient):
    row = know(acting, patient, Fact("oral_anticoagulant", "current", text="Warfarin", start=date(2025, 1, 1)))
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    assert services.current(patient) == made
    assert made.facts_row == row
    assert made.facts["facts"][0]["start"] == "2025-01-01"
    assert made.verdict == made.result["verdict"] == "conditions"
    assert made.jurisdiction == "GB"
    assert made.content_hash == services.content_hash(made.content)
    assert services.treatment_of(made) == CHEEK
    stored = Screening.objects.get(pk=made.pk)
    assert stored.result == made.result


def test_a_decision_is_kept_with_who_and_why_and_the_latest_counts(acting, patient):
    know(acting, patient, Fact("oral_anticoagulant", "current"))
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    assert services.standing(made).undecided == ("SR005",)
    services.resolve(acting, made, "SR005", Decision("refer", reason="Ask the cardiologist about the INR"))
    assert services.standing(made).referred == ("SR005",)
    services.resolve(acting, made, "SR005", Decision("accept"))
    assert services.standing(made).clear
    rows = services.history(made)["SR005"]
    assert [(row.choice, row.role, row.created_by) for row in rows] == [
        ("accept", "clinician", acting), ("refer", "clinician", acting),
    ]  # fmt: skip


def test_an_assistant_decides_nothing(acting, member, patient):
    know(acting, patient, Fact("oral_anticoagulant", "current"))
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    assistant = member("assistant")
    with tenancy.acting_as(assistant), pytest.raises(InputError):
        services.resolve(assistant, made, "SR005", Decision("accept"))
    assert not Resolution.objects.exists()


def test_an_older_screening_takes_no_decision(acting, patient):
    know(acting, patient, Fact("oral_anticoagulant", "current"))
    old = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    services.run(acting, patient, on=TODAY, treatment=CHEEK)
    with pytest.raises(InputError, match="newer"), transaction.atomic():
        services.resolve(acting, old, "SR005", Decision("accept"))


def test_a_session_asks_only_what_may_have_changed(acting, patient):
    know(acting, patient, Fact("oral_anticoagulant", "current"))
    first = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    services.resolve(acting, first, "SR005", Decision("accept"))
    again = services.rescreen(acting, patient, TODAY + timedelta(42))
    assert services.treatment_of(again) == CHEEK
    asked = services.due(again)
    assert set(asked) == set(again.result["rescreen"])
    assert services.decisions(again) == {"SR005": Decision("accept")}
    assert services.history(again)["SR005"][0].carried_from.screening == first
    assert not services.standing(again).clear
    now = again
    for rule in asked:
        now = services.answer(acting, now, rule, "same")
    assert now == again
    assert services.due(now) == ()
    assert services.standing(now).clear


def test_an_answer_becomes_a_fact_and_screens_again(acting, patient):
    know(acting, patient)
    services.run(acting, patient, on=TODAY, treatment=CHEEK)
    session = services.rescreen(acting, patient, TODAY)
    now = services.answer(
        acting, session, "SR022", "stated", (Fact("herpes_simplex_active", "current", zones=(Zone("cheek"),)),)
    )
    assert now != session
    assert now.previous == session
    assert now.verdict == "not-before"
    assert "SR022" not in services.due(now)
    assert patients.known(patient).facts[-1].concept == "herpes_simplex_active"
    assert [item.concept for item in services.changes(now)] == ["herpes_simplex_active"]
    # What it now asks about the cold sore has to be decided by someone.
    assert "SR022" in services.standing(now).undecided


def test_no_denies_what_was_asked_and_nothing_else(acting, patient):
    know(acting, patient, Fact("herpes_simplex", "past"), asked=())
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    assert "SR022" in services.due(made)
    now = services.answer(acting, made, "SR022", "none")
    assert "SR022" not in services.due(now)
    facts = {fact.concept: fact.status for fact in patients.known(patient).facts}
    assert facts == {"herpes_simplex": "past", "herpes_simplex_active": "absent"}


def test_not_known_is_an_answer_and_still_blocks_what_could_forbid(acting, patient):
    know(acting, patient, asked=EVERY - {"pregnancy"})
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    now = services.answer(acting, made, "SR016", "unknown")
    assert now == made
    assert services.due(now) == ()
    assert services.standing(now).unanswered == ("SR016",)


def test_a_second_filler_stands_beside_the_first(acting, patient):
    old = Fact("hyaluronic_filler", "past", start=date(2026, 1, 5), end=date(2026, 1, 5), zones=(Zone("chin"),))
    know(acting, patient, old)
    made = services.run(acting, patient, on=TODAY, treatment=CHEEK)
    new = Fact("hyaluronic_filler", "past", start=TODAY, end=TODAY, zones=(Zone("cheek"),))
    services.answer(acting, made, "SR055", "stated", (new,))
    assert [fact.start for fact in patients.known(patient).facts] == [old.start, new.start]
    assert services.current(patient).verdict == "not-before"
