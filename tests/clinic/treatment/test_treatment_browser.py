"""The session page in a real browser: one tap, a lost network, two tabs, two people, and every page by axe."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from pinprick.clinic.people import tenancy
from pinprick.clinic.treatment import services
from pinprick.clinic.treatment.models import AnaestheticRecord, CartridgeUse, PainScore, Session, TopicalUse, ZoneRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CODE = "(01)09504000059118(17)301120(10)A17(21)S1"


def address(name: str, pk: Any = None) -> str:
    return reverse(f"treatment:{name}", args=[pk] if pk else [])


def field(page: Any, path: str) -> Any:
    return page.locator(f'[name="{path}"]')


def saved(page: Any) -> None:
    page.wait_for_selector('[data-save-state][data-state="saved"]', timeout=20_000)
    page.wait_for_timeout(150)
    page.wait_for_selector('[data-save-state][data-state="saved"]', timeout=20_000)


def gone(page: Any, selector: str) -> None:
    from playwright.sync_api import expect

    expect(page.locator(selector)).to_have_count(0)


def shoot(page: Any, name: str) -> None:
    if folder := os.environ.get("PINPRICK_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"treatment-{name}.png"), full_page=True)


def violations(page: Any) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]]


def sideways(page: Any) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def rows(acting: Any, model: Any) -> list[Any]:
    with tenancy.acting_as(acting):
        return list(model.objects.all())


@pytest.fixture
def page(page_of: Any, session: Session) -> Any:
    """The session as the clinician sees it."""
    return page_of("clinician", address("session", session.pk))


def test_one_tap_records_a_zone_as_planned_and_one_takes_it_back(page, session, acting) -> None:
    page.click('#zone-cheek [data-fill="planned"]')
    saved(page)
    (row,) = rows(acting, ZoneRecord)
    planned = session.plan_of_session.zones[0]
    assert (float(row.needle_length_mm), row.pass_count, row.endpoint, row.state) == (
        planned.needle_length_mm,
        planned.pass_count,
        planned.stop_at,
        "treated",
    )
    assert page.locator("#zone-cheek .zone-state").inner_text() == "Treated"
    page.click("#zone-cheek .undo button")
    saved(page)
    (row,) = rows(acting, ZoneRecord)
    assert (row.needle_length_mm, row.pass_count, row.state) == (None, None, "open")


def test_steps_change_the_number_and_the_departure_is_named_at_once(page, session, acting) -> None:
    page.click('#zone-cheek [data-fill="planned"]')
    page.click('#zone-cheek [data-box$="needle_length_mm"] button:has-text("+")')
    page.click('#zone-cheek [data-box$="pass_count"] button:has-text("−")')
    saved(page)
    page.wait_for_selector("#deviations li")
    text = page.locator("#deviations").inner_text()
    planned = session.plan_of_session.zones[0]
    length, passes = planned.needle_length_mm, planned.pass_count
    assert f"Cheek: Needle length: {length + 0.25:g} mm instead of {length:g} mm" in text
    assert f"Cheek: Passes: {passes - 1} instead of {passes}" in text
    assert page.locator("#zone-cheek .box.differs").count() == 2


def test_a_minute_without_network_loses_nothing_and_doubles_nothing(page, session, acting) -> None:
    page.context.set_offline(True)
    field(page, "zones/cheek/needle_length_mm").fill("1.25")
    field(page, "zones/cheek/pass_count").fill("6")
    field(page, "zones/temple/reason").fill("Sore spot.")
    page.click('#zone-temple [data-fill="left_out"]')
    field(page, "notes").fill("Typed without a network.")
    page.click("#pains .pain-scale label:has-text('7')")
    page.click('[data-add="pains"]')
    field(page, "new/cartridges/code").fill(CODE)
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-save-state][data-state="offline"]')
    assert page.locator(".pending").count() == 2
    assert rows(acting, ZoneRecord) == []
    page.wait_for_timeout(2500)
    page.context.set_offline(False)
    saved(page)
    gone(page, ".pending")
    zones = {row.zone: row for row in rows(acting, ZoneRecord)}
    assert (float(zones["cheek"].needle_length_mm), zones["cheek"].pass_count) == (1.25, 6)
    assert (zones["temple"].state, zones["temple"].reason) == ("left_out", "Sore spot.")
    assert [row.value for row in rows(acting, PainScore)] == [7]
    assert len(rows(acting, CartridgeUse)) == 1
    assert rows(acting, Session)[0].notes == "Typed without a network."


def test_what_was_typed_without_network_survives_a_closed_page(page, session, acting) -> None:
    page.context.set_offline(True)
    field(page, "zones/cheek/pass_count").fill("6")
    page.click("#pains .pain-scale label:has-text('7')")
    page.click('[data-add="pains"]')
    page.wait_for_selector('[data-save-state][data-state="offline"]')
    context = page.context
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address("session", session.pk))
    saved(page)
    gone(page, ".pending")
    assert rows(acting, ZoneRecord)[0].pass_count == 6
    assert [row.value for row in rows(acting, PainScore)] == [7]


def test_an_answer_that_is_lost_is_not_recorded_twice(page, session, acting) -> None:
    """The request arrives, its answer does not: the browser sends it again."""
    lost = []

    def lose(route: Any) -> None:
        if len(lost) < 3:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/save/$"), lose)
    page.click("#pains .pain-scale label:has-text('3')")
    page.click('[data-add="pains"]')
    field(page, "zones/cheek/pass_count").fill("4")
    saved(page)
    assert len(lost) == 3
    assert [row.value for row in rows(acting, PainScore)] == [3]
    assert [row.pass_count for row in rows(acting, ZoneRecord)] == [4]
    assert page.locator(".conflict").count() == 0


def test_a_double_tap_records_once(page, session, acting) -> None:
    page.click("#pains .pain-scale label:has-text('3')")
    page.dblclick('[data-add="pains"]')
    saved(page)
    assert [row.value for row in rows(acting, PainScore)] == [3]


def test_two_tabs_of_one_person_both_count(page, session, acting) -> None:
    other = page.context.new_page()
    other.goto(address("session", session.pk))
    field(page, "zones/cheek/pass_count").fill("4")
    saved(page)
    field(other, "zones/cheek/needle_length_mm").fill("1.25")
    saved(other)
    (row,) = rows(acting, ZoneRecord)
    assert (row.pass_count, float(row.needle_length_mm)) == (4, 1.25)
    # The second tab has been shown what the first wrote.
    assert field(other, "zones/cheek/pass_count").input_value() == "4"
    # On one and the same field, written in both before either saw the other, it is asked.
    field(page, "zones/cheek/pass_count").fill("5")
    saved(page)
    field(other, "zones/cheek/pass_count").fill("6")
    other.wait_for_selector(".conflict")
    assert rows(acting, ZoneRecord)[0].pass_count == 5
    other.click(".conflict button >> nth=0")
    saved(other)
    assert rows(acting, ZoneRecord)[0].pass_count == 6


def test_two_people_are_both_told(page, page_of, session, acting) -> None:
    other = page_of("owner", address("session", session.pk))
    field(page, "notes").fill("The clinician's words.")
    saved(page)
    field(other, "notes").fill("The owner's words.")
    other.wait_for_selector(".conflict")
    assert "The clinician's words." in other.locator(".conflict").inner_text()
    assert rows(acting, Session)[0].notes == "The clinician's words."


def test_a_refused_item_says_why_and_keeps_what_was_typed(page, session, acting) -> None:
    field(page, "new/cartridges/code").fill(CODE.replace("59118", "59119"))
    page.click('[data-add="cartridges"]')
    page.wait_for_selector(".pending .errorlist")
    assert "should be 8" in page.locator(".pending .errorlist").inner_text()
    assert field(page, "new/cartridges/code").input_value().startswith("(01)")
    field(page, "new/cartridges/code").fill(CODE)
    page.click('[data-add="cartridges"]')
    saved(page)
    gone(page, ".pending")
    assert len(rows(acting, CartridgeUse)) == 1
    field(page, "zones/cheek/pass_count").fill("many")
    page.wait_for_selector('[data-save-state][data-state="error"]')
    assert field(page, "zones/cheek/pass_count").input_value() == "many"


def test_the_contact_timer_survives_a_reload(page, session, acting) -> None:
    page.click("#anaesthetics summary")
    field(page, "new/anaesthetics/mass_g").fill("20")
    field(page, "new/anaesthetics/area_cm2").fill("200")
    page.click('[data-add="anaesthetics"]')
    saved(page)
    page.wait_for_selector("[data-contact] output")
    (row,) = rows(acting, AnaestheticRecord)
    from playwright.sync_api import expect

    clock = page.locator("[data-contact] output")
    expect(clock).to_have_text(re.compile(r"0:0[2-9]"))
    page.reload()
    expect(clock).to_have_text(re.compile(r"0:(0[3-9]|[1-5])"))
    assert page.locator("[data-contact]").get_attribute("data-label") == "60"
    page.click("[data-off]")
    saved(page)
    page.wait_for_selector("#anaesthetics .badge")
    (row,) = rows(acting, AnaestheticRecord)
    assert row.removed_at is not None
    page.wait_for_selector("#deviations li")
    assert "Contact time" in page.locator("#deviations").inner_text()


def test_too_much_cream_is_refused_with_the_number(page, session, acting) -> None:
    page.click("#anaesthetics summary")
    field(page, "new/anaesthetics/mass_g").fill("61")
    field(page, "new/anaesthetics/area_cm2").fill("500")
    page.click('[data-add="anaesthetics"]')
    page.wait_for_selector("#anaesthetics .errorlist:visible")
    assert "60 g" in page.locator("#anaesthetics .pending").inner_text()
    assert rows(acting, AnaestheticRecord) == []
    assert field(page, "new/anaesthetics/mass_g").input_value() == "61"


def test_a_risky_serum_needs_a_reason(page, session, acting) -> None:
    page.click("#topicals summary")
    field(page, "new/topicals/name").fill("Vitamin C serum")
    page.select_option('[name="new/topicals/kind"]', "cosmetic")
    page.click('[data-add="topicals"]')
    page.wait_for_selector("#topicals .pending .errorlist")
    assert "Granulomas" in page.locator("#topicals .pending").inner_text()
    shoot(page, "topical-warned")
    assert page.locator('[name="new/topicals/kind"]').input_value() == "cosmetic"
    field(page, "new/topicals/reason").fill("The patient insists.")
    page.click('[data-add="topicals"]')
    saved(page)
    page.wait_for_selector("#topicals .notice:visible >> nth=0")
    (row,) = rows(acting, TopicalUse)
    assert row.reason == "The patient insists."


def test_a_zone_is_added(page, session, acting) -> None:
    page.select_option('[name="new/zone"]', "chin")
    page.click("[data-add-zone]")
    page.wait_for_selector("#zone-chin")
    assert "Chin: Zone added" in page.locator("#deviations").inner_text()


def test_the_last_session_is_repeated_in_one_tap(page_of, session, acting, tools, plan) -> None:
    with tenancy.acting_as(acting):
        zones = {
            "cheek": {"needle_length_mm": 1.5, "pass_count": 3, "endpoint": "redness"},
            "temple": {"state": "left_out"},
        }
        found = services.record_session(acting, session, {"zones": zones}, expected=session.version, key=uuid.uuid4())
        services.sign_session(acting, session, expected=found.version)
        following = tools.opened(plan)
    page = page_of("clinician", address("session", following.pk))
    page.click('#zone-cheek [data-fill="last"]')
    saved(page)
    row = next(row for row in rows(acting, ZoneRecord) if row.session_id == following.pk)
    assert (float(row.needle_length_mm), row.pass_count, row.endpoint) == (1.5, 3, "redness")
    assert page.locator('#zone-temple [data-fill="last"]').count() == 0


def test_the_signature_waits_for_what_was_not_sent(page, session, acting) -> None:
    for zone in ("cheek", "temple"):
        page.click(f'#zone-{zone} [data-fill="planned"]')
    saved(page)
    page.context.set_offline(True)
    field(page, "notes").fill("late words")
    page.wait_for_selector('[data-save-state][data-state="offline"]')
    page.click("[data-sign]")
    assert page.url.endswith(address("session", session.pk))
    page.context.set_offline(False)
    saved(page)
    page.click("[data-sign]")
    page.wait_for_url("**/sign/")
    shoot(page, "sign")
    page.click("button:has-text('Sign and lock')")
    page.wait_for_url(f"**{address('session', session.pk)}")
    assert "Signed by" in page.content()
    assert rows(acting, Session)[0].notes == "late words"
    shoot(page, "signed")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_sound(page_of, session, acting, plan, tools, width: int, scheme: str) -> None:
    """Axe by WCAG 2.2 AA, no sideways scrolling, in every state of a session."""
    wrong = []

    def check(name: str, where: str, prepare: Any = None) -> None:
        page = page_of("clinician", where, width, scheme)
        if prepare:
            prepare(page)
        shoot(page, f"{name}-{width}-{scheme}")
        wrong.extend(f"{name}: {one}" for one in violations(page))
        if sideways(page) > 0:
            wrong.append(f"{name}: {sideways(page)} px too wide")
        page.close()

    def busy(page: Any) -> None:
        page.click('#zone-cheek [data-fill="planned"]')
        page.click('#zone-cheek [data-box$="needle_length_mm"] button:has-text("+")')
        for summary in page.locator("form summary").all():
            summary.click()
        field(page, "new/anaesthetics/mass_g").fill("20")
        field(page, "new/anaesthetics/area_cm2").fill("200")
        page.click('[data-add="anaesthetics"]')
        field(page, "new/cartridges/code").fill(CODE)
        page.click('[data-add="cartridges"]')
        field(page, "new/topicals/name").fill("Vitamin C serum")
        page.click('[data-add="topicals"]')
        page.click("#pains .pain-scale label:has-text('4')")
        page.click('[data-add="pains"]')
        page.wait_for_selector('[data-save-state][data-state="saved"], [data-save-state][data-state="error"]')
        page.wait_for_selector("[data-contact] output")

    check("today", address("today"))
    check("session", address("session", session.pk))
    check("session-busy", address("session", session.pk), busy)
    check("sign-missing", address("sign", session.pk))
    check("check-in-under-way", address("check_in", plan.pk))
    with tenancy.acting_as(acting):
        found = Session.objects.get(pk=session.pk)
        for row in found.anaesthetics.all():
            row.removed_at = row.started_at
            row.save()
        zones = {"cheek": {"state": "treated"}, "temple": {"state": "left_out", "reason": "Sore."}}
        done = services.record_session(acting, found, {"zones": zones}, expected=found.version, key=uuid.uuid4())
    check("sign", address("sign", session.pk))
    with tenancy.acting_as(acting):
        services.sign_session(acting, found, expected=done.version)
        services.add_addendum(acting, found, "The lot was read twice.", uuid.uuid4())
    check("signed", address("session", session.pk))
    check("printed", address("print", session.pk))
    check("check-in", address("check_in", plan.pk))
    with tenancy.acting_as(acting):
        waiting = services.check_in(acting, plan, key=uuid.uuid4())
    check("gate", address("session", waiting.pk))
    check("of-patient", address("of_patient", session.patient_id))
    check("stock", address("stock"))
    check("recall", address("recall") + "?lot=A17")
    assert wrong == []


def test_controls_are_large_enough_for_gloves(page_of, session) -> None:
    page = page_of("clinician", address("session", session.pk), 360)
    low = """([selector, least]) => [...document.querySelectorAll(selector)]
      .filter((one) => one.checkVisibility() && (one.offsetHeight < least || one.offsetWidth < least))
      .map((one) => one.outerHTML.slice(0, 120))"""
    controls = "button, input:not([type=hidden]):not([type=radio]), select, summary, a"
    assert page.evaluate(low, [", ".join(f"#main {one}" for one in controls.split(", ")), 24]) == []
    assert page.evaluate(low, [".zone-card .steps button, .zone-card .quick .button, .endpoints label", 44]) == []


def test_a_scanner_that_types_records_the_cartridge(page, session, acting) -> None:
    """Wherever the focus is: a scanner types fast and ends with Enter; its separator is Ctrl and the bracket."""
    page.locator("h1").click()
    page.keyboard.type("]d2010950400005911817301120" + "10A17")
    page.keyboard.press("Control+]")
    page.keyboard.type("21S1")
    page.keyboard.press("Enter")
    saved(page)
    gone(page, ".pending")
    assert len(rows(acting, CartridgeUse)) == 1
