"""A block of skin in a real browser: nothing loaded, drawn in three dimensions, moved by slider and keyboard."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
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
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
DRAWS = [*QUIET, "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
FLAT = [*QUIET, "--disable-gpu", "--disable-3d-apis"]
# How many pixels are not clear, how much they vary, and a sum that another picture is very unlikely to share.
PIXELS = """() => {
  const c = document.getElementById('block-canvas'), gl = c.getContext('webgl2'), kinds = new Set();
  const p = new Uint8Array(4 * c.width * c.height);
  gl.readPixels(0, 0, c.width, c.height, gl.RGBA, gl.UNSIGNED_BYTE, p);
  let seen = 0, sum = 0;
  for (let i = 0; i < p.length; i += 4) {
    if (p[i + 3]) { seen++; }
    kinds.add((p[i] >> 4) * 256 + (p[i + 1] >> 4) * 16 + (p[i + 2] >> 4));
    sum = (sum * 31 + p[i] + 7 * p[i + 1]) % 1000003;
  }
  return { seen: seen / (c.width * c.height), kinds: kinds.size, sum: sum };
}"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import synthetic_block as made

    from pinprick import report

    return report.write_block(made.block(), tmp_path_factory.mktemp("block") / "block.html")


@pytest.fixture(scope="module")
def browser(runner: Any) -> Iterator[Any]:
    started = runner.chromium.launch(executable_path=CHROMIUM, args=DRAWS)
    yield started
    started.close()


def opened(browser: Any, file: Path, width: int = 1280, height: int = 900, ready: bool = True, **more: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **more)
    page = context.new_page()
    page.faults, page.requested = [], []
    page.on("console", lambda message: page.faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    page.on("request", lambda request: page.requested.append(request.url))
    page.goto(file.as_uri())
    if ready:
        page.wait_for_selector("#block[data-ready]", timeout=30_000)
        fine(page)
    return page


def fine(page: Any) -> None:
    """Wait until nothing moves and the fine picture stands."""
    page.wait_for_timeout(100)
    page.wait_for_selector("#block-canvas[data-painted=fine]", timeout=30_000)


def until(page: Any, script: str, was: Any) -> Any:
    """Return what a script says once that differs; the page forbids the browser's own way of waiting for it."""
    for _ in range(100):
        if (now := page.evaluate(script)) != was:
            return now
        page.wait_for_timeout(100)
    raise AssertionError(f"nothing changed: {script}")


def changed(page: Any, before: Any) -> Any:
    """Return the picture once it differs from the one before and stands."""
    until(page, PIXELS, before)
    page.wait_for_timeout(600)
    fine(page)
    return page.evaluate(PIXELS)


def test_no_console_error_and_no_request(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    assert page.faults == []
    assert [url for url in page.requested if not url.startswith(("file:", "data:"))] == []
    assert "block-flat" not in page.locator("#block").get_attribute("class")


def test_the_block_is_drawn_and_follows_time_and_quantity(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    start = page.evaluate(PIXELS)
    assert start["seen"] > 0.1 and start["kinds"] > 60
    words = page.locator("#block-told").inner_text()
    page.locator("#block-time").focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    later = changed(page, start)
    assert later["sum"] != start["sum"]
    assert page.locator("#block-told").inner_text() != words
    assert page.locator("#block-time").get_attribute("aria-valuetext") == page.locator("#block-when").inner_text()
    page.select_option("#block-quantity", label="Fibroblasts")
    assert changed(page, later)["sum"] != later["sum"]
    assert "Fibroblasts" in page.locator("#block-legend-title").inner_text()


def test_the_keyboard_turns_the_block_and_brings_it_back(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    start = page.evaluate(PIXELS)
    page.locator("#block-canvas").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    turned = changed(page, start)
    assert turned["sum"] != start["sum"]
    page.keyboard.press("Home")
    back = changed(page, turned)
    assert abs(back["seen"] - start["seen"]) < 0.02


def test_tracks_are_drawn(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    page.uncheck("#block-open")
    whole = changed(page, page.evaluate(PIXELS))
    page.uncheck("#block-tracks")
    assert changed(page, whole)["sum"] != whole["sum"]


def test_a_value_is_read_at_the_cut(browser: Any, file: Path) -> None:
    import numpy as np
    import synthetic_block as made

    page = opened(browser, file)
    box = page.locator("#block-section").bounding_box()
    page.locator("#block-section").hover(position={"x": 0.3 * box["width"], "y": 0.4 * box["height"]})
    said = page.locator("#block-value").inner_text()
    shown = float(said.rpartition(":")[2].replace("%", "").strip())
    cut = float(page.locator("#block-cut-at").inner_text().split()[0])
    day = page.evaluate(
        "() => { const d = JSON.parse(document.getElementById('block-data').textContent); return d.time[d.start[1]]; }"
    )
    values = made.block()["collagen_gain_percent"].sel(time=day, method="nearest")
    near = values.interp(z=0.4 * 1.6, y=cut, x=0.3 * 2.0)
    around = values.sel(z=slice(0.55, 0.73), y=slice(cut - 0.12, cut + 0.12), x=slice(0.5, 0.7))
    assert float(around.min()) - 1 <= shown <= float(around.max()) + 1, (said, float(near))
    assert np.isfinite(shown) and "dermis" in said


def test_play_moves_time(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    before = page.locator("#block-when").inner_text()
    page.click("#block-play")
    until(page, "document.getElementById('block-when').textContent", before)
    page.click("#block-play")
    assert page.locator("#block-play").get_attribute("aria-pressed") == "false"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_no_violation(browser: Any, file: Path, scheme: str, width: int) -> None:
    page = opened(browser, file, width, 844, color_scheme=scheme)
    found = axe_api.Axe().run(page).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found] == []


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_scrolls_sideways(browser: Any, file: Path, width: int) -> None:
    page = opened(browser, file, width, 800)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_stills_stand_in_without_script(browser: Any, file: Path) -> None:
    page = opened(browser, file, ready=False, java_script_enabled=False)
    assert page.locator(".block-live").is_hidden()
    assert page.locator(".block-still").count() > 50 and page.locator(".block-still").first.is_visible()


def test_it_prints_still_pictures(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    page.emulate_media(media="print")
    assert page.locator(".block-live").is_hidden() and page.locator(".block-still").first.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF-")


def test_without_webgl_the_flat_section_still_works(runner: Any, file: Path) -> None:
    flat = runner.chromium.launch(executable_path=CHROMIUM, args=FLAT)
    page = opened(flat, file, ready=False)
    page.wait_for_selector("#block[data-ready]", timeout=30_000)
    assert "block-flat" in page.locator("#block").get_attribute("class")
    assert page.locator(".block-missing").is_visible()
    picture = "document.getElementById('block-section').toDataURL()"
    before = page.evaluate(picture)
    page.select_option("#block-quantity", label="Fibroblasts")
    until(page, picture, before)
    flat.close()
