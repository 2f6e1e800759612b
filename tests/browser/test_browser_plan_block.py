"""The block of skin inside a plan's report, in a real browser: drawn, moved through time, readable, nothing loaded."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from test_browser_block import CHROMIUM, DRAWS, FLAT, PIXELS, axe_api, opened

EXAMPLE = Path(__file__).parents[2] / "examples" / "acne-scars.toml"
LIMIT = 4_000_000
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt install chromium)"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import pinprick
    from pinprick import report

    plan = pinprick.plan(pinprick.Case.load(EXAMPLE), on=date(2026, 11, 21), draws=20)
    stages: list[tuple[str, float]] = []
    block = report.plan_block(plan, progress=lambda stage, share: stages.append((stage, share)))
    assert block is not None and stages[-1][1] == pytest.approx(1.0)
    return report.write(plan, tmp_path_factory.mktemp("plan") / "plan.html", block=block)


@pytest.fixture(scope="module")
def browser(runner: Any) -> Iterator[Any]:
    started = runner.chromium.launch(executable_path=CHROMIUM, args=DRAWS)
    yield started
    started.close()


def test_the_report_with_a_block_stays_small(file: Path) -> None:
    assert file.stat().st_size < LIMIT


def test_the_block_is_drawn_and_moves_through_time(browser: Any, file: Path) -> None:
    page = opened(browser, file)
    assert page.faults == []
    assert [url for url in page.requested if not url.startswith(("file:", "data:", "blob:"))] == []
    page.locator("#block-canvas").scroll_into_view_if_needed()
    pictures = []
    for place in (40, 200, 390):
        page.locator("#block-time").fill(str(place))
        page.wait_for_timeout(400)
        pictures.append(page.evaluate(PIXELS))
    assert all(one["seen"] > 0.05 and one["kinds"] > 20 for one in pictures)
    assert len({one["sum"] for one in pictures}) == 3
    assert "month" in page.locator("#block-when").inner_text() or "day" in page.locator("#block-when").inner_text()


@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_scrolls_sideways(browser: Any, file: Path, width: int) -> None:
    page = opened(browser, file, width, 844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_axe_finds_no_violation(browser: Any, file: Path) -> None:
    found = axe_api.Axe().run(opened(browser, file)).response["violations"]
    assert [(v["id"], [n["html"][:160] for n in v["nodes"][:4]]) for v in found] == []


def test_without_webgl_the_flat_section_stays(runner: Any, file: Path) -> None:
    flat = runner.chromium.launch(executable_path=CHROMIUM, args=FLAT)
    page = opened(flat, file, ready=False)
    page.wait_for_selector("#block[data-ready]", timeout=30_000)
    assert page.locator("#block-section").is_visible()
    flat.close()


def test_the_report_and_its_block_speak_spanish(browser: Any, file: Path) -> None:
    from pinprick.report.translation import translated

    spanish = file.with_name("plan-es.html")
    spanish.write_text(translated(file.read_text(encoding="utf-8"), "es"), encoding="utf-8")
    page = opened(browser, spanish)
    assert page.faults == []
    assert page.locator("html").get_attribute("lang") == "es"
    page.locator("#block-canvas").scroll_into_view_if_needed()
    assert page.locator("#block-play").inner_text() == "Reproducir"
    page.locator("#block-time").fill("300")
    page.wait_for_timeout(400)
    assert any(word in page.locator("#block-when").inner_text() for word in ("día", "semana", "mes"))
    assert re.fullmatch(r"\d,\d\d mm desde delante", page.locator("#block-cut-at").inner_text())
    page.locator("#moment").fill("50")
    assert page.locator("#moment-work").inner_text().startswith("Lo más activo:")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
