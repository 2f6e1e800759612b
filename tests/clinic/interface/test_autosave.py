"""Saves are done once, in one piece with their key, and never over what somebody else has saved."""

import json
import threading
import uuid

import pytest
from django.db import connection
from django.test import RequestFactory

from pinprick.clinic.interface import autosave
from pinprick.clinic.interface.models import SavedRequest
from pinprick.clinic.people import tenancy


def post(changed, key=None, version=1, **values):
    data = {"_changed": changed, **values}
    return RequestFactory().post(
        "/", data, headers={"Idempotency-Key": str(key or uuid.uuid4()), "If-Match": f'"{version}"'}
    )


@pytest.fixture
def writes():
    return []


@pytest.fixture
def perform(writes):
    def kept(change):
        writes.append(dict(change.data.lists()))
        return autosave.Saved(version=(change.version or 0) + 1, values={"name": "Ana"})

    return kept


@pytest.mark.django_db
def test_the_same_key_is_done_once(acting, perform, writes):
    key = uuid.uuid4()
    first = autosave.answer(post(["name"], key, name="ana"), acting.organisation_id, perform)
    again = autosave.answer(post(["name"], key, version=9, name="ana"), acting.organisation_id, perform)
    assert first.status_code == again.status_code == 200
    assert json.loads(first.content) == json.loads(again.content) == {"version": 2, "values": {"name": "Ana"}}
    assert len(writes) == 1


@pytest.mark.django_db
def test_a_key_serves_for_one_change_only(acting, perform, writes):
    key = uuid.uuid4()
    autosave.answer(post(["name"], key, name="ana"), acting.organisation_id, perform)
    other = autosave.answer(post(["name"], key, name="eva"), acting.organisation_id, perform)
    assert other.status_code == 422 and len(writes) == 1


@pytest.mark.django_db
def test_a_refused_save_leaves_its_key_free(acting, perform):
    key = uuid.uuid4()

    def refuse(change):
        raise autosave.Invalid({"name": ["Too long."]})

    def clash(change):
        raise autosave.Conflict(7, {"name": "Eva"}, "Dr Ruiz")

    refused = autosave.answer(post(["name"], key, name="x"), acting.organisation_id, refuse)
    assert (refused.status_code, refused.content) == (422, b'{"errors": {"name": ["Too long."]}}')
    clashed = autosave.answer(post(["name"], key, name="x"), acting.organisation_id, clash)
    assert (clashed.status_code, clashed.content) == (
        409, b'{"version": 7, "fields": {"name": "Eva"}, "who": "Dr Ruiz"}',
    )  # fmt: skip
    assert not SavedRequest.objects.exists()
    assert autosave.answer(post(["name"], key, name="x"), acting.organisation_id, perform).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "headers", [{}, {"Idempotency-Key": "1"}, {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "x"}]
)
def test_what_cannot_be_read_is_said(acting, perform, headers):
    request = RequestFactory().post("/", {"_changed": "name"}, headers=headers)
    assert autosave.answer(request, acting.organisation_id, perform).status_code == 422


@pytest.mark.django_db
def test_nothing_changed_is_refused(acting, perform):
    assert autosave.answer(post([]), acting.organisation_id, perform).status_code == 422


@pytest.mark.django_db
def test_keys_of_another_organisation_are_its_own(foreign, acting, perform, writes):
    key = uuid.uuid4()
    autosave.answer(post(["name"], key, name="ana"), acting.organisation_id, perform)
    with tenancy.entered(foreign.pk):
        autosave.answer(post(["name"], key, name="ana"), foreign.pk, perform)
        assert SavedRequest.objects.count() == 1
    assert len(writes) == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_key_at_the_same_time_is_done_once(clinician):
    key, writes, answers = uuid.uuid4(), [], []
    together = threading.Barrier(4)

    def perform(change):
        writes.append(change.key)
        return autosave.Saved(len(writes))

    def save():
        try:
            with tenancy.acting_as(clinician):
                together.wait()
                answers.append(autosave.answer(post(["name"], key, name="x"), clinician.organisation_id, perform))
        finally:
            connection.close()

    threads = [threading.Thread(target=save) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(writes) == 1
    assert [json.loads(answer.content) for answer in answers] == [{"version": 1, "values": {}}] * 4


def test_a_change_is_laid_over_the_stored_form():
    change = autosave.Change(uuid.uuid4(), 1, ("goals", "note"), RequestFactory().post("/", {"note": "new"}).POST)
    whole = autosave.merged({"goals": ["scars", "lines"], "note": "old", "name": "Ana", "born": None}, change)
    assert dict(whole.lists()) == {"note": ["new"], "name": ["Ana"]}
