"""The chart by finger, by mouse and by keyboard."""

import importlib.util
import json
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chart(served, page, as_role):
    def opened(size, scheme="light", **more):
        made = page(size, scheme, as_role("owner"), served, **more)
        made.goto(f"{served}/interface/gallery")
        return made, made.locator("[data-zone-chart]").first

    return opened


def test_a_touched_zone_is_chosen(chart):
    shown, part = chart("phone")
    nose = part.locator("#zones-face-front-nose")
    assert nose.get_attribute("aria-pressed") == "false"
    nose.tap()
    assert nose.get_attribute("aria-pressed") == "true" and part.locator("input[value=nose]").is_checked()
    part.locator("label[data-for=nose]").tap()
    assert nose.get_attribute("aria-pressed") == "false"
    part.scroll_into_view_if_needed()
    shown.screenshot(path="/dev/null", type="png") if False else None


def test_the_keyboard_reaches_every_zone(chart):
    shown, part = chart("desk")
    part.locator("#zones-face-front-forehead").focus()
    shown.keyboard.press("Space")
    assert not part.locator("input[value=forehead]").is_checked()
    reached = set()
    for key in ("ArrowDown",) * 12 + ("ArrowRight",) * 12:
        shown.keyboard.press(key)
        reached.add(shown.evaluate("document.activeElement.dataset.zone"))
    offered = shown.evaluate("[...document.querySelectorAll('[data-view=face-front] .zone')].map(z => z.dataset.zone)")
    assert reached == set(offered[: len(offered) // 2])


def test_another_view_shows_other_zones(chart):
    _, part = chart("desk")
    part.get_by_text("Body, back", exact=True).click()
    assert (
        part.locator("[data-view=body-back]").is_visible() and not part.locator("[data-view=face-front]").is_visible()
    )
    part.locator("#zones-body-back-back").click()
    assert part.locator("input[value=back]").is_checked()


def test_points_are_fractions_of_the_drawing(chart):
    shown, part = chart("desk")
    part.get_by_label("Mark points").check()
    svg = part.locator("[data-view=face-front]")
    nose = part.locator("#zones-face-front-nose")
    nose.click()
    part.locator("#zones-face-front-chin").focus()
    shown.keyboard.press("m")
    points = json.loads(part.locator("[data-point-store]").input_value())
    assert [point["zone"] for point in points] == ["nose", "chin"]
    assert points[0]["x"] == pytest.approx(0.5, abs=0.02) and points[0]["y"] == pytest.approx(0.51, abs=0.03)
    # A mark for a zone does not choose it.
    assert not part.locator("input[value=nose]").is_checked() and svg.locator("circle").count() == 2
    part.get_by_role("button", name="Remove 1").click()
    assert svg.locator("circle").count() == 1


def test_without_javascript_checkboxes_fill_the_drawing(chart):
    shown, part = chart("desk", java_script_enabled=False)
    before = part.locator("#zones-face-front-nose").evaluate("e => getComputedStyle(e).fill")
    part.locator("label[data-for=nose]").click()
    shown.wait_for_timeout(300)
    assert part.locator("#zones-face-front-nose").evaluate("e => getComputedStyle(e).fill") != before
    part.get_by_text("Body, front", exact=True).click()
    assert part.locator("[data-view=body-front]").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_pictures_of_the_chart(chart, size, scheme):
    shown, part = chart(size, scheme)
    part.scroll_into_view_if_needed()
    tools.shoot_part(part, f"chart-{size}-{scheme}")
    for zone in ("Face, left side", "Body, front"):
        part.get_by_text(zone, exact=True).click()
        tools.shoot_part(part, f"chart-{size}-{scheme}-{zone[:4].lower()}-2")
    assert tools.violations(shown) == []
