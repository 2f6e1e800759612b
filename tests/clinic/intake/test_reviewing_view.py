from uuid import uuid4

import pytest
from django.utils import timezone

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Review
from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

from .conftest import HISTORY, filled
from .test_services import ISOTRETINOIN, complete


@pytest.fixture
def response(clinician, maria):
    with tenancy.acting_as(clinician):
        drops = {"medicine_list": [], "medicine_list.0.name": ["Grandmother's drops"]}
        answered = complete(services.begin(clinician, maria), **ISOTRETINOIN, **drops)
        return services.sign(answered, "María García", today=timezone.localdate())


EXAMINATION = filled(services.for_staff(HISTORY)[0], phototype_judged=["4"])


def test_a_clinician_reviews_and_the_facts_are_recorded(as_role, response, maria):
    client = as_role(Role.CLINICIAN)
    text = client.get(f"/intake/{response.pk}/review/").content.decode()
    assert "Oral isotretinoin" in text and "Grandmother&#x27;s drops" in text and "Examination" in text
    answer = client.post(f"/intake/{response.pk}/review/", EXAMINATION | {"note": "calm skin"})
    assert answer.url == f"/patients/{maria.pk}/"
    known = patients.known(maria)
    assert "oral_isotretinoin" in {fact.concept for fact in known.facts}
    maria.refresh_from_db()
    assert maria.phototype == 4
    assert client.get(f"/intake/{response.pk}/review/").url == f"/intake/{response.pk}/"
    assert "Reviewed" in client.get(f"/intake/{response.pk}/").content.decode()
    chart = client.get(f"/patients/{maria.pk}/").content.decode()
    assert "Intake reviewed" in chart and "Intake signed by María García" in chart


def test_a_review_without_examination_is_not_taken(as_role, response):
    answer = as_role(Role.CLINICIAN).post(f"/intake/{response.pk}/review/", {"note": "x"})
    assert answer.status_code == 422
    review = Review.objects.get()
    assert review.done_at is None and review.note == "x"


def test_what_was_unticked_is_not_kept(as_role, response):
    client = as_role(Role.CLINICIAN)
    client.post(f"/intake/{response.pk}/review/", {"seen": ["wart"]})
    client.post(f"/intake/{response.pk}/review/", {"note": ["y"]})
    assert Review.objects.get().typed == {}


def test_the_examination_is_saved_as_it_is_typed(as_role, response):
    client = as_role(Role.CLINICIAN)
    client.get(f"/intake/{response.pk}/review/")
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": '"1"'}
    answer = client.post(
        f"/intake/{response.pk}/review/save/", {"_changed": ["seen"], "seen": ["wart"]}, headers=headers
    )
    assert answer.status_code == 200 and Review.objects.get().typed == {"seen": ["wart"]}


def test_what_changes_against_what_was_known_is_shown(as_role, response, maria, clinician):
    from datetime import date

    from pinprick.safety import Fact, Facts
    from pinprick.skin import Person

    with tenancy.acting_as(clinician):
        before = Facts(person=Person(), facts=(Fact("oral_isotretinoin", "current"),))
        patients.record_facts(clinician, maria, before, origin="import", as_of=date(2026, 1, 1))
    text = as_role(Role.CLINICIAN).get(f"/intake/{response.pk}/review/").content.decode()
    assert "What this changes" in text and "until 2026-10-20" in text


@pytest.mark.parametrize("role", [Role.DESK, Role.ASSISTANT, Role.AUDITOR])
def test_others_do_not_review(as_role, response, role):
    assert as_role(role).get(f"/intake/{response.pk}/review/").status_code == 403


def test_a_signed_intake_waits_on_the_first_page_until_it_is_reviewed(as_role, response):
    client = as_role(Role.CLINICIAN)
    url = f"/intake/{response.pk}/review/"
    assert url in client.get("/").content.decode()
    assert url not in as_role(Role.DESK).get("/").content.decode()
    client.post(url, EXAMINATION)
    assert url not in client.get("/").content.decode()
