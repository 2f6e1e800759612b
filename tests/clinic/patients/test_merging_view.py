import pytest

from pinprick.clinic.patients import services
from pinprick.clinic.patients.models import Merge, Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role


@pytest.fixture
def two(clinician):
    with tenancy.acting_as(clinician):
        return [
            services.register(clinician, {"given_names": given, "family_names": "García", "phone": "600 123 456"})
            for given in ("María", "Maria")
        ]


def test_two_records_are_merged_after_a_look_and_taken_apart_again(as_role, two):
    kept, other = two
    client = as_role(Role.CLINICIAN)
    url = f"/patients/{kept.pk}/merge/"
    assert f"other={other.pk}" in client.get(url).content.decode()
    assert "The other, taken up" in client.get(url, {"other": other.pk}).content.decode()
    page = client.post(url, {"other": other.pk}, follow=True).content.decode()
    done = Merge.objects.get()
    assert f"/patients/merge/{done.pk}/undo/" in page
    closed = client.get(f"/patients/{other.pk}/").content.decode()
    assert "merged into another" in closed and f"/patients/{kept.pk}/" in closed
    client.post(f"/patients/merge/{done.pk}/undo/")
    assert Patient.objects.get(pk=other.pk).is_open


@pytest.mark.parametrize("other", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_a_record_that_is_not_there_is_not_merged(as_role, two, other):
    answer = as_role(Role.CLINICIAN).post(f"/patients/{two[0].pk}/merge/", {"other": other})
    assert answer.status_code in (200, 404)
    assert not Merge.objects.exists()


def test_merging_with_itself_is_refused_in_words(as_role, two):
    kept = two[0]
    page = as_role(Role.CLINICIAN).post(f"/patients/{kept.pk}/merge/", {"other": kept.pk}, follow=True)
    assert "cannot be merged with itself" in page.content.decode()


def test_the_desk_does_not_merge(as_role, two):
    assert as_role(Role.DESK).post(f"/patients/{two[0].pk}/merge/", {"other": two[1].pk}).status_code == 403
