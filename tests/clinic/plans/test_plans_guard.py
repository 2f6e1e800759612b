"""PostgreSQL itself keeps an approved plan as it is."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.plans import frozen
from pinprick.clinic.plans.models import Plan, Revision
from pinprick.clinic.screening.models import Screening

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(acting):
    return Patient.objects.create(organisation=acting.organisation, number=1, given_names="Ana", family_names="Ruiz")


@pytest.fixture
def screening(acting, patient):
    return Screening.objects.create(
        organisation=acting.organisation, patient=patient, on="2026-11-21", jurisdiction="GB", verdict="proceed",
        content="{}", content_hash=frozen.digest("{}"), engine_version="0", data_sha256="",
    )  # fmt: skip


@pytest.fixture
def approved(acting, patient, screening):
    plan = Plan.objects.create(organisation=acting.organisation, patient=patient, title="Scars")
    text = "{}"
    revision = Revision.objects.create(
        organisation=acting.organisation, patient=patient, plan=plan, number=1, title="Scars", content=text,
        content_hash=frozen.digest(text), engine_version="0", data_sha256="", seed=0,
    )  # fmt: skip
    plan.current, plan.content_hash, plan.revision = revision, revision.content_hash, 1
    plan.state, plan.approved_by, plan.approved_at = "approved", acting, timezone.now()
    plan.screening, plan.approval_method = screening, "totp"
    plan.save()
    return plan


def _refused(sql, pk):
    with pytest.raises(IntegrityError) as fault, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [pk])
    return str(fault.value)


@pytest.mark.parametrize(
    "change",
    [
        "title = 'x'", "state = 'draft'", "content_hash = 'x'", "approved_at = now()", "seed = 4", "current_id = NULL",
        "superseded_at = now()", "discarded_at = now()",
    ],
)  # fmt: skip
def test_no_column_of_an_approved_plan_changes(approved, change):
    said = _refused(f"UPDATE plans_plan SET {change} WHERE id = %s", approved.pk)
    assert "approved" in said


def test_an_approved_plan_is_not_deleted(approved):
    assert "kept" in _refused("DELETE FROM plans_plan WHERE id = %s", approved.pk)


def test_it_is_superseded_once(approved):
    Plan.objects.filter(pk=approved.pk).update(state="superseded", superseded_at=timezone.now())
    assert "never un-approved" in _refused("UPDATE plans_plan SET state = 'approved' WHERE id = %s", approved.pk)
    _refused("UPDATE plans_plan SET superseded_at = now() + interval '1 day' WHERE id = %s", approved.pk)


@pytest.mark.parametrize("table", ["plans_revision", "screening_screening"])
def test_what_was_computed_is_never_changed(approved, table):
    pk = {"plans_revision": approved.current_id, "screening_screening": approved.screening_id}[table]
    assert "final" in _refused(f"UPDATE {table} SET content = 'x' WHERE id = %s", pk)
    assert "final" in _refused(f"DELETE FROM {table} WHERE id = %s", pk)


def test_a_plan_is_not_born_approved(acting, patient):
    with pytest.raises(IntegrityError), transaction.atomic():
        Plan.objects.create(organisation=acting.organisation, patient=patient, title="x", state="superseded")


def test_a_draft_without_a_result_of_its_hash_is_not_approved(acting, patient, screening, approved):
    Plan.objects.filter(pk=approved.pk).update(state="superseded", superseded_at=timezone.now())
    plan = Plan.objects.create(organisation=acting.organisation, patient=patient, title="Other")
    plan.current, plan.content_hash = approved.current, approved.content_hash
    plan.state, plan.approved_by, plan.approved_at = "approved", acting, timezone.now()
    plan.screening, plan.approval_method = screening, "totp"
    with pytest.raises(IntegrityError, match="no computed result"), transaction.atomic():
        plan.save()


def test_one_plan_of_a_patient_is_approved_at_a_time(acting, patient, screening, approved):
    plan = Plan.objects.create(organisation=acting.organisation, patient=patient, title="Other")
    revision = Revision.objects.create(
        organisation=acting.organisation, patient=patient, plan=plan, number=1, title="Other", content="{}",
        content_hash=frozen.digest("{}"), engine_version="0", data_sha256="", seed=0,
    )  # fmt: skip
    plan.current, plan.content_hash = revision, revision.content_hash
    plan.state, plan.approved_by, plan.approved_at = "approved", acting, timezone.now()
    plan.screening, plan.approval_method = screening, "totp"
    with pytest.raises(IntegrityError, match="plans_one_approved"), transaction.atomic():
        plan.save()
