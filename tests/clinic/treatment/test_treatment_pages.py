"""The pages of sessions: what each answers, to whom, and what becomes of bad input."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pinprick.clinic.people import tenancy
from pinprick.clinic.treatment import services
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
CODE = f"(01){GTIN}(17)301120(10)A17(21)S1"


@pytest.fixture
def client(as_role: Any, acting: Any) -> Client:
    """The clinician's browser; every request is its own, as on a server."""
    found: Client = as_role("clinician")
    return found


def url(name: str, pk: Any = None, page: str = "session") -> str:
    return reverse(f"treatment:{name}", args=[pk] if pk else [])


def again(acting: Any, session: Session) -> Session:
    with tenancy.acting_as(acting):
        return Session.objects.get(pk=session.pk)


def typed(client: Client, session: Session, version: int | None = None, key: str = "", **fields: Any) -> Any:
    """Send what the page sends by itself."""
    data = {name.replace("__", "/"): value for name, value in fields.items()}
    return client.post(
        url("save", session.pk),
        {"_changed": list(data), **data},
        headers={
            "Idempotency-Key": key or str(uuid.uuid4()),
            "If-Match": f'"{session.version if version is None else version}"',
            "Accept": "application/json",
        },
    )


def test_check_in_page_shows_the_plan_and_checks_in_once(client, plan, acting) -> None:
    found = client.get(url("check_in", plan.pk))
    assert found.status_code == 200
    assert b"SkinPen" in found.content
    key = str(uuid.uuid4())
    first = client.post(url("check_in", plan.pk), {"key": key})
    second = client.post(url("check_in", plan.pk), {"key": key})
    assert first.url == second.url
    assert client.get(first.url).status_code == 200
    third = client.post(url("check_in", plan.pk), {"key": str(uuid.uuid4())})
    assert third.url == first.url
    with tenancy.acting_as(acting):
        assert Session.objects.count() == 1


def test_the_gate_names_what_is_missing_and_does_not_open(client, plan, acting) -> None:
    page = client.post(url("check_in", plan.pk), {"key": str(uuid.uuid4())}).url
    shown = client.get(page).content.decode()
    assert "No consent holds" in shown
    assert "Questions of today are still open" in shown
    pk = page.rstrip("/").rsplit("/", 1)[-1]
    refused = client.post(url("open", pk))
    assert refused.status_code == 409
    with tenancy.acting_as(acting):
        assert Session.objects.get().state == "checked_in"


def test_the_session_page_shows_planned_beside_delivered(client, session) -> None:
    shown = client.get(url("session", session.pk)).content.decode()
    for text in ("Cheek", "Temple", "As planned", "Put an anaesthetic on", "Departures from the plan"):
        assert text in shown
    assert "style=" not in shown
    assert "onclick" not in shown


def test_what_is_typed_is_saved_once(client, session, acting) -> None:
    key = str(uuid.uuid4())
    fields = {
        "zones__cheek__pass_count": "4",
        f"pains__{uuid.uuid4()}": json.dumps({"value": "3", "at": "2026-11-20T09:00:00Z"}),
    }
    first = typed(client, session, key=key, **fields)
    second = typed(client, session, key=key, **fields)
    assert (first.status_code, second.json()) == (200, first.json())
    with tenancy.acting_as(acting):
        assert ZoneRecord.objects.get().pass_count == 4
        assert PainScore.objects.count() == 1


def test_an_older_version_is_told_what_stands_now(client, session, acting) -> None:
    typed(client, session, zones__cheek__pass_count="4")
    clash = typed(client, session, zones__cheek__pass_count="6")
    assert clash.status_code == 409
    fields = clash.json()["fields"]
    assert fields["zones/cheek/pass_count"] == "4"
    # Everything that the page shows is told, so that it shows the newer values.
    assert {"notes", "device", "weight_kg", "zones/cheek/needle_length_mm"} <= set(fields)
    assert clash.json()["version"] == session.version + 1
    after = typed(client, session, version=clash.json()["version"], zones__cheek__pass_count="6")
    assert after.status_code == 200


def test_what_is_refused_says_why_at_its_field(client, session, acting) -> None:
    path = f"cartridges__{uuid.uuid4()}"
    found = typed(client, session, zones__cheek__pass_count="many", notes="Calm.", **{path: json.dumps({"code": "x"})})
    assert found.status_code == 422
    assert set(found.json()["errors"]) == {"zones/cheek/pass_count", path.replace("__", "/")}
    with tenancy.acting_as(acting):
        assert not Cartridge.objects.exists()
        assert Session.objects.get().notes == ""


@pytest.mark.parametrize("value", ["{", "[]", "1", "null", '{"code": {}}', '{"code": null}', "[" * 5000])
def test_an_item_that_is_none_is_no_500(client, session, value: str) -> None:
    assert typed(client, session, **{f"cartridges__{uuid.uuid4()}": value}).status_code == 422


def test_a_signed_session_refuses_what_arrives_late(client, session, acting) -> None:
    with tenancy.acting_as(acting):
        complete(acting, session)
    found = typed(client, session, notes="late")
    assert found.status_code == 422
    assert "signed" in found.json()["errors"][""][0]


def complete(acting: Any, session: Session) -> Session:
    zones = {
        zone.zone: {"needle_length_mm": zone.needle_length_mm, "pass_count": zone.pass_count, "endpoint": zone.stop_at}
        for zone in session.plan_of_session.zones
    }
    content = {"zones": zones, "cartridges": {str(uuid.uuid4()): {"code": CODE}}}
    found = services.record_session(acting, session, content, expected=session.version, key=uuid.uuid4())
    return services.sign_session(acting, session, expected=found.version)


def test_lists_tell_what_the_record_holds(client, session, acting) -> None:
    typed(client, session, zones__cheek__pass_count="1")
    found = client.get(url("lists", session.pk)).json()
    assert "Cheek: Passes" in found["lists"]["deviations"]
    assert found["zones"] == {"cheek": "treated"}
    assert found["version"] == session.version + 1


def test_a_whole_record_in_one_request(client, session, acting) -> None:
    zones = {zone.zone: {"needle_length_mm": 1.0, "pass_count": 4} for zone in session.plan_of_session.zones}
    body = {"key": str(uuid.uuid4()), "version": session.version, "record": {"zones": zones, "notes": "n"}}

    def send(content: Any) -> Any:
        return client.post(url("record", session.pk), json.dumps(content), content_type="application/json")

    assert send(body).status_code == 200
    assert send(body).status_code == 200
    stale = send({**body, "key": str(uuid.uuid4())})
    assert stale.status_code == 409
    assert stale.json()["record"]["notes"] == "n"
    for bad in (
        {},
        [],
        1,
        {"key": "x"},
        {**body, "version": "1"},
        {**body, "record": {"zones": []}},
        {**body, "record": {"pains": {"a": 1}}},
    ):
        assert send(bad).status_code == 400
    assert client.post(url("record", session.pk), b"{", content_type="application/json").status_code == 400
    refused = {**body, "key": str(uuid.uuid4()), "version": stale.json()["version"], "record": {"weight_kg": "x"}}
    assert send(refused).status_code == 422


# --- without JavaScript -----------------------------------------------------------------------------------------------


def form_of(client: Client, session: Session) -> dict[str, str]:
    """Return the fields of the page as a browser without JavaScript would post them."""
    import html
    import re

    shown = client.get(url("session", session.pk)).content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]*>", shown):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name and not ('type="radio"' in tag and "checked" not in tag):
            found[html.unescape(name[1])] = html.unescape(value[1]) if value else ""
    return found


def test_the_form_works_without_javascript(client, session, acting) -> None:
    fields = form_of(client, session) | {"zones/cheek/needle_length_mm": "1.25", "notes": "Calm.", "do": "save"}
    assert client.post(url("form", session.pk), fields).status_code == 302
    with tenancy.acting_as(acting):
        assert float(ZoneRecord.objects.get().needle_length_mm or 0) == 1.25
        assert Session.objects.get().notes == "Calm."
    for do in ("planned:cheek", "left_out:temple"):
        assert client.post(url("form", session.pk), form_of(client, session) | {"do": do}).status_code == 302
    with tenancy.acting_as(acting):
        states = dict(ZoneRecord.objects.values_list("zone", "state"))
        assert states == {"cheek": "treated", "temple": "left_out"}
        assert (
            float(ZoneRecord.objects.get(zone="cheek").needle_length_mm or 0)
            == session.plan_of_session.zones[0].needle_length_mm
        )
    client.post(url("form", session.pk), form_of(client, session) | {"do": "clear:cheek"})
    with tenancy.acting_as(acting):
        assert ZoneRecord.objects.get(zone="cheek").state == "open"


def test_items_are_added_once_without_javascript(client, session, acting) -> None:
    added = {
        "new/anaesthetics/product": "lidocaine-prilocaine-cream",
        "new/anaesthetics/mass_g": "20",
        "new/anaesthetics/area_cm2": "200",
        "new/cartridges/code": CODE,
        "new/topicals/name": "Gel",
        "new/topicals/kind": "sterile_glide",
        "new/topicals/moment": "during",
        "new/pains/value": "4",
    }
    for part in ("anaesthetics", "cartridges", "topicals", "pains"):
        fields = form_of(client, session) | added | {"do": f"add:{part}"}
        for _ in range(2):
            assert client.post(url("form", session.pk), fields).status_code == 302
    with tenancy.acting_as(acting):
        for model in (AnaestheticRecord, CartridgeUse, TopicalUse, PainScore):
            assert model.objects.count() == 1  # type: ignore[attr-defined]
        cream = AnaestheticRecord.objects.get()
    client.post(url("form", session.pk), form_of(client, session) | {"do": f"off:{cream.pk}"})
    with tenancy.acting_as(acting):
        assert AnaestheticRecord.objects.get().removed_at is not None
        pain = PainScore.objects.get()
    client.post(url("form", session.pk), form_of(client, session) | {"do": f"remove:pains/{pain.pk}"})
    with tenancy.acting_as(acting):
        assert not PainScore.objects.exists()


def test_what_is_refused_is_shown_again_with_what_was_typed(client, session, acting) -> None:
    fields = form_of(client, session) | {"zones/cheek/pass_count": "<many>", "do": "save"}
    found = client.post(url("form", session.pk), fields)
    assert found.status_code == 422
    shown = found.content.decode()
    assert 'value="&lt;many&gt;"' in shown
    assert "is not a number" in shown
    assert 'aria-invalid="true"' in shown
    fields = form_of(client, session) | {"new/cartridges/code": CODE.replace("59118", "59119"), "do": "add:cartridges"}
    assert "should be 8" in client.post(url("form", session.pk), fields).content.decode()


def test_the_posted_form_overwrites_nobody_unseen(client, session, acting) -> None:
    fields = form_of(client, session)
    typed(client, session, zones__cheek__pass_count="4")
    found = client.post(url("form", session.pk), fields | {"zones/cheek/pass_count": "6", "do": "save"})
    assert found.status_code == 422
    assert "Somebody else wrote 4" in found.content.decode()
    with tenancy.acting_as(acting):
        assert ZoneRecord.objects.get().pass_count == 4


@pytest.mark.parametrize(
    "do", ["", "add:", "add:zones", "remove:", "remove:x/y", "off:x", "planned:elbow", "zone", "last:cheek", "x" * 3000]
)
def test_no_button_whatever_is_a_500(client, session, do: str) -> None:
    found = client.post(url("form", session.pk), {"do": do, "key": "x", "planned:cheek": "{", "last:cheek": "{"})
    assert found.status_code in (302, 400, 422)


# --- signing, addenda, paper ------------------------------------------------------------------------------------------


def test_signing_page_names_what_is_missing_then_signs(client, session, acting) -> None:
    found = client.get(url("sign", session.pk)).content.decode()
    assert "Not complete yet" in found
    assert client.post(url("sign", session.pk), {"version": session.version}).status_code == 422
    for zone in ("cheek", "temple"):
        typed(client, again(acting, session), **{f"zones__{zone}__state": "left_out"})
    assert client.post(url("sign", session.pk), {"version": session.version}).status_code == 409
    assert client.post(url("sign", session.pk), {"version": "x"}).status_code == 409
    assert client.post(url("sign", session.pk), {"version": again(acting, session).version}).status_code == 302
    shown = client.get(url("session", session.pk)).content.decode()
    assert "Signed by" in shown
    assert "Zone left out" in shown
    assert "session-form" not in shown
    assert client.get(url("sign", session.pk)).status_code == 302


def test_addenda_are_added_once(client, session, acting) -> None:
    with tenancy.acting_as(acting):
        complete(acting, session)
    key = str(uuid.uuid4())
    for _ in range(2):
        assert client.post(url("addendum", session.pk), {"text": "More.", "key": key}).status_code == 302
    assert client.post(url("addendum", session.pk), {"text": "", "key": key}).status_code == 422
    with tenancy.acting_as(acting):
        assert Addendum.objects.count() == 1
    paper = client.get(url("print", session.pk)).content.decode()
    assert "More." in paper
    assert again(acting, session).content_hash in paper


def test_a_session_is_broken_off_with_a_reason(client, session, acting) -> None:
    assert client.post(url("abandon", session.pk), {"reason": ""}).status_code == 422
    assert client.post(url("abandon", session.pk), {"reason": "Faint."}).status_code == 302
    assert "Faint." in client.get(url("session", session.pk)).content.decode()


def test_stock_and_recall(client, session, acting) -> None:
    assert client.post(url("stock"), {"code": "rubbish", "count": 1}).status_code == 422
    assert client.post(url("stock"), {"code": CODE[:-7], "count": 3, "name": "Cartridge 14"}).status_code == 302
    assert "Cartridge 14" in client.get(url("stock")).content.decode()
    typed(client, session, **{f"cartridges__{uuid.uuid4()}": json.dumps({"code": CODE})})
    assert session.patient.name in client.get(url("recall"), {"lot": "A17"}).content.decode()
    assert "Nobody whom you may see" in client.get(url("recall"), {"lot": "B"}).content.decode()
    assert client.get(url("recall")).status_code == 200


def test_a_code_is_read_before_it_is_recorded(client, session) -> None:
    def ask(body: Any) -> Any:
        return client.post(url("code"), json.dumps(body), content_type="application/json")

    assert ask({"code": CODE}).json()["lot"] == "A17"
    assert ask({"code": "x"}).status_code == 422
    assert ask([]).status_code == 400


def test_pages_say_what_there_is(client, session, plan) -> None:
    for name, pk in (
        ("today", None),
        ("of_patient", session.patient_id),
        ("check_in", plan.pk),
        ("session", session.pk),
    ):
        found = client.get(url(name, pk))
        assert found.status_code == 200
        assert "style=" not in found.content.decode()


def test_chart_timeline_and_first_page_tell_of_sessions(client, session) -> None:
    chart = client.get(reverse("patients:chart", args=[session.patient_id])).content.decode()
    assert url("session", session.pk) in chart
    assert "Session 1: In treatment" in chart
    assert "Sessions under way" in client.get("/").content.decode()


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "see", "record", "sign"),
    [
        ("owner", 200, True, True),
        ("assistant", 200, True, False),
        ("auditor", 200, False, False),
        ("desk", 403, False, False),
    ],
)
def test_roles_do_what_they_may(as_role, session, role: str, see: int, record: bool, sign: bool) -> None:
    client = as_role(role)
    found = client.get(url("session", session.pk))
    assert found.status_code == see
    if see == 200:
        assert ("session-form" in found.content.decode()) == record
    assert (typed(client, session, notes="x").status_code == 200) == record
    assert (client.get(url("sign", session.pk)).status_code == 200) == sign


def test_another_organisation_finds_nothing(sign_in, foreign, session, plan) -> None:
    from pinprick.clinic.people.models import Membership

    stranger = sign_in(Membership.objects.select_related("user").get(organisation=foreign, role="owner"))
    for name in ("session", "sign", "print", "lists"):
        assert stranger.get(url(name, session.pk)).status_code == 404
    for name in ("save", "record", "form", "open", "abandon", "addendum"):
        assert stranger.post(url(name, session.pk)).status_code == 404
    assert stranger.get(url("check_in", plan.pk)).status_code == 404
    assert stranger.get(url("of_patient", session.patient_id)).status_code == 404
