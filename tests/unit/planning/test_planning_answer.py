"""What one changed setting leads to: the plan's own numbers, what changes with what, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import pinprick as pp
from pinprick import evidence
from pinprick.errors import InputError
from pinprick.planning import Case, Setting, answer_json, prepare_what_if, what_if

DAY = date(2026, 11, 21)
EXAMPLES = Path(__file__).parents[3] / "examples"
DRAWS = 20
START = Setting("skinpen-precision", (1.0, 1.0), 5, 3, 28.0)


@pytest.fixture(scope="module")
def case() -> Case:
    return Case.load(EXAMPLES / "acne-scars.toml")


def test_the_setting_of_a_plan_gives_its_numbers(case: Case) -> None:
    plan = pp.plan(case, on=DAY, draws=DRAWS)
    assert plan.prescription is not None and plan.outlook is not None and plan.quote is not None
    answer = what_if(case, Setting.of(plan.prescription), on=DAY, draws=DRAWS)
    # One course is solved alone here and beside the others there: the same to the tolerance of the solver.
    assert np.allclose(answer.outlook.improvement_percent, plan.outlook.improvement_percent, rtol=1e-3, atol=1e-3)
    assert np.array_equal(answer.outlook.downtime_days, plan.outlook.downtime_days)
    assert np.array_equal(answer.outlook.pain_0_10, plan.outlook.pain_0_10)
    assert answer.quote == plan.quote
    assert answer.not_allowed == ()
    assert set(answer.parameters) <= set(plan.parameters)
    assert set(answer.sources) <= set(plan.sources)


def test_each_setting_moves_what_it_must(case: Case) -> None:
    first = what_if(case, START, on=DAY, draws=DRAWS)
    more = what_if(case, replace(START, sessions=4), on=DAY, draws=DRAWS)
    deeper = what_if(case, replace(START, needle_length_mm=(1.5, 1.0)), on=DAY, draws=DRAWS)
    assert np.median(more.outlook.improvement_percent) > np.median(first.outlook.improvement_percent)
    assert np.array_equal(more.outlook.downtime_days, first.outlook.downtime_days)
    assert np.allclose(more.downtime_course_days, first.downtime_course_days * 4 / 3)
    assert more.quote is not None and first.quote is not None and more.quote.low > first.quote.low
    assert np.median(deeper.outlook.pain_0_10) > np.median(first.outlook.pain_0_10)


def test_the_score_over_time_ends_at_the_final_score(case: Case) -> None:
    answer = what_if(case, START, on=DAY, draws=DRAWS)
    assert answer.scale_course is not None and answer.outlook.scale_final is not None
    assert answer.scale_course.shape == (DRAWS, answer.outlook.time_days.size)
    assert np.array_equal(answer.scale_course[:, -1], answer.outlook.scale_final)
    assert np.all(answer.scale_course[:, 0] == case.concern.baseline)


def test_an_answer_does_not_depend_on_what_was_asked_before(case: Case) -> None:
    what_if(case, replace(START, pass_count=8), on=DAY, draws=DRAWS, seed=3)
    prepare_what_if(case, draws=DRAWS, seed=3)
    late = what_if(case, START, on=DAY, draws=DRAWS, seed=3)
    fresh = Case.load(EXAMPLES / "acne-scars.toml").model_copy(update={"title": "the same person"})
    alone = what_if(fresh, START, on=DAY, draws=DRAWS, seed=3)
    assert np.allclose(late.outlook.improvement_percent, alone.outlook.improvement_percent, rtol=1e-3, atol=1e-3)
    assert (late.parameters, late.sources) == (alone.parameters, alone.sources)


def test_a_cached_answer_enters_the_ledger(case: Case) -> None:
    what_if(case, START, on=DAY, draws=DRAWS)
    with evidence.recording() as ledger:
        answer = what_if(case, START, on=DAY, draws=DRAWS)
    assert set(answer.parameters) <= set(ledger.parameters)
    assert any(id.startswith("cascade.") for id in answer.parameters)


def test_broken_limits_are_said(case: Case) -> None:
    wild = replace(START, device="dermaroller-192", needle_length_mm=(1.5, 1.5), interval_days=7.0)
    said = " ".join(what_if(case, wild, on=DAY, draws=DRAWS).not_allowed)
    assert "on the temple" in said
    assert "7 days is outside" in said
    wishes = case.preferences.model_copy(update={"budget": 1.0, "finish_by": DAY})
    poor = case.model_copy(update={"preferences": wishes})
    said = " ".join(what_if(poor, START, on=DAY, draws=DRAWS).not_allowed)
    assert "is above the 1 accepted" in said
    assert f"after {DAY}" in said


def test_screening_is_heard() -> None:
    forbidden = Case.load(EXAMPLES / "keloid-history.toml")
    zones = len(forbidden.concern.zones)
    head = forbidden.clinic.devices[0]
    setting = Setting(head, (0.5,) * zones, 2, 2, 28.0)
    assert what_if(forbidden, setting, on=DAY, draws=DRAWS).not_allowed
    assert not pp.screen(forbidden, on=DAY).allows_planning


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"device": "spoon"}, "device"),
        ({"needle_length_mm": (1.0,)}, "needle_length_mm"),
        ({"needle_length_mm": (1.0, 99.0)}, "needle_length_mm"),
        ({"needle_length_mm": (1.0, float("nan"))}, "needle_length_mm"),
        ({"pass_count": 0}, "pass_count"),
        ({"sessions": 1000}, "sessions"),
        ({"interval_days": 0.0}, "interval_days"),
        ({"adjuncts": ("magic",)}, "adjuncts"),
    ],
)
def test_what_cannot_be_set_is_refused(case: Case, change: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as told:
        what_if(case, replace(START, **change), on=DAY, draws=DRAWS)  # type: ignore[arg-type]
    assert field in str(told.value)


def test_the_answer_is_plain_data(case: Case) -> None:
    answer = what_if(case, START, on=DAY, draws=DRAWS)
    told = json.loads(json.dumps(answer_json(answer), allow_nan=False))
    assert told["setting"]["sessions"] == 3
    assert len(told["scale_over_time"]) == len(told["outlook"]["improvement_over_time"])
    assert told["quote"]["currency"] == case.clinic.currency
