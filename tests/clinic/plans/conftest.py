"""A patient of whom everything was asked, a draft, and the planner run in place of a thread of its own."""

from copy import deepcopy
from datetime import date

import pytest

from pinprick.clinic.patients import services as patients
from pinprick.clinic.plans import approval, computing, services
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.decision import Decision
from pinprick.safety import Fact, Facts, rules
from pinprick.skin import Person

TODAY = date.today()
EVERY = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))
DRAFT = {
    "concern": {
        "indication": "atrophic_acne_scars", "subtype": "rolling", "zones": ["cheek", "temple"],
        "scale": "goodman_baron_qualitative", "baseline": 3,
    },
    "preferences": {"downtime_days": 4},
    "clinic": {"devices": ["dr-pen"], "prices": {"microneedling_session": 200}, "anaesthetic": "none"},
    "request": {},
}  # fmt: skip


@pytest.fixture
def patient(acting):
    fields = {
        "given_names": "Ana",
        "family_names": "Ruiz",
        "birth_date": date(1990, 5, 1),
        "sex": "female",
        "phototype": 2,
    }
    made = patients.register(acting, fields)
    _know(acting, made, Fact("oral_anticoagulant", "current", text="Warfarin"))
    return made


@pytest.fixture
def know():
    """Return a function that records facts of a patient, and that everything else was denied."""
    return _know


def _know(member, patient, *facts):
    said = Facts(person=Person(), facts=facts, asked=EVERY - {fact.concept for fact in facts})
    return patients.record_facts(member, patient, said, origin="intake", as_of=TODAY)


@pytest.fixture
def draft(acting, patient):
    plan = services.begin(acting, patient, "Scars of the cheeks", deepcopy(DRAFT))
    plan.settings = {"draws": 12, "seed": 0}
    plan.save()
    return plan


@pytest.fixture
def compute(monkeypatch, django_capture_on_commit_callbacks):
    """Return a function that computes a plan before it returns, on the connection of the test."""

    class Here:
        def submit(self, _function, *args):
            computing.work(*args)

    monkeypatch.setattr(computing, "_POOL", Here())

    def run(member, plan):
        with django_capture_on_commit_callbacks(execute=True):
            made = services.compute(member, plan, TODAY)
        made.refresh_from_db()
        plan.refresh_from_db()
        plan.__dict__.pop("content", None)
        return made

    return run


@pytest.fixture
def screen_for():
    """Return a function that screens for a plan and accepts every finding."""
    return _screen_for


def _screen_for(member, plan):
    made = screenings.run(member, plan.patient, on=TODAY, treatment=approval.treatment(plan))
    for finding in made.result["findings"]:
        screenings.resolve(member, made, finding["rule"], Decision("accept"))
    return made
