"""The report in a real browser: nothing loaded, nothing broken, readable by everyone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "report"))
playwright_api = pytest.importorskip("playwright.sync_api", reason="the browser tests need playwright")
axe_api = pytest.importorskip(
    "axe_playwright_python.sync_playwright", reason="the browser tests need axe-playwright-python"
)

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt install chromium)"),
]
QUIET = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
EXAMPLE = Path(__file__).parents[2] / "examples" / "acne-scars.toml"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The example's own plan, and the kinds of plan that no example has."""
    import synthetic_plan as made

    import pinprick
    from pinprick import report

    folder = tmp_path_factory.mktemp("pages")
    plans = {
        "example": pinprick.plan(pinprick.Case.load(EXAMPLE)),
        "forbidden": made.plan("do-not-treat"),
        "not-before": made.plan("not-before"),
        "long": made.plan(text=made.LONG + "Unbreakable" * 30, case=made.case("Narbe" * 50)),
        "radiofrequency": made.plan(kind="radiofrequency"),
    }
    written = {name: report.write(plan, folder / f"{name}.html") for name, plan in plans.items()}
    return written | {"simulation": report.write_simulation(made.healing(), folder / "simulation.html")}


NAMES = ("example", "forbidden", "not-before", "long", "radiofrequency", "simulation")


def opened(browser: Any, file: Path, width: int = 1280, height: int = 900, scheme: str = "light", **more: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
    page = context.new_page()
    page.faults, page.requested = [], []
    page.on(
        "console", lambda message: page.faults.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("name", NAMES)
def test_no_console_error_and_no_request(browser: Any, pages: dict[str, Path], name: str) -> None:
    page = opened(browser, pages[name])
    page.wait_for_timeout(200)
    assert page.faults == []
    assert [url for url in page.requested if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_scrolls_sideways(browser: Any, pages: dict[str, Path], name: str, width: int) -> None:
    page = opened(browser, pages[name], width, 800)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(browser: Any, pages: dict[str, Path], name: str, scheme: str) -> None:
    page = opened(browser, pages[name], scheme=scheme)
    page.evaluate("document.querySelectorAll('details:not(.numbers)').forEach(d => d.open = true)")
    found = axe_api.Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found] == []


def test_axe_finds_no_violation_on_a_phone(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"], 390, 844)
    found = axe_api.Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found] == []


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_the_first_screen_answers_all_four_questions(
    browser: Any, pages: dict[str, Path], width: int, height: int
) -> None:
    page = opened(browser, pages["example"], width, height)
    headlines = page.locator(".answer .headline")
    assert headlines.count() == 4
    for index in range(4):
        box = headlines.nth(index).bounding_box()
        assert box["y"] + box["height"] <= height


def test_the_keyboard_reaches_and_opens_every_detail(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["forbidden"])
    total = page.locator("summary").count()
    reached = 0
    for _ in range(400):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.tagName")
        if where == "SUMMARY":
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.parentElement.open")
            reached += 1
        if where == "BODY":
            break
    assert total > 0 and reached == total


def test_every_detail_of_the_example_can_take_focus(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"])
    script = """() => [...document.querySelectorAll('summary')].filter(s => s.checkVisibility())
      .filter(s => { s.focus(); return document.activeElement !== s; }).length"""
    assert page.locator("summary").count() > 30
    assert page.evaluate(script) == 0


def test_the_time_control_moves_the_picture_by_keyboard(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"])
    slider = page.locator("#moment")
    before = page.locator(".stage-picture svg").get_attribute("style"), page.locator("#moment-time").inner_text()
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    after = page.locator(".stage-picture svg").get_attribute("style"), page.locator("#moment-time").inner_text()
    assert before[0] != after[0] and before[1] != after[1]
    assert slider.get_attribute("aria-valuetext") == after[1]


def test_the_page_is_complete_without_script(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"], java_script_enabled=False)
    assert page.locator(".frames li").count() >= 5
    assert page.locator(".stage-live").is_hidden()
    for anchor in ("answers", "skin", "plan", "screening", "evidence"):
        assert page.locator(f"#{anchor}").is_visible()


def test_it_prints(browser: Any, pages: dict[str, Path], tmp_path: Path) -> None:
    page = opened(browser, pages["example"])
    content = page.pdf(prefer_css_page_size=True)
    assert content.startswith(b"%PDF-") and len(content) > 50_000


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("anchor", ["#ref-1", "#unknown"])
def test_a_link_into_a_closed_part_opens_it(browser: Any, pages: dict[str, Path], script: bool, anchor: str) -> None:
    page = opened(browser, pages["example"], java_script_enabled=script)
    inside = page.locator("#ref-1" if anchor == "#ref-1" else "#unknown tbody tr").first
    assert not inside.is_visible()
    page.goto(pages["example"].as_uri() + anchor)
    page.wait_for_timeout(200)
    assert inside.is_visible()


def test_a_second_click_on_a_citation_opens_the_list_again(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"])
    link = page.locator("#plan .cite a").first
    target = page.locator(link.get_attribute("href"))
    link.click()
    assert target.is_visible()
    page.evaluate("document.getElementById('references').open = false")
    link.click()
    page.wait_for_timeout(100)
    assert target.is_visible()


def test_the_open_page_is_short_and_nothing_folded_is_lost_in_print(browser: Any, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["example"])
    height = "document.documentElement.scrollHeight"
    folded = page.evaluate(height)
    page.evaluate("document.querySelectorAll('details.keep').forEach(d => d.open = true)")
    assert folded < 0.6 * page.evaluate(height)
    printed = opened(browser, pages["example"])
    printed.emulate_media(media="print")
    rows = printed.locator("#references li, #unknown tbody tr, .calendar li, .guide li")
    assert rows.count() > 100
    script = "() => [...document.querySelectorAll('#references li, .guide li')].every(item => item.checkVisibility())"
    assert printed.evaluate(script)
