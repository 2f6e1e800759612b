import numpy as np
import pytest

from pinprick.cascade import Course, response
from pinprick.cascade.interpolation import MonotoneCubic
from pinprick.cascade.network import INDEX
from pinprick.cascade.physiology import physiology
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.errors import InputError

DRAWS = 60
COURSES = [Course(n, interval) for interval in (14.0, 28.0) for n in (1, 2, 4)]


@pytest.fixture(scope="module")
def shared():
    return response(COURSES, follow_up_days=120.0, draws=DRAWS, seed=0)


@pytest.mark.parametrize("course", [Course(1, 28.0), Course(4, 28.0), Course(4, 14.0)])
def test_interpolation_agrees_with_solving_each_draw(shared, course):
    drawn = physiology(DRAWS, seed=0)
    d = np.random.default_rng(2).uniform(0, 1, DRAWS)
    hits = Impulses(np.array(course.session_days), np.repeat(d[:, None], course.sessions, axis=1))
    end = Rosenbrock(1e-7, 1e-9).solve(drawn.parameters, drawn.rest, hits, np.array([course.last_session_day + 120.0]))[
        :, 0
    ]
    total = end[:, [INDEX["C3"], INDEX["Ci"], INDEX["Cm"]]].sum(axis=1)
    gain = 100 * (total / drawn.constant("C0") - 1)
    # 2 percent of the gain, and a tenth of a percentage point where the gain is next to nothing.
    assert np.allclose(shared.collagen_gain(d, course), gain, rtol=0.02, atol=0.1)
    assert np.allclose(shared.inflammation_exposure(d, course), end[:, INDEX["Q"]], rtol=0.02, atol=2e-3)


def test_no_injury_no_response(shared):
    nothing = np.zeros(DRAWS)
    for course in COURSES:
        assert np.all(shared.collagen_gain(nothing, course) == 0)
        assert np.all(shared.inflammation_exposure(nothing, course) == 0)


def test_more_sessions_never_gain_less(shared):
    d = np.full(DRAWS, 0.6)
    one, two, four = (shared.collagen_gain(d, Course(n, 28.0)) for n in (1, 2, 4))
    assert np.all(one < two)
    assert np.all(two < four)


def test_a_single_session_has_no_interval(shared):
    d = np.full(DRAWS, 0.4)
    assert np.array_equal(shared.collagen_gain(d, Course(1, 3.0)), shared.collagen_gain(d, Course(1, 99.0)))


def test_short_intervals_leave_myofibroblasts(shared):
    d = np.full(DRAWS, 0.6)
    short, long = (shared.myofibroblast_persistence(d, Course(4, interval)) for interval in (14.0, 28.0))
    assert np.all(short > long)
    assert np.median(short) > 0.4
    assert np.median(long) < 0.25
    assert np.all(shared.myofibroblast_persistence(d, Course(1, 28.0)) == 0)


def test_a_course_that_was_not_solved_is_named(shared):
    with pytest.raises(InputError, match="not solved"):
        shared.collagen_gain(np.zeros(DRAWS), Course(7, 28.0))


def test_interpolant_goes_through_its_points_and_stays_monotone():
    grid = np.array([0.0, 0.1, 0.4, 0.5, 1.0])
    values = np.cumsum(np.random.default_rng(0).uniform(0, 1, (5, 30)) ** 4, axis=0)
    curve = MonotoneCubic.through(grid, values)
    for x, row in zip(grid, values, strict=True):
        assert np.allclose(curve(np.full(30, x)), row)
    fine = np.stack([curve(np.full(30, x)) for x in np.linspace(0, 1, 201)])
    assert np.diff(fine, axis=0).min() > -1e-12


def test_interpolant_is_exact_for_a_straight_line():
    grid = np.array([0.0, 0.2, 0.7, 1.0])
    curve = MonotoneCubic.through(grid, 3 * grid[:, None] * np.ones((1, 4)))
    assert np.allclose(curve(np.array([0.1, 0.33, 0.6, 0.99])), 3 * np.array([0.1, 0.33, 0.6, 0.99]))
