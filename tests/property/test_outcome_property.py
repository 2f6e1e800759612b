"""Invariants of outcome predictions."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.outcome import Concern, improvement, indications, risks, scale, scales
from pinprick.outcome.course_response import gain_at, session_days
from pinprick.outcome.random_effects import Design, fit

PAIRS = [(id, name) for id, record in indications().items() for name in (*record.modalities, *record.comparators)]
RATED = sorted(id for id, record in scales().items() if record.kind != "share")


@settings(max_examples=60, deadline=None)
@given(
    pair=st.sampled_from(PAIRS),
    sessions=st.integers(1, 12),
    interval=st.floats(1, 120),
    follow_up=st.floats(1, 720),
    gain=st.floats(0, 50),
    seed=st.integers(0, 50),
)
def test_improvement_is_finite_capped_and_repeatable(pair, sessions, interval, follow_up, gain, seed):
    id, name = pair
    course = {"sessions": sessions, "interval_days": interval, "follow_up_days": follow_up, "relative_gain": gain}
    first = improvement(Concern(id), name, draws=20, seed=seed, **course)
    assert first.shape in ((20,), (0,))
    assert np.all(np.isfinite(first)) and np.all(first >= -100.0)
    measure = indications()[id].scale
    assert np.all(first <= (scale(measure).largest_improvement() if measure else 100.0) + 1e-9)
    assert np.array_equal(first, improvement(Concern(id), name, draws=20, seed=seed, **course))


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted({name for _, name in PAIRS})),
    phototype=st.none() | st.integers(1, 6),
    seed=st.integers(0, 9),
)
def test_probabilities_are_probabilities(name, phototype, seed):
    for risk in risks(name, phototype, draws=16, seed=seed):
        assert risk.probability.shape == (16,)
        assert np.all((risk.probability >= 0) & (risk.probability <= 1))
        assert 0 <= risk.events <= risk.people or risk.people == 0


@settings(max_examples=80, deadline=None)
@given(
    id=st.sampled_from(RATED),
    low=st.floats(-100, 100),
    more=st.floats(0, 100),
    slope=st.floats(0.1, 3),
)
def test_more_improvement_never_scores_worse_and_stays_on_the_scale(id, low, more, slope):
    measure = scale(id)
    worse, better = measure.final(np.array([low, low + more]), slope)
    assert better >= worse if measure.direction == "higher" else better <= worse
    for value in (worse, better):
        assert measure.floor is None or value >= measure.floor
        assert measure.top is None or value <= measure.top


@settings(max_examples=60, deadline=None)
@given(
    sessions=st.integers(1, 15),
    interval=st.floats(0.5, 90),
    scale_sessions=st.floats(0.5, 12),
    maturation=st.floats(1, 300),
)
def test_gain_grows_with_time_and_sessions_and_never_passes_one(sessions, interval, scale_sessions, maturation):
    days = np.linspace(0, 2000, 60)
    fewer = gain_at(days, session_days(sessions, interval), scale_sessions, maturation)[0]
    more = gain_at(days, session_days(sessions + 1, interval), scale_sessions, maturation)[0]
    assert np.all(np.diff(fewer) >= -1e-12) and np.all(more >= fewer - 1e-12) and np.all(more <= 1 + 1e-12)


@settings(max_examples=30, deadline=None)
@given(y=st.lists(st.floats(-20, 90), min_size=2, max_size=8))
def test_between_study_variance_widens_what_a_new_study_may_show(y):
    n = len(y)
    made = Design(
        y=np.array(y), noise=np.eye(n) * 16.0, x=np.ones((n, 1)), gain=np.ones(n), slope=-np.ones(n, dtype=np.int64),
        study=np.arange(n), arm=np.arange(n), extra_sd=np.zeros(n), prior_mean=np.array([30.0]),
        prior_sd=np.array([25.0]),
    )  # fmt: skip
    posterior = fit(made, prior_scale=20.0, arm_ratio=0.4)
    # Variance of a new study's mean at each grid point: the uncertainty of the mean plus the between-study variance.
    variance = posterior.factor[:, 0, 0] ** 2 + posterior.between_study_sd**2
    assert np.all(np.diff(variance) > 0)
    assert np.all(np.diff(posterior.factor[:, 0, 0]) > 0)
    assert np.isclose(posterior.weight.sum(), 1.0) and np.all(posterior.weight >= 0)
