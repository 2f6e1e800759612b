"""The planning screen and a computed plan in Spanish say nothing in English that is not marked so."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ..english import english
from .test_planning_screen import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(as_role):
    client = as_role("owner")
    client.post("/language/", {"language": "es"})
    return client


@pytest.fixture
def draft(draft):
    draft.title = "Cicatrices de las mejillas"
    draft.save()
    return draft


def test_the_planning_screen_and_its_answers_are_in_spanish(reader, draft):
    place = f"/planning/{draft.pk}/"
    page = reader.get(place)
    assert '<html lang="es"' in page.content.decode()
    assert english(page.content.decode()) == []
    values = sent(page)
    for name, value in {"length_cheek": "2.5", "sessions": "1", "pass_count": "8", "downtime": "0"}.items():
        answer = reader.post(f"{place}answer/", {**values, name: value}).content.decode()
        assert english(answer) == [], name


def test_a_computed_plan_is_in_spanish(reader, acting, draft, compute):
    compute(acting, draft)
    for name, row in (("plan", draft), ("print", draft.current), ("revision", draft.current), ("edit", draft)):
        text = reader.get(reverse(f"plans:{name}", args=[row.pk])).content.decode()
        assert english(text) == [], name


def test_what_is_frozen_stays_english(reader, acting, draft, compute):
    compute(acting, draft)
    before = draft.current.content_hash
    reader.get(reverse("plans:plan", args=[draft.pk]))
    draft.current.refresh_from_db()
    assert draft.current.content_hash == before
    assert any("ways that were searched" in text for text in draft.current.read()["result"]["prescription"]["reasons"])
