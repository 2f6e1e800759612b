"""A what-if, a search of a fixed size, and how soon the block in a report answers."""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from measure import DAY, EXAMPLE

CANDIDATES, DRAWS, WHAT_IF_DRAWS = 1_000, 100, 200


def measured(times: int) -> dict[str, float]:
    """Time a search of 1,000 candidates and, in the same warm process, one changed setting at a time."""
    from pinprick.planning import Case, Setting, plan, prepare_what_if, what_if

    case = Case.load(EXAMPLE)
    made = plan(case, on=DAY, draws=DRAWS, candidates=CANDIDATES)
    if made.prescription is None or made.search is None:
        raise RuntimeError("the example is not planned")
    searches = [_clock(lambda: plan(case, on=DAY, draws=DRAWS, candidates=CANDIDATES)) for _ in range(times)]
    start = Setting.of(made.prescription)
    first = _clock(lambda: what_if(case, start, on=DAY, draws=WHAT_IF_DRAWS))
    ready = _clock(lambda: prepare_what_if(case, draws=WHAT_IF_DRAWS))
    changed = [
        *(replace(start, pass_count=1 + i) for i in range(times)),
        *(replace(start, sessions=1 + i % 4) for i in range(times)),
        *(replace(start, needle_length_mm=tuple(0.5 + 0.05 * i for _ in start.needle_length_mm)) for i in range(times)),
    ]
    seconds = [_clock(lambda one=one: what_if(case, one, on=DAY, draws=WHAT_IF_DRAWS)) for one in changed]
    new = replace(start, interval_days=start.interval_days + 1.0)
    return {
        "candidates": len(made.search.candidates),
        "search_draws": DRAWS,
        "search_1000_s": statistics.median(searches),
        "what_if_draws": WHAT_IF_DRAWS,
        "what_if_median_s": statistics.median(seconds),
        "what_if_most_s": max(seconds),
        "what_if_first_s": first,
        "prepare_s": ready,
        "what_if_unprepared_course_s": _clock(lambda: what_if(case, new, on=DAY, draws=WHAT_IF_DRAWS)),
    }


def report(times: int) -> dict[str, float]:
    """Time the block of a report, its page, and how long headless Chromium takes until the block can be used."""
    from pinprick.planning import Case, plan
    from pinprick.report import plan_block, write

    made = plan(Case.load(EXAMPLE), on=DAY)
    plan_block(made)
    start = time.perf_counter()
    block = plan_block(made)
    simulated = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.html"
        written = _clock(lambda: write(made, file, block=block))
        found = {"block_s": simulated, "write_s": written, "page_mb": file.stat().st_size / 1e6}
        return found | _interactive(file, times)


def _interactive(file: Path, times: int) -> dict[str, float]:
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("no Chromium or no playwright: the page was not opened", file=sys.stderr)
        return {}
    seconds = []
    with sync_playwright() as runner:
        options = ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
        browser = runner.chromium.launch(executable_path=chromium, args=options)
        for _ in range(times):
            page = browser.new_page(viewport={"width": 390, "height": 844})
            start = time.perf_counter()
            page.goto(file.as_uri())
            page.wait_for_selector("#block[data-ready]", timeout=60_000)
            seconds.append(time.perf_counter() - start)
            page.close()
        browser.close()
    return {"interactive_s": statistics.median(seconds), "interactive_most_s": max(seconds), "opened": times}


def _clock(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
