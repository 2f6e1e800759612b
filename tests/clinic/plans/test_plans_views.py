"""The pages of plans, asked for as a browser would."""

import base64
import hashlib
import json
import re
import time
import uuid
from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse

from pinprick.clinic.people.models import Membership
from pinprick.clinic.people.roles import Role
from pinprick.clinic.plans import services
from pinprick.clinic.plans.models import Computation, Plan, Revision

pytestmark = pytest.mark.django_db
TODAY = date.today()
GIVEN = {
    "title": "Scars", "indication": "atrophic_acne_scars", "zones": ["cheek"], "devices": ["dr-pen"], "price": "180.50",
    "scale": "goodman_baron_qualitative", "baseline": "3", "goal": "2", "downtime_days": "4", "weight_price": "3",
}  # fmt: skip


def url(name, *args):
    return reverse(f"plans:{name}", args=args)


def confirmed(client):
    """Say that a second factor was shown just now."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    return client


@pytest.fixture
def ready(acting, draft, compute, screen_for):
    compute(acting, draft)
    screen_for(acting, draft)
    return draft


def test_a_draft_is_begun_filled_in_and_computed(as_role, acting, patient, compute):
    client = as_role("clinician")
    assert "No plan yet" in client.get(url("patient", patient.pk)).content.decode()
    answer = client.post(url("begin", patient.pk), follow=True)
    plan = Plan.objects.get()
    assert answer.redirect_chain[-1][0] == url("edit", plan.pk)
    answer = client.post(url("edit", plan.pk), GIVEN | {"version": plan.version, "compute": "yes"})
    assert answer.status_code == 302, answer.content.decode()
    plan.refresh_from_db()
    assert plan.case["clinic"]["prices"] == {"microneedling_session": 180.5}
    assert plan.case["preferences"] == {"downtime_days": 4.0, "weights": {"price": 3.0}}
    assert plan.case["goal"] == 2.0
    assert Computation.objects.get().state == "running"


def test_the_form_shows_what_was_kept(as_role, acting, draft):
    text = as_role("clinician").get(url("edit", draft.pk)).content.decode()
    assert 'value="Scars of the cheeks"' in text
    assert 'data-autosave="' in text
    answer = as_role("clinician").get(url("edit", draft.pk))
    client = as_role("clinician")
    shown = answer.context["form"].initial
    posted = {name: value for name, value in shown.items() if value not in (None, "")}
    client.post(url("edit", draft.pk), posted | {"version": draft.version})
    kept = Plan.objects.get(pk=draft.pk)
    assert kept.case == draft.case
    assert kept.version == draft.version


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"baseline": "9"}, "baseline"), ({"zones": ["palm"]}, "zones"), ({"zones": []}, "zones"),
        ({"title": ""}, "title"),
        ({"indication": ""}, "indication"), ({"needle_length": "9.5"}, "needle_length"), ({"price": "-1"}, "price"),
        ({"finish_by": "soon"}, "finish_by"), ({"fixed_sessions": "5", "max_sessions": "3"}, "fixed_sessions"),
        ({"devices": ["nonsense"]}, "devices"), ({"subtype": "mixed", "indication": "melasma"}, None),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_said_at_its_field(as_role, acting, draft, change, field):
    given = GIVEN | change | {"version": draft.version, "compute": "yes"}
    answer = as_role("clinician").post(url("edit", draft.pk), given)
    assert answer.status_code == (422 if field else answer.status_code)
    assert answer.status_code < 500
    if field:
        assert field in answer.context["form"].errors
        assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Computation.objects.filter(state="done").exists()


def test_two_people_do_not_overwrite_one_another(as_role, acting, draft):
    seen = draft.version
    services.edit(acting, Plan.objects.get(pk=draft.pk), "Hers", draft.case, expected=seen)
    answer = as_role("clinician").post(url("edit", draft.pk), GIVEN | {"title": "His", "version": seen})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert 'value="His"' in text
    assert "Hers" in text
    assert Plan.objects.get(pk=draft.pk).title == "Hers"


def typed(client, plan, version, **fields):
    data = {"_changed": list(fields), **fields}
    return client.post(
        url("save", plan.pk), data, headers={"Idempotency-Key": str(uuid.uuid4()), "If-Match": f'"{version}"'}
    )


def test_it_is_kept_as_it_is_typed(as_role, acting, draft):
    client = as_role("assistant")
    answer = typed(client, draft, draft.version, title="As typed", downtime_days="2.5", zones=["chin", "nose"])
    assert answer.status_code == 200, answer.content
    kept = Plan.objects.get(pk=draft.pk)
    assert (kept.title, kept.case["preferences"]["downtime_days"]) == ("As typed", 2.5)
    assert kept.case["concern"]["zones"] == ["chin", "nose"]
    assert kept.case["clinic"]["devices"] == ["dr-pen"]
    assert json.loads(answer.content)["version"] == kept.version
    again = typed(client, draft, draft.version, title="Too late")
    assert again.status_code == 409
    assert json.loads(again.content)["fields"]["title"] == "As typed"
    wrong = typed(client, draft, kept.version, baseline="high")
    assert wrong.status_code == 422
    assert list(json.loads(wrong.content)["errors"]) == ["baseline"]


def test_the_plan_page_shows_the_frozen_result(as_role, acting, draft, compute, monkeypatch):
    compute(acting, draft)
    monkeypatch.setattr("pinprick.plan", None)
    answer = as_role("auditor").get(url("plan", draft.pk))
    text = answer.content.decode()
    assert answer.status_code == 200
    zone = draft.result["prescription"]["zones"][0]
    assert f"{zone['needle_length_mm']:g} mm" in text
    assert 'class="chart fan"' in text
    assert 'class="chart dots"' in text
    assert "What it cannot say" in text
    assert draft.content_hash[:12] in text
    assert "style=" not in text.replace("font-style=", "")


def test_a_plan_that_was_tampered_with_is_not_shown(as_role, acting, draft, compute):
    from django.db import connection

    compute(acting, draft)
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        # Somebody with the keys of the database, past its triggers.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE plans_revision SET content = replace(content, 'dr-pen', 'exceed')")
        cursor.execute("SET session_replication_role = DEFAULT")
    answer = as_role("clinician").get(url("plan", draft.pk))
    assert answer.status_code == 409
    assert "does not match its hash" in answer.content.decode()


def test_progress_is_shown_and_ends_in_the_page(as_role, acting, draft):
    made = services.compute(acting, draft, TODAY)
    Computation.objects.filter(pk=made.pk).update(stage="healing", fraction=0.2)
    client = as_role("clinician")
    text = client.get(url("plan", draft.pk)).content.decode()
    assert 'hx-trigger="every 600ms"' in text
    fragment = client.get(url("progress", draft.pk), headers={"HX-Request": "true"}).content.decode()
    assert 'value="20"' in fragment
    assert client.post(url("cancel", draft.pk)).status_code == 302
    made.refresh_from_db()
    assert made.cancel_wanted
    Computation.objects.filter(pk=made.pk).update(state="done")
    ended = client.get(url("progress", draft.pk), headers={"HX-Request": "true"})
    assert ended.headers["HX-Redirect"] == url("plan", draft.pk)


def test_approval_asks_for_a_second_factor_shown_just_now(as_role, acting, ready):
    client = as_role("clinician")
    answer = client.post(url("approve", ready.pk), {"version": ready.version})
    assert "/account/2fa/" in answer.headers["Location"]
    assert Plan.objects.get(pk=ready.pk).is_draft
    answer = confirmed(client).post(url("approve", ready.pk), {"version": ready.version}, follow=True)
    assert "Approved by North Clinician" in answer.content.decode()
    kept = Plan.objects.get(pk=ready.pk)
    assert (kept.state, kept.approval_method) == ("approved", "totp")


@pytest.mark.parametrize("version", ["", "x", "0", "999"])
def test_approval_of_something_else_than_was_seen_is_refused(as_role, acting, ready, version):
    confirmed(as_role("clinician")).post(url("approve", ready.pk), {"version": version})
    client = confirmed(as_role("clinician"))
    assert client.post(url("approve", ready.pk), {"version": version}).status_code == 302
    assert Plan.objects.get(pk=ready.pk).is_draft


def test_an_unscreened_plan_is_not_approved(as_role, acting, draft, compute):
    compute(acting, draft)
    client = confirmed(as_role("clinician"))
    answer = client.post(url("approve", draft.pk), {"version": draft.version}, follow=True)
    assert "cannot be approved yet" in answer.content.decode()
    assert "Screen for this plan" in answer.content.decode()
    answer = client.post(url("screen", draft.pk), follow=True)
    assert "SR005" in answer.content.decode()


@pytest.mark.parametrize(
    ("role", "allowed"), [("assistant", False), ("desk", False), ("auditor", False), ("owner", True)]
)
def test_who_may_approve(as_role, acting, ready, role, allowed):
    answer = confirmed(as_role(role)).post(url("approve", ready.pk), {"version": ready.version})
    assert (answer.status_code == 302) == allowed
    assert (Plan.objects.get(pk=ready.pk).state == "approved") == allowed


def test_papers_come_from_what_was_kept(as_role, acting, draft, compute, monkeypatch):
    compute(acting, draft)
    monkeypatch.setattr("pinprick.plan", None)
    client = as_role("clinician")
    revision = draft.current_id
    report = client.get(url("report", revision))
    assert "sandbox" in report.headers["Content-Security-Policy"]
    assert "script-src 'sha256-" in report.headers["Content-Security-Policy"]
    assert "Scars of the cheeks" in report.content.decode()
    made = client.get(url("pdf", revision))
    assert made.content.startswith(b"%PDF-")
    assert client.get(url("pdf", revision)).content == made.content
    sheet = client.get(url("print", revision)).content.decode()
    assert "Not approved: do not treat by this sheet." in sheet


def test_the_report_is_read_in_the_language_of_the_reader(as_role, acting, draft, compute, monkeypatch):
    compute(acting, draft)
    monkeypatch.setattr("pinprick.plan", None)
    client = as_role("clinician")
    kept = client.get(url("report", draft.current_id)).content.decode()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    answer = client.get(url("report", draft.current_id))
    spanish = answer.content.decode()
    assert '<html lang="en-GB">' in kept
    assert '<html lang="es">' in spanish
    assert "Cómo actúa en su piel" in spanish
    # Its scripts still run: the policy names the text that each of them has now.
    scripts = re.findall(r"<script(?:\s[^>]*)?>(.*?)</script>", spanish, re.S)
    policy = answer.headers["Content-Security-Policy"]
    assert all(base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() in policy for one in scripts)
    # A patient may ask for the other language, whatever the clinic reads.
    assert client.get(url("report", draft.current_id), {"language": "en"}).content.decode() == kept
    assert '<html lang="es">' in client.get(url("report", draft.current_id), {"language": "xx"}).content.decode()
    assert client.get(url("pdf", draft.current_id)).content.startswith(b"%PDF-")
    page = client.get(url("plan", draft.pk)).content.decode()
    assert "Mejoría a lo largo del tratamiento" in page
    assert "?language=en" in page


def test_revisions_clone_restore_and_undo(as_role, acting, draft, compute):
    compute(acting, draft)
    services.edit(acting, draft, "Second", {**draft.case, "preferences": {"max_sessions": 1}}, expected=draft.version)
    compute(acting, draft)
    client = as_role("clinician")
    text = client.get(url("revisions", draft.pk)).content.decode()
    assert "fewer: 1 instead of" in text
    first = draft.revisions.get(number=1)
    assert client.get(url("revision", first.pk)).status_code == 200
    assert client.post(url("restore", first.pk)).headers["Location"] == url("edit", draft.pk)
    made = client.post(url("clone", first.pk)).headers["Location"]
    assert made != url("edit", draft.pk)
    answer = client.post(url("discard", draft.pk), follow=True)
    assert url("take_back", draft.pk) in answer.content.decode()
    client.post(url("take_back", draft.pk))
    assert Plan.objects.get(pk=draft.pk).discarded_at is None


def test_another_clinic_sees_nothing(sign_in, foreign, acting, draft, compute):
    compute(acting, draft)
    stranger = sign_in(Membership.objects.select_related("user").get(organisation=foreign, role="owner"))
    revision = Revision.objects.get().pk
    for name in ("plan", "edit", "progress", "revisions"):
        assert stranger.get(url(name, draft.pk)).status_code == 404, name
    for name in ("report", "pdf", "print", "revision"):
        assert stranger.get(url(name, revision)).status_code == 404, name
    for name in ("compute", "approve", "discard", "cancel", "screen", "take_back", "save"):
        assert stranger.post(url(name, draft.pk)).status_code == 404, name
    for name in ("clone", "restore"):
        assert stranger.post(url(name, revision)).status_code == 404, name


def test_the_chart_and_the_first_page_lead_to_it(as_role, acting, ready):
    client = as_role("clinician")
    assert "Scars of the cheeks" in client.get("/").content.decode()
    confirmed(client).post(url("approve", ready.pk), {"version": ready.version})
    chart = client.get(reverse("patients:chart", args=[ready.patient_id])).content.decode()
    assert url("plan", ready.pk) in chart
    assert "Plan approved: Scars of the cheeks" in chart
    assert reverse("screening:patient", args=[ready.patient_id]) in chart
    assert "decided: treatment may go on" in chart
    assert "Scars of the cheeks" not in client.get("/").content.decode()


def test_after_approval_the_back_button_changes_nothing(as_role, acting, ready):
    services.approve(acting, ready, method="totp", expected=ready.version, on=TODAY)
    before = Plan.objects.values().get(pk=ready.pk)
    client = as_role(Role.CLINICIAN)
    sent = {"title": "Something else", "version": str(ready.version), "compute": "", "_changed": "title"}
    headers = {"Idempotency-Key": str(uuid.uuid4()), "If-Match": f'"{ready.version}"'}
    for what in ("edit", "save", "compute", "approve", "discard", "cancel", "take-back"):
        answer = client.post(f"/plans/{ready.pk}/{what}/", sent, headers=headers if what == "save" else {})
        assert answer.status_code in (302, 422), (what, answer.status_code)
        assert Plan.objects.values().get(pk=ready.pk) == before, what
