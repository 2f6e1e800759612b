"""Axes, thinning, words and the counting of ten people."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import synthetic_plan as made
from hypothesis import given
from hypothesis import strategies as st

from pinprick.report import words
from pinprick.report.drawing_file import file_text
from pinprick.report.expectation import PEOPLE, QUARTERS, expectation
from pinprick.report.scale import Scale, clock_ticks, round_up, ticks
from pinprick.report.svg import line_path, number, tag, thin
from pinprick.report.trade_off import trade_off


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6), st.integers(1, 12))
def test_ticks_are_inside_and_evenly_spaced(low: float, span: float, about: int) -> None:
    found = ticks(low, low + span, about)
    room = 1e-6 * (abs(low) + span)
    assert all(low - room <= t <= low + span + room for t in found)
    steps = np.diff(found)
    assert len(found) <= 2 * about + 2 and (steps.size == 0 or np.allclose(steps, steps[0], rtol=1e-3, atol=room))


@given(st.floats(1e-6, 1e9))
def test_rounding_up_never_falls_below(value: float) -> None:
    assert round_up(value) >= value * (1 - 1e-9)


@given(st.floats(0.01, 1.0), st.floats(0.02, 400))
def test_a_logarithmic_scale_keeps_order_and_ends(low: float, value: float) -> None:
    scale = Scale(low, 1000.0, 10.0, 500.0, logarithmic=True)
    assert 10.0 <= scale.at(value) <= 500.0
    assert scale.at(value) <= scale.at(value * 1.1) + 1e-9
    assert scale.at(low) == pytest.approx(10.0) and scale.at(1000.0) == pytest.approx(500.0)


def test_clock_ticks_lie_in_the_range() -> None:
    assert [label for _, label in clock_ticks(0.04, 8.0)] == ["1 h", "6 h", "1 day", "3 d", "1 wk"]


points = st.lists(st.tuples(st.floats(0, 800), st.floats(0, 400)), min_size=2, max_size=60)


@given(points)
def test_thinning_keeps_the_ends_and_stays_near(line: list[tuple[float, float]]) -> None:
    line = sorted(set(line))
    if len(line) < 2:
        return
    kept = thin(line, 0.5)
    assert kept[0] == line[0] and kept[-1] == line[-1] and set(kept) <= set(line)
    for x, y in line:
        assert min(_distance((x, y), a, b) for a, b in pairwise(kept)) <= 0.51


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    length = math.dist(a, b)
    if length == 0:
        return math.dist(p, a)
    return abs((b[0] - a[0]) * (a[1] - p[1]) - (a[0] - p[0]) * (b[1] - a[1])) / length


def test_markup_is_escaped_and_numbers_are_short() -> None:
    assert str(tag("text", "<b>&", class_='a"b')) == '<text class="a&#34;b">&lt;b&gt;&amp;</text>'
    assert number(-0.04) == "0" and number(3.0) == "3" and line_path([(0, 0), (1, 1.26)]) == "M0 0L1 1.3"


@given(st.lists(st.floats(-50, 100), min_size=40, max_size=200))
def test_ten_people_are_always_ten_and_near_their_share(draws: list[float]) -> None:
    outlook = made.outlook()
    object.__setattr__(outlook, "improvement_percent", np.array(draws))
    found = expectation(outlook)
    assert found is not None and sum(found.counts) == PEOPLE
    for count, (low, high, _) in zip(found.counts, QUARTERS, strict=True):
        assert abs(count - PEOPLE * np.mean([low <= d < high for d in draws])) < 1


def test_no_people_are_counted_without_a_distribution() -> None:
    few = made.outlook()
    object.__setattr__(few, "improvement_percent", np.array([50.0] * 5))
    assert expectation(few) is None and expectation(made.outlook(basis="none")) is None


@pytest.mark.parametrize(
    ("days", "shown"),
    [(1 / 1440, "1 min"), (0.25, "6 h"), (1.5, "36 h"), (5, "5 days"), (28, "4 weeks"), (180, "6 months")],
)
def test_times_are_told_in_the_unit_people_use(days: float, shown: str) -> None:
    assert words.duration(days) == shown


def test_unknown_numbers_are_called_so() -> None:
    assert words.amount(None) == words.amount(float("nan")) == "not known"
    assert words.amount(372, 3) == "372" and words.amount(0.01234, 2) == "0.012" and words.amount(-3.26, 2) == "−3.3"


def test_the_trade_off_marks_what_was_chosen() -> None:
    plan = made.plan()
    assert plan.search is not None and plan.prescription is not None
    figure = trade_off(plan.search, plan.prescription)
    assert "mark-chosen" in figure.wide and "mark-second" in figure.wide
    assert "(chosen)" in figure.table.rows[0][0] and "(second best)" in figure.table.rows[1][0]


def test_a_drawing_for_the_document_holds_no_variables() -> None:
    from pinprick.report.healing import traces
    from pinprick.report.scene import levels, standalone
    from pinprick.report.time_course import panel

    found = traces(made.healing())
    for svg in (panel(found["VEGF"]), standalone(levels(found, 1.0), "skin")):
        text = file_text(str(svg), "Libertinus Serif")
        assert "var(" not in text and "calc(" not in text and "<style>" in text
