"""Every page of the demonstration clinic, from the list of addresses: axe by day and by night, and widths."""

import importlib.util
import uuid
from pathlib import Path

import pytest
from django.test import Client

from pinprick.clinic.aftercare import services as aftercare
from pinprick.clinic.aftercare.models import Sheet
from pinprick.clinic.consent import services as consents
from pinprick.clinic.consent.models import Consent, Signature
from pinprick.clinic.demo import services as demo
from pinprick.clinic.demo.people import PATIENTS
from pinprick.clinic.intake import services as intakes
from pinprick.clinic.intake.models import Response
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import services as people
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.access import PUBLIC
from pinprick.clinic.people.models import Membership, Site
from pinprick.clinic.people.roles import Role, holds
from pinprick.clinic.plans import services as plans
from pinprick.clinic.plans.models import Plan, Revision
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.models import Screening
from pinprick.clinic.treatment import services as sessions
from pinprick.clinic.treatment.models import Session


def beside(name, path):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(path))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


matrix = beside("clinic_matrix", "test_matrix.py")
tools = beside("interface_browser", "interface/conftest.py")
served, page = tools.served, tools.page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STAGES = ("treated", "checked-in", "consented", "approved", "drafted", "link", "new")
# What an identifier stands for, by the word before it in the address.
OBJECTS = {
    "patients": Patient, "patient": Patient, "of": Patient, "intake": Response, "screening": Screening, "plans": Plan,
    "plan": Plan, "planning": Plan, "revision": Revision, "consent": Consent, "sessions": Session, "aftercare": Sheet,
    "staff": Membership, "sites": Site,
}  # fmt: skip
# Addresses that show a page only in a state that the demonstration does not reach, and where their pages are tested.
ELSEWHERE = {
    "/setup/<str:token>/": "only while there is no clinic: people/test_setup_view.py",
    "/patients/import/<uuid:import_id>/": "only between reading a file and keeping it: patients/test_importing_view.py",
    "/me/clinics/<uuid:pk>/": "only for members of two clinics: people",
}
# Not pages: files, fragments of a page, answers to programs.
PARTS = ("/health", "/ready", "/interface/worker.js", "/interface/gallery", "/static/", "/api/", "figures.css")


def furnish(clinician, owner, monkeypatch):
    """Make the patients of the demonstration, a session in each state and a link of each kind; returns the secrets."""
    monkeypatch.setattr(plans, "DRAWS", 12)
    made = {}
    with tenancy.acting_as(clinician):
        for stage in STAGES:
            made[stage] = demo.follow(clinician, next(one for one in PATIENTS if one.stage == stage))
        _begin_session(clinician, made["consented"])
        sheet = aftercare.make(clinician, made["treated"].plans.get(state="approved"), "en")
        offered = consents.offer(clinician, made["approved"].plans.get(), "en")
        secrets = {
            "f": intakes.make_link(clinician, Response.objects.get(patient=made["link"])),
            "aftercare": aftercare.hand_over(clinician, sheet),
            "consent": consents.hand_over(clinician, offered, Signature.How.LINK),
        }
    with tenancy.acting_as(owner):
        whom = people.Invitee("New", "new@north.example", Role.DESK, owner.site)
        return secrets | {"join": people.invite(owner, whom)}


def _begin_session(clinician, patient):
    session = sessions.check_in(clinician, patient.plans.get(), key=uuid.uuid4())
    current = screenings.current(patient)
    for rule in screenings.due(current):
        screenings.answer(clinician, screenings.current(patient), rule, "same")
    sessions.open_session(clinician, session)


def objects(model, organisation):
    """One object of each state."""
    kept = {}
    for one in model.objects.filter(organisation=organisation):
        kept.setdefault(str(getattr(one, "state", "")), str(one.pk))
    return list(kept.values())


def addresses(route, organisation, secrets):
    """Return the addresses of a route for what the demonstration holds."""
    found, before = [""], ""
    for piece in route.strip("/").split("/"):
        if not piece.startswith("<"):
            found, before = [f"{path}/{piece}" for path in found], piece
            continue
        if piece == "<str:token>":
            names = [name for name in secrets if name in route.split("/")]
            values = [secrets[names[0]]] if names else []
        elif piece == "<slug:section_id>":
            values = ["medicines"]
        else:
            values = objects(OBJECTS[before], organisation) if before in OBJECTS else []
        found = [f"{path}/{value}" for path in found for value in values]
    return [f"{path}/" if route.endswith("/") else path for path in found]


def reader(pattern, as_role):
    """Return who reads a page: nobody who is signed in where it is public, else the first role that may."""
    permission = getattr(pattern.callback, "permission", Role.CLINICIAN)
    if permission == PUBLIC:
        return "", Client()
    roles = (Role.CLINICIAN, Role.OWNER, Role.AUDITOR)
    role = next((one for one in roles if permission == Role.CLINICIAN or holds(one, permission)), Role.OWNER)
    return role, as_role(role)


def shown(organisation, secrets, as_role):
    """Yield route, reader's role and address of every page, and None for a route that shows none."""
    for route, pattern in matrix.routes():
        if any(part in route for part in PARTS) or "^" in route or "<int" in route:
            continue
        role, client = reader(pattern, as_role)
        answers = [(path, client.get(path)) for path in addresses(route, organisation, secrets)]
        pages = [
            path for path, one in answers if one.status_code == 200 and one["Content-Type"].startswith("text/html")
        ]
        whole = [path for path, one in answers if path in pages and b"<!doctype html" in one.content[:200].lower()]
        gone = not answers or all(one.status_code == 404 for _, one in answers)
        yield route, role, whole, gone
    yield "sign in", "", ["/account/login/", "/account/password/reset/"], False


def remarks(opened, address, size):
    """Everything wrong with a page: axe by day, its contrast by night, and how far it scrolls sideways."""
    opened.emulate_media(color_scheme="light")
    found = tools.violations(opened)
    if wide := tools.sideways(opened):
        found.append(f"{wide} pixels too wide")
    opened.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in tools.violations(opened, only=["color-contrast"])]
    if size == "phone":
        opened.set_viewport_size({"width": 320, "height": 640})
        if wide := tools.sideways(opened):
            found.append(f"{wide} pixels too wide at 320")
        opened.set_viewport_size({"width": 360, "height": 800})
    return [f"{size} {address}: {one}" for one in found]


def test_every_page_of_the_demonstration(served, page, organisation, clinician, member, as_role, monkeypatch):
    secrets = furnish(clinician, member(Role.OWNER), monkeypatch)
    pages, lost = [], []
    for route, role, whole, gone in shown(organisation, secrets, as_role):
        pages += [(role, path) for path in whole]
        if gone and route not in ELSEWHERE:
            lost.append(route)
    assert lost == []
    assert len(pages) > 60
    wrong = []
    for size in ("phone", "desk"):
        browsers = {}
        for role, address in pages:
            if role not in browsers:
                browsers[role] = page(size, "light", as_role(role) if role else None, served)
            answer = browsers[role].goto(served + address)
            if answer.status >= 400:
                wrong.append(f"{size} {address}: {answer.status}")
            wrong += remarks(browsers[role], address, size)
    assert wrong == []
