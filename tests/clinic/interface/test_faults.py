"""Pages of faults say what happened and what to do, and need nothing that may be broken."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.parametrize("name", ["500.html", "400.html", "403_csrf.html"])
def test_plain_pages_need_no_request(name):
    page = render_to_string(name)
    assert "<h1>" in page and 'href="/"' in page and " style=" not in page and "<script" not in page


@pytest.mark.django_db
def test_a_fault_of_ours_shows_our_page(as_role, monkeypatch, settings):
    settings.DEBUG = False
    from pinprick.clinic.people import home

    def broken(member):
        raise RuntimeError("a fault")

    monkeypatch.setattr(home, "_makers", [broken])
    client = as_role("owner")
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500 and "it was not you" in answer.content.decode()
    assert "a fault" not in answer.content.decode()


@pytest.mark.django_db
def test_a_forged_form_is_told_in_words(clinician):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/account/login/", {"login": "x", "password": "y"})
    assert answer.status_code == 403 and "send it again" in answer.content.decode()


@pytest.mark.django_db
def test_the_wrong_role_is_told_which_role_one_has(as_role):
    answer = as_role("assistant").get("/staff/")
    assert answer.status_code == 403 and "Assistant" in answer.content.decode()
