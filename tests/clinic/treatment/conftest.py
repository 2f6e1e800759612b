"""A patient with an approved plan that the engine computed, a consent, and sessions in each state."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

import pinprick as pp
from pinprick.clinic.consent import services as consent_services
from pinprick.clinic.consent.models import Consent
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Origin, Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans import frozen
from pinprick.clinic.plans.models import Plan, Revision
from pinprick.clinic.screening import services as screening
from pinprick.clinic.treatment import services
from pinprick.clinic.treatment.models import Session
from pinprick.safety import Facts, Treatment
from pinprick.skin import Person, Zone

GTIN = "09504000059118"


def code(serial: str = "", lot: str = "A17", expiry: str = "301120") -> str:
    """Return the printed code of a cartridge."""
    return f"(01){GTIN}(17){expiry}" + (f"(10){lot}" if lot else "") + (f"(21){serial}" if serial else "")


@pytest.fixture(scope="session")
def computed() -> frozen.Frozen:
    """A plan as the engine computes it, frozen; once for all tests."""
    plan = pp.plan(pp.Case.load("examples/acne-scars.toml"), on=date(2026, 11, 21), draws=20)
    return frozen.freeze(plan, {"draws": 20, "seed": 0, "on": "2026-11-21"}, {})


def make_patient(member: Membership, family: str = "Rossi") -> Patient:
    """Return a patient of whom everything that screening asks is answered."""
    patient = patients.register(
        member, {"given_names": "Ada", "family_names": family, "birth_date": date(1992, 3, 1), "phototype": 3}
    )
    from pinprick.safety import concepts

    patients.record_facts(
        member,
        patient,
        Facts(person=Person(sex="female", phototype=3), asked=frozenset(concepts())),
        origin=Origin.INTAKE,
        as_of=date(2026, 11, 1),
    )
    return patient


def make_plan(member: Membership, patient: Patient, computed: frozen.Frozen) -> Plan:
    """Return an approved plan with the computed content."""
    common = {"organisation": member.organisation, "created_by": member, "patient": patient}
    plan = Plan.objects.create(**common, title="Acne scars")
    revision = Revision.objects.create(
        **common,
        plan=plan,
        number=1,
        title=plan.title,
        content=computed.content,
        content_hash=computed.content_hash,
        engine_version=pp.__version__,
        data_sha256="0" * 64,
        seed=0,
    )
    treatment = Treatment(zones=(Zone.CHEEK,), indication="atrophic_acne_scars", needle_length_mm=1.5)
    plan.screening = screening.run(member, patient, on=date.today(), treatment=treatment)
    plan.current = revision
    plan.revision = 1
    plan.content_hash = computed.content_hash
    plan.state = Plan.State.APPROVED
    plan.approved_by = member
    plan.approved_at = datetime.now(UTC)
    plan.approval_method = "totp"
    plan.save()
    return plan


@pytest.fixture
def plan(acting: Membership, computed: frozen.Frozen) -> Plan:
    return make_plan(acting, make_patient(acting), computed)


def consented(member: Membership, plan: Plan) -> Consent:
    """Return a consent to the plan, read part by part and signed by the patient."""
    found = consent_services.offer(member, plan, "en")
    for part in found.read["parts"]:
        consent_services.answer(found, part["id"], part["question"]["right"] if part["question"] else "")
    given = consent_services.Given(
        name=plan.patient.name, path="", typed_instead=True, agreed=True, shown_hash=found.content_hash, how="device"
    )
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return consent_services.sign(found, given)

    def elsewhere() -> Consent:
        with tenancy.acting_as(member):
            try:
                return consent_services.sign(found, given)
            finally:
                connection.close()

    # Beside a browser's loop the file cannot be sealed in this thread; what it reads is committed there.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(elsewhere).result()


@pytest.fixture
def consent(acting: Membership, plan: Plan) -> Consent:
    """A consent that holds for the plan."""
    return consented(acting, plan)


def answer_all(member: Membership, session: Session) -> None:
    """Answer everything that is asked today as before."""
    current = screening.current(session.patient)
    assert current is not None
    for rule in screening.due(current):
        screening.answer(member, current, rule, "same")


def opened(member: Membership, plan: Plan) -> Session:
    """Return a session in treatment."""
    session = services.check_in(member, plan, key=uuid.uuid4())
    answer_all(member, session)
    return services.open_session(member, session)


@pytest.fixture
def session(acting: Membership, plan: Plan, consent: Any) -> Session:
    """A session in treatment."""
    return opened(acting, plan)


@pytest.fixture
def record(acting: Membership, session: Session) -> Callable[..., Any]:
    """Record changes given as path and value in the session."""
    from pinprick.clinic.treatment.document import ANYTHING, Change

    def send(**changes: Any) -> Any:
        listed = [Change(path.replace("__", "/"), ANYTHING, value) for path, value in changes.items()]
        return services.save_changes(acting, session, listed, uuid.uuid4())

    return send


@pytest.fixture
def tools(acting: Membership, computed: frozen.Frozen) -> SimpleNamespace:
    """What tests make things with."""
    return SimpleNamespace(
        code=code,
        patient=lambda family="Rossi": make_patient(acting, family),
        plan=lambda patient: make_plan(acting, patient, computed),
        opened=lambda plan: opened(acting, plan),
        answer=lambda session: answer_all(acting, session),
        consented=lambda plan: consented(acting, plan),
    )


@pytest.fixture
def page_of(
    browser: Any, live_server: Any, settings: Any, as_role: Callable[[str], Any]
) -> Iterator[Callable[..., Any]]:
    """Return a maker of pages: role, address, width; a fault in the page's own scripts fails the test."""
    settings.DEBUG = True
    contexts: dict[tuple[str, int, str], Any] = {}
    faults: list[str] = []

    def make(role: str, address: str, width: int = 1280, scheme: str = "light") -> Any:
        chosen = (role, width, scheme)
        if chosen not in contexts:
            contexts[chosen] = browser.new_context(
                viewport={"width": width, "height": 800 if width < 500 else 900},
                color_scheme=scheme,
                has_touch=width < 500,
                reduced_motion="reduce",
                base_url=live_server.url,
            )
            client = as_role(role)
            cookies = [
                {"name": name, "value": one.value, "url": live_server.url} for name, one in client.cookies.items()
            ]
            contexts[chosen].add_cookies(cookies)
        page = contexts[chosen].new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.goto(address)
        return page

    yield make
    for context in contexts.values():
        context.close()
    assert not faults
