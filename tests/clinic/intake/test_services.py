from datetime import date

import pytest
from django.db import IntegrityError, transaction

from pinprick.clinic.intake import services
from pinprick.clinic.intake.models import Questionnaire, Response, Review
from pinprick.clinic.patients import services as patients
from pinprick.clinic.patients.models import Patient
from pinprick.safety import screen

from .conftest import HISTORY, filled, patient_sections

TODAY = date(2026, 11, 21)


def complete(response, **changes):
    for section in patient_sections():
        mine = {
            name: value for name, value in changes.items() if name.split(".")[0] in {q.id for q in section.questions}
        }
        response, faults = services.complete_section(
            response, section, filled(section, **mine), expected=None, today=TODAY
        )
        assert faults == {}
    return response


ISOTRETINOIN = {
    "isotretinoin": ["yes"],
    "isotretinoin.oral_isotretinoin.status": ["past"],
    "isotretinoin.oral_isotretinoin.date": ["20/10/2026"],
}


def signed(acting, maria, **changes):
    response = complete(services.begin(acting, maria), **changes)
    return services.sign(response, "María García", today=TODAY)


def reviewed(acting, response, **sent):
    review = services.review_of(acting, response)
    (section,) = services.for_staff(HISTORY)
    review = services.save_review(review, filled(section, phototype_judged=["4"], **sent), expected=None)
    assert services.finish_review(acting, review, today=TODAY) == {}
    return Review.objects.get(pk=review.pk)


def test_a_questionnaire_is_stored_once_and_never_changed(acting):
    first, second = services.current(acting), services.current(acting)
    assert first.pk == second.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.update(content={})
    with pytest.raises(IntegrityError), transaction.atomic():
        first.delete()


def test_a_blank_response_cannot_be_signed(acting, maria):
    response = services.begin(acting, maria)
    with pytest.raises(services.Incomplete) as fault:
        services.sign(response, "María García", today=TODAY)
    assert fault.value.section == "goals"


def test_answers_become_facts_and_a_verdict(acting, maria):
    response = signed(acting, maria, **ISOTRETINOIN)
    assert services.is_intact(response)
    review = reviewed(acting, response)
    maria.refresh_from_db()
    known = patients.known(maria)
    assert maria.phototype == 4 and review.facts.origin_id == response.pk
    result = screen(known, on=TODAY)
    assert "SR001" in {finding.rule for finding in result.findings}
    assert not [item for item in result.unknown if item.whom == "patient" and "isotretinoin" in item.question]


def test_a_signed_response_is_final(acting, maria):
    response = signed(acting, maria)
    with pytest.raises(services.Locked):
        services.save_typed(response, {"wish": ["x"]}, expected=None)
    for change in ({"answers": {}}, {"signed_name": "x"}, {"state": "open"}, {"typed": {}}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Response.objects.filter(pk=response.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        response.delete()


def test_a_signature_that_no_longer_fits_is_seen(acting, maria):
    signed(acting, maria)
    held = Response.objects.select_related("questionnaire").get()
    assert services.is_intact(held)
    for change in (
        {"answers": {**held.answers, "keloid": {"state": "some"}}},
        {"signed_name": "Other"},
        {"language": "es"},
    ):
        other = Response.objects.select_related("questionnaire").get()
        for name, value in change.items():
            setattr(other, name, value)
        assert not services.is_intact(other)
    held.questionnaire.content["definition"]["title"] = "Other"
    assert not services.is_intact(held)


def test_a_done_review_is_final(acting, maria):
    review = reviewed(acting, signed(acting, maria))
    with pytest.raises(services.Locked):
        services.save_review(review, {"note": ["x"]}, expected=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(note="x")


def test_the_examination_is_required(acting, maria):
    review = services.review_of(acting, signed(acting, maria))
    assert set(services.finish_review(acting, review, today=TODAY)) == {
        question.id for question in services.for_staff(HISTORY)[0].questions
    }


def test_at_the_next_intake_only_what_changed_is_asked(acting, maria):
    reviewed(acting, signed(acting, maria, **ISOTRETINOIN, sun=["sunburn"], **{"sun.sunburn.status": ["current"]}))
    maria.refresh_from_db()
    again = services.begin(acting, maria)
    assert again.previous is not None
    assert again.answers["isotretinoin"]["items"]["oral_isotretinoin"]["date"] == "2026-10-20"
    assert "sun" not in again.answers and again.done == []
    for section in patient_sections():
        sent = filled(section) if section.fresh else services.fields_of(section, again.typed)
        again, faults = services.complete_section(again, section, sent, expected=None, today=TODAY)
        assert faults == {}
    reviewed(acting, services.sign(again, "María García", today=TODAY))
    maria.refresh_from_db()
    stated = {fact.concept: fact.status for fact in patients.known(maria).facts}
    assert stated["oral_isotretinoin"] == "past" and stated["sunburn"] == "absent"
    assert maria.facts.count() == 2


def test_an_open_response_is_gone_on_with(acting, maria):
    assert services.begin(acting, maria).pk == services.begin(acting, maria).pk


def test_of_two_who_fill_in_the_second_is_told(acting, maria):
    mine = services.begin(acting, maria)
    services.save_typed(mine, {"wish": ["smooth"]}, expected=mine.version)
    with pytest.raises(services.Stale):
        services.save_typed(mine, {"wish": ["even"]}, expected=mine.version)


def test_fields_of_nobody_are_not_kept(acting, maria):
    response = services.save_typed(
        services.begin(acting, maria), {"x": ["1"], "csrf": ["2"], "wish": ["y"]}, expected=None
    )
    assert response.typed == {"wish": ["y"]}


def test_a_merge_moves_the_intake_and_moves_it_back(acting, maria):
    from pinprick.clinic.patients import merging

    response = signed(acting, maria)
    other = patients.register(acting, {"given_names": "Mar", "family_names": "García"})
    done = merging.merge(acting, other, maria)
    assert Response.objects.get(pk=response.pk).patient_id == other.pk
    merging.undo(acting, done)
    assert Response.objects.get(pk=response.pk).patient_id == maria.pk
    assert services.is_intact(Response.objects.get(pk=response.pk))


def test_the_export_holds_the_intake(acting, maria):
    from pinprick.clinic.patients import export

    reviewed(acting, signed(acting, maria))
    tables = export.everything(acting, Patient.objects.get(pk=maria.pk))["tables"]
    assert len(tables["intake.Response"]) == len(tables["intake.Review"]) == 1
