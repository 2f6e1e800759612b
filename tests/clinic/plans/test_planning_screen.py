"""The planning screen: every slider answers, bad input is said at the field, and using it writes only a draft."""

import re

import pytest

from pinprick.clinic.people.roles import Role
from pinprick.clinic.plans.models import Plan


@pytest.fixture
def place(draft):
    return f"/planning/{draft.pk}/"


def sent(page):
    """What the form of a page would send."""
    text = page.content.decode()
    values = {}
    for tag in re.findall(r"<input[^>]*>", text):
        found = dict(re.findall(r'([a-z_]+)="([^"]*)"', tag))
        if found.get("name", "").startswith(
            ("length_", "pass_count", "sessions", "interval", "downtime", "budget", "version")
        ):
            values[found["name"]] = found.get("value", "")
    values["device"] = re.search(r'<option value="([^"]+)" selected', text)[1]
    return values


@pytest.mark.django_db
def test_the_screen_answers_before_anything_is_computed(as_role, place):
    page = as_role(Role.CLINICIAN).get(place)
    assert page.status_code == 200
    text = page.content.decode()
    assert 'name="length_cheek"' in text and 'name="length_temple"' in text
    assert "Improvement over the course" in text and "Needle and layers" in text and "Against the alternatives" in text


def test_every_slider_answers_and_nothing_is_written(as_role, place, draft):
    clinician = as_role(Role.CLINICIAN)
    values = sent(clinician.get(place))
    before = clinician.post(f"{place}answer/", values).content.decode()
    for name, value in {"length_cheek": "2.0", "pass_count": "8", "sessions": "6", "interval": "42"}.items():
        after = clinician.post(f"{place}answer/", {**values, name: value})
        assert after.status_code == 200 and after.content.decode() != before, name
    draft.refresh_from_db()
    assert draft.version == 1 and draft.case["request"] == {}


def test_sessions_that_come_too_close_are_cautioned_against(as_role, place):
    clinician = as_role(Role.CLINICIAN)
    values = sent(clinician.get(place))
    short, usual = (
        clinician.post(f"{place}answer/", {**values, "sessions": "3", "interval": days}).content.decode()
        for days in ("14", "28")
    )
    assert "What speaks against it" in short and "With sessions 14 days apart" in short
    assert "With sessions" not in usual


def test_a_limit_that_is_broken_is_named(as_role, place):
    clinician = as_role(Role.CLINICIAN)
    values = {**sent(clinician.get(place)), "downtime": "0", "budget": "1"}
    text = clinician.post(f"{place}answer/", values).content.decode()
    assert "more than the 0 accepted" in text and "above the 1 accepted" in text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("length_cheek", "99"),
        ("length_cheek", "long"),
        ("sessions", "0"),
        ("device", "hammer"),
        ("budget", "-3"),
        ("pass_count", "nan"),
    ],
)
def test_what_cannot_be_used_is_said_and_is_no_fault(as_role, place, name, value):
    clinician = as_role(Role.CLINICIAN)
    answer = clinician.post(f"{place}answer/", {**sent(clinician.get(place)), name: value})
    assert answer.status_code == 422 and answer.content.strip()


def test_the_bars_are_drawn_where_decimals_have_a_comma(as_role, place):
    clinician = as_role(Role.CLINICIAN)
    clinician.post("/language/", {"language": "es"})
    text = clinician.post(f"{place}answer/", sent(clinician.get(place))).content.decode()
    bar = re.search(r'<svg class="range".*?</svg>', text, re.DOTALL)[0]
    places = re.findall(r' (?:x|width)="([^"]*)"', bar)
    assert len(places) > 5
    assert all(0 <= float(one) <= 100 for one in places)


def test_using_the_settings_writes_them_into_the_draft(as_role, place, draft):
    clinician = as_role(Role.CLINICIAN)
    values = {
        **sent(clinician.get(place)),
        "length_cheek": "1.5",
        "sessions": "4",
        "interval": "28",
        "downtime": "3",
        "budget": "900",
    }
    assert clinician.post(f"{place}use/", values).status_code == 302
    draft.refresh_from_db()
    assert draft.case["request"]["sessions"] == 4 and draft.case["request"]["needle_length"] == 1.5
    assert draft.case["preferences"] == {"downtime_days": 3.0, "budget": 900.0}


def test_a_draft_that_someone_changed_meanwhile_is_not_overwritten(as_role, place, draft):
    clinician = as_role(Role.CLINICIAN)
    values = sent(clinician.get(place))
    Plan.objects.filter(pk=draft.pk).update(version=7)
    clinician.post(f"{place}use/", {**values, "sessions": "4"})
    draft.refresh_from_db()
    assert draft.case["request"] == {}


def test_an_incomplete_draft_says_what_is_missing(as_role, place, draft):
    Plan.objects.filter(pk=draft.pk).update(case={"clinic": {"devices": ["dr-pen"]}})
    page = as_role(Role.CLINICIAN).get(place)
    assert page.status_code == 200 and "not ready" in page.content.decode()


def test_another_device_brings_its_own_lengths(as_role, place, draft):
    Plan.objects.filter(pk=draft.pk).update(
        case={**draft.case, "clinic": {**draft.case["clinic"], "devices": ["dr-pen", "dermaroller-192"]}}
    )
    text = as_role(Role.CLINICIAN).get(f"{place}sliders/", {"device": "dermaroller-192"}).content.decode()
    assert 'value="dermaroller-192" selected' in text


def test_two_plans_stand_side_by_side(as_role, place, draft, acting, compute):
    from copy import deepcopy

    from pinprick.clinic.plans import services

    compute(acting, draft)
    case = deepcopy(draft.case) | {"request": {"sessions": 2, "interval": 28}}
    other = services.begin(acting, draft.patient, "Two sessions", case)
    other.settings = {"draws": 12, "seed": 0}
    other.save()
    compute(acting, other)
    text = as_role(Role.CLINICIAN).get(f"{place}compare/").content.decode()
    assert "What differs" in text and "Two sessions" in text
    assert as_role(Role.DESK).get(f"{place}compare/").status_code == 403
