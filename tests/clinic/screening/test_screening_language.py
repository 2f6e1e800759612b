"""The screening page in Spanish says nothing in English that is not marked so."""

from __future__ import annotations

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags

from pinprick.clinic.screening import services
from pinprick.clinic.screening.models import Screening
from pinprick.language import said

from ..english import english

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(acting, found, cheek):
    return services.run(acting, found, on=timezone.localdate(), treatment=cheek)


@pytest.fixture
def reader(as_role):
    client = as_role("owner")
    client.post("/language/", {"language": "es"})
    return client


def page(client, made):
    with translation.override("es"):
        return client.get(reverse("screening:screening", args=[made.pk]), headers={"Accept-Language": "es"})


def test_nothing_of_the_rules_is_in_english(reader, made):
    text = page(reader, made).content.decode()
    assert '<html lang="es"' in text
    assert english(text) == []
    assert "monografía de la isotretinoína de Health Canada" in text
    assert "¿Está embarazada la paciente, o podría estarlo?" in text
    assert "Roaccutane terminó el" in text


def test_what_is_kept_stays_english(reader, made):
    before = made.content_hash
    page(reader, made)
    made = Screening.objects.get(pk=made.pk)
    assert made.content_hash == before
    assert any("asks for" in row["reason"] for row in made.result["findings"])


def test_the_same_page_in_english_is_what_was_kept(as_role, made):
    text = as_role("owner").get(reverse("screening:screening", args=[made.pk])).content.decode()
    shown = " ".join(unescape(strip_tags(text)).split())
    for row in made.result["findings"]:
        assert row["reason"] in shown and said(row["reason"], "en") == row["reason"]


def test_what_is_not_translated_is_marked_as_english(reader, made, monkeypatch):
    result = dict(made.result)
    result["findings"] = [{**row, "action": "Qwertz the uiop at once."} for row in result["findings"]]
    monkeypatch.setattr(Screening, "result", result)
    text = page(reader, made).content.decode()
    assert '<span lang="en">Qwertz the uiop at once.</span>' in text
    assert english(text) == []


def test_the_card_on_the_chart_is_in_spanish(reader, made):
    text = reader.get(reverse("patients:chart", args=[made.patient_id])).content.decode()
    assert english(text) == []
