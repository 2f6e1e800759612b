"""A patient with an approved plan that the engine computed, and a consent to it in each state."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import pinprick as pp
from pinprick.clinic.consent import services
from pinprick.clinic.consent.models import Consent
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans import frozen
from pinprick.clinic.plans.models import Plan, Revision
from pinprick.clinic.screening import services as screening
from pinprick.safety import Treatment
from pinprick.skin import Zone

EXAMPLE = Path(__file__).parents[3] / "examples" / "acne-scars.toml"
STROKES = "M40 120L120 40L200 150L280 60L360.5 140M400 80L520 80"


@pytest.fixture(autouse=True)
def data_folder(tmp_path_factory, settings):
    """Keep seals out of the data folder of whoever runs the tests."""
    settings.DATA = tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def computed() -> frozen.Frozen:
    """A plan as the engine computes it, frozen; once for all tests."""
    plan = pp.plan(pp.Case.load(EXAMPLE), on=date(2026, 11, 21), draws=20)
    return frozen.freeze(plan, {"draws": 20, "seed": 0, "on": "2026-11-21"}, {})


def altered(computed: frozen.Frozen, change: Callable[[dict[str, Any]], None]) -> frozen.Frozen:
    """Return a frozen plan with something changed before it was frozen."""
    content = json.loads(computed.content)
    change(content)
    text = frozen.canonical(content)
    return frozen.Frozen(text, frozen.digest(text), computed.documents)


def make_patient(member: Membership) -> Patient:
    return patients.register(
        member, {"given_names": "Ana", "family_names": "Ruiz Peña", "birth_date": date(1990, 5, 1), "phototype": 3}
    )


def make_plan(member: Membership, patient: Patient, content: frozen.Frozen) -> Plan:
    """Return an approved plan with a content; the one approved before is superseded."""
    Plan.objects.filter(patient=patient, state="approved").update(
        state=Plan.State.SUPERSEDED, superseded_at=datetime.now(UTC)
    )
    common = {"organisation": member.organisation, "created_by": member, "patient": patient}
    plan = Plan.objects.create(**common, title="Acne scars")
    revision = Revision.objects.create(
        **common, plan=plan, number=1, title=plan.title, content=content.content, content_hash=content.content_hash,
        engine_version=pp.__version__, data_sha256="0" * 64, seed=0,
    )  # fmt: skip
    treatment = Treatment(zones=(Zone.CHEEK,), indication="atrophic_acne_scars", needle_length_mm=1.5)
    plan.screening = screening.run(member, patient, on=date.today(), treatment=treatment)
    plan.current, plan.revision, plan.content_hash = revision, 1, content.content_hash
    plan.state, plan.approved_by = Plan.State.APPROVED, member
    plan.approved_at, plan.approval_method = datetime.now(UTC), "totp"
    plan.save()
    return plan


def read_all(consent: Consent) -> None:
    """Answer the question of every part as one who has understood."""
    for part in consent.read["parts"]:
        assert services.answer(consent, part["id"], (part["question"] or {}).get("right", "read"))


def given(consent: Consent, **other: Any) -> services.Given:
    """Return what a person gives who signs properly."""
    values: dict[str, Any] = {
        "name": "Ana Ruiz",
        "path": STROKES,
        "typed_instead": False,
        "agreed": True,
        "shown_hash": consent.content_hash,
        "how": "link",
        "user_agent": "Test/1.0",
    }
    return services.Given(**values | other)


@pytest.fixture
def patient(acting: Membership) -> Patient:
    return make_patient(acting)


@pytest.fixture
def plan(acting: Membership, patient: Patient, computed: frozen.Frozen) -> Plan:
    return make_plan(acting, patient, computed)


@pytest.fixture
def offered(acting: Membership, plan: Plan) -> Consent:
    return services.offer(acting, plan, "en")


@pytest.fixture
def signed(offered: Consent) -> Consent:
    read_all(offered)
    return services.sign(offered, given(offered))


@pytest.fixture
def changed_plan(acting: Membership, patient: Patient, plan: Plan, computed: frozen.Frozen) -> Callable[[], Plan]:
    """Return a function that approves a plan with longer needles in the place of the first."""

    def approve() -> Plan:
        def longer(content: dict[str, Any]) -> None:
            content["result"]["prescription"]["zones"][0]["needle_length_mm"] = 1.5

        return make_plan(acting, patient, altered(computed, longer))

    return approve


@pytest.fixture
def tools() -> SimpleNamespace:
    """What tests make things with."""
    return SimpleNamespace(
        read_all=read_all, given=given, strokes=STROKES, make_plan=make_plan, make_patient=make_patient
    )
