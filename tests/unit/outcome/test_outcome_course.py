"""Sessions and time: diminishing gain, maturation after the last session."""

import numpy as np
import pytest

from pinprick import evidence
from pinprick.outcome import modality
from pinprick.outcome.course_response import (
    central_course,
    course_draws,
    course_gain,
    gain_at,
    late_share,
    maturation_days,
    session_days,
    session_gain,
)
from pinprick.outcome.improvement import course_progress, course_ratio


def test_gain_of_sessions_diminishes_and_sums_to_its_closed_form():
    gain = session_gain(6, 3.5)[0]
    assert np.all(np.diff(gain) < 0)
    assert gain.sum() == pytest.approx(1 - np.exp(-6 / 3.5))


def test_nothing_is_gained_at_the_first_session_and_never_lost():
    reached = gain_at(np.linspace(0, 400, 200), session_days(4, 28), 3.5, 30.0)[0]
    assert reached[0] == 0
    assert np.all(np.diff(reached) >= 0)


def test_maturation_time_reproduces_the_late_share_it_was_made_from():
    late = np.array([0.2, 0.3, 0.4])
    days = maturation_days(late)
    assert np.all(np.diff(days) > 0)
    scale = evidence.value("outcome.sessions_scale")
    assert late_share(4, 28.0, scale, days) == pytest.approx(late, abs=0.005)


def test_the_usual_course_at_full_follow_up_is_the_unit():
    kind = modality("microneedling")
    ratio = course_ratio(kind, kind.sessions, kind.interval_days, None, draws=50, seed=1)
    assert ratio == pytest.approx(np.ones(50))


def test_more_sessions_never_help_less_and_each_adds_less():
    kind = modality("microneedling")
    ratios = [course_ratio(kind, n, 28.0, 90.0, draws=40, seed=0) for n in range(1, 9)]
    steps = np.diff(np.array(ratios), axis=0)
    assert np.all(steps > 0)
    assert np.all(np.diff(steps, axis=0) < 0)


def test_one_laser_session_gives_a_larger_share_than_one_of_needling():
    laser = course_ratio(modality("fractional_co2"), 1, 30.0, 90.0, draws=200, seed=0) * 1.0
    needling = course_ratio(modality("microneedling"), 1, 30.0, 90.0, draws=200, seed=0)
    assert np.median(laser) > np.median(needling)


def test_progress_ends_at_one_and_starts_at_nought():
    days = np.linspace(0, 174, 26)
    for name in ("microneedling", "minoxidil_alone"):
        progress = course_progress(modality(name), 4, 28.0, days, draws=10, seed=0)
        assert progress[:, 0] == pytest.approx(np.zeros(10))
        assert progress[:, -1] == pytest.approx(np.ones(10))


def test_draws_repeat_and_central_values_lie_inside_them():
    scale, mature, steady = course_draws(200, 3)
    again = course_draws(200, 3)
    assert np.array_equal(scale, again[0])
    for drawn, centre in zip((scale, mature, steady), central_course(), strict=True):
        assert drawn.min() < centre < drawn.max()


def test_course_gain_is_the_gain_at_its_follow_up():
    one = np.array([3.5])
    direct = gain_at(np.array([84.0 + 90.0]), session_days(4, 28.0), 3.5, 30.0)[:, 0]
    assert course_gain(4, 28.0, 90.0, one, np.array([30.0])) == pytest.approx(direct)
