"""A form saved as it is typed, in a real browser against a real database: lost network, lost answers, two people."""

import importlib.util
import json
import sys
import types
from pathlib import Path

import pytest
from django import forms
from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from pinprick.clinic.interface import autosave
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import concurrency, tenancy
from pinprick.clinic.people.access import allowed

spec = importlib.util.spec_from_file_location("interface_browser", Path(__file__).with_name("conftest.py"))
assert spec and spec.loader
tools = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tools)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = """{% extends "interface/base.html" %}{% load interface %}{% block title %}Test{% endblock %}
{% block head %}{% module "autosave" %}{% endblock %}
{% block main %}<h1>Test</h1>
<form class="form" method="post" data-autosave="/test/save/{{ patient.pk }}/" data-version="{{ patient.version }}">
{% csrf_token %}{{ form }}{% save_state %}</form>{% endblock %}"""
NAMES = ("known_as", "note", "sex")


class Particulars(forms.ModelForm):
    class Meta:
        model = Patient
        fields = NAMES


@allowed("patients.edit")
def shown(request, pk):
    patient = Patient.objects.get(pk=pk)
    template = engines["django"].from_string(PAGE)
    return HttpResponse(template.render({"patient": patient, "form": Particulars(instance=patient)}, request))


@allowed("patients.edit")
def save(request, pk):
    def perform(change):
        patient = Patient.objects.get(pk=pk)
        stored = {name: getattr(patient, name) for name in NAMES}
        form = Particulars(autosave.merged(stored, change), instance=patient)
        if not form.is_valid():
            raise autosave.Invalid({name: list(map(str, form.errors[name])) for name in form.errors})
        try:
            concurrency.save(form.instance, change.version, [name for name in change.changed if name in NAMES])
        except concurrency.Stale as stale:
            now = {name: getattr(stale.current, name) for name in NAMES}
            raise autosave.Conflict(stale.current.version, now, "Dr Ruiz") from stale
        return autosave.Saved(form.instance.version, {name: form.cleaned_data[name] for name in change.changed})

    return autosave.answer(request, request.member.organisation_id, perform)


@pytest.fixture
def patient(clinician, settings):
    module = types.ModuleType("autosave_test_urls")
    module.urlpatterns = [
        path("test/<uuid:pk>/", shown),
        path("test/save/<uuid:pk>/", save),
        path("", include("pinprick.clinic.urls")),
    ]
    sys.modules[module.__name__] = module
    settings.ROOT_URLCONF = module.__name__
    with tenancy.acting_as(clinician):
        return Patient.objects.create(
            organisation=clinician.organisation, number=1, given_names="Ana", family_names="Ruiz", note="seen"
        )


@pytest.fixture
def opened(served, page, as_role, patient):
    made = page("phone", "light", as_role("clinician"), served)
    made.failing.append("/test/save/")
    made.goto(f"{served}/test/{patient.pk}/")
    made.wait_for_selector("form[data-autosaving]")
    return made


def state(shown, name):
    shown.wait_for_selector(f'[data-save-state][data-state="{name}"]', timeout=8000)


def until(shown, expression):
    """Wait in Python: the policy of the page forbids Playwright's own waiting, which makes a function of a string."""
    for _ in range(80):
        if shown.evaluate(expression):
            return
        shown.wait_for_timeout(100)
    raise AssertionError(expression)


def test_what_is_typed_is_saved(opened, patient):
    opened.get_by_label("Known as").fill("Anita")
    opened.get_by_label("Sex").select_option("female")
    state(opened, "saved")
    until(opened, "Number(document.querySelector('form[data-autosave]').dataset.version) > 1")
    state(opened, "saved")
    patient.refresh_from_db()
    assert (patient.known_as, patient.sex, patient.note) == ("Anita", "female", "seen")
    assert opened.evaluate("localStorage.length") == 0


def test_without_network_nothing_is_lost_and_nothing_done_twice(opened, patient, served):
    calls = []
    opened.on("request", lambda request: request.method == "POST" and calls.append(request.headers["idempotency-key"]))
    opened.context.set_offline(True)
    opened.get_by_label("Known as").fill("Anita")
    state(opened, "offline")
    opened.get_by_label("Note").fill("seen twice")
    until(opened, "JSON.parse(Object.values(localStorage)[0]).saves.length === 2")
    patient.refresh_from_db()
    assert patient.version == 1
    # The tab is closed and opened again, and then the network is back.
    opened.context.set_offline(False)
    again = opened.context.new_page()
    opened.close()
    again.goto(f"{served}/test/{patient.pk}/")
    assert again.get_by_label("Known as").input_value() == "Anita"
    state(again, "saved")
    patient.refresh_from_db()
    assert (patient.known_as, patient.note, patient.version) == ("Anita", "seen twice", 3)


def test_a_lost_answer_is_asked_for_again_under_the_same_key(opened, patient):
    keys, lost = [], []

    def lose(route):
        keys.append(route.request.headers["idempotency-key"])
        if not lost:
            lost.append(route.fetch())  # The server has done it; the browser never hears.
            route.abort()
        else:
            route.continue_()

    opened.route("**/test/save/**", lose)
    opened.get_by_label("Known as").fill("Anita")
    state(opened, "offline")
    state(opened, "saved")
    patient.refresh_from_db()
    assert keys[0] == keys[1] and (patient.known_as, patient.version) == ("Anita", 2)


def other_saves(patient, **values):
    for name, value in values.items():
        setattr(patient, name, value)
    concurrency.save(patient, patient.version, list(values))


def test_two_people_both_values_are_shown(opened, patient):
    other_saves(patient, note="theirs", known_as="Nita")
    opened.get_by_label("Note").fill("mine")
    state(opened, "conflict")
    box = opened.locator(".conflict")
    assert "Dr Ruiz" in box.inner_text() and "theirs" in box.inner_text() and "mine" in box.inner_text()
    # What only the other person changed is shown at once.
    assert opened.get_by_label("Known as").input_value() == "Nita"
    assert tools.violations(opened) == []
    tools.shoot(opened, "conflict-phone")
    box.get_by_role("button", name="Keep mine").click()
    state(opened, "saved")
    patient.refresh_from_db()
    assert (patient.note, patient.known_as) == ("mine", "Nita")


def test_two_people_in_different_fields_do_not_disturb_each_other(opened, patient):
    other_saves(patient, sex="female")
    opened.get_by_label("Note").fill("mine")
    state(opened, "saved")
    patient.refresh_from_db()
    assert (patient.note, patient.sex) == ("mine", "female")
    assert opened.locator(".conflict").count() == 0


def test_what_cannot_be_kept_is_said_at_the_field_and_the_rest_is_kept(opened, patient):
    opened.evaluate("document.querySelector('[name=known_as]').removeAttribute('maxlength')")
    opened.context.set_offline(True)
    opened.get_by_label("Known as").fill("x" * 101)
    opened.get_by_label("Note").fill("kept")
    opened.get_by_label("Note").blur()
    state(opened, "offline")
    opened.context.set_offline(False)
    state(opened, "error")
    assert "100" in opened.locator("[data-autosave-error=known_as]").inner_text()
    patient.refresh_from_db()
    assert (patient.note, patient.known_as) == ("kept", "")
    opened.get_by_label("Known as").fill("Anita")
    state(opened, "saved")
    patient.refresh_from_db()
    assert patient.known_as == "Anita"


def test_a_locked_screen_keeps_what_was_typed(opened, patient):
    opened.route(
        "**/test/save/**",
        lambda route: route.fulfill(
            status=401, body=json.dumps({"error": "locked", "confirm": "/account/reauthenticate/?next=%2F"})
        ),
    )
    opened.get_by_label("Note").fill("typed")
    state(opened, "locked")
    assert f"next=%2Ftest%2F{patient.pk}%2F" in opened.get_by_role("link", name="Unlock").get_attribute("href")
    assert "typed" in opened.evaluate("Object.values(localStorage)[0]")
