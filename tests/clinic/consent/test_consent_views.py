"""Pages of staff about consents."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pinprick.clinic.audit.models import Entry
from pinprick.clinic.consent import services
from pinprick.clinic.consent.models import Consent
from pinprick.clinic.people import tenancy

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(as_role):
    return as_role("clinician")


def test_from_the_plan_to_a_link_with_a_code(desk, plan):
    page = desk.get(reverse("consent:plan", args=[plan.pk]))
    assert "Nobody has signed" in page.content.decode()
    made = desk.post(reverse("consent:offer", args=[plan.pk]), {"language": "es"}, follow=True)
    consent = Consent.objects.get()
    assert consent.language == "es"
    assert "Mejillas" in made.content.decode()
    shown = desk.post(reverse("consent:hand_over", args=[consent.pk]), {"how": "link"}).content.decode()
    token = re.search(r"/consent/read/([\w-]+)/", shown)[1]
    assert "<svg" in shown
    opened = desk.get(reverse("consent:read", args=[token]))
    assert opened.status_code == 200
    again = desk.post(reverse("consent:hand_over", args=[consent.pk]), {"how": "link"})
    assert again.status_code == 200
    assert desk.get(reverse("consent:read", args=[token])).status_code == 410


def test_a_device_that_is_handed_over_is_signed_out(desk, offered):
    answer = desk.post(reverse("consent:hand_over", args=[offered.pk]), {"how": "device"})
    assert answer.status_code == 302
    assert desk.get(answer.url).status_code == 200
    assert desk.get(reverse("consent:detail", args=[offered.pk])).status_code == 302


def test_a_bad_language_is_said_at_the_field(desk, plan):
    answer = desk.post(reverse("consent:offer", args=[plan.pk]), {"language": "xx"})
    assert answer.status_code == 422
    assert "id_language_error" in answer.content.decode()


def test_a_clinic_without_a_number_is_told_what_is_missing(desk, plan, organisation):
    organisation.phone = ""
    organisation.save()
    answer = desk.post(reverse("consent:offer", args=[plan.pk]), {"language": "en"})
    assert answer.status_code == 422
    assert "telephone number" in answer.content.decode()


def test_a_signed_consent_shows_all_that_is_kept_and_gives_the_file(desk, signed):
    page = desk.get(reverse("consent:detail", args=[signed.pk])).content.decode()
    for kept in (signed.content_hash, "Test/1.0", "Ana Ruiz", signed.file.sha256, signed.signature.path):
        assert kept in page
    file = desk.get(reverse("consent:file", args=[signed.pk]))
    assert file["Content-Type"] == "application/pdf"
    assert file.content == bytes(signed.file.document)
    assert "Ruiz" not in file["Content-Disposition"]
    said = Entry.objects.filter(patient_id=signed.patient_id, action__startswith="read").values_list(
        "action", flat=True
    )
    assert {"read consent", "read signed consent"} <= set(said)


def test_no_file_without_a_signature(desk, offered):
    answer = desk.get(reverse("consent:file", args=[offered.pk]), follow=True)
    assert "was not signed" in answer.content.decode()


def test_refusal_and_withdrawal_are_recorded_by_staff(desk, signed):
    page = desk.post(reverse("consent:withdraw", args=[signed.pk]), {"reason": "Pregnant since May"}, follow=True)
    assert "Pregnant since May" in page.content.decode()
    signed.refresh_from_db()
    assert signed.state == "withdrawn"
    refused = desk.post(reverse("consent:refuse_for", args=[signed.pk]), {"reason": ""}, follow=True)
    assert "closed" in refused.content.decode()


def test_an_assistant_cannot_withdraw(as_role, signed):
    assert as_role("assistant").post(reverse("consent:withdraw", args=[signed.pk])).status_code == 403


def test_who_signed_only_an_older_version_is_listed(desk, as_role, signed, changed_plan):
    address = reverse("consent:outdated")
    assert "Ruiz" not in desk.get(address).content.decode()
    newer = changed_plan()
    page = as_role("auditor").get(address).content.decode()
    assert "Ana Ruiz" in page
    assert reverse("consent:plan", args=[newer.pk]) in page
    assert "plan changed" in page


def test_a_file_is_checked(desk, signed):
    address = reverse("consent:verify")
    whole = bytes(signed.file.document)

    def send(content):
        return desk.post(address, {"document": SimpleUploadedFile("consent.pdf", content)})

    page = send(whole).content.decode()
    assert "unbroken" in page
    assert reverse("consent:detail", args=[signed.pk]) in page
    middle = len(whole) // 2
    assert "not what was sealed" in send(whole[:middle] + b"x" + whole[middle + 1 :]).content.decode()
    assert "not what was sealed" in send(b"nothing").content.decode()
    assert desk.post(address, {}).status_code == 422


def test_the_owner_adds_clauses_in_both_languages_or_none(as_role, signed, plan):
    owner, address = as_role("owner"), reverse("consent:templates")
    half = owner.post(address, {"en": "We keep photographs.", "es": "", "note": ""})
    assert half.status_code == 422
    assert "We keep photographs." in half.content.decode()
    done = owner.post(address, {"en": "We keep photographs.", "es": "Guardamos fotos.", "note": "Fotos"}, follow=True)
    assert "Version 2 is published" in done.content.decode()
    assert services.standing(plan).reason == "template_changed"
    same = owner.post(address, {"en": "We keep photographs.", "es": "Guardamos fotos.", "note": ""}, follow=True)
    assert "Nothing changed" in same.content.decode()


def test_another_organisation_finds_nothing(sign_in, foreign, signed):
    stranger = sign_in(foreign.memberships.get(role="owner"))
    for name in ("detail", "file"):
        assert stranger.get(reverse(f"consent:{name}", args=[signed.pk])).status_code == 404
    assert stranger.get(reverse("consent:plan", args=[signed.plan_id])).status_code == 404
    assert stranger.post(reverse("consent:withdraw", args=[signed.pk])).status_code == 404


def test_the_chart_the_timeline_and_the_first_page_know_of_it(desk, signed, changed_plan, acting):
    chart = desk.get(reverse("patients:chart", args=[signed.patient_id])).content.decode()
    assert "Consent holds." in chart
    assert "Consent signed" in chart
    with tenancy.acting_as(acting):
        services.offer(acting, changed_plan(), "en")
    assert "Consents to be signed" in desk.get("/").content.decode()
