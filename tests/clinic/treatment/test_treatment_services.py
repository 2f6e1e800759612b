"""Sessions from check-in to addendum, on a real PostgreSQL: recorded, refused, merged, frozen and counted once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.people.concurrency import Stale
from pinprick.clinic.treatment import document, gates, services, stock
from pinprick.clinic.treatment.document import ANYTHING, Change
from pinprick.clinic.treatment.fields import Refused
from pinprick.clinic.treatment.models import (
    Addendum,
    AnaestheticRecord,
    Cartridge,
    CartridgeUse,
    PainScore,
    Session,
    TopicalUse,
    ZoneRecord,
)

GTIN = "09504000059118"
NOW = "2026-11-20T09:00:00Z"


def code(serial: str = "", lot: str = "A17", expiry: str = "301120") -> str:
    """Return the printed code of a cartridge."""
    return f"(01){GTIN}(17){expiry}(10){lot}" + (f"(21){serial}" if serial else "")


def new() -> uuid.UUID:
    return uuid.uuid4()


def whole(session: Session, **rest: Any) -> dict[str, Any]:
    """Return a complete record, as planned."""
    zones = {
        zone.zone: {
            "state": "treated",
            "needle_length_mm": zone.needle_length_mm,
            "pass_count": zone.pass_count,
            "endpoint": zone.stop_at,
        }
        for zone in session.plan_of_session.zones
    }
    return {"zones": zones, "cartridges": {str(new()): {"code": code("S1")}}, **rest}


# --- check-in and opening -----------------------------------------------------------------------------------------


def test_check_in_screens_again_and_keeps_what_the_plan_says(acting, plan) -> None:
    session = services.check_in(acting, plan, key=new())
    assert (session.state, session.number, session.plan_hash) == ("checked_in", 1, plan.content_hash)
    assert session.rescreen is not None
    assert session.rescreen.purpose == "session"
    assert session.plan_of_session == gates.read_plan(plan)
    assert session.site == acting.site


def test_check_in_twice_with_one_key_is_one_session(acting, plan) -> None:
    key = new()
    assert services.check_in(acting, plan, key=key).pk == services.check_in(acting, plan, key=key).pk
    assert Session.objects.count() == 1


def test_a_second_session_of_a_plan_waits_for_the_first(acting, plan) -> None:
    first = services.check_in(acting, plan, key=new())
    with pytest.raises(services.NotOpen) as caught:
        services.check_in(acting, plan, key=new())
    assert caught.value.session.pk == first.pk


def test_only_an_approved_plan_is_treated_by(acting, plan) -> None:
    plan.state = "superseded"
    plan.superseded_at = datetime.now(UTC)
    plan.save()
    with pytest.raises(Refused):
        services.check_in(acting, plan, key=new())


def test_no_session_opens_without_consent(acting, plan, tools) -> None:
    session = services.check_in(acting, plan, key=new())
    tools.answer(session)
    with pytest.raises(services.Incomplete) as caught:
        services.open_session(acting, session)
    assert set(caught.value.missing) == {"consent"}
    session.refresh_from_db()
    assert session.state == "checked_in"


def test_no_session_opens_before_today_s_questions_are_answered(acting, plan, consent, tools) -> None:
    session = services.check_in(acting, plan, key=new())
    with pytest.raises(services.Incomplete) as caught:
        services.open_session(acting, session)
    assert set(caught.value.missing) == {"screening"}
    assert gates.gate(session).questions
    tools.answer(session)
    assert services.open_session(acting, session).is_open


def test_the_database_itself_opens_no_session_without_consent(acting, plan) -> None:
    session = services.check_in(acting, plan, key=new())
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=session.pk).update(state="open", opened_at=datetime.now(UTC))


def test_a_plan_superseded_after_check_in_does_not_open(acting, plan, consent, tools) -> None:
    session = services.check_in(acting, plan, key=new())
    tools.answer(session)
    plan.state = "superseded"
    plan.superseded_at = datetime.now(UTC)
    plan.save()
    with pytest.raises(services.Incomplete) as caught:
        services.open_session(acting, Session.objects.get(pk=session.pk))
    assert "plan" in caught.value.missing


def test_opening_twice_is_opening_once(acting, session) -> None:
    again = services.open_session(acting, session)
    assert (again.opened_at, again.version) == (session.opened_at, session.version)


# --- recording ----------------------------------------------------------------------------------------------------


def test_a_zone_is_recorded_field_by_field(session, record) -> None:
    found = record(zones__cheek__needle_length_mm="1,25", zones__cheek__pass_count="4", notes="Calm.")
    assert set(found.saved) == {"zones/cheek/needle_length_mm", "zones/cheek/pass_count", "notes"}
    row = ZoneRecord.objects.get(session=session, zone="cheek")
    assert (float(row.needle_length_mm or 0), row.pass_count, row.state) == (1.25, 4, "treated")
    session.refresh_from_db()
    assert (session.notes, session.version) == ("Calm.", found.version)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("zones/cheek/needle_length_mm", "9"),
        ("zones/cheek/needle_length_mm", "deep"),
        ("zones/cheek/needle_length_mm", "NaN"),
        ("zones/cheek/needle_length_mm", "1e9999"),
        ("zones/cheek/pass_count", "2.5"),
        ("zones/cheek/pass_count", "-1"),
        ("zones/cheek/pass_count", {}),
        ("zones/cheek/endpoint", "purple"),
        ("zones/cheek/reason", "x" * 301),
        ("zones/elbow/pass_count", "3"),
        ("zones/cheek/id", "3"),
        ("weight_kg", "700"),
        ("device", "spoon"),
        ("notes", "x" * 4001),
        ("state", "signed"),
        ("pains/x", {"value": 3}),
        (f"pains/{uuid.uuid4()}", {"value": 11, "at": NOW}),
        (f"pains/{uuid.uuid4()}", {"value": "", "at": NOW}),
        (f"pains/{uuid.uuid4()}", {"value": 3, "at": "yesterday"}),
        (f"pains/{uuid.uuid4()}", {"value": 3, "at": "2126-11-21T09:00:00Z"}),
        (f"pains/{uuid.uuid4()}", 3),
        (f"topicals/{uuid.uuid4()}", {"name": "", "kind": "cosmetic", "moment": "after"}),
        (f"topicals/{uuid.uuid4()}", {"name": "Vitamin C", "kind": "cosmetic", "moment": "after"}),
        (f"anaesthetics/{uuid.uuid4()}", {"product": "butter", "mass_g": 1, "area_cm2": 1, "started_at": NOW}),
        (f"anaesthetics/{uuid.uuid4()}/removed_at", NOW),
        ("", 1),
        ("zones", 1),
    ],
)
def test_bad_input_is_refused_at_its_field_and_the_rest_is_kept(acting, session, path: str, value: Any) -> None:
    changes = [Change(path, ANYTHING, value), Change("zones/temple/pass_count", ANYTHING, 3)]
    found = services.save_changes(acting, session, changes, new())
    assert list(found.refused) == [path]
    assert found.refused[path]
    assert found.saved == ("zones/temple/pass_count",)
    assert ZoneRecord.objects.get(session=session).zone == "temple"


def test_the_same_request_sent_again_records_nothing_twice(acting, session) -> None:
    key, id = new(), new()
    changes = [
        Change(f"pains/{id}", None, {"value": 4, "zone": "cheek", "at": NOW}),
        Change("notes", "", "one"),
    ]
    first = services.save_changes(acting, session, changes, key)
    second = services.save_changes(acting, session, changes, key)
    assert (second.again, second.saved, second.version) == (True, first.saved, first.version)
    # And under another key, as after a lost answer: what stands already is no conflict.
    third = services.save_changes(acting, session, changes, new())
    assert (third.conflicts, third.version) == ({}, first.version)
    assert PainScore.objects.count() == 1


def test_two_people_on_different_fields_both_count(acting, session) -> None:
    services.save_changes(acting, session, [Change("zones/cheek/pass_count", None, 4)], new())
    found = services.save_changes(acting, session, [Change("zones/cheek/needle_length_mm", None, 1.5)], new())
    assert found.conflicts == {}
    row = ZoneRecord.objects.get()
    assert (row.pass_count, float(row.needle_length_mm or 0)) == (4, 1.5)


def test_two_people_on_one_field_neither_silently_overwrites(acting, session) -> None:
    services.save_changes(acting, session, [Change("zones/cheek/pass_count", None, 4)], new())
    found = services.save_changes(acting, session, [Change("zones/cheek/pass_count", None, 6)], new())
    assert found.conflicts == {"zones/cheek/pass_count": 4}
    assert ZoneRecord.objects.get().pass_count == 4
    # Having seen theirs, mine may stand.
    found = services.save_changes(acting, session, [Change("zones/cheek/pass_count", 4, 6)], new())
    assert found.conflicts == {}
    assert ZoneRecord.objects.get().pass_count == 6


def test_a_zone_entry_is_taken_back(session, record) -> None:
    record(zones__cheek__pass_count=4, zones__cheek__endpoint="redness")
    record(zones__cheek__pass_count=None, zones__cheek__endpoint="", zones__cheek__state="open")
    row = ZoneRecord.objects.get()
    assert (row.state, row.pass_count, row.endpoint) == ("open", None, "")
    assert services.live_deviations(session) == ()


def test_a_whole_session_is_recorded_at_once_or_not_at_all(acting, session) -> None:
    content = whole(session, notes="Calm.")
    content["zones"]["cheek"]["pass_count"] = "many"
    with pytest.raises(services.Incomplete) as caught:
        services.record_session(acting, session, content, expected=session.version, key=new())
    assert set(caught.value.missing) == {"zones/cheek/pass_count"}
    assert not ZoneRecord.objects.exists()
    assert not CartridgeUse.objects.exists()
    content["zones"]["cheek"]["pass_count"] = 4
    found = services.record_session(acting, session, content, expected=session.version, key=new())
    assert ZoneRecord.objects.count() == len(session.plan_of_session.zones)
    assert found.version == session.version + 1
    with pytest.raises(Stale):
        services.record_session(acting, session, content, expected=session.version, key=new())


def test_a_whole_session_takes_few_statements(acting, session, django_assert_max_num_queries) -> None:
    from pinprick.skin import Zone

    zones = {
        zone.value: {"state": "treated", "needle_length_mm": 1.0, "pass_count": 4, "endpoint": "redness", "note": "n"}
        for zone in list(Zone)[:12]
    }
    content = {
        "zones": zones,
        "notes": "Calm.",
        "cartridges": {str(new()): {"code": code("S9")}},
        "anaesthetics": {
            str(new()): {
                "product": "lidocaine-prilocaine-cream",
                "mass_g": 20,
                "area_cm2": 200,
                "lot": "L1",
                "started_at": NOW,
            }
        },
        "topicals": {str(new()): {"name": "Gel", "kind": "sterile_glide", "moment": "during", "lot": "G1"}},
        "pains": {str(new()): {"value": 3, "at": NOW}},
    }
    with django_assert_max_num_queries(40):
        services.record_session(acting, session, content, expected=session.version, key=new())
    assert ZoneRecord.objects.count() == 12


def test_what_a_record_says_is_what_the_document_says(acting, session) -> None:
    services.record_session(acting, session, whole(session), expected=session.version, key=new())
    session.refresh_from_db()
    found = document.of_session(session)
    assert found["zones"]["cheek"]["needle_length_mm"] == session.plan_of_session.zones[0].needle_length_mm
    assert [item["serial"] for item in found["cartridges"].values()] == ["S1"]
    assert not list(document.differences(found, found))


# --- cartridges ---------------------------------------------------------------------------------------------------


def test_a_cartridge_serves_one_session_of_one_patient(acting, session, record, tools) -> None:
    assert record(**{f"cartridges__{new()}": {"code": code("S1")}}).refused == {}
    again = record(**{f"cartridges__{new()}": {"code": code("S1")}})
    assert "Already recorded" in next(iter(again.refused.values()))
    plan = tools.plan(tools.patient("Bianchi"))
    tools.consented(plan)
    other = tools.opened(plan)
    found = services.save_changes(acting, other, [Change(f"cartridges/{new()}", None, {"code": code("S1")})], new())
    assert "One cartridge, one patient" in next(iter(found.refused.values()))
    assert CartridgeUse.objects.count() == 1


def test_the_database_itself_lets_a_cartridge_be_used_once(acting, session, record) -> None:
    record(**{f"cartridges__{new()}": {"code": code("S1")}})
    use = CartridgeUse.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        CartridgeUse.objects.create(
            organisation=acting.organisation, patient=session.patient, session=session, cartridge=use.cartridge
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Cartridge.objects.create(organisation=acting.organisation, gtin=use.cartridge.gtin, serial="S1", code="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Cartridge.objects.filter(pk=use.cartridge_id).update(lot="Z")


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        (code("S1", expiry="200101"), "Expired on"),
        (code("S1").replace("59118", "59119"), "should be 8"),
        ("09504000059118", "neither lot nor serial"),
        ("", "Scan or type"),
        ("rubbish", "not a GS1 code"),
    ],
)
def test_a_cartridge_that_may_not_be_used_is_refused_with_the_reason(session, record, scanned: str, words: str) -> None:
    found = record(**{f"cartridges__{new()}": {"code": scanned}})
    assert words in next(iter(found.refused.values()))
    assert not Cartridge.objects.exists()


def test_a_bare_number_is_taken_with_the_lot_as_typed(session, record) -> None:
    given = {"code": "09504000059118", "lot": "B2", "expiry": "2030-01-31"}
    assert record(**{f"cartridges__{new()}": given}).refused == {}
    assert (Cartridge.objects.get().lot, str(Cartridge.objects.get().expiry)) == ("B2", "2030-01-31")
    expired = {"code": "09504000059118", "lot": "B2", "expiry": "2020-01-31"}
    assert "Expired" in next(iter(record(**{f"cartridges__{new()}": expired}).refused.values()))


def test_a_lot_in_stock_is_counted_down(acting, session, record) -> None:
    stock.receive(acting, code(), 2, gates.site_day(acting.site), name="Cartridge", reference="skinpen-precision")
    for _ in range(2):
        assert record(**{f"cartridges__{new()}": {"code": code()}}).refused == {}
    found = record(**{f"cartridges__{new()}": {"code": code()}})
    assert "All 2 of lot A17" in next(iter(found.refused.values()))
    assert Cartridge.objects.count() == 2


def test_a_mistaken_scan_is_taken_back_before_signing(session, record) -> None:
    id = new()
    record(**{f"cartridges__{id}": {"code": code("S1")}})
    record(**{f"cartridges__{id}": None})
    assert not CartridgeUse.objects.exists()
    assert record(**{f"cartridges__{new()}": {"code": code("S1")}}).refused == {}


def test_a_recall_names_who_got_a_lot(acting, session, record) -> None:
    record(**{f"cartridges__{new()}": {"code": code("S1")}})
    uses, hidden = stock.who_got(acting, "A17")
    assert ([use.patient for use in uses], hidden) == ([session.patient], 0)
    assert stock.who_got(acting, "A18") == ([], 0)
    session.patient.restricted = True
    session.patient.save()
    assert stock.who_got(acting, "A17") == ([], 1)


# --- anaesthetic, topicals, pain ------------------------------------------------------------------------------------


def cream(mass: float, area: float, **rest: Any) -> dict[str, Any]:
    return {"product": "lidocaine-prilocaine-cream", "mass_g": mass, "area_cm2": area, "started_at": NOW, **rest}


def test_an_anaesthetic_within_its_label_is_recorded_with_its_limits(session, record) -> None:
    id = new()
    assert record(**{f"anaesthetics__{id}": cream(20, 200, lot="L1", expiry="2030-01-31")}).refused == {}
    row = AnaestheticRecord.objects.get()
    assert (row.judged["max_mass_g"], row.judged["max_area_cm2"], row.judged["min_minutes"]) == (60, 600, 60)
    assert row.judged["sources"] == ["emla_spc"]
    assert record(**{f"anaesthetics__{id}__removed_at": "2026-11-20T09:40:00Z"}).refused == {}
    assert [item.kind for item in services.live_deviations(session)] == ["contact_time"]


def test_too_much_in_all_is_refused_with_the_number(session, record) -> None:
    record(**{f"anaesthetics__{new()}": cream(40, 300)})
    found = record(**{f"anaesthetics__{new()}": cream(25, 100)})
    assert "65 g" in next(iter(found.refused.values()))
    assert "60 g" in next(iter(found.refused.values()))
    assert AnaestheticRecord.objects.count() == 1


def test_two_applications_in_one_request_count_together(session, record) -> None:
    found = record(**{f"anaesthetics__{new()}": cream(40, 300), f"anaesthetics__{uuid.uuid4()}": cream(40, 300)})
    assert len(found.refused) == 1
    assert AnaestheticRecord.objects.count() == 1


def test_an_expired_cream_is_refused(session, record) -> None:
    assert "Expired" in next(
        iter(record(**{f"anaesthetics__{new()}": cream(5, 50, expiry="2020-01-31")}).refused.values())
    )


def test_a_cream_comes_off_after_it_went_on(session, record) -> None:
    id = new()
    record(**{f"anaesthetics__{id}": cream(5, 50)})
    assert record(**{f"anaesthetics__{id}__removed_at": "2026-11-20T08:00:00Z"}).refused
    with pytest.raises(IntegrityError), transaction.atomic():
        AnaestheticRecord.objects.update(removed_at=datetime(2026, 11, 20, 8, tzinfo=UTC))


def test_a_risky_topical_is_recorded_with_warning_and_reason_only(session, record) -> None:
    given = {"name": "Vitamin C serum", "kind": "cosmetic", "moment": "after"}
    found = record(**{f"topicals__{new()}": given})
    assert "Granulomas" in next(iter(found.refused.values()))
    found = record(**{f"topicals__{new()}": {**given, "reason": "Patient brought it and insists."}})
    assert found.refused == {}
    assert found.cautions
    row = TopicalUse.objects.get()
    assert "Granulomas" in row.warning
    with pytest.raises(IntegrityError), transaction.atomic():
        TopicalUse.objects.update(reason="")


def test_pain_is_from_0_to_10_in_the_database_too(session, record) -> None:
    assert record(**{f"pains__{new()}": {"value": 0, "at": NOW}}).refused == {}
    with pytest.raises(IntegrityError), transaction.atomic():
        PainScore.objects.update(value=11)


# --- signing and after ----------------------------------------------------------------------------------------------


def signed(acting: Any, session: Session) -> Session:
    found = services.record_session(acting, session, whole(session), expected=session.version, key=new())
    return services.sign_session(acting, session, expected=found.version)


def test_a_session_is_signed_with_its_departures_and_its_hash(acting, session) -> None:
    content = whole(session)
    content["zones"]["cheek"] |= {"needle_length_mm": 1.5, "reason": "Deep scar."}
    content.pop("cartridges")
    found = services.record_session(acting, session, content, expected=session.version, key=new())
    done = services.sign_session(acting, session, expected=found.version)
    kinds = {item.kind: item for item in done.named_deviations}
    assert set(kinds) == {"needle_length", "no_cartridge"}
    assert (kinds["needle_length"].direction, kinds["needle_length"].reason) == ("more", "Deep scar.")
    assert done.is_signed
    assert services.is_unaltered(Session.objects.get(pk=done.pk))


def test_an_unfinished_record_is_not_signed(acting, session, record) -> None:
    record(**{f"anaesthetics__{new()}": cream(5, 50), "zones__cheek__pass_count": 3})
    session.refresh_from_db()
    with pytest.raises(services.Incomplete) as caught:
        services.sign_session(acting, session, expected=session.version)
    assert set(caught.value.missing) == {"zones/temple", "anaesthetics"}


def test_a_record_changed_meanwhile_is_not_signed_unseen(acting, session, record) -> None:
    seen = session.version
    record(notes="new")
    with pytest.raises(Stale):
        services.sign_session(acting, session, expected=seen)


def test_signing_twice_is_signing_once(acting, session) -> None:
    done = signed(acting, session)
    assert services.sign_session(acting, session, expected=1).signed_at == done.signed_at


def test_a_signed_session_takes_no_change_from_anybody(acting, session) -> None:
    done = signed(acting, session)
    with pytest.raises(services.NotOpen):
        services.save_changes(acting, done, [Change("notes", ANYTHING, "x")], new())
    with pytest.raises(services.NotOpen):
        services.abandon(acting, done, "mistake")
    for statement in (
        "UPDATE treatment_session SET notes = 'x'",
        "DELETE FROM treatment_session",
        "UPDATE treatment_zonerecord SET pass_count = 9",
        "DELETE FROM treatment_zonerecord",
        "DELETE FROM treatment_cartridgeuse",
        "UPDATE treatment_cartridge SET lot = 'x'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        PainScore.objects.create(
            organisation=acting.organisation, patient=done.patient, session=done, value=1, at=datetime.now(UTC)
        )
    assert services.is_unaltered(Session.objects.get(pk=done.pk))


def test_only_addenda_come_after_and_never_change(acting, session) -> None:
    with pytest.raises(services.NotOpen):
        services.add_addendum(acting, session, "too early", new())
    done = signed(acting, session)
    key = new()
    first = services.add_addendum(acting, done, "The lot was read out wrongly.", key)
    assert services.add_addendum(acting, done, "The lot was read out wrongly.", key) == first
    with pytest.raises(Refused):
        services.add_addendum(acting, done, "  ", new())
    with pytest.raises(IntegrityError), transaction.atomic():
        Addendum.objects.update(text="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Addendum.objects.all().delete()
    assert services.is_unaltered(Session.objects.get(pk=done.pk))


def test_a_merge_of_records_may_move_a_signed_session(acting, session, tools) -> None:
    done = signed(acting, session)
    other = tools.patient("Bianchi")
    Session.objects.filter(pk=done.pk).update(patient=other)
    ZoneRecord.objects.filter(session=done).update(patient=other)
    assert services.is_unaltered(Session.objects.get(pk=done.pk))


def test_an_abandoned_session_says_why_and_frees_its_number(acting, plan, session) -> None:
    with pytest.raises(Refused):
        services.abandon(acting, session, " ")
    services.abandon(acting, session, "The patient felt faint.")
    assert services.check_in(acting, plan, key=new()).number == 1


def test_the_next_session_has_the_next_number_and_knows_the_last(acting, plan, session, tools) -> None:
    done = signed(acting, session)
    following = tools.opened(plan)
    assert following.number == 2
    assert services.last_session(following) == done


def test_every_change_is_in_the_audit_trail(acting, session, record) -> None:
    record(zones__cheek__pass_count=4)
    record(zones__cheek__pass_count=5)
    entries = Entry.objects.filter(target_table="treatment_zonerecord").order_by("sequence")
    assert [entry.action for entry in entries] == ["insert", "update"]
    assert entries[1].detail == {"pass_count": [4, 5]}
    assert {entry.patient_id for entry in entries} == {session.patient_id}
    assert {entry.actor_id for entry in entries} == {acting.pk}


def test_another_organisation_sees_nothing(foreign, session, record) -> None:
    from pinprick.clinic.people import tenancy
    from pinprick.clinic.people.models import Membership

    record(**{f"cartridges__{new()}": {"code": code("S1")}, "zones__cheek__pass_count": 4})
    stranger = Membership.objects.get(organisation=foreign, role="owner")
    with tenancy.acting_as(stranger):
        for model in (Session, ZoneRecord, CartridgeUse, Cartridge):
            assert not model.objects.exists()
        # The same serial number in another clinic is another cartridge.
        Cartridge.objects.create(organisation=foreign, gtin="09504000059118", serial="S1", code="x")


def test_the_timer_begins_when_the_cream_went_on(session, record) -> None:
    started = datetime.now(UTC) - timedelta(minutes=20)
    record(**{f"anaesthetics__{new()}": cream(5, 50, started_at=started.isoformat())})
    assert AnaestheticRecord.objects.get().started_at == started
