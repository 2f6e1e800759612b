"""PostgreSQL itself keeps organisations apart and the audit trail whole."""

import pytest
from django.db import Error, connection, transaction

from pinprick.clinic.audit import services as audit
from pinprick.clinic.audit.models import Entry
from pinprick.clinic.audit.verify import verify
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership


def test_a_member_sees_the_trail_of_the_own_organisation_alone(organisation, foreign, clinician):
    with tenancy.acting_as(clinician):
        audit.act(organisation.pk, "looked", actor=clinician.pk)
        assert set(Entry.objects.values_list("organisation_id", flat=True)) == {organisation.pk}
        with pytest.raises(Error), transaction.atomic():
            audit.act(foreign.pk, "reached over")
    with tenancy.entered(foreign.pk):
        assert not Entry.objects.filter(organisation=organisation).exists()


def test_nobody_sees_nothing(organisation):
    tenancy.enter(None)
    assert not Entry.objects.exists()
    tenancy.leave()
    assert Entry.objects.exists()


@pytest.mark.parametrize("sql", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
@pytest.mark.parametrize("as_owner", [True, False])
def test_the_trail_cannot_be_changed(organisation, clinician, sql, as_owner):
    if not as_owner:
        tenancy.enter(clinician.organisation_id)
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_every_entry_of_every_organisation_fits_its_chain(organisation, foreign):
    for each in (organisation, foreign):
        found = verify(each.pk)
        assert found.sound and found.entries == Entry.objects.filter(organisation=each).count() > 0
        assert verify(each.pk, found.head).sound
        assert not verify(each.pk, "00" * 32).sound


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE audit_entry SET action = 'other' WHERE sequence = 3",
        "DELETE FROM audit_entry WHERE sequence = 3",
        "UPDATE audit_entry SET detail = '{}' WHERE sequence = 3",
        "UPDATE audit_entry SET at = at + interval '1 second' WHERE sequence = 3",
    ],
)
def test_a_forgery_by_the_owner_of_the_tables_shows(organisation, forgery):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_kept")
        cursor.execute(forgery)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_kept")
    found = verify(organisation.pk)
    assert found.broken_at in (3, 4)


def test_a_change_of_a_member_is_written_with_what_was_before(organisation, clinician):
    with tenancy.acting_as(clinician):
        Membership.objects.filter(pk=clinician.pk).update(active=False)
        entry = Entry.objects.get(action="update", target_id=clinician.pk)
    assert entry.detail == {"active": [True, False]} and entry.actor_id == clinician.pk
