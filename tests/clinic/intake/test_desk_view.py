import re

import pytest
from django.test import Client

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Response
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import Role

from ..conftest import signed_in
from .conftest import filled, patient_sections


@pytest.fixture
def response(clinician, maria):
    with tenancy.acting_as(clinician):
        return services.begin(clinician, maria)


def test_the_desk_hands_over_a_link_that_opens_on_a_phone(as_role, maria):
    page = as_role(Role.DESK).post(f"/intake/of/{maria.pk}/begin/", {"phone": "1"}).content.decode()
    address = re.search(r'value="http://testserver(/intake/f/[^"]+)"', page)[1]
    assert "<svg" in page
    assert Client().get(address).status_code == 200
    assert "García" not in address


def test_the_link_can_be_closed(as_role, response):
    client = as_role(Role.DESK)
    page = client.post(f"/intake/{response.pk}/link/").content.decode()
    address = re.search(r"/intake/f/[^\"/]+/", page)[0]
    client.post(f"/intake/{response.pk}/link/close/")
    assert Client().get(address).status_code == 410


def test_staff_fill_in_together_with_the_patient(as_role, maria, member):
    client = as_role(Role.ASSISTANT)
    answer = client.post(f"/intake/of/{maria.pk}/begin/")
    response = Response.objects.get()
    assert answer.url == f"/intake/{response.pk}/fill/goals/"
    for section in patient_sections():
        page = client.get(f"/intake/{response.pk}/fill/{section.id}/")
        assert page.status_code == 200
        answer = client.post(f"/intake/{response.pk}/fill/{section.id}/", filled(section))
    assert answer.url == f"/intake/{response.pk}/sign/"
    client.post(answer.url, {"name": "María García", "agree": "1"})
    response.refresh_from_db()
    assert response.signed_with == member(Role.ASSISTANT)
    text = client.get(f"/intake/{response.pk}/").content.decode()
    assert "Signed by María García" in text and "shown as it was" in text
    assert client.get(f"/intake/{response.pk}/fill/goals/").url == f"/intake/{response.pk}/"


def test_what_was_typed_wrongly_stays_on_the_page(as_role, response):
    sent = filled(patient_sections()[2], isotretinoin=["yes"])
    sent |= {"isotretinoin.oral_isotretinoin.status": ["past"], "isotretinoin.oral_isotretinoin.date": ["some summer"]}
    answer = as_role(Role.DESK).post(f"/intake/{response.pk}/fill/medicines/", sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="some summer" aria-invalid="true"' in text and "This is not a date" in text


def test_an_intake_is_withdrawn(as_role, response):
    client = as_role(Role.DESK)
    client.post(f"/intake/{response.pk}/withdraw/")
    response.refresh_from_db()
    assert response.state == "withdrawn"
    assert client.post(f"/intake/{response.pk}/withdraw/", follow=True).status_code == 200


def test_an_archived_patient_is_not_asked(as_role, maria, clinician):
    from pinprick.clinic.patients import services as patients

    with tenancy.acting_as(clinician):
        patients.archive(clinician, maria)
    answer = as_role(Role.DESK).post(f"/intake/of/{maria.pk}/begin/")
    assert answer.url == f"/patients/{maria.pk}/" and not Response.objects.exists()


def test_another_clinic_sees_nothing(response, foreign):
    client = signed_in(Membership.objects.get(organisation=foreign, role=Role.OWNER))
    for page in ("", "fill/goals/", "sign/", "review/"):
        assert client.get(f"/intake/{response.pk}/{page}").status_code == 404


def test_the_auditor_reads_only(as_role, response):
    client = as_role(Role.AUDITOR)
    assert client.get(f"/intake/{response.pk}/").status_code == 200
    assert client.get(f"/intake/{response.pk}/fill/goals/").status_code == 403


@pytest.mark.parametrize(
    "sent", [{"version": "x"}, {"keloid": "\x00"}, {"keloid": "\U0001f600" * 3000}, {"isotretinoin": ["yes"] * 300}]
)
def test_odd_input_is_answered_with_the_page(as_role, response, sent):
    assert as_role(Role.DESK).post(f"/intake/{response.pk}/fill/skin/", sent).status_code == 422
