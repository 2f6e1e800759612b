"""From a case to a plan: what is prescribed, what is not and why, and the JSON of both."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.planning import Case, Plan, plan, to_json

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))
ON = date(2026, 11, 21)
DRAWS = 20


def _case(**tables: Any) -> Case:
    base: dict[str, Any] = {
        "patient": {"age": 29, "sex": "female", "phototype": 3},
        "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek", "temple"]},
        "clinic": {"jurisdiction": "US", "currency": "USD", "devices": ["skinpen-precision"]},
    }
    return Case.read({**base, **tables})


@cache
def _usual() -> Plan:
    return plan(_case(), on=ON, draws=DRAWS)


@cache
def _schema() -> jsonschema.Draft202012Validator:
    text = (ROOT / "docs" / "reference" / "plan.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_plans_and_its_json_validates(file: Path) -> None:
    made = plan(Case.load(file), on=ON, draws=DRAWS)
    assert (made.prescription is None) == bool(made.not_planned)
    assert made.alternatives or not made.screening.allows_planning or made.not_planned
    table = json.loads(json.dumps(to_json(made), allow_nan=False))
    _schema().validate(table)
    known = evidence.sources()
    assert [id for id in table["sources"] if id not in known] == []


def test_at_least_a_thousand_candidates_are_searched() -> None:
    search = _usual().search
    assert search is not None
    assert len(search.candidates) >= 1000


def test_prescription_keeps_every_limit() -> None:
    made = _usual()
    assert made.prescription is not None
    for zone in made.prescription.zones:
        assert all(zone.technique.needle_length_mm <= limit for _, limit, _ in zone.limits)
        (record,) = evidence.zone_depths(zone.technique.zone.value)
        assert record.default_mm is not None
        assert record.default_mm[0] <= zone.technique.needle_length_mm <= record.default_mm[1]


def test_the_outlook_is_that_of_the_chosen_candidate() -> None:
    made = _usual()
    assert made.prescription is not None
    assert made.outlook is not None
    assert made.search is not None
    chosen = [
        item
        for item in made.search.candidates
        if item.needle_length_mm == made.prescription.zones[0].technique.needle_length_mm
        and item.pass_count == made.prescription.zones[0].technique.pass_count
        and (item.sessions, item.interval_days)
        == (made.prescription.course.sessions, made.prescription.course.interval_days)
        and item.allowed
    ]
    medians = [item.improvement_percent for item in chosen]
    assert np.min(np.abs(np.array(medians) - np.median(made.outlook.improvement_percent))) < 1e-9


def test_the_first_alternative_is_doing_nothing() -> None:
    assert _usual().alternatives[0].modality == "no_treatment"


def test_a_child_gets_reasons_and_no_plan() -> None:
    made = plan(_case(patient={"age": 11}), on=ON, draws=DRAWS)
    assert made.prescription is None
    assert made.not_planned
    assert made.quote is None
    assert made.aftercare == ()
    assert not made.screening.allows_planning


def test_active_acne_is_not_now() -> None:
    made = plan(_case(concern={"indication": "active_acne", "zones": ["cheek"]}), on=ON, draws=DRAWS)
    assert made.prescription is None
    assert any("not now" in text.lower() or "treat the acne" in text.lower() for text in made.not_planned)


def test_a_deferred_person_is_planned_from_the_earliest_date() -> None:
    medication = {"name": "isotretinoin", "status": "past", "end": "2026-10-20"}
    made = plan(_case(patient={"age": 29, "phototype": 3, "medications": [medication]}), on=ON, draws=DRAWS)
    assert made.screening.verdict == "not-before"
    assert made.screening.earliest_date is not None
    sessions = [item.day for item in made.calendar if item.kind == "session"]
    assert sessions[0] == made.screening.earliest_date > ON


def test_impossible_limits_say_what_is_broken() -> None:
    made = plan(_case(preferences={"downtime_days": 0.01}), on=ON, draws=DRAWS)
    assert made.prescription is None
    assert "downtime" in " ".join(made.not_planned)


def test_finish_by_is_kept() -> None:
    made = plan(_case(preferences={"finish_by": "2027-03-01"}), on=ON, draws=DRAWS)
    assert made.prescription is not None
    assert max(item.day for item in made.calendar if item.kind == "session") <= date(2027, 3, 1)


def test_requested_settings_are_kept() -> None:
    fixed = {"needle_length": 1.25, "pass_count": 4, "sessions": 2, "interval": "30 days"}
    made = plan(_case(request=fixed), on=ON, draws=DRAWS)
    assert made.prescription is not None
    assert {zone.technique.needle_length_mm for zone in made.prescription.zones} == {1.25}
    assert made.prescription.zones[0].technique.pass_count == 4
    assert (made.prescription.course.sessions, made.prescription.course.interval_days) == (2, 30)


def test_no_device_is_said() -> None:
    made = plan(_case(clinic={"devices": []}), on=ON, draws=DRAWS)
    assert made.prescription is None
    assert "clinic.devices" in made.not_planned[0]


def test_radiofrequency_only_when_at_hand() -> None:
    made = _usual()
    assert made.search is not None
    assert {item.device_id for item in made.search.candidates} == {"skinpen-precision"}
    assert all("RF:" not in sign for sign, _ in made.red_flags)
    rf = plan(_case(clinic={"devices": ["rf-insulated-generic"], "jurisdiction": "US"}), on=ON, draws=DRAWS)
    if rf.prescription is not None:
        assert any("RF:" in sign for sign, _ in rf.red_flags)
        assert any("radiofrequency" in step.lower() for step in rf.session_guide)


def test_a_published_protocol_is_predicted_beside_its_report() -> None:
    made = plan(Case.load(ROOT / "examples" / "alam-2014-acne-scars.toml"), on=ON, draws=100)
    assert made.published is not None
    assert made.published.outlook.sessions == 3
    assert {"needle_length", "pass_count"} <= set(made.published.assumed)
    changes = [row for row in made.published.reported if row.predicted_mean_change is not None]
    assert changes
    assert all(row.inside is not None for row in changes)


def test_progress_is_told_in_order() -> None:
    told: list[tuple[str, float]] = []
    plan(_case(), on=ON, draws=DRAWS, progress=lambda stage, share: told.append((stage, share)))
    stages = list(dict.fromkeys(stage for stage, _ in told))
    assert stages[:3] == ["screening", "healing", "candidates"]
    assert all(0.0 <= share <= 1.0 for _, share in told)


def test_parameters_and_sources_of_a_plan_are_recorded() -> None:
    made = _usual()
    assert len(made.parameters) > 50
    assert set(made.parameters.values()) <= {"read", "remembered", "assumed"}
    assert len(made.provenance["data_sha256"]) == 64


@pytest.mark.parametrize("arguments", [{"draws": 3}, {"candidates": 0}])
def test_arguments_are_checked(arguments: dict[str, int]) -> None:
    with pytest.raises(InputError):
        plan(_case(), **arguments)


def test_what_has_no_price_does_not_pass_for_free() -> None:
    clinic = {"jurisdiction": "US", "currency": "USD", "devices": ["skinpen-precision"], "adjuncts": ["prp"]}
    made = plan(_case(clinic=clinic), on=ON, draws=DRAWS)
    assert made.prescription is not None
    assert made.prescription.adjuncts == ()
    assert any("clinic.prices.prp" in text for text in made.unknowns)
    priced = plan(_case(clinic={**clinic, "prices": {"prp": 1.0}}), on=ON, draws=DRAWS)
    assert priced.search is not None
    assert any(item.adjuncts == ("prp",) and item.allowed for item in priced.search.candidates)


def test_without_any_price_price_is_no_axis() -> None:
    clinic = {"jurisdiction": "US", "devices": ["skinpen-precision"], "adjuncts": ["prp"]}
    made = plan(_case(clinic=clinic, preferences={"budget": 100}), on=ON, draws=DRAWS)
    assert made.prescription is not None
    assert made.quote is None
    assert any("budget could not be checked" in text for text in made.unknowns)


def test_a_rule_that_bounds_the_length_shortens_the_needle_instead_of_forbidding() -> None:
    clinic = {"jurisdiction": "IN", "devices": ["dermaroller-192"], "adjuncts": ["topical_tranexamic_acid"]}
    concern = {"indication": "melasma", "zones": ["cheek"]}
    made = plan(_case(concern=concern, clinic=clinic), on=ON, draws=DRAWS)
    assert made.prescription is not None
    with_adjunct = [item for item in made.search.candidates if item.adjuncts == ("topical_tranexamic_acid",)]
    assert any(item.allowed for item in with_adjunct)
    assert not any(item.allowed for item in made.search.candidates if item.needle_length_mm > 1.0)
    assert max(zone.technique.needle_length_mm for zone in made.prescription.zones) <= 1.0


def test_no_number_from_trials_means_no_prescription() -> None:
    made = plan(_case(concern={"indication": "enlarged_pores", "zones": ["cheek"]}), on=ON, draws=DRAWS)
    assert made.prescription is None
    assert "No trial gives a number" in made.not_planned[0]


@pytest.mark.parametrize(("phototype", "least"), [(5, 28.0), (2, 0.0)])
def test_dark_skin_is_not_treated_again_within_four_weeks(phototype: int, least: float) -> None:
    concern = {"indication": "melasma", "zones": ["cheek"]}
    made = plan(
        _case(concern=concern, patient={"age": 35, "sex": "female", "phototype": phototype}), on=ON, draws=DRAWS
    )
    assert made.search is not None
    allowed = [item for item in made.search.candidates if item.allowed and item.sessions > 1]
    assert allowed and min(item.interval_days for item in allowed) >= least


def test_a_shorter_interval_on_request_is_flagged_in_dark_skin() -> None:
    concern = {"indication": "melasma", "zones": ["cheek"]}
    case = _case(concern=concern, patient={"age": 35, "sex": "female", "phototype": 5}, request={"interval": 21})
    made = plan(case, on=ON, draws=DRAWS)
    assert made.prescription is not None and made.prescription.course.interval_days == 21
    assert any("SR035" in text and "21 days" in text for text in made.prescription.cautions)
