"""The life of a plan on a real database."""

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone

from pinprick.clinic.patients import services as patients
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.concurrency import Stale
from pinprick.clinic.plans import approval, computing, difference, frozen, services
from pinprick.clinic.plans.models import Computation, Plan
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.decision import Decision
from pinprick.errors import InputError, InputErrors
from pinprick.safety import Fact

pytestmark = pytest.mark.django_db
TODAY = date.today()


@pytest.fixture
def ready(acting, draft, compute, screen_for):
    compute(acting, draft)
    screen_for(acting, draft)
    return draft


def names(plan):
    return {item.name for item in approval.obstacles(plan, TODAY)}


def test_a_draft_is_computed_and_kept_whole(acting, draft, compute):
    made = compute(acting, draft)
    assert (made.state, made.fraction, made.problem) == ("done", 1.0, "")
    assert draft.revision == 1
    assert draft.engine_version
    assert draft.result["prescription"]["device"] == "dr-pen"
    assert draft.content["case"]["patient"]["medications"][0]["name"] == "oral anticoagulant"
    found = services.prescription(draft)
    assert [zone.zone for zone in found.zones] == ["cheek", "temple"]
    assert found.anaesthetic == "none"
    documents = {row.name: row for row in draft.current.documents.all()}
    assert set(documents) == set(frozen.DOCUMENTS)
    assert "Scars of the cheeks" in frozen.document(draft.content, "report", bytes(documents["report"].packed))


def test_reading_it_computes_nothing(acting, draft, compute, monkeypatch):
    compute(acting, draft)
    monkeypatch.setattr("pinprick.plan", None)
    monkeypatch.setattr("pinprick.planning.planner._plan", None)
    again = Plan.objects.get(pk=draft.pk)
    assert services.prescription(again) == services.prescription(draft)


def test_a_draft_with_faults_is_not_computed(acting, draft):
    draft.case["concern"]["baseline"] = 99
    services.edit(
        acting, draft, draft.title, {**draft.case, "clinic": {"devices": ["no-such"]}}, expected=draft.version
    )
    with pytest.raises(InputErrors) as fault:
        services.compute(acting, draft, TODAY)
    assert {item.field for item in fault.value.problems} == {"concern.baseline", "clinic.devices[0]"}
    assert not Computation.objects.exists()


def test_two_wishes_to_compute_run_once(acting, draft):
    assert services.compute(acting, draft, TODAY) == services.compute(acting, draft, TODAY)


def test_a_cancelled_computation_leaves_the_draft_as_it_was(acting, draft, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as waiting:
        made = services.compute(acting, draft, TODAY)
    services.cancel(acting, made)
    args = waiting[0].__closure__
    case = next(cell.cell_contents for cell in args if cell.cell_contents.__class__.__name__ == "Case")
    computing.work(acting, made.pk, case, {"on": TODAY.isoformat(), "draws": 12, "seed": 0})
    made.refresh_from_db()
    assert made.state == "cancelled"
    assert Plan.objects.get(pk=draft.pk).revision == 0


def test_a_computation_that_died_is_found_out(acting, draft):
    made = services.compute(acting, draft, TODAY)
    Computation.objects.filter(pk=made.pk).update(seen_at=timezone.now() - timedelta(minutes=5))
    assert computing.latest(draft).state == "failed"
    assert services.compute(acting, draft, TODAY) != made


def test_what_is_typed_is_not_overwritten(acting, draft):
    seen = draft.version
    services.edit(acting, Plan.objects.get(pk=draft.pk), "Hers", draft.case, expected=seen)
    with pytest.raises(Stale) as fault:
        services.edit(acting, draft, "His", draft.case, expected=seen)
    assert fault.value.current.title == "Hers"


def test_an_edit_makes_the_result_out_of_date(acting, draft, compute):
    compute(acting, draft)
    assert not draft.is_out_of_date
    services.edit(acting, draft, draft.title, draft.case, expected=draft.version)
    assert not draft.is_out_of_date
    services.edit(acting, draft, "Other", draft.case, expected=draft.version)
    assert draft.is_out_of_date
    assert "edited" in names(draft)


def test_nothing_is_approved_before_its_time(acting, draft, compute):
    assert names(draft) == {"computed"}
    compute(acting, draft)
    assert names(draft) == {"screening"}
    made = screenings.run(acting, draft.patient, on=TODAY, treatment=approval.treatment(draft))
    assert names(draft) == {"findings"}
    with pytest.raises(approval.NotApprovable):
        services.approve(acting, draft, method="totp", expected=draft.version, on=TODAY)
    for finding in made.result["findings"]:
        screenings.resolve(acting, made, finding["rule"], Decision("accept"))
    assert names(draft) == set()


def test_new_facts_ask_for_a_new_plan_and_screening(acting, ready, know):
    know(acting, ready.patient, Fact("oral_anticoagulant", "current"), Fact("keloid", "past"))
    assert {"facts", "screening-facts"} <= names(ready)


def test_a_screening_for_something_else_does_not_do(acting, ready):
    other = services.begin(acting, ready.patient, "Other", ready.case)
    screenings.run(acting, other.patient, on=TODAY, treatment=approval.treatment(other))
    assert "screening-plan" in names(ready)


def test_approval_freezes(acting, ready):
    done = services.approve(acting, ready, method="totp", expected=ready.version, on=TODAY)
    assert (done.state, done.approved_by, done.approval_method) == ("approved", acting, "totp")
    assert done.screening == screenings.current(done.patient)
    assert services.approved_plan(done.patient) == done
    for verb in (
        lambda: services.edit(acting, done, "x", {}, expected=done.version),
        lambda: services.compute(acting, done, TODAY),
        lambda: services.discard(acting, done),
        lambda: services.approve(acting, done, method="totp", expected=done.version, on=TODAY),
    ):
        with pytest.raises(services.NotDraft):
            verb()


@pytest.mark.parametrize(("role", "method"), [("assistant", "totp"), ("clinician", "")])
def test_role_and_second_factor_are_asked_for(acting, member, ready, role, method):
    with pytest.raises(approval.NotApprovable):
        services.approve(member(role), ready, method=method, expected=ready.version, on=TODAY)


def test_what_somebody_else_changed_meanwhile_is_not_approved(acting, ready):
    seen = ready.version
    services.edit(acting, Plan.objects.get(pk=ready.pk), "Other", ready.case, expected=seen)
    with pytest.raises(Stale):
        services.approve(acting, ready, method="totp", expected=seen, on=TODAY)


def test_a_newer_plan_supersedes_and_a_clone_is_a_draft(acting, ready, compute):
    old = services.approve(acting, ready, method="totp", expected=ready.version, on=TODAY)
    new = services.clone(acting, old.current)
    assert (new.state, new.revision, new.cloned_from, new.case) == ("draft", 0, old.current, old.case)
    new.case["concern"]["zones"] = ["cheek"]
    services.edit(acting, new, new.title, new.case, expected=new.version)
    compute(acting, new)
    services.approve(acting, new, method="webauthn", expected=new.version, on=TODAY)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.superseded_by) == ("superseded", new)
    assert services.approved_plan(new.patient) == new
    found = difference.compare(old.current.read(), new.current.read())
    assert ("zone", "removed", "Temple") in {(item.subject, item.kind, item.what) for item in found}


def test_revisions_stay_and_come_back(acting, draft, compute):
    compute(acting, draft)
    services.edit(acting, draft, "Second", {**draft.case, "preferences": {"max_sessions": 1}}, expected=draft.version)
    compute(acting, draft)
    first, second = draft.revisions.order_by("number")
    assert (second.number, second.title, draft.current) == (2, "Second", second)
    back = services.restore(acting, first)
    assert back == draft
    assert back.case["preferences"] == {"downtime_days": 4}
    assert back.is_out_of_date
    assert draft.revisions.count() == 2


def test_a_revision_of_an_approved_plan_comes_back_as_a_new_draft(acting, ready):
    done = services.approve(acting, ready, method="totp", expected=ready.version, on=TODAY)
    back = services.restore(acting, done.current)
    assert back != done
    assert back.is_draft


def test_a_draft_put_away_comes_back(acting, draft):
    services.discard(acting, draft)
    draft.refresh_from_db()
    assert draft.discarded_at
    with pytest.raises(services.NotDraft):
        services.compute(acting, draft, TODAY)
    services.take_back(acting, draft)
    assert services.compute(acting, draft, TODAY)


def test_an_archived_patient_gets_no_plan(acting, draft):
    patients.archive(acting, draft.patient)
    with pytest.raises(patients.Closed):
        services.begin(acting, draft.patient, "x", {})


@pytest.mark.django_db(transaction=True)
def test_a_thread_of_its_own_computes_it(clinician):
    with tenancy.acting_as(clinician):
        fields = {"given_names": "Ana", "family_names": "Ruiz", "birth_date": date(1990, 5, 1), "sex": "female"}
        patient = patients.register(clinician, fields)
        plan = services.begin(
            clinician,
            patient,
            "Scars",
            {"concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}, "clinic": {"devices": ["dr-pen"]}},
        )
        made = services.compute(clinician, plan, TODAY)
        seen = []
        for _ in range(300):
            made.refresh_from_db()
            seen.append(made.fraction)
            if made.state != "running":
                break
            time.sleep(0.1)
        assert made.state == "done", made.problem
        assert seen == sorted(seen)
        assert len(set(seen)) > 2
        plan.refresh_from_db()
        assert plan.revision == 1


def test_an_unknown_second_state_is_an_input_error():
    assert issubclass(services.NotDraft, InputError)


def test_a_finding_that_a_clinician_answers_for_no_longer_forbids_the_plan(acting, draft, compute, know, screen_for):
    know(acting, draft.patient, Fact("sarcoidosis", "current"))
    compute(acting, draft)
    assert draft.result["prescription"] is None
    made = screenings.run(acting, draft.patient, on=TODAY, treatment=approval.treatment(draft))
    why = "Dr Ortega (chest clinic) agreed on the telephone today."
    screenings.resolve(acting, made, "SR069", Decision("override", reason=why))
    assert screenings.overridden(draft.patient) == {"SR069": why}
    compute(acting, draft)
    assert draft.result["prescription"] is not None
    row = next(row for row in draft.result["screening"]["findings"] if row["rule"] == "SR069")
    assert why in row["reason"]
    assert draft.content["case"]["clinic"]["overridden"] == {"SR069": why}
    made = screen_for(acting, draft)
    assert "overrides" in names(draft)
    screenings.resolve(acting, made, "SR069", Decision("override", reason=why))
    assert names(draft) == set()


def test_a_clinic_that_moved_to_another_country_screens_and_computes_anew(acting, ready, compute, screen_for):
    acting.organisation.jurisdiction = "US-CA"
    acting.organisation.save()
    ready.refresh_from_db()
    assert names(ready) >= {"jurisdiction", "screening-jurisdiction"}
    with pytest.raises(approval.NotApprovable):
        services.approve(acting, ready, method="totp", expected=ready.version, on=TODAY)
    compute(acting, ready)
    screen_for(acting, ready)
    assert not names(ready) & {"jurisdiction", "screening-jurisdiction"}


def test_of_somebody_little_known_it_is_said_what_is_missing(acting, draft):
    draft.patient = patients.register(acting, {"given_names": "N", "family_names": "N"})
    draft.save()
    made = screenings.run(acting, draft.patient, on=TODAY, treatment=approval.treatment(draft))
    assert screenings.standing(made).unanswered
    services.compute(acting, draft, TODAY)
    assert draft.computations.count() == 1
