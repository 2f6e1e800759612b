from datetime import date

import pytest

from pinprick.clinic.patients import services
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

MARIA = {
    "given_names": "María",
    "family_names": "García",
    "birth_date": "12/03/1994",
    "phone": "600 123 456",
    "sex": "female",
}


@pytest.fixture
def maria(clinician):
    with tenancy.acting_as(clinician):
        return services.register(clinician, MARIA | {"birth_date": date(1994, 3, 12)})


def test_a_patient_is_registered(as_role):
    client = as_role(Role.DESK)
    assert client.get("/patients/new/?name=maria garcía").context["form"]["family_names"].value() == "García"
    answer = client.post("/patients/new/", MARIA)
    patient = Patient.objects.get()
    assert answer.url == f"/patients/{patient.pk}/"
    assert patient.birth_date == date(1994, 3, 12) and patient.number == 1


def test_a_likeness_is_shown_before_registering(as_role, maria):
    client = as_role(Role.DESK)
    answer = client.post("/patients/new/", MARIA | {"given_names": "Maria"})
    assert answer.status_code == 422
    assert "Perhaps already registered" in answer.content.decode()
    assert Patient.objects.count() == 1
    client.post("/patients/new/", MARIA | {"given_names": "Maria", "all_the_same": "1"})
    assert Patient.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("given_names", "", "required"), ("birth_date", "soon", "not a date"),
        ("birth_date", "1994", "day is missing"), ("birth_date", "2999-01-01", "not a date"),
        ("birth_date", "01/01/2099", "still to come"), ("email", "me", "email"), ("phone", "call me", "digits"),
        ("sex", "x", "valid choice"), ("phototype", "9", "valid choice"),
        ("given_names", "x" * 101, "at most 100"), ("deceased_on", "01/01/1980", "before birth"),
        ("note", "\x00", "Null"),
    ],
)  # fmt: skip
def test_bad_input_is_named_at_its_field_and_kept(as_role, field, value, message):
    answer = as_role(Role.DESK).post("/patients/new/", MARIA | {field: value})
    assert answer.status_code == 422
    form = answer.context["form"]
    assert message in " ".join(form.errors[field])
    assert form["family_names"].value() == "García" and form[field].value() == value
    assert 'aria-invalid="true"' in answer.content.decode()
    assert not Patient.objects.exists()


def test_of_two_who_edit_the_second_sees_what_the_first_wrote(as_role, maria):
    first, second = as_role(Role.DESK), as_role(Role.CLINICIAN)
    version = second.get(f"/patients/{maria.pk}/edit/").context["form"]["version"].value()
    first.post(f"/patients/{maria.pk}/edit/", MARIA | {"phone": "111 222 333", "version": version})
    answer = second.post(f"/patients/{maria.pk}/edit/", MARIA | {"phone": "999 888 777", "version": version})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "111 222 333" in text and "999 888 777" in text
    assert Patient.objects.get().phone == "111 222 333"
    again = answer.context["form"]["version"].value()
    second.post(f"/patients/{maria.pk}/edit/", MARIA | {"phone": "999 888 777", "version": again})
    assert Patient.objects.get().phone == "999 888 777"


def test_archiving_can_be_undone(as_role, maria):
    client = as_role(Role.OWNER)
    page = client.post(f"/patients/{maria.pk}/archive/", follow=True).content.decode()
    assert f"/patients/{maria.pk}/restore/" in page
    assert client.get(f"/patients/{maria.pk}/edit/").status_code == 302
    client.post(f"/patients/{maria.pk}/restore/")
    assert Patient.objects.get().archived_at is None


def test_a_record_is_restricted_and_opened_again(as_role, member, maria):
    client = as_role(Role.CLINICIAN)
    url = f"/patients/{maria.pk}/restrict/"
    assert client.post(url, {}).status_code == 422
    client.post(url, {"members": [str(member(Role.ASSISTANT).pk)]})
    assert as_role(Role.DESK).get(f"/patients/{maria.pk}/").status_code == 404
    assert as_role(Role.ASSISTANT).get(f"/patients/{maria.pk}/").status_code == 200
    client.post(url, {"open": "1"})
    assert as_role(Role.DESK).get(f"/patients/{maria.pk}/").status_code == 200


def test_a_member_of_another_clinic_cannot_be_chosen(as_role, maria, foreign):
    stranger = foreign.memberships.first()
    answer = as_role(Role.CLINICIAN).post(f"/patients/{maria.pk}/restrict/", {"members": [str(stranger.pk)]})
    assert answer.status_code == 422


@pytest.mark.parametrize("role", [Role.AUDITOR])
def test_an_auditor_changes_nothing(as_role, maria, role):
    client = as_role(role)
    assert client.get("/patients/new/").status_code == 403
    assert client.post(f"/patients/{maria.pk}/archive/").status_code == 403
