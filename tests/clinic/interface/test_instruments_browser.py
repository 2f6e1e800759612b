"""Timer, signature and scanner in a real browser."""

import importlib.util
import re
from pathlib import Path

import pytest

from pinprick.clinic.interface import signature

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shown(served, page, as_role):
    made = page("desk", "light", as_role("owner"), served)
    made.goto(f"{served}/interface/gallery")
    return made


def test_the_timer_goes_on_over_a_reload(shown):
    timer = shown.locator("[data-timer]")
    assert re.fullmatch(r"4[67]:\d\d", timer.locator("output").inner_text())
    assert "long enough" in timer.locator(".timer-said").inner_text()
    assert "due" in timer.get_attribute("class")


def test_a_drawn_signature_is_a_path_that_the_server_reads(shown):
    pad = shown.locator("[data-signature] .pad svg")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    shown.mouse.move(box["x"] + 20, box["y"] + 100)
    shown.mouse.down()
    for step in range(12):
        shown.mouse.move(box["x"] + 20 + 15 * step, box["y"] + 100 + (20 if step % 2 else -20))
    shown.mouse.up()
    field = shown.locator("[data-signature] input")
    drawn = field.input_value()
    assert signature.read(drawn) == drawn and drawn.count("M") == 1
    shown.mouse.move(box["x"] + 250, box["y"] + 90)
    shown.mouse.down()
    shown.mouse.move(box["x"] + 300, box["y"] + 60)
    shown.mouse.up()
    assert field.input_value().count("M") == 2
    shown.get_by_role("button", name="Last stroke back").click()
    assert field.input_value() == drawn
    tools.shoot_part(shown.locator("[data-signature]"), "signature")
    shown.get_by_role("button", name="Clear").click()
    assert field.input_value() == ""


def test_a_scanner_types_into_the_field_wherever_the_focus_is(shown):
    shown.locator("h1").click()
    shown.keyboard.type("0109504000059101")
    shown.keyboard.press("Control+]")
    shown.keyboard.type("10AB")
    shown.keyboard.press("Enter")
    assert shown.get_by_label("Code on the packaging").input_value() == "0109504000059101\x1d10AB"


def test_slow_typing_is_not_taken_for_a_scanner(shown):
    shown.locator("h1").click()
    shown.keyboard.type("12345678", delay=220)
    shown.keyboard.press("Enter")
    assert shown.get_by_label("Code on the packaging").input_value() == ""


def test_theme_is_kept_and_painted_by_the_server(shown, served):
    shown.get_by_label("Account of").click()
    shown.get_by_role("button", name="Dark").click()
    shown.locator("html[data-theme=dark]").wait_for(state="attached")
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 21, 26)"
    shown.goto(f"{served}/interface/offline")
    assert shown.locator("html").get_attribute("data-theme") == "dark"


def test_shortcuts(shown, served):
    shown.keyboard.press("?")
    dialog = shown.locator("#shortcuts")
    assert dialog.is_visible() and tools.violations(shown) == []
    tools.shoot_part(dialog, "shortcuts")
    dialog.get_by_label("Single letters").uncheck()
    shown.keyboard.press("Escape")
    shown.keyboard.press("?")
    assert not dialog.is_visible()
    shown.get_by_label("Account of").click()
    shown.get_by_role("button", name="Keyboard shortcuts").click()
    dialog.get_by_label("Single letters").check()
    shown.keyboard.press("Escape")
    shown.keyboard.press("g")
    shown.keyboard.press("s")
    shown.wait_for_url("**/staff/")
