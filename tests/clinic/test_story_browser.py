"""The whole way in a browser: from a computed draft to a signed session and its aftercare, at a desk and on a phone."""

import os
import re
from pathlib import Path

import pytest

from pinprick.clinic.consent.models import Consent
from pinprick.clinic.demo import services as demo
from pinprick.clinic.demo.people import PATIENTS
from pinprick.clinic.people import tenancy
from pinprick.clinic.plans import services as plans
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.decision import Decision
from pinprick.clinic.treatment.models import Session

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long password for the tests"
SIZES = {"desk": (1280, 900), "phone": (360, 800)}


@pytest.fixture
def served(live_server, settings):
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    return live_server.url


@pytest.fixture
def open_page(browser):
    """Return a maker of pages, each a browser of its own; a fault in a script fails the test."""
    contexts, faults = [], []

    def make(size):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults


def look(page, name):
    """Check a page with axe and for width, and keep a picture where PINPRICK_SCREENSHOTS names a folder."""
    from axe_playwright_python.sync_playwright import Axe

    if folder := os.environ.get("PINPRICK_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"story-{name}.png"), full_page=True)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], node["target"]) for one in found for node in one["nodes"]] == [], name
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name


def sign_in(page, member, served):
    page.goto(f"{served}/account/login/")
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    # A clinician without a second factor sets one up before anything else opens.
    page.wait_for_url(re.compile("/account/2fa/"))


def second_factor(page, served):
    """Set up codes by an app and return a function that gives the code of the moment."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page.goto(f"{served}/account/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile("totp/activate"))
    secret = re.search(r"(?<![A-Z2-7])[A-Z2-7]{32}(?![A-Z2-7])", page.content())[0]

    def code():
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    page.fill("input[name=code]", code())
    page.press("input[name=code]", "Enter")
    page.wait_for_load_state()
    return code


def plan_by_sliders(page, served, plan):
    page.goto(f"{served}/planning/{plan.pk}/")
    before = page.locator("#answer").inner_text()
    page.locator("#id_sessions").fill("1")
    page.wait_for_function("(old) => document.querySelector('#answer').innerText !== old", arg=before)
    assert "over 0 weeks" in page.locator("#answer").inner_text()
    look(page, "planning")


def approve(page, served, plan, code):
    page.goto(f"{served}/plans/{plan.pk}/")
    button = page.get_by_role("button", name=re.compile("pprove"))
    button.click()
    page.wait_for_load_state()
    if page.locator("input[name=code]").count():
        page.fill("input[name=code]", code())
        page.press("input[name=code]", "Enter")
        page.wait_for_url(re.compile(str(plan.pk)))
    if button.count():
        button.click()
    page.get_by_text("Approved by").first.wait_for()
    look(page, "approved")


def consent(desk, phone, served, plan):
    desk.goto(f"{served}/consent/plan/{plan.pk}/")
    desk.get_by_role("button", name="Make the consent").click()
    desk.get_by_role("button", name="On the patient's phone").click()
    desk.wait_for_load_state()
    link = re.search(r"/consent/read/[\w-]+/", desk.content())[0]
    phone.goto(f"{served}{link}")
    for part in Consent.objects.get(plan=plan).read["parts"]:
        if part["question"]:
            right = next(one for one in part["question"]["answers"] if one["id"] == part["question"]["right"])
            phone.get_by_label(right["text"]).check()
        phone.get_by_role("button", name="I have read this").click()
    phone.get_by_label("Your name").fill(plan.patient.name)
    phone.locator("input[name=typed_instead]").check()
    phone.get_by_label("Yes, I agree").check()
    look(phone, "consent")
    phone.get_by_role("button", name="Sign", exact=True).click()
    phone.get_by_text("Signed. Thank you.").wait_for()


def session(page, served, plan):
    page.goto(f"{served}/treatment/plans/{plan.pk}/check-in/")
    page.get_by_role("button", name="Check in now").click()
    page.wait_for_url(re.compile("/treatment/sessions/"))
    place = page.url
    page.goto(f"{served}/screening/patient/{plan.patient_id}/")
    again = page.get_by_role("button", name=re.compile("^As before"))
    while again.count():
        left = again.count()
        again.first.click()
        page.wait_for_function("(n) => document.querySelectorAll('button[name=kind][value=same]').length < n", arg=left)
    look(page, "screened-again")
    page.goto(place)
    page.locator("form[action$='/open/'] button").first.click()
    page.wait_for_selector("[data-fill=planned]")
    for button in page.locator("[data-fill=planned]").all():
        with page.expect_response(lambda answer: answer.url.endswith("/save/") and answer.status == 200):
            button.click()
    page.wait_for_selector('[data-save-state][data-state="saved"]', timeout=20_000)
    look(page, "session")
    page.get_by_role("link", name="Read through and sign").click()
    page.get_by_role("button", name="Sign and lock").click()
    page.wait_for_url(place)
    look(page, "signed")


def test_from_a_draft_to_a_signed_session_and_its_aftercare(open_page, served, clinician, monkeypatch):
    monkeypatch.setattr(plans, "DRAWS", 12)
    with tenancy.acting_as(clinician):
        patient = demo.follow(clinician, next(one for one in PATIENTS if one.stage == "drafted"))
        plan = patient.plans.get()
    desk, phone = open_page("desk"), open_page("phone")
    sign_in(desk, clinician, served)
    look(desk, "second-factor-due")
    code = second_factor(desk, served)
    desk.goto(f"{served}/")
    look(desk, "today")
    plan_by_sliders(desk, served, plan)
    desk.goto(f"{served}/plans/{plan.pk}/")
    desk.get_by_role("button", name="Screen for this plan").click()
    desk.goto(f"{served}/screening/patient/{patient.pk}/")
    look(desk, "screening")
    with tenancy.acting_as(clinician):
        made = screenings.current(patient)
        for finding in made.result["findings"]:
            screenings.resolve(clinician, made, finding["rule"], Decision("accept"))
    approve(desk, served, plan, code)
    consent(desk, phone, served, plan)
    session(desk, served, plan)
    with tenancy.acting_as(clinician):
        assert Session.objects.get(patient=patient).is_signed
    desk.goto(f"{served}/aftercare/plan/{plan.pk}/")
    desk.locator("form[action*='/make/'] button").first.click()
    desk.wait_for_url(re.compile("/aftercare/"))
    look(desk, "aftercare")
    desk.goto(f"{served}/patients/{patient.pk}/")
    look(desk, "chart")
    assert "Session 1" in desk.locator("main").inner_text()
