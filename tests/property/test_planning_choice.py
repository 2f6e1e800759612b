"""What must hold of every choice."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pinprick.cascade import Course
from pinprick.device import device
from pinprick.planning import Case, plan, to_json
from pinprick.planning.choice import best
from pinprick.planning.evaluation import evaluate
from pinprick.planning.front import pareto_front
from pinprick.planning.quote import quote
from pinprick.planning.settings import space

ON = date(2026, 11, 21)
DRAWS = 12


def _table(**tables: Any) -> dict[str, Any]:
    return {
        "patient": {"age": 29, "phototype": 3},
        "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]},
        "clinic": {"jurisdiction": "US", "currency": "USD", "devices": ["skinpen-precision", "dermaroller-192"]},
        **tables,
    }


@cache
def _downtime(limit: float | None) -> float | None:
    """Median downtime of one session of the plan under a limit; None where nothing is planned."""
    made = plan(Case.read(_table(preferences={"downtime_days": limit or "unknown"})), on=ON, draws=DRAWS)
    return None if made.outlook is None else float(np.median(made.outlook.downtime_days))


@given(
    limits=st.tuples(
        st.sampled_from([0.5, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 3.0]),
        st.sampled_from([0.5, 0.8, 1.0, 1.2, 1.4, 1.7, 2.0, 3.0]),
    )
)
@settings(max_examples=12, deadline=None)
def test_a_tighter_downtime_limit_never_gives_more_downtime(limits: tuple[float, float]) -> None:
    tight, loose = (_downtime(limit) for limit in sorted(limits))
    if tight is not None:
        assert tight <= min(limits) + 1e-9
        assert loose is not None
        assert tight <= loose + 1e-9 or loose <= min(limits)


ROWS = st.integers(min_value=2, max_value=40)


@given(data=st.data(), count=ROWS)
@settings(max_examples=200, deadline=None)
def test_more_candidates_never_worsen_the_choice(data: st.DataObject, count: int) -> None:
    finite = st.floats(-20, 20)
    points = data.draw(hnp.arrays(float, count, elements=finite))
    burden = data.draw(hnp.arrays(float, count, elements=st.floats(0, 5)))
    allowed = data.draw(hnp.arrays(bool, count))
    fewer = allowed & data.draw(hnp.arrays(bool, count))
    before, after = best(points, burden, fewer), best(points, burden, allowed)
    if before is None:
        return
    assert after is not None
    step = 0.2  # the recorded indifference; only used to say what "worse" means here
    key = [(np.floor(points[row] / step), -burden[row], points[row]) for row in (before, after)]
    assert key[1] >= key[0]


@given(costs=hnp.arrays(float, st.tuples(st.integers(1, 60), st.just(5)), elements=st.floats(-5, 5)))
@settings(max_examples=150, deadline=None)
def test_the_front_is_what_its_definition_says(costs: np.ndarray) -> None:
    front = pareto_front(costs, tolerance=0.0)
    for row in range(len(costs)):
        no_worse = np.all(costs <= costs[row], axis=1)
        better = np.any(costs < costs[row], axis=1)
        assert front[row] == (not np.any(no_worse & better))


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    case = Case.read(_table())
    first, again, other = (json.dumps(to_json(plan(case, on=ON, draws=DRAWS, seed=seed))) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_adding_a_device_leaves_the_others_predictions_untouched() -> None:
    one = Case.read(_table(clinic={"jurisdiction": "US", "currency": "USD", "devices": ["dermaroller-192"]}))
    two = Case.read(_table())
    alone = space(one, most=20_000).settings
    both = space(two, most=20_000).settings
    assert set(alone) <= set(both)
    axes_alone, _, _ = evaluate(one, alone, draws=DRAWS, seed=0)
    axes_both, _, _ = evaluate(two, both, draws=DRAWS, seed=0)
    place = {item: row for row, item in enumerate(both)}
    rows = [place[item] for item in alone]
    np.testing.assert_allclose(axes_both.improvement[rows], axes_alone.improvement, rtol=1e-10)
    np.testing.assert_allclose(axes_both.costs()[rows], axes_alone.costs(), rtol=1e-10)


@given(sessions=st.integers(1, 10), price=st.floats(0, 5000), more=st.floats(0, 500))
@settings(max_examples=60, deadline=None)
def test_prices_are_monotone(sessions: int, price: float, more: float) -> None:
    head = device("skinpen-precision")

    def total(unit: float, count: int) -> float:
        clinic = {"currency": "EUR", "devices": ["skinpen-precision"], "prices": {"microneedling_session": unit}}
        made = quote(Case.read(_table(clinic=clinic)), head, Course(count, 28.0), ())
        assert made is not None
        assert made.currency == "EUR"
        assert made.low <= made.high
        return made.high

    assert total(price, sessions) <= total(price, sessions + 1)
    assert total(price, sessions) <= total(price + more, sessions)
