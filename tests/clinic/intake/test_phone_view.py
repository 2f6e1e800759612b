from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Response
from pinprick.clinic.links.models import Link
from pinprick.clinic.people import tenancy

from .conftest import filled, patient_sections


@pytest.fixture
def token(clinician, maria):
    with tenancy.acting_as(clinician):
        return services.make_link(clinician, services.begin(clinician, maria))


@pytest.fixture
def phone():
    return Client()


def fill_in(phone, token):
    for section in patient_sections():
        answer = phone.post(f"/intake/f/{token}/{section.id}/", filled(section))
        assert answer.status_code == 302, answer.content.decode()
    return answer.url


def test_a_patient_fills_in_and_signs_on_the_phone(phone, token):
    begun = phone.get(f"/intake/f/{token}/")
    assert begun.status_code == 200 and "Medical history" in begun.content.decode()
    url = fill_in(phone, token)
    assert url == f"/intake/f/{token}/sign/"
    assert "Is everything right?" in phone.get(url).content.decode()
    done = phone.post(url, {"name": "María García", "agree": "1"})
    assert "Thank you" in done.content.decode()
    response = Response.objects.get()
    assert response.state == "signed" and response.signed_with is None and services.is_intact(response)
    assert phone.get(url).status_code == 410
    assert "There is nothing more to do" in phone.get(f"/intake/f/{token}/").content.decode()


def test_a_blank_section_says_what_is_missing(phone, token):
    answer = phone.post(f"/intake/f/{token}/goals/", {})
    assert answer.status_code == 422
    assert answer.content.decode().count("Please answer this") >= 4
    assert Response.objects.get().done == []


def test_a_blank_form_is_not_signed(phone, token):
    answer = phone.post(f"/intake/f/{token}/sign/", {"name": "María García", "agree": "1"})
    assert answer.url == f"/intake/f/{token}/goals/"
    assert Response.objects.get().state == "open"


@pytest.mark.parametrize("sent", [{}, {"name": "María García"}, {"agree": "1"}, {"name": " ", "agree": "1"}])
def test_a_signature_needs_name_and_statement(phone, token, sent):
    fill_in(phone, token)
    assert phone.post(f"/intake/f/{token}/sign/", sent).status_code == 422
    assert Response.objects.get().state == "open"


def autosave(phone, token, fields, version, key=None):
    data = {"_changed": list(fields), **fields}
    headers = {"Idempotency-Key": str(key or uuid4()), "If-Match": f'"{version}"', "Accept": "application/json"}
    return phone.post(f"/intake/f/{token}/save/", data, headers=headers)


def test_what_is_typed_is_kept_at_once_and_each_save_once(phone, token):
    phone.get(f"/intake/f/{token}/")
    key = uuid4()
    first = autosave(phone, token, {"wish": "smooth skin"}, 1, key)
    assert first.status_code == 200
    again = autosave(phone, token, {"wish": "smooth skin"}, 1, key)
    assert again.json() == first.json()
    assert "smooth skin" in phone.get(f"/intake/f/{token}/goals/").content.decode()
    clash = autosave(phone, token, {"wish": "other"}, 1)
    assert clash.status_code == 409 and clash.json()["fields"] == {"wish": ["smooth skin"]}
    cleared = autosave(phone, token, {"wish": []}, first.json()["version"])
    assert cleared.status_code == 200 and Response.objects.get().typed == {}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(1)}, "three days"),
        ({"revoked_at": timezone.now()}, "Your clinic has closed it"),
    ],
)
def test_a_link_that_has_ended_opens_nothing(phone, token, change, words):
    Link.objects.update(**change)
    for page in ("", "goals/", "sign/"):
        answer = phone.get(f"/intake/f/{token}/{page}")
        assert answer.status_code == 410 and words in answer.content.decode()
        assert "García" not in answer.content.decode()
    assert autosave(phone, token, {"wish": "x"}, 1).status_code == 410


@pytest.mark.parametrize("token", ["x", "a" * 500, "%00", "..", "é"])
def test_an_unknown_link_opens_nothing(phone, db, token):
    assert phone.get(f"/intake/f/{token}/").status_code in (404, 410)


def test_a_newer_link_closes_the_older(phone, token, clinician):
    with tenancy.acting_as(clinician):
        newer = services.make_link(clinician, Response.objects.get())
    assert phone.get(f"/intake/f/{token}/").status_code == 410
    assert phone.get(f"/intake/f/{newer}/").status_code == 200


def test_a_link_shows_nothing_but_its_own_response(phone, token):
    for page in ("/patients/", f"/intake/{Response.objects.get().pk}/"):
        assert phone.get(page).status_code == 302


def test_another_phone_gives_the_date_of_birth_before_it_sees_answers(phone, token):
    phone.get(f"/intake/f/{token}/")
    assert autosave(phone, token, {"wish": "smooth skin"}, 1).status_code == 200
    assert "smooth skin" in phone.get(f"/intake/f/{token}/goals/").content.decode()
    other = Client()
    assert (
        other.get(f"/intake/f/{token}/goals/").url == other.get(f"/intake/f/{token}/sign/").url == f"/intake/f/{token}/"
    )
    assert "smooth skin" not in autosave(other, token, {"wish": "x"}, 1).content.decode()
    assert "Who opens this?" in other.get(f"/intake/f/{token}/").content.decode()
    assert other.post(f"/intake/f/{token}/", {"born": "1994"}).status_code == 422
    assert other.post(f"/intake/f/{token}/", {"born": "12 mar 1994"}).status_code == 302
    assert "smooth skin" in other.get(f"/intake/f/{token}/goals/").content.decode()


def test_a_phone_is_known_no_longer_than_a_link_opens(phone, token, monkeypatch):
    phone.get(f"/intake/f/{token}/")
    autosave(phone, token, {"wish": "smooth skin"}, 1)
    assert "Who opens this?" not in phone.get(f"/intake/f/{token}/").content.decode()
    # A browser that keeps the cookie for longer than it was told is not believed.
    monkeypatch.setattr("pinprick.clinic.intake.views.phone.COOKIE_SECONDS", -1)
    assert "Who opens this?" in phone.get(f"/intake/f/{token}/").content.decode()


def test_five_wrong_dates_of_birth_close_the_link(phone, token):
    phone.get(f"/intake/f/{token}/")
    autosave(phone, token, {"wish": "smooth skin"}, 1)
    other = Client()
    tries = [other.post(f"/intake/f/{token}/", {"born": f"0{day}/01/1980"}).status_code for day in range(1, 7)]
    assert tries == [422, 422, 422, 422, 410, 410]
    assert phone.get(f"/intake/f/{token}/goals/").status_code == 410


@pytest.mark.parametrize("section", ["examination", "nowhere"])
def test_what_the_clinician_answers_is_not_on_the_phone(phone, token, section):
    assert phone.get(f"/intake/f/{token}/{section}/").status_code == 404


def test_the_phone_speaks_the_patients_language(phone, token):
    text = phone.get(f"/intake/f/{token}/", headers={"Accept-Language": "es"}).content.decode()
    assert "Historia clínica" in text
