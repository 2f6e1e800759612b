"""The programming interface: the rights of the pages, and every kind of bad input answered without a fault."""

import json

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from pinprick.clinic.api.interface import api
from pinprick.clinic.audit.models import Entry
from pinprick.clinic.patients.services import register
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import Role
from pinprick.clinic.wsgi import application

PERSON = {"given_names": "Ana", "family_names": "Núñez", "birth_date": "1990-04-03"}


def post(client, path, body):
    return client.post(path, json.dumps(body), content_type="application/json")


def test_nobody_reads_anything_without_signing_in(client, db):
    assert client.get("/api/patients").status_code == 401
    assert post(client, "/api/patients", PERSON).status_code == 401


def test_a_patient_is_registered_found_and_seen(as_role):
    desk = as_role(Role.DESK)
    made = post(desk, "/api/patients", PERSON)
    assert made.status_code == 201, made.content
    pk = made.json()["id"]
    found = desk.get("/api/patients", {"text": "nunez ana"}).json()
    assert [row["id"] for row in found] == [pk]
    assert desk.get(f"/api/patients/{pk}").json()["family_names"] == "Núñez"
    assert Entry.objects.filter(action="read record by program").count() == 1


def test_someone_alike_is_named_and_registered_only_when_confirmed(as_role):
    desk = as_role(Role.DESK)
    first = post(desk, "/api/patients", PERSON).json()
    again = post(desk, "/api/patients", {**PERSON, "family_names": "Nunez"})
    assert again.status_code == 409 and again.json()["alike"] == [first["id"]]
    assert post(desk, "/api/patients", {**PERSON, "although_alike": True}).status_code == 201


def test_a_role_without_the_right_is_refused(as_role):
    assert post(as_role(Role.AUDITOR), "/api/patients", PERSON).status_code == 403
    assert as_role(Role.DESK).get("/api/plans/0193e5c0-0000-7000-8000-000000000000").status_code == 403


def test_a_patient_of_another_organisation_is_not_there(as_role, foreign):
    theirs = Membership.objects.get(organisation=foreign, role=Role.CLINICIAN)
    with tenancy.acting_as(theirs):
        patient = register(theirs, {"given_names": "Other", "family_names": "Person"})
    assert as_role(Role.CLINICIAN).get(f"/api/patients/{patient.pk}").status_code == 404


def test_what_changes_needs_the_token(sign_in, clinician):
    client = sign_in(clinician, Client(enforce_csrf_checks=True))
    assert post(client, "/api/patients", PERSON).status_code == 403


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "given_names"),
        ({**PERSON, "birth_date": "2190-01-01"}, "between"),
        ({**PERSON, "email": "no"}, "e-mail"),
        ({**PERSON, "surname": "x"}, "extra"),
        ({**PERSON, "given_names": "a\x00b"}, "NUL"),
    ],
)
def test_bad_input_names_the_field(as_role, body, said):
    answer = post(as_role(Role.DESK), "/api/patients", body)
    assert answer.status_code == 422 and said in answer.content.decode()


def test_a_case_is_screened_and_a_wrong_one_refused(as_role):
    clinician = as_role(Role.CLINICIAN)
    case = {"patient": {"age": 30}, "concern": {"indication": "acne_scars_atrophic", "zones": ["cheek"]}}
    found = post(clinician, "/api/screenings", {"case": case})
    assert found.status_code in (200, 422), found.content
    assert post(clinician, "/api/screenings", {"case": {"patient": 3}}).status_code == 422


@pytest.fixture
def cookies(sign_in, clinician):
    client = sign_in(clinician)
    return {"csrftoken": "a" * 32, **{name: morsel.value for name, morsel in client.cookies.items()}}


@pytest.fixture
def own_connection(db):
    # As Django's own test client does: the connection belongs to the test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def described():
    """The schema without its sign-in, which every call here brings along and other tests refuse."""
    found = json.loads(json.dumps(api.get_openapi_schema()))
    for path in found["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    return found


schema = schemathesis.openapi.from_dict(described())
schema.app = application


@schema.parametrize()
@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)  # fmt: skip
def test_nothing_that_fits_or_breaks_the_schema_is_a_fault(case, cookies, own_connection):
    headers = {"X-CSRFToken": cookies["csrftoken"], "Referer": "http://localhost/"}
    # A case file has rules that no schema tells, so some that fit the schema are refused.
    without = [positive_data_acceptance] if case.path.endswith(("/screenings", "/patients")) else []
    case.call_and_validate(cookies=cookies, headers=headers, excluded_checks=without)
