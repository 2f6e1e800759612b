"""Records that nothing was written to for long are listed by number; reading one does not make it younger."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from pinprick.clinic.audit import services as audit
from pinprick.clinic.patients import services
from pinprick.clinic.patients.retention import untouched


@pytest.fixture
def three(acting):
    people = [{"given_names": f"P{n}", "family_names": "Q", "birth_date": date(1980, 1, 1 + n)} for n in range(3)]
    return [services.register(acting, person) for person in people]


def test_what_was_written_before_a_moment_is_listed_and_what_was_written_after_is_not(organisation, acting, three):
    assert untouched(organisation, timezone.now() - timedelta(days=1)) == []
    later = timezone.now() + timedelta(seconds=1)
    found = untouched(organisation, later)
    assert [one.number for one in found] == [one.number for one in three] and not found[0].is_archived
    assert all(one.since <= later for one in found)


def test_reading_does_not_count_and_writing_does(organisation, acting, three):
    first = {one.number: one.since for one in untouched(organisation, timezone.now() + timedelta(days=1))}
    audit.read(acting, three[0], "chart")
    audit.act(organisation.pk, "export", actor=acting.pk, target=three[1])
    second = {one.number: one.since for one in untouched(organisation, timezone.now() + timedelta(days=1))}
    assert second[three[0].number] == first[three[0].number]
    assert second[three[1].number] >= first[three[1].number]


def test_another_clinic_is_not_asked_about(foreign, acting, three):
    assert untouched(foreign, timezone.now() + timedelta(days=1)) == []
