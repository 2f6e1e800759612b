"""The sheet in a real browser at 360 px and at a desk, with axe, and as it is printed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from pinprick.clinic.aftercare import services
from pinprick.clinic.people import tenancy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture
def served(live_server, settings) -> str:
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    return str(live_server.url)


def whole(page: Any, name: str) -> None:
    """Check a page with axe and for width, and keep a picture of it where PINPRICK_SCREENSHOTS names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    assert not [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"
    folder = os.environ.get("PINPRICK_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"aftercare-{name}.png"), full_page=True)


def test_read_on_a_phone_by_day_and_night(browser, served, clinician, make_plan):
    with tenancy.acting_as(clinician):
        sheet = services.make(clinician, make_plan(clinician), "es", timezone.now() - timedelta(hours=30))
        token = services.hand_over(clinician, sheet)
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
        page = context.new_page()
        page.goto(served + reverse("aftercare:read", args=[token]))
        now = page.locator("[aria-current=time]")
        assert "El segundo y el tercer día" in now.inner_text()
        page.get_by_text("De dónde sale esto").click()
        whole(page, f"phone-{scheme}")
        context.close()


def test_pages_of_staff_and_the_print(sign_in, browser, served, clinician, make_plan):
    with tenancy.acting_as(clinician):
        plan = make_plan(clinician)
    client = sign_in(clinician)
    cookies = [{"name": key, "value": morsel.value, "url": served} for key, morsel in client.cookies.items()]
    for size, (width, height) in {"phone": (360, 740), "desk": (1280, 900)}.items():
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(served + reverse("aftercare:plan", args=[plan.pk]))
        whole(page, f"plan-{size}")
        page.get_by_role("button", name="Make the sheet").click()
        page.get_by_role("button", name="For the patient's phone").click()
        page.locator(".qr svg").wait_for()
        whole(page, f"sheet-{size}")
        page.emulate_media(media="print")
        assert not page.locator(".qr").is_visible()
        assert page.locator(".sheet .call").is_visible()
        context.close()
