"""Screening and planning in a real browser: the story of one patient, by day and by night, on a phone and at a desk."""

from __future__ import annotations

import os
import time
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.plans import approval, services
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.decision import Decision
from pinprick.safety import Fact, Facts, rules
from pinprick.skin import Person, Zone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TODAY = date.today()
EVERY = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))
OPEN = {"pregnancy", "herpes_simplex_active", "open_wound"}
SIZES = {"phone": (360, 800), "desk": (1280, 900)}
LINE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def look(browser, live_server, settings, as_role):
    """Return a maker of pages; faults in their scripts or refused by the content policy fail the test."""
    settings.DEBUG = True
    settings.ALLOWED_HOSTS = ["*"]
    contexts, faults = [], []

    def make(size="desk", scheme="light", role="clinician", script=True):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == "phone",
            reduced_motion="reduce", base_url=live_server.url, java_script_enabled=script,
        )  # fmt: skip
        client = as_role(role)
        session = client.session
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
        session.save()
        context.add_cookies([{"name": k, "value": m.value, "url": live_server.url} for k, m in client.cookies.items()])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda line: line.type == "error" and "422" not in line.text and faults.append(line.text))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture
def patient(clinician):
    fields = {
        "given_names": "Ana",
        "family_names": "Ruiz",
        "birth_date": date(1990, 5, 1),
        "sex": "female",
        "phototype": 3,
    }
    stopped, injected = TODAY - timedelta(20), TODAY - timedelta(5)
    facts = (
        Fact("oral_anticoagulant", "current", text="Warfarin", start=date(2025, 1, 1)),
        Fact("topical_retinoid", "past", end=TODAY - timedelta(2), text="tretinoin"),
        Fact("botulinum_toxin", "past", start=injected, end=injected, zones=(Zone("forehead"),)),
        Fact("superficial_peel", "past", start=stopped, end=stopped, zones=(Zone("cheek"),)),
    )
    with tenancy.acting_as(clinician):
        made = patients.register(clinician, fields)
        said = Facts(person=Person(), facts=facts, asked=EVERY - OPEN - {fact.concept for fact in facts})
        patients.record_facts(clinician, made, said, origin="intake", as_of=TODAY)
    return made


@pytest.fixture
def computed(clinician, patient):
    """A computed draft, everything asked, screened and decided."""
    case = {
        "concern": {
            "indication": "atrophic_acne_scars", "zones": ["cheek", "temple"], "scale": "goodman_baron_qualitative",
            "baseline": 3,
        },
        "clinic": {"devices": ["dr-pen"], "prices": {"microneedling_session": 180}, "anaesthetic": "none"},
        "goal": 2,
    }  # fmt: skip
    with tenancy.acting_as(clinician):
        said = Facts(person=Person(), asked=frozenset(OPEN))
        patients.record_facts(clinician, patient, said, origin="examination", as_of=TODAY)
        plan = services.begin(clinician, patient, "Scars of both cheeks", case)
        made = services.compute(clinician, plan, TODAY)
        for _ in range(600):
            made.refresh_from_db()
            if made.state != "running":
                break
            time.sleep(0.1)
        assert made.state == "done", made.problem
        plan.refresh_from_db()
        screening = screenings.run(clinician, patient, on=TODAY, treatment=approval.treatment(plan))
        for finding in screening.result["findings"]:
            screenings.resolve(clinician, screening, finding["rule"], Decision("accept"))
    return plan


def shoot(page, name):
    if folder := os.environ.get("PINPRICK_SCREENSHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def sound(page, name):
    """Look at a page: a picture where wanted, no violation, nothing sideways."""
    from axe_playwright_python.sync_playwright import Axe

    shoot(page, name)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], node["target"], node["failureSummary"][:300]) for one in found for node in one["nodes"]] == []
    assert page.evaluate(LINE) <= 0


LOOKS = [("phone", "light"), ("phone", "dark"), ("desk", "light"), ("desk", "dark")]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_screening_looks_right(look, clinician, patient, size, scheme):
    page = look(size, scheme)
    page.goto(reverse("screening:patient", args=[patient.pk]))
    sound(page, f"screening-first-{size}-{scheme}")
    page.select_option("[name=indication]", "atrophic_acne_scars")
    page.select_option("[name=device]", "dr-pen")
    page.check("[name=zones][value=cheek]")
    page.click("text=Screen >> nth=-1")
    page.wait_for_selector(".finding")
    for details in page.query_selector_all("details.disclosure"):
        details.evaluate("one => one.open = true")
    sound(page, f"screening-{size}-{scheme}")


def test_screening_by_hand_and_without_scripts(look, clinician, patient):
    with tenancy.acting_as(clinician):
        screenings.run(clinician, patient, on=TODAY, treatment=screenings.Treatment(zones=(Zone("cheek"),)))
    page = look(script=False)
    page.goto(reverse("screening:patient", args=[patient.pk]))
    page.click("#ask-SR016 button:has-text('None of it')")
    page.wait_for_selector("#questions")
    assert page.query_selector("#ask-SR016") is None
    page.click("#SR005 button:has-text('Accept')")
    page.wait_for_selector("#SR005 .badge.good")
    page.click("#SR002 summary:has-text('Override')")
    page.click("#SR002 button:has-text('Override and answer for it')")
    page.wait_for_selector("#SR002-override-reason-error")
    page.fill("#SR002-override-reason", "The cream was used on the chin only, far from the cheeks.")
    page.click("#SR002 button:has-text('Override and answer for it')")
    page.wait_for_selector("#SR002 blockquote")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_plan_from_draft_to_approved(look, clinician, patient, computed, size, scheme):
    page = look(size, scheme)
    page.goto(reverse("plans:patient", args=[patient.pk]))
    sound(page, f"plans-{size}-{scheme}")
    page.goto(reverse("plans:edit", args=[computed.pk]))
    sound(page, f"plan-edit-{size}-{scheme}")
    page.goto(reverse("plans:plan", args=[computed.pk]))
    page.wait_for_selector(".chart.fan", state="attached")
    sound(page, f"plan-{size}-{scheme}")
    page.click("button:has-text('Approve')")
    page.wait_for_selector("text=Approved. The plan and its result stay")
    sound(page, f"plan-approved-{size}-{scheme}")
    page.goto(reverse("plans:print", args=[computed.current_id]))
    sound(page, f"plan-print-{size}-{scheme}")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_compute_shows_progress_survives_a_reload_and_makes_a_revision(look, clinician, computed, size):
    page = look(size)
    page.goto(reverse("plans:edit", args=[computed.pk]))
    page.fill("[name=max_sessions]", "2")
    page.click("button:has-text('Compute')")
    page.wait_for_selector("#computing progress")
    page.reload()
    page.wait_for_selector("#computing progress, .chart.fan", state="attached")
    page.wait_for_selector(".chart.fan", state="attached", timeout=60_000)
    page.wait_for_selector("text=Revision 2", timeout=60_000)
    page.goto(reverse("plans:revisions", args=[computed.pk]))
    page.wait_for_selector(".changes li")
    sound(page, f"revisions-{size}")
    assert "fewer" in page.inner_text(".changes")
    page.click("button:has-text('Take up again as a draft') >> nth=1")
    page.wait_for_selector("[name=max_sessions]")
    assert page.input_value("[name=max_sessions]") == ""


def test_a_draft_is_kept_as_it_is_typed_and_comes_back_when_put_away(look, clinician, computed):
    page = look()
    page.goto(reverse("plans:edit", args=[computed.pk]))
    page.fill("[name=title]", "Both cheeks, by autumn")
    page.locator("[name=zones][value=chin]").check(force=True)
    page.wait_for_selector('[data-save-state][data-state="saved"]')
    deadline = time.time() + 10
    kept = None
    while time.time() < deadline:
        with tenancy.acting_as(clinician):
            kept = Plan.objects.get(pk=computed.pk)
        if kept.title.startswith("Both") and "chin" in kept.case["concern"]["zones"]:
            break
        time.sleep(0.2)
    assert kept is not None
    assert kept.title == "Both cheeks, by autumn"
    assert "chin" in kept.case["concern"]["zones"]
    page.click("text=Put this draft away")
    page.wait_for_selector("text=The draft was put away.")
    page.click("button:has-text('Undo')")
    page.wait_for_selector("h1:has-text('Both cheeks, by autumn')")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_the_kept_report_works_in_its_sandbox(look, clinician, computed, size):
    page = look(size)
    page.goto(reverse("plans:report", args=[computed.current_id]))
    page.wait_for_selector("h1")
    shoot(page, f"report-{size}")
    assert page.evaluate("() => { try { return document.cookie } catch { return 'refused' } }") == "refused"
