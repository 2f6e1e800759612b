"""Makes the demonstration clinic by the same services that people use; nothing is written past them."""

from __future__ import annotations

import os
import secrets
import tomllib
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pinprick.clinic.consent import services as consents
from pinprick.clinic.demo.people import PATIENTS, STAFF, STAGES, Person
from pinprick.clinic.intake import services as intakes
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Origin, Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership, Organisation, Site, User
from pinprick.clinic.plans import approval, computing
from pinprick.clinic.plans import services as plans
from pinprick.clinic.plans.models import Computation, Plan
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.decision import Decision
from pinprick.clinic.treatment import services as sessions
from pinprick.errors import InputError, PinprickError
from pinprick.planning import Case
from pinprick.safety import Facts, concepts

Tell = Callable[[str], None]
SIGN_IN = "demo-sign-in.txt"
PRICES = {"microneedling_session": 220}
# A drawn signature, as strokes of a pen.
_STROKES = "M40 120L120 40L200 150L280 60L360.5 140M400 80L520 80"


def ensure(tell: Tell) -> None:
    """Make the demonstration clinic where there is none yet, and tell how to sign in."""
    kept = Path(settings.DATA) / SIGN_IN
    if not Organisation.objects.exists():
        tell("Making the demonstration clinic (about a minute)")
        _keep(_make(tell))
    elif not kept.exists():
        raise InputError(
            "The demonstration clinic was not finished when it was made.", given=str(settings.DATA),
            remedy="delete this folder and start again, or name another with --data",
        )  # fmt: skip
    tell(kept.read_text("utf-8").rstrip())


def _make(tell: Tell) -> str:
    """Make everything, and return how to sign in."""
    password = "-".join(secrets.token_hex(3) for _ in range(3))
    organisation = Organisation.objects.create(
        name="Harbour Skin Clinic", jurisdiction="GB", currency="GBP", phone="+44 20 7946 0018",
        emergency_phone="+44 20 7946 0019", is_demo=True,
    )  # fmt: skip
    with tenancy.entered(organisation.pk):
        site = Site.objects.create(
            organisation=organisation, name="Harbour Street", time_zone="Europe/London", phone="+44 20 7946 0018"
        )
        staff = {role: _member(organisation, site, role, name, password) for role, name in STAFF.items()}
    lines = [f"  {role:<10} {member.user.email}" for role, member in staff.items()]
    for number, person in enumerate(PATIENTS, 1):
        tell(f"  {number} of {len(PATIENTS)}: {person.given_names} {person.family_names}, {person.stage}")
        with tenancy.acting_as(staff["clinician"]):
            follow(staff["clinician"], person)
    return "\n".join(["Sign in with one of these and the password below:", *lines, f"  password   {password}"])


def _keep(text: str) -> None:
    path = Path(settings.DATA) / SIGN_IN
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(f"{text}\n")


def _member(organisation: Organisation, site: Site, role: str, name: str, password: str) -> Membership:
    user = User.objects.create_user(f"{role}@harbour.example", password, name=name)
    return Membership.objects.create(user=user, organisation=organisation, role=role, site=site)


def example(name: str) -> dict[str, Any]:
    """Return an example case as a plain table.

    Raises:
        InputError: the package was installed without its examples.
    """
    inside = files("pinprick.clinic.demo") / "examples" / f"{name}.toml"
    beside = Path(__file__).parents[4] / "examples" / f"{name}.toml"
    if inside.is_file():
        return tomllib.loads(inside.read_text("utf-8"))
    if beside.is_file():
        return tomllib.loads(beside.read_text("utf-8"))
    raise InputError("This installation lacks the example cases.", given=name, remedy="install the whole package")


def follow(member: Membership, person: Person) -> Patient:
    """Register a patient and take them as far as their stage says.

    Args:
        member: the clinician who acts.
        person: who comes.
    """
    fields = ("given_names", "family_names", "birth_date", "sex", "phototype")
    patient = patients.register(member, {name: getattr(person, name) for name in fields} | person.rest)
    reached = STAGES.index(person.stage)
    table = example(person.case)
    steps: tuple[Callable[..., Any], ...] = (_link, _answer, _screen, _draft, _approve, _consent, _check_in, _treat)
    carried: dict[str, Any] = {"table": table, "person": person, "reached": reached}
    for step in steps[:reached]:
        step(member, patient, carried)
    return patient


def _link(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    if carried["reached"] == STAGES.index("link"):
        intakes.make_link(member, intakes.begin(member, patient))


def _answer(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    """Record the example's facts; whoever goes on to treatment was asked everything else too."""
    on = date.today()
    found = Case.read({**carried["table"], "published": None}).facts(on)
    asked = frozenset(concepts()) - {fact.concept for fact in found.facts} if carried["reached"] > 3 else found.asked
    said = Facts(person=found.person, facts=found.facts, asked=asked)
    patients.record_facts(member, patient, said, origin=Origin.EXAMINATION, as_of=on)


def _screen(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    plan = _begun(member, patient, carried)
    made = screenings.run(member, patient, on=date.today(), treatment=approval.treatment(plan))
    carried["screening"] = made


def _begun(member: Membership, patient: Patient, carried: dict[str, Any]) -> Plan:
    if "plan" not in carried:
        table, person = carried["table"], carried["person"]
        here = {"devices": table.get("clinic", {}).get("devices", []), "prices": PRICES, "anaesthetic": "none"}
        if person.device:
            here["devices"] = [person.device]
        if adjuncts := table.get("clinic", {}).get("adjuncts"):
            here["adjuncts"] = adjuncts
        case = {"concern": table["concern"], "preferences": {}, "clinic": here, "request": {}}
        carried["plan"] = plans.begin(member, patient, table.get("title", person.case)[:200], case)
    found: Plan = carried["plan"]
    return found


def _draft(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    """Compute the draft in this process and wait for it."""
    plan = _begun(member, patient, carried)
    with transaction.atomic():
        made = plans.compute(member, plan, date.today())
    _wait(made)
    plan.refresh_from_db()
    plan.__dict__.pop("content", None)


def _wait(made: Computation) -> None:
    computing._POOL.submit(lambda: None).result()
    made.refresh_from_db()
    if made.state != Computation.State.DONE:
        raise PinprickError("The demonstration's plan could not be computed.", given=made.problem)


def _approve(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    plan = carried["plan"]
    made = screenings.run(member, patient, on=date.today(), treatment=approval.treatment(plan))
    for finding in made.result["findings"]:
        screenings.resolve(member, made, finding["rule"], Decision("accept"))
    carried["plan"] = plans.approve(member, plan, method="demonstration", expected=plan.version, on=date.today())


def _consent(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    consent = consents.offer(member, carried["plan"], "en")
    for part in consent.read["parts"]:
        consents.answer(consent, part["id"], (part["question"] or {}).get("right", "read"))
    given = consents.Given(
        name=patient.name, path=_STROKES, typed_instead=False, agreed=True, shown_hash=consent.content_hash,
        how="device", user_agent="demonstration",
    )  # fmt: skip
    consents.sign(consent, given)


def _check_in(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    carried["session"] = sessions.check_in(member, carried["plan"], key=uuid.uuid4())


def _treat(member: Membership, patient: Patient, carried: dict[str, Any]) -> None:
    session = carried["session"]
    current = screenings.current(patient)
    assert current is not None  # Check-in has just screened.
    for rule in screenings.due(current):
        screenings.answer(member, current, rule, "same")
        current = screenings.current(patient) or current
    session = sessions.open_session(member, session)
    zones = {
        zone.zone: {
            "state": "treated",
            "needle_length_mm": zone.needle_length_mm,
            # One pass fewer in the first zone: a departure to look at.
            "pass_count": max(1, zone.pass_count - (1 if index == 0 else 0)),
            "endpoint": zone.stop_at,
            **({"reason": "Redness came early."} if index == 0 else {}),
        }
        for index, zone in enumerate(session.plan_of_session.zones)
    }
    expiry = (date.today() + timedelta(days=500)).strftime("%y%m%d")
    code = f"(01)09504000059118(17){expiry}(10)A17(21)D1"
    content = {"zones": zones, "notes": "Tolerated well.", "cartridges": {str(uuid.uuid4()): {"code": code}}}
    saved = sessions.record_session(member, session, content, expected=session.version, key=uuid.uuid4())
    sessions.sign_session(member, session, expected=saved.version)
