"""A patient fills in the intake on a phone and staff work with the record, in a real browser."""

import re

import pytest

from pinprick.clinic.intake.models import Response
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.roles import Role

from ..interface.conftest import page, served, shoot, sideways, violations
from .conftest import patient_sections

__all__ = ["page", "served"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SMALL = """() => [...document.querySelectorAll('main :is(a, button, input, select, summary, textarea)')]
  .filter(e => e.checkVisibility({visibilityProperty: true, opacityProperty: true}))
  .map(e => [e, (e.labels?.length ? e.labels[0] : e).getBoundingClientRect(), e.getBoundingClientRect()])
  .filter(([e, l, b]) => Math.max(b.height, e.type === 'radio' || e.type === 'checkbox' ? l.height : 0) < 23.5)
  .filter(([e]) => getComputedStyle(e).display !== 'inline')
  .map(([e]) => e.outerHTML.slice(0, 120))"""


def sound(shown, name):
    """No violation of accessibility, no sideways scrolling, no small target; and a picture to look at."""
    shoot(shown, name)
    assert violations(shown) == [], name
    assert sideways(shown) == 0, name
    assert shown.evaluate(SMALL) == [], name


def saved(shown):
    shown.wait_for_selector("[data-save-state][data-state=saved]", state="attached")


def answer(question):
    """Answer one question as somebody would to whom nothing applies but isotretinoin and psoriasis."""
    id = question.get_attribute("id")
    if id == "q-isotretinoin":
        question.get_by_label("Yes").check()
        question.get_by_label("stopped").check()
        question.get_by_label("Since when").fill("09/2026")
    elif id == "q-skin_diseases":
        question.get_by_label("Psoriasis, calm").check()
        question.locator("[name='skin_diseases.psoriasis.status'][value=past]").check()
        item = question.locator(".item", has=question.page.get_by_label("Psoriasis, calm"))
        item.get_by_text("Where on the body?").first.click()
        item.get_by_label("Elsewhere").check()
    elif id == "q-medicine_list":
        for line, name in enumerate(("Levothyroxine", "Iron", "Vitamin D")):
            question.get_by_label("Name").nth(line).fill(name)
    elif question.get_by_label("None of these").count():
        question.get_by_label("None of these").check()
    elif question.get_by_label("No others").count():
        question.get_by_label("No others").check()
    elif question.get_by_label("No", exact=True).count():
        question.get_by_label("No", exact=True).check()
    else:
        question.get_by_label("I don't know").check()


def fill_in_goals(phone, address, scheme):
    phone.get_by_label("Sunken scars left by acne").check()
    phone.get_by_label("Cheeks, nose").check()
    phone.get_by_role("textbox", name="What should be better").fill("Smoother cheeks")
    phone.get_by_label("Much better, though not perfect").check()
    phone.get_by_label("Up to 3 days").check()
    phone.wait_for_timeout(900)
    saved(phone)
    stranger = phone.context.browser.new_context(viewport={"width": 360, "height": 800}, color_scheme=scheme).new_page()
    stranger.goto(address)
    assert stranger.get_by_label("Date of birth").is_visible()
    sound(stranger, f"intake-who-phone-{scheme}")
    stranger.context.close()
    # The phone is put away and the link opened again: what was typed is there.
    phone.goto(address)
    phone.get_by_role("link", name="Begin").click()
    assert phone.get_by_role("textbox", name="What should be better").input_value() == "Smoother cheeks"
    sound(phone, f"intake-goals-phone-{scheme}")
    phone.get_by_role("button", name="Save and go on").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_intake_on_a_phone(served, page, as_role, maria, scheme):
    desk = page("desk", scheme, as_role(Role.DESK), served)
    desk.goto(f"{served}/patients/{maria.pk}/")
    sound(desk, f"chart-empty-desk-{scheme}")
    desk.get_by_role("button", name="On the patient's phone").click()
    sound(desk, f"intake-link-desk-{scheme}")
    address = desk.locator("#address").input_value()

    phone = page("phone", scheme)
    phone.failing.append("/intake/f/")
    phone.goto(address)
    sound(phone, f"intake-start-phone-{scheme}")
    phone.get_by_role("link", name="Begin").click()
    phone.get_by_role("button", name="Save and go on").click()
    assert phone.locator(".errorlist").count() >= 4
    sound(phone, f"intake-blank-phone-{scheme}")
    fill_in_goals(phone, address, scheme)
    for section in patient_sections()[1:]:
        phone.get_by_role("heading", name=section.title, level=1).wait_for()
        for question in phone.locator(".question").all():
            answer(question)
        sound(phone, f"intake-{section.id}-phone-{scheme}")
        phone.get_by_role("button", name="Save and go on").click()
    phone.get_by_role("heading", name="Is everything right?").wait_for()
    sound(phone, f"intake-sign-phone-{scheme}")
    phone.get_by_label("What I have written is true").check()
    phone.get_by_label("Your full name").fill("María García")
    phone.get_by_role("button", name="Sign and send").click()
    phone.get_by_role("heading", name="Thank you").wait_for()
    sound(phone, f"intake-thanks-phone-{scheme}")
    response = Response.objects.get()
    assert response.state == "signed"
    assert [row["name"] for row in response.answers["medicine_list"]["entries"]] == [
        "Levothyroxine",
        "Iron",
        "Vitamin D",
    ]
    phone.goto(address)
    sound(phone, f"intake-closed-phone-{scheme}")
    review(page("desk", scheme, as_role(Role.CLINICIAN), served), served, response, scheme)
    assert Patient.objects.get().phototype == 3
    assert "oral_isotretinoin" in {fact.concept for fact in patients.known(Patient.objects.get()).facts}


def review(clinic, served, response, scheme):
    clinic.goto(f"{served}/intake/{response.pk}/review/")
    clinic.get_by_label("III", exact=True).check()
    for question in clinic.locator(".question").all():
        if question.get_by_label("None of these").count():
            question.get_by_label("None of these").check()
    clinic.locator("#q-expectations_checked").get_by_label("No", exact=True).check()
    clinic.wait_for_timeout(900)
    saved(clinic)
    sound(clinic, f"intake-review-desk-{scheme}")
    clinic.get_by_role("button", name="Record as facts").click()
    clinic.wait_for_url(re.compile(r"/patients/"))
    clinic.get_by_text("Intake reviewed").wait_for()
    sound(clinic, f"chart-full-desk-{scheme}")
    clinic.goto(f"{served}/intake/{response.pk}/")
    sound(clinic, f"intake-response-desk-{scheme}")


def test_none_and_the_rest_exclude_each_other(served, page, as_role, maria):
    shown = page("phone", "light", as_role(Role.DESK), served)
    shown.goto(f"{served}/patients/{maria.pk}/")
    shown.get_by_role("button", name="Fill in together").click()
    shown.wait_for_url(re.compile("/fill/goals/"))
    shown.goto(shown.url.replace("goals", "allergies"))
    question = shown.locator("#q-allergies")
    question.get_by_label("Latex").check()
    question.get_by_label("None of these").check()
    assert not question.get_by_label("Latex").is_checked()
    question.get_by_label("Latex").check()
    assert not question.get_by_label("None of these").is_checked()


def test_the_register_finds_as_one_types(served, page, as_role, clinician, maria):
    with tenancy.acting_as(clinician):
        patients.register(clinician, {"given_names": "Peter", "family_names": "Okafor"})
    for size in ("phone", "desk"):
        shown = page(size, "light", as_role(Role.DESK), served)
        shown.goto(f"{served}/patients/")
        shown.keyboard.type("gracia")
        shown.get_by_text("1 patient found").wait_for()
        assert shown.get_by_role("link", name="María García").is_visible()
        sound(shown, f"register-{size}")
        shown.get_by_label("Name, date of birth").fill("Wolfgang")
        shown.get_by_text("Nobody found").wait_for()
        sound(shown, f"register-nobody-{size}")


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_pages_of_the_record(served, page, as_role, clinician, maria, size):
    with tenancy.acting_as(clinician):
        other = patients.register(clinician, {"given_names": "Maria", "family_names": "Garcia", "phone": "600 123 456"})
    shown = page(size, "light", as_role(Role.OWNER), served)
    shown.failing += ["/patients/"]
    for name, path in {
        "chart": f"{maria.pk}/", "facts": f"{maria.pk}/facts/", "edit": f"{maria.pk}/edit/", "new": "new/",
        "restrict": f"{maria.pk}/restrict/", "merge": f"{maria.pk}/merge/?q=garcia",
        "merge-compare": f"{maria.pk}/merge/?other={other.pk}", "import": "import/",
    }.items():  # fmt: skip
        shown.goto(f"{served}/patients/{path}")
        sound(shown, f"patient-{name}-{size}")
    shown.goto(f"{served}/patients/new/")
    shown.get_by_label("Given names").fill("Maria")
    shown.get_by_label("Family names").fill("García")
    shown.get_by_label("Date of birth").fill("12 mar 1994")
    shown.get_by_role("button", name="Register").click()
    shown.get_by_text("Perhaps already registered").wait_for()
    sound(shown, f"patient-likeness-{size}")
    shown.goto(f"{served}/patients/import/")
    shown.set_input_files("input[type=file]", "tests/fixtures/fhir/keloid.json")
    shown.get_by_role("button", name="Read it").click()
    shown.get_by_role("heading", name="What was understood").wait_for()
    sound(shown, f"patient-imported-{size}")
