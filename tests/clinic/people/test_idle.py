"""A screen left alone is locked; the person comes back by the password and goes on where they were."""

import time

import pytest

from pinprick.clinic.people.roles import Role


@pytest.fixture
def gone(as_role, settings):
    """A client whose person has not been seen for longer than allowed."""
    client = as_role(Role.DESK)
    client.get("/")
    session = client.session
    session["seen"] = time.time() - settings.ENVIRONMENT.idle_minutes * 60 - 5
    session.save()
    return client


def test_the_next_page_asks_who_is_there(gone):
    answer = gone.get("/patients/")
    assert answer.status_code == 302 and answer["Location"].startswith("/account/reauthenticate/?next=%2Fpatients%2F")


def test_a_fragment_and_a_saved_form_are_told_so(gone):
    assert gone.get("/patients/", headers={"HX-Request": "true"})["HX-Redirect"].startswith("/account/reauthenticate/")
    assert gone.post("/patients/", headers={"Accept": "application/json"}).status_code == 401


def test_the_password_opens_it_again(gone):
    gone.get("/patients/")
    answer = gone.post("/account/reauthenticate/?next=/patients/", {"password": "a long password for the tests"})
    assert answer.status_code == 302, answer.content[:300]
    assert gone.get("/patients/").status_code == 200


def test_a_wrong_password_does_not(gone):
    gone.get("/patients/")
    gone.post("/account/reauthenticate/?next=/patients/", {"password": "wrong"})
    assert gone.get("/patients/").status_code == 302


def test_who_was_there_just_now_goes_on(as_role):
    client = as_role(Role.DESK)
    assert client.get("/").status_code == 200 and client.get("/patients/").status_code == 200
