"""Two who act at once, on a real PostgreSQL with a connection each; and what changes around an open session."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connections, transaction

from pinprick.clinic.consent import services as consents
from pinprick.clinic.patients import clock, merging
from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Site
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.treatment import gates, services, stock
from pinprick.clinic.treatment.anaesthetic import Contact
from pinprick.clinic.treatment.document import ANYTHING, Change
from pinprick.clinic.treatment.models import Cartridge, CartridgeUse, Session

from .conftest import answer_all, code, consented, make_patient, make_plan, opened


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at the same moment, each on a connection of its own; return what each gave or raised."""
    gate, found = threading.Barrier(len(acts)), [None] * len(acts)

    def work(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait(30)
            found[place] = act()
        except Exception as fault:
            found[place] = fault
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(place, act)) for place, act in enumerate(acts)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    return found


@pytest.fixture
def rooms(transactional_db, clinician, computed) -> list[Session]:
    """Two patients in treatment, in two rooms."""
    with tenancy.acting_as(clinician):
        made = []
        for family in ("Rossi", "Bianchi"):
            plan = make_plan(clinician, make_patient(clinician, family), computed)
            consented(clinician, plan)
            made.append(opened(clinician, plan))
        return made


def scan(clinician, session: Session, text: str) -> Callable[[], services.Outcome]:
    def act() -> services.Outcome:
        with tenancy.acting_as(clinician):
            change = Change(f"cartridges/{uuid.uuid4()}", ANYTHING, {"code": text})
            return services.save_changes(clinician, session, [change], uuid.uuid4())

    return act


@pytest.mark.parametrize("how", ["serial", "the last of a lot in stock"])
def test_a_cartridge_scanned_in_two_rooms_at_once_is_used_in_one(clinician, rooms, how: str) -> None:
    text = code("S1")
    if how != "serial":
        text = code(lot="L9")
        with tenancy.acting_as(clinician):
            stock.receive(clinician, text, 1, date(2026, 11, 1))
    found = together(*(scan(clinician, session, text) for session in rooms))
    assert sorted(len(one.saved) for one in found) == [0, 1]
    (refused,) = [next(iter(one.refused.values())) for one in found if one.refused]
    assert "One cartridge, one patient" in refused
    with tenancy.acting_as(clinician):
        assert CartridgeUse.objects.count() == Cartridge.objects.count() == 1


def test_two_cartridges_of_one_lot_in_two_rooms_are_two(clinician, rooms) -> None:
    found = together(*(scan(clinician, session, code(lot="L9")) for session in rooms))
    assert [dict(one.refused) for one in found] == [{}, {}]
    with tenancy.acting_as(clinician):
        assert CartridgeUse.objects.count() == 2
        assert sorted(Cartridge.objects.values_list("unit", flat=True)) == [1, 2]


def test_two_who_check_in_at_once_make_one_session(transactional_db, clinician, computed) -> None:
    with tenancy.acting_as(clinician):
        plan = make_plan(clinician, make_patient(clinician), computed)

    def act() -> Session:
        with tenancy.acting_as(clinician):
            return services.check_in(clinician, plan, key=uuid.uuid4())

    found = together(act, act)
    assert sorted(type(one).__name__ for one in found) == ["NotOpen", "Session"]


@pytest.mark.parametrize("what", ["plan", "consent"])
def test_nothing_opens_on_a_plan_that_is_being_replaced_or_a_consent_that_is_being_withdrawn(
    transactional_db, clinician, computed, what: str
) -> None:
    with tenancy.acting_as(clinician):
        plan = make_plan(clinician, make_patient(clinician), computed)
        consent = consented(clinician, plan)
        session = services.check_in(clinician, plan, key=uuid.uuid4())
        answer_all(clinician, session)
    held, tried = threading.Event(), threading.Event()

    def replace() -> None:
        # As in another tab: it has begun, and is written only after somebody else pressed “Open”.
        with tenancy.acting_as(clinician), transaction.atomic():
            if what == "plan":
                Plan.objects.select_for_update().get(pk=plan.pk)
                Plan.objects.filter(pk=plan.pk).update(state="superseded", superseded_at=datetime.now(UTC))
            else:
                consents.withdraw(clinician, consent, "Thought about it.")
            held.set()
            tried.wait(1.5)

    def press() -> Session:
        held.wait(30)
        with tenancy.acting_as(clinician):
            found = services.open_session(clinician, session)
        tried.set()
        return found

    _none, found = together(replace, press)
    assert isinstance(found, services.Incomplete), found
    assert what in found.missing
    with tenancy.acting_as(clinician):
        assert Session.objects.get().state == "checked_in"


def test_a_record_is_not_put_away_while_its_patient_is_treated(acting, session) -> None:
    with pytest.raises(patients.UnderWay, match="A session of this patient is under way"):
        patients.archive(acting, session.patient)
    services.abandon(acting, session, "Felt faint.")
    patients.archive(acting, session.patient)
    assert not session.patient.is_open


def test_the_page_says_why_a_record_is_not_put_away(as_role, session) -> None:
    answer = as_role("owner").post(f"/patients/{session.patient_id}/archive/", follow=True)
    assert answer.status_code == 200
    assert "A session of this patient is under way" in answer.content.decode()


def test_two_who_put_a_record_away_at_once(transactional_db, clinician) -> None:
    with tenancy.acting_as(clinician):
        patient = patients.register(clinician, {"given_names": "A", "family_names": "B"})

    def act() -> None:
        with tenancy.acting_as(clinician):
            # Each as its own page has seen the record.
            patients.archive(clinician, type(patient).objects.get(pk=patient.pk))

    assert sorted(str(type(one).__name__) for one in together(act, act)) == ["Closed", "NoneType"]


def test_a_session_goes_on_after_its_patient_was_merged(acting, session, tools) -> None:
    kept = patients.register(acting, {"given_names": "Ada", "family_names": "Rossi-Neri"})
    done = merging.merge(acting, kept, session.patient)
    change = Change("notes", ANYTHING, "After the merge.")
    assert services.save_changes(acting, session, [change], uuid.uuid4()).saved == ("notes",)
    session.refresh_from_db()
    assert (session.patient_id, session.notes) == (kept.pk, "After the merge.")
    merging.undo(acting, done)
    session.refresh_from_db()
    assert session.patient_id != kept.pk
    assert session.is_open


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Europe/Madrid", "2026-10-24T21:59:00+00:00", "2026-10-24"),
        # Summer time ends in the night of the 25th: the day has 25 hours.
        ("Europe/Madrid", "2026-10-24T22:00:00+00:00", "2026-10-25"),
        ("Europe/Madrid", "2026-10-25T22:59:00+00:00", "2026-10-25"),
        ("Europe/Madrid", "2026-10-25T23:00:00+00:00", "2026-10-26"),
        ("Pacific/Auckland", "2026-11-20T11:00:00+00:00", "2026-11-21"),
        ("America/New_York", "2026-11-02T04:30:00+00:00", "2026-11-01"),
    ],
)
def test_the_day_of_a_session_is_that_of_its_site(monkeypatch, zone: str, instant: str, day: str) -> None:
    now = datetime.fromisoformat(instant)
    monkeypatch.setattr(clock.timezone, "now", lambda: now)
    assert clock.day_at(Site(time_zone=zone)).isoformat() == day
    assert gates.site_day(Site(time_zone=zone)).isoformat() == day


def test_the_contact_timer_runs_through_the_change_of_the_clocks() -> None:
    """The clock on the wall shows 02:30 twice; the cream is on for an hour all the same."""
    madrid = ZoneInfo("Europe/Madrid")
    started = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    timer = Contact(practice=45, label=60, longest=None)
    for minutes in (0, 30, 60):
        now = (started + timedelta(minutes=minutes)).astimezone(madrid)
        assert timer.left(started.astimezone(madrid), now) == timedelta(minutes=60 - minutes)
