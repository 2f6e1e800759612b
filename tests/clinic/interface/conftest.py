"""A served clinic and a real browser, at the size of a phone and of a desk, by day and by night."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

SIZES = {"phone": (360, 800), "desk": (1280, 900)}
# Chromium and its tester are asked for when a test runs, so that the other tests need neither.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def served(live_server, settings) -> str:
    """The address of the served clinic."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    return str(live_server.url)


@pytest.fixture
def page(browser) -> Iterator[Callable[..., Any]]:
    """Return a maker of pages: `page("phone", "dark", client)`; faults in the page's scripts fail the test."""
    contexts, faults = [], []

    def make(
        size: str = "desk", scheme: str = "light", client: Client | None = None, base: str = "", **more: Any
    ) -> Any:
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            has_touch=size == "phone",
            reduced_motion="reduce",
            **more,
        )
        if client is not None:
            cookies = [{"name": key, "value": morsel.value, "url": base} for key, morsel in client.cookies.items()]
            context.add_cookies(cookies)
        contexts.append(context)
        made = context.new_page()
        made.on("pageerror", lambda fault: faults.append(str(fault)))
        # A test of a lost network expects the browser to report it: it adds the address to `made.failing`.
        made.failing = []
        made.on(
            "console",
            lambda line: (
                line.type == "error"
                and not any(part in line.location.get("url", "") for part in made.failing)
                and faults.append(f"{line.text} {line.location}")
            ),
        )
        return made

    yield make
    for context in contexts:
        context.close()
    assert not faults


def violations(page: Any, only: list[str] | None = None) -> list[str]:
    """Return what axe finds wrong by WCAG 2.2 A and AA and by its best practices, or by some of its rules alone."""
    from axe_playwright_python.sync_playwright import Axe

    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = {"type": "rule", "values": only}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary'][:300]}" for one in found for node in one["nodes"]]


def sideways(page: Any) -> int:
    """Return by how many pixels the page is wider than its window."""
    return max(0, int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")))


def shoot(page: Any, name: str) -> None:
    """Keep a picture of the whole page where PINPRICK_SCREENSHOTS names a folder."""
    folder = os.environ.get("PINPRICK_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def shoot_part(part: Any, name: str) -> None:
    """Keep a picture of a part of the page where PINPRICK_SCREENSHOTS names a folder."""
    folder = os.environ.get("PINPRICK_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        part.screenshot(path=str(Path(folder) / f"{name}.png"))


__all__ = ["SIZES", "django_settings", "shoot", "shoot_part", "sideways", "violations"]
