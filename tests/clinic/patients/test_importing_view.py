import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pinprick.clinic.patients import services
from pinprick.clinic.patients.models import Patient, RecordImport
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

FIXTURES = Path(__file__).parents[2] / "fixtures" / "fhir"


def bundle(**changes):
    content = json.loads((FIXTURES / "isotretinoin-stopped.json").read_text())
    patient = next(each["resource"] for each in content["entry"] if each["resource"]["resourceType"] == "Patient")
    patient["name"] = [{"use": "official", "family": "Okafor", "given": ["Ada", "Grace"]}]
    patient["telecom"] = [
        {"system": "phone", "value": "+44 20 7946 0958"},
        {"system": "email", "value": "ada@example.org"},
    ]
    patient.update(changes)
    content["entry"].append(
        {"resource": {"resourceType": "Condition", "id": "zz", "code": {"text": "Blue moon syndrome \x00"}}}
    )
    return content


def upload(client, content):
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return client.post("/patients/import/", {"file": SimpleUploadedFile("record.json", raw)})


def test_a_record_is_shown_before_it_is_saved(as_role):
    client = as_role(Role.DESK)
    answer = upload(client, bundle())
    page = client.get(answer.url)
    text = page.content.decode()
    assert "Oral isotretinoin" in text and "Blue moon syndrome" in text and "Nothing is saved yet" in text
    assert page.context["form"]["given_names"].value() == "Ada Grace"
    assert not Patient.objects.exists()
    values = {name: page.context["form"][name].value() or "" for name in page.context["form"].fields}
    values |= {"family_names": "Okafor-Bell", "deceased": ""}
    saved = client.post(answer.url, values)
    patient = Patient.objects.get()
    assert saved.url == f"/patients/{patient.pk}/"
    assert patient.family_names == "Okafor-Bell" and patient.phone == "+44 20 7946 0958"
    assert any(fact.concept == "oral_isotretinoin" for fact in services.known(patient).facts)
    assert any("Blue moon" in text for text in services.known(patient).unrecognised)
    assert client.post(answer.url, values, follow=True).status_code == 200
    assert Patient.objects.count() == 1


def test_a_record_is_saved_with_a_patient_on_record(as_role, clinician):
    with tenancy.acting_as(clinician):
        known = services.register(
            clinician, {"given_names": "Ada", "family_names": "Okafor", "email": "ada@example.org"}
        )
    client = as_role(Role.DESK)
    answer = upload(client, bundle())
    assert "Save with this patient" in client.get(answer.url).content.decode()
    client.post(answer.url, {"into": str(known.pk)})
    assert Patient.objects.count() == 1
    assert any(fact.concept == "oral_isotretinoin" for fact in services.known(known).facts)


def test_a_discarded_record_is_forgotten(as_role):
    client = as_role(Role.DESK)
    answer = upload(client, bundle())
    client.post(answer.url, {"discard": "1"})
    held = RecordImport.objects.get()
    assert held.state == "discarded" and held.content == {}
    assert not Patient.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"\xff\xfe", b"null", b'{"resourceType": "Patient"}', b"[" * 5000,
     {"resourceType": "Bundle", "entry": []}, {"resourceType": "Bundle", "entry": 3},
     {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "birthDate": 7}}]}],
)  # fmt: skip
def test_what_is_no_record_is_refused_in_words(as_role, content):
    answer = upload(as_role(Role.DESK), content)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not RecordImport.objects.exists()


@pytest.mark.parametrize("file", sorted(FIXTURES.glob("*.json")), ids=lambda file: file.stem)
def test_every_example_is_shown(as_role, file):
    client = as_role(Role.DESK)
    answer = upload(client, file.read_bytes())
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200


def test_another_clinic_does_not_see_what_waits(as_role, foreign):
    from pinprick.clinic.people.models import Membership

    from ..conftest import signed_in

    answer = upload(as_role(Role.DESK), bundle())
    assert signed_in(Membership.objects.get(organisation=foreign, role=Role.DESK)).get(answer.url).status_code == 404


def test_a_birth_month_is_not_made_a_birthday(as_role):
    client = as_role(Role.DESK)
    answer = upload(client, bundle(birthDate="1994-03"))
    assert client.get(answer.url).context["form"]["birth_date"].value() is None
