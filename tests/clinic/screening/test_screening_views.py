"""The pages of screening, asked for as a browser would."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from pinprick.clinic.people.models import Membership
from pinprick.clinic.screening import services
from pinprick.clinic.screening.models import Answer, Resolution, Screening
from pinprick.safety import Treatment
from pinprick.skin import Zone

pytestmark = pytest.mark.django_db
GIVEN = {
    "on": "2026-12-01",
    "zones": ["cheek"],
    "indication": "atrophic_acne_scars",
    "device": "dr-pen",
    "needle_length_mm": "1.5",
}


@pytest.fixture
def made(acting, found, cheek):
    return services.run(acting, found, on=timezone.localdate(), treatment=cheek)


def test_the_first_page_asks_what_is_considered(as_role, found):
    answer = as_role("clinician").get(reverse("screening:patient", args=[found.pk]))
    assert answer.status_code == 200
    assert "What is considered" in answer.content.decode()


def test_screening_shows_verdict_findings_positions_and_questions(as_role, found):
    client = as_role("clinician")
    answer = client.post(reverse("screening:patient", args=[found.pk]), GIVEN, follow=True)
    text = answer.content.decode()
    assert answer.redirect_chain
    assert "Not yet" in text
    assert "SR001" in text
    assert "Health Canada isotretinoin monograph" in text
    assert "Is the patient pregnant, or could she be?" in text
    assert "Warfarin" in text
    assert 'class="chart washouts"' in text
    made = Screening.objects.get()
    assert services.treatment_of(made) == Treatment(
        "mechanical", (Zone("cheek"),), "atrophic_acne_scars", 1.5, "dr-pen"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"on": "yesterday"}, "valid date"),
        ({"on": "1980-01-01"}, "before birth"),
        ({"zones": ["knee"]}, "knee"),
        ({"needle_length_mm": "long"}, "number"),
        ({"on": ""}, "required"),
    ],
)
def test_bad_input_is_said_at_the_field_and_kept(as_role, found, change, said):
    answer = as_role("clinician").post(reverse("screening:patient", args=[found.pk]), GIVEN | change)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Screening.objects.exists()


def test_a_decision_is_taken_and_shown(as_role, acting, made):
    answer = as_role("clinician").post(
        reverse("screening:resolve", args=[made.pk, "SR005"]), {"choice": "accept"}, follow=True
    )
    assert "North Clinician" in answer.content.decode()
    assert Resolution.objects.get().choice == "accept"


def test_a_decision_without_its_reason_is_refused_at_the_field(as_role, acting, made):
    answer = as_role("clinician").post(
        reverse("screening:resolve", args=[made.pk, "SR001"]), {"choice": "override", "reason": "short"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert re.search(r'aria-describedby="SR001-override-reason-error"', text)
    assert ">short</textarea>" in text
    assert not Resolution.objects.exists()


@pytest.mark.parametrize(
    "given",
    [{}, {"choice": "nonsense"}, {"choice": "defer", "until": "soon"}, {"choice": "defer", "until": "2020-01-01"}],
)
def test_a_decision_that_cannot_be_is_no_fault_of_the_server(as_role, acting, made, given):
    assert as_role("clinician").post(reverse("screening:resolve", args=[made.pk, "SR054"]), given).status_code == 422
    assert (
        as_role("clinician")
        .post(reverse("screening:resolve", args=[made.pk, "SR999"]), given | {"choice": "accept"})
        .status_code
        == 422
    )


def test_an_answer_in_place_screens_again(as_role, acting, made):
    client = as_role("assistant")
    answer = client.post(reverse("screening:answer", args=[made.pk, "SR016"]), {"kind": "none"}, follow=True)
    assert answer.status_code == 200
    assert "Is the patient pregnant, or could she be?" not in answer.content.decode()
    assert Screening.objects.count() == 2
    said = {
        "kind": "stated",
        "SR022-concept": "herpes_simplex_active",
        "SR022-status": "current",
        "SR022-zones": ["cheek"],
    }
    now = services.current(made.patient)
    answer = client.post(reverse("screening:answer", args=[now.pk, "SR022"]), said, follow=True)
    assert "SR022" in {row["rule"] for row in services.current(made.patient).result["findings"]}


def test_an_answer_with_faults_is_kept(as_role, acting, made):
    said = {
        "kind": "stated",
        "SR022-concept": "herpes_simplex_active",
        "SR022-status": "past",
        "SR022-start": "2026-05-01",
        "SR022-end": "2026-04-01",
    }
    answer = as_role("clinician").post(reverse("screening:answer", args=[made.pk, "SR022"]), said)
    assert answer.status_code == 422
    assert "before the first day" in answer.content.decode()
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("rule", "kind", "status"), [("SR999", "none", 404), ("SR016", "maybe", 200), ("SR016", "", 200)]
)
def test_nonsense_for_an_answer(as_role, acting, made, rule, kind, status):
    assert (
        as_role("clinician").post(reverse("screening:answer", args=[made.pk, rule]), {"kind": kind}).status_code
        == status
    )


def test_a_session_asks_only_what_may_have_changed(as_role, acting, made):
    day = timezone.localdate() + timedelta(30)
    answer = as_role("assistant").post(
        reverse("screening:again", args=[made.patient_id]), {"on": day.isoformat()}, follow=True
    )
    text = answer.content.decode()
    assert "Only what may have changed" in text
    now = services.current(made.patient)
    assert text.count('id="ask-') == len(services.due(now))


def test_an_older_screening_is_shown_as_it_was(as_role, acting, made, cheek):
    services.run(acting, made.patient, on=made.on, treatment=cheek)
    text = as_role("auditor").get(reverse("screening:screening", args=[made.pk])).content.decode()
    assert "A newer one counts now" in text
    assert 'name="choice"' not in text


def test_roles_and_foreign_clinics(sign_in, foreign, as_role, acting, made):
    page = reverse("screening:patient", args=[made.patient_id])
    decision = reverse("screening:resolve", args=[made.pk, "SR005"])
    assert as_role("desk").get(page).status_code == 403
    assert as_role("auditor").post(page, GIVEN).status_code == 403
    assert as_role("assistant").post(decision, {"choice": "accept"}).status_code == 403
    stranger = sign_in(Membership.objects.select_related("user").get(organisation=foreign, role="clinician"))
    assert stranger.get(page).status_code == 404
    assert stranger.get(reverse("screening:screening", args=[made.pk])).status_code == 404
    assert stranger.post(decision, {"choice": "accept"}).status_code == 404
