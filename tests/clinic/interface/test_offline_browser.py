"""Without a network a page says so, in our design, and nothing about a person is kept for that."""

import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KEPT = """async () => {
  const cache = await caches.open('pinprick-offline-1');
  const page = await cache.match('/interface/offline');
  return page ? [(await cache.keys()).map(key => new URL(key.url).pathname), await page.text()] : null;
}"""


def test_without_a_network_our_page_appears(served, page, as_role):
    shown = page("phone", "light", as_role("owner"), served)
    shown.goto(f"{served}/interface/offline")
    for _ in range(60):
        kept = shown.evaluate(KEPT)
        if kept and any(path.endswith("page.css") for path in kept[0]):
            break
        shown.wait_for_timeout(200)
    paths, text = kept
    assert all(path == "/interface/offline" or path.startswith("/static/interface/") for path in paths)
    assert "North" not in text and "has-navigation" not in text
    shown.reload()  # From now on the worker stands before this page.
    shown.failing.append("/")
    shown.context.set_offline(True)
    shown.goto(f"{served}/patients/")
    assert shown.locator("h1").inner_text() == "No connection"
    assert shown.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(246, 245, 241)"
    tools.shoot(shown, "offline-served")
