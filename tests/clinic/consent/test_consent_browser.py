"""A consent read and signed in a real browser at 360 px, by finger and by keyboard, with axe at every step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from pinprick.clinic.consent import services
from pinprick.clinic.consent.models import Consent, Signature
from pinprick.clinic.people import tenancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def served(live_server, settings) -> str:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    return str(live_server.url)


@pytest.fixture
def page(browser) -> Iterator[Any]:
    """A phone of 360 px; a fault in a script fails the test."""
    faults: list[str] = []
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, reduced_motion="reduce")
    made = context.new_page()
    made.on("pageerror", lambda fault: faults.append(str(fault)))
    yield made
    context.close()
    assert not faults


@pytest.fixture
def consent(clinician, computed, tools) -> Consent:
    with tenancy.acting_as(clinician):
        plan = tools.make_plan(clinician, tools.make_patient(clinician), computed)
        return services.offer(clinician, plan, "en")


@pytest.fixture
def address(served, clinician, consent) -> str:
    with tenancy.acting_as(clinician):
        token = services.hand_over(clinician, consent, "link")
    return served + reverse("consent:read", args=[token])


def whole(page: Any, name: str) -> None:
    """Check a page with axe and for width, and keep a picture of it where PINPRICK_SCREENSHOTS names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    small = page.evaluate(
        """() => [...document.querySelectorAll("main :is(a.button, button, summary, input)")].map((one) => {
          const box = ((["checkbox", "radio"].includes(one.type) && one.labels?.[0]) || one).getBoundingClientRect();
          return [one.outerHTML.slice(0, 80), box.width, box.height, one.type];
        }).filter(([, width, height, type]) => type !== "hidden" && height && (width < 24 || height < 24))"""
    )
    assert not small
    folder = os.environ.get("PINPRICK_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"consent-{name}.png"), full_page=True)


def read_through(page: Any, consent: Consent, look: bool = False) -> None:
    for part in consent.read["parts"]:
        assert page.get_by_role("heading", level=1).inner_text() == part["title"]
        if look:
            whole(page, part["id"])
        if part["question"]:
            right = next(one for one in part["question"]["answers"] if one["id"] == part["question"]["right"])
            page.get_by_label(right["text"]).check()
        page.get_by_role("button", name="I have read this").click()


def draw(page: Any) -> None:
    box = page.locator("[data-pad] svg").bounding_box()
    page.locator("[data-pad] svg").scroll_into_view_if_needed()
    box = page.locator("[data-pad] svg").bounding_box()
    for start, end in (((0.1, 0.7), (0.4, 0.2)), ((0.4, 0.2), (0.8, 0.8))):
        page.mouse.move(box["x"] + box["width"] * start[0], box["y"] + box["height"] * start[1])
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * end[0], box["y"] + box["height"] * end[1], steps=6)
        page.mouse.up()


def test_read_in_parts_and_signed_by_hand_at_360_px(page, address, consent, clinician):
    page.goto(address)
    read_through(page, consent, look=True)
    whole(page, "sign")
    page.get_by_role("button", name="Sign", exact=True).click()
    assert page.get_by_text("Type your name as it stands").first.is_visible()
    page.get_by_label("Your name").fill("Ana Ruiz")
    draw(page)
    page.get_by_role("button", name="Sign", exact=True).click()
    # The box is not ticked: the drawing and the name are still there.
    assert page.get_by_text("Tick this to agree.").first.is_visible()
    assert page.locator("[data-pad] path").get_attribute("d").startswith("M")
    assert page.get_by_label("Your name").input_value() == "Ana Ruiz"
    whole(page, "sign-error")
    page.get_by_label("Yes, I agree").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("Signed. Thank you.").wait_for()
    whole(page, "signed")
    with tenancy.acting_as(clinician):
        row = Signature.objects.get()
        assert row.path.count("M") == 2
        assert row.path.count("L") >= 8
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('consent:')).length") == 0


def test_signed_by_keyboard_alone(page, address, consent, clinician, tools):
    with tenancy.acting_as(clinician):
        tools.read_all(consent)
    page.goto(address)
    page.get_by_label("Your name").focus()
    page.keyboard.type("Ana Ruiz")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "typed_instead":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "agreed"
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Signed. Thank you.").wait_for()
    with tenancy.acting_as(clinician):
        assert Signature.objects.get().path == ""


def test_what_was_drawn_last_is_not_lost_when_the_network_fails_or_the_page_is_left(
    page, address, consent, clinician, tools
):
    with tenancy.acting_as(clinician):
        tools.read_all(consent)
    page.goto(address)
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("Yes, I agree").check()
    draw(page)
    here, drawn = page.url, page.locator("[data-pad] path").get_attribute("d")
    page.context.set_offline(True)
    page.get_by_role("button", name="Sign", exact=True).click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)
    page.goto(here)
    assert page.locator("[data-pad] path").get_attribute("d") == drawn
    assert page.locator("input[name=path]").input_value() == drawn
    assert page.get_by_label("Your name").input_value() == "Ana Ruiz"
    page.get_by_label("Yes, I agree").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_text("Signed. Thank you.").wait_for()
    with tenancy.acting_as(clinician):
        assert Signature.objects.get().path == drawn


def test_a_stroke_under_the_finger_counts_when_sign_is_pressed(page, address, consent, clinician, tools):
    """The field that is filled last is the one that other programs lose."""
    with tenancy.acting_as(clinician):
        tools.read_all(consent)
    page.goto(address)
    page.get_by_label("Your name").fill("Ana Ruiz")
    page.get_by_label("Yes, I agree").check()
    page.locator("[data-pad] svg").scroll_into_view_if_needed()
    box = page.locator("[data-pad] svg").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 90, steps=4)
    page.evaluate("document.querySelector('form[data-signature]').requestSubmit()")
    page.get_by_text("Signed. Thank you.").wait_for()
    with tenancy.acting_as(clinician):
        assert Signature.objects.get().path.count("L") >= 3


def test_pages_of_staff_at_both_sizes(sign_in, browser, served, consent, clinician, tools):
    client = sign_in(clinician)
    cookies = [{"name": key, "value": morsel.value, "url": served} for key, morsel in client.cookies.items()]
    for size, (width, height) in {"phone": (360, 740), "desk": (1280, 900)}.items():
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(served + reverse("consent:plan", args=[consent.plan_id]))
        whole(page, f"plan-{size}")
        page.get_by_role("link", name="Hand it over to be signed").click()
        page.get_by_role("button", name="On the patient's phone").click()
        page.locator(".qr svg").wait_for()
        whole(page, f"detail-{size}")
        for name in ("outdated", "verify"):
            page.goto(served + reverse(f"consent:{name}"))
            whole(page, f"{name}-{size}")
        context.close()
    assert connection.vendor == "postgresql"
