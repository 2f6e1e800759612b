import json
from datetime import date
from uuid import uuid4

import pytest

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.patients import services
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import Role
from pinprick.safety import Fact, Facts
from pinprick.skin import Person

from ..conftest import signed_in


@pytest.fixture
def maria(clinician):
    with tenancy.acting_as(clinician):
        patient = services.register(
            clinician,
            {"given_names": "María", "family_names": "García", "birth_date": date(1994, 3, 12), "phototype": 4},
        )
        said = Facts(
            person=Person(),
            facts=(
                Fact("oral_isotretinoin", "past", end=date(2026, 9, 20)),
                Fact("keloid", "absent"),
                Fact("wart", "unknown"),
            ),
            unrecognised=("drops of Grandmother",),
        )
        services.record_facts(clinician, patient, said, origin="intake", as_of=date(2026, 10, 1))
        return patient


def test_the_chart_shows_who_what_and_when(as_role, maria):
    text = as_role(Role.CLINICIAN).get(f"/patients/{maria.pk}/").content.decode()
    for shown in (
        "María García",
        "12 Mar 1994",
        "Oral isotretinoin",
        "until 2026-09-20",
        "Registered",
        "Facts recorded",
    ):
        assert shown in text
    assert Entry.objects.filter(action="read chart", patient_id=maria.pk).count() == 1


def test_what_is_known_is_shown_by_state_with_its_history(as_role, maria, clinician):
    client = as_role(Role.CLINICIAN)
    with tenancy.acting_as(clinician):
        services.record_facts(
            clinician,
            maria,
            Facts(person=Person(), facts=(Fact("keloid", "past"),)),
            origin="check_in",
            as_of=date(2026, 11, 1),
        )
        first = maria.facts.earliest("created_at")
    now = client.get(f"/patients/{maria.pk}/facts/").content.decode()
    before = client.get(f"/patients/{maria.pk}/facts/", {"of": str(first.pk)}).content.decode()
    assert "drops of Grandmother" in now
    assert "Asked and denied" not in now and "Asked and denied" in before


@pytest.mark.parametrize("page", ["", "facts/", "edit/", "merge/", "restrict/"])
def test_another_clinic_does_not_learn_that_the_patient_exists(page, maria, foreign):
    client = signed_in(Membership.objects.get(organisation=foreign, role=Role.OWNER))
    assert client.get(f"/patients/{maria.pk}/{page}").status_code == 404
    assert client.get(f"/patients/{uuid4()}/{page}").status_code == 404


def test_a_restricted_chart_is_not_found_by_others(as_role, maria, clinician):
    with tenancy.acting_as(clinician):
        services.restrict(clinician, maria, [clinician])
    assert as_role(Role.OWNER).get(f"/patients/{maria.pk}/").status_code == 404
    assert as_role(Role.CLINICIAN).get(f"/patients/{maria.pk}/").status_code == 200


def test_everything_of_a_patient_is_exported(as_role, maria):
    answer = as_role(Role.OWNER).post(f"/patients/{maria.pk}/export/")
    content = json.loads(answer.content)
    assert content["format"] == "pinprick.patient/1"
    (patient,) = content["tables"]["patients.Patient"]
    assert patient["given_names"] == "María" and patient["birth_date"] == "1994-03-12"
    (facts,) = content["tables"]["patients.PatientFacts"]
    assert "oral_isotretinoin" in json.dumps(facts)
    assert Entry.objects.filter(action="exported patient").count() == 1
    assert as_role(Role.DESK).post(f"/patients/{maria.pk}/export/").status_code == 403
