"""Pages of aftercare: made, handed over by a link, read by the patient."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from pinprick.clinic.aftercare import services
from pinprick.clinic.aftercare.models import Sheet
from pinprick.clinic.consent.services import Refused
from pinprick.clinic.people import tenancy
from pinprick.clinic.plans.models import Plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_role):
    return as_role("desk")


def test_made_handed_over_and_read_on_a_phone(desk, plan):
    assert desk.get(reverse("aftercare:plan", args=[plan.pk])).status_code == 200
    sent = {"language": "es", "treated_at": "2026-11-21T11:00"}
    page = desk.post(reverse("aftercare:make", args=[plan.pk]), sent, follow=True)
    assert "Después del tratamiento" in page.content.decode()
    sheet = Sheet.objects.get()
    assert sheet.treated_at == datetime(2026, 11, 21, 10, tzinfo=UTC)
    shown = desk.post(reverse("aftercare:hand_over", args=[sheet.pk])).content.decode()
    token = re.search(r"/aftercare/read/([\w-]+)/", shown)[1]
    phone = Client()
    read = html.unescape(phone.get(reverse("aftercare:read", args=[token])).content.decode())
    assert '<html lang="es"' in read
    for row in sheet.read["rows"]:
        text = row["text"] if isinstance(row["text"], str) else row["text"]["text"]
        assert text in read
    assert 'href="tel:+44 20 7946 0000"' in read
    assert phone.get(reverse("aftercare:copy", args=[token])).content.startswith(b"%PDF")
    assert desk.get(reverse("aftercare:pdf", args=[sheet.pk])).content.startswith(b"%PDF")


def test_a_link_that_does_not_open_says_so(client):
    for name in ("read", "copy"):
        assert client.get(reverse(f"aftercare:{name}", args=["nothing"])).status_code == 410


def test_bad_input_is_said_at_the_field_and_kept(desk, plan):
    page = desk.post(reverse("aftercare:make", args=[plan.pk]), {"language": "xx", "treated_at": "yesterday"})
    assert page.status_code == 422
    shown = page.content.decode()
    assert "id_treated_at_error" in shown
    assert "id_language_error" in shown
    assert 'value="yesterday"' in shown
    assert not Sheet.objects.exists()


def test_the_same_sheet_is_made_once_and_never_changed(acting, plan):
    first = services.make(acting, plan, "en")
    assert services.make(acting, plan, "en") == first
    assert services.make(acting, plan, "es") != first
    with pytest.raises(IntegrityError, match="final"), transaction.atomic():
        Sheet.objects.filter(pk=first.pk).update(content="{}")


def test_a_draft_has_no_sheet(acting, plan):
    draft = Plan.objects.create(
        organisation=acting.organisation, created_by=acting, patient=plan.patient, title="Draft"
    )
    with pytest.raises(Refused), transaction.atomic():
        services.make(acting, draft, "en")


def test_another_organisation_finds_nothing(sign_in, foreign, acting, plan):
    sheet = services.make(acting, plan, "en")
    stranger = foreign.memberships.get(role="owner")
    with tenancy.acting_as(stranger):
        assert not Sheet.objects.exists()
    other = sign_in(stranger)
    for name in ("sheet", "pdf"):
        assert other.get(reverse(f"aftercare:{name}", args=[sheet.pk])).status_code == 404


def test_the_chart_and_the_timeline_know_of_it(as_role, acting, plan):
    services.make(acting, plan, "en")
    chart = as_role("clinician").get(reverse("patients:chart", args=[plan.patient_id])).content.decode()
    assert "Sheet of" in chart
    assert "Aftercare sheet made" in chart
