"""A form sent twice does its work once, whatever it does."""

from __future__ import annotations

import threading
from datetime import date
from pathlib import Path

import pytest
from django.db import connections

from pinprick.clinic.interface.models import SavedRequest
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Patient, RecordImport
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.screening.models import Screening
from pinprick.clinic.treatment.models import Cartridge

RECORD = Path(__file__).parents[2] / "fixtures/fhir/isotretinoin-stopped.json"
NEW = {"given_names": "Ida", "family_names": "Holm", "language": "en"}


@pytest.fixture
def person(clinician):
    with tenancy.acting_as(clinician):
        return patients.register(
            clinician, {"given_names": "Ada", "family_names": "Lund", "birth_date": date(1990, 1, 1)}
        )


def test_the_token_of_a_form_differs_on_every_page(as_role):
    client = as_role(Role.DESK)
    tokens = {client.get("/patients/new/").context["csrf_token"] for _ in range(3)}
    assert len({str(token) for token in tokens}) == 3


def test_a_patient_is_registered_once(as_role):
    client = as_role(Role.DESK)
    first, second = (client.post("/patients/new/", {**NEW, "csrfmiddlewaretoken": "one"}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == 1
    # Another page with the same words is another wish.
    assert client.post("/patients/new/", {**NEW, "csrfmiddlewaretoken": "two"}).status_code == 302
    assert Patient.objects.count() == 2


def test_what_was_refused_may_be_sent_again(as_role):
    client = as_role(Role.DESK)
    wrong = {**NEW, "birth_date": "yesterday or so", "csrfmiddlewaretoken": "one"}
    assert [client.post("/patients/new/", wrong).status_code for _ in range(2)] == [422, 422]
    assert not SavedRequest.objects.exists()
    assert client.post("/patients/new/", {**NEW, "csrfmiddlewaretoken": "one"}).status_code == 302


def test_the_form_of_another_member_is_another(as_role):
    for role in (Role.DESK, Role.CLINICIAN):
        as_role(role).post("/patients/new/", {**NEW, "csrfmiddlewaretoken": "one"})
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "sent", "model", "made"),
    [
        ("/plans/patient/{pk}/new/", {}, Plan, 1),
        ("/screening/patient/{pk}/", {"on": "2027-03-01", "modality": "mechanical"}, Screening, 1),
        (
            "/treatment/stock/",
            {"code": "(01)09504000059118(17)301231(10)S1", "count": "3", "name": "C", "device": ""}, Cartridge, 3,
        ),
    ],
)  # fmt: skip
def test_every_form_that_makes_something_makes_it_once(as_role, person, path, sent, model, made):
    client = as_role(Role.OWNER)
    for _ in range(2):
        answer = client.post(path.format(pk=person.pk), {**sent, "csrfmiddlewaretoken": "one"})
        assert answer.status_code == 302, answer.content[-2000:]
    assert model.objects.count() == made


def test_a_file_is_taken_in_once(as_role, member):
    client = as_role(Role.OWNER)
    for _ in range(2):
        with RECORD.open("rb") as file:
            answer = client.post("/patients/import/", {"file": file, "csrfmiddlewaretoken": "one"})
        assert answer.status_code == 302
    assert RecordImport.objects.count() == 1
    # Saved to a record that was put away meanwhile: said in words.
    with tenancy.acting_as(owner := member(Role.OWNER)):
        away = patients.register(owner, {"given_names": "A", "family_names": "B"})
        patients.archive(owner, away)
    saved = client.post(answer["Location"], {"into": str(away.pk), "csrfmiddlewaretoken": "two"}, follow=True)
    assert saved.status_code == 200
    assert "takes no changes" in saved.content.decode()


def test_two_presses_at_the_same_moment_register_one(transactional_db, as_role):
    client = as_role(Role.DESK)
    gate, found = threading.Barrier(2), []

    def press():
        from django.test import Client

        mine = Client()
        mine.cookies = client.cookies
        try:
            gate.wait()
            found.append(mine.post("/patients/new/", {**NEW, "csrfmiddlewaretoken": "one"})["Location"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(found) == 2
    assert len(set(found)) == 1
    assert Patient.objects.count() == 1
