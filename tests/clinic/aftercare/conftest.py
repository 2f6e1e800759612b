"""A patient with an approved plan that the engine computed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import pinprick as pp
from pinprick.clinic.patients import services as patients
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans import frozen
from pinprick.clinic.plans.models import Plan, Revision
from pinprick.clinic.screening import services as screening
from pinprick.safety import Treatment
from pinprick.skin import Zone

EXAMPLE = Path(__file__).parents[3] / "examples" / "acne-scars.toml"


@pytest.fixture(scope="session")
def computed() -> frozen.Frozen:
    """A plan as the engine computes it, frozen; once for all tests."""
    plan = pp.plan(pp.Case.load(EXAMPLE), on=date(2026, 11, 21), draws=20)
    return frozen.freeze(plan, {"draws": 20, "seed": 0, "on": "2026-11-21"}, {})


@pytest.fixture
def make_plan(computed: frozen.Frozen) -> Callable[[Membership], Plan]:
    """Return a maker of a patient with an approved plan."""

    def make(member: Membership) -> Plan:
        patient = patients.register(
            member, {"given_names": "Ana", "family_names": "Ruiz", "birth_date": date(1990, 5, 1), "phototype": 3}
        )
        common = {"organisation": member.organisation, "created_by": member, "patient": patient}
        plan = Plan.objects.create(**common, title="Acne scars")
        plan.current = Revision.objects.create(
            **common, plan=plan, number=1, title=plan.title, content=computed.content,
            content_hash=computed.content_hash, engine_version=pp.__version__, data_sha256="0" * 64, seed=0,
        )  # fmt: skip
        treatment = Treatment(zones=(Zone.CHEEK,), indication="atrophic_acne_scars", needle_length_mm=1.5)
        plan.screening = screening.run(member, patient, on=date.today(), treatment=treatment)
        plan.revision, plan.content_hash = 1, computed.content_hash
        plan.state, plan.approved_by = Plan.State.APPROVED, member
        plan.approved_at, plan.approval_method = datetime.now(UTC), "totp"
        plan.save()
        return plan

    return make


@pytest.fixture
def plan(acting: Membership, make_plan: Callable[[Membership], Plan]) -> Plan:
    return make_plan(acting)
