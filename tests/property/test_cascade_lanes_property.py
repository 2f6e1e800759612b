"""Whatever the schedule, patients solved side by side are those solved one at a time."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.cascade import Ensemble, Impulses, Rosenbrock, physiology

DRAWN = physiology(11, seed=6)
day = st.floats(0.0, 60.0).map(lambda value: round(value, 2))


@settings(max_examples=30, deadline=None)
@given(
    days=st.lists(day, max_size=4).map(sorted),
    times=st.lists(day, min_size=1, max_size=6).map(sorted),
    injury=st.floats(0.0, 1.0),
    count=st.integers(1, 11),
)
def test_agrees_with_one_at_a_time(days, times, injury, count):
    hits = Impulses(np.array(days), np.full((count, len(days)), injury) * np.linspace(0.2, 1, count)[:, None])
    given_ = DRAWN.parameters[:count], DRAWN.rest[:count], hits, np.array(times)
    ours, theirs = (solver(1e-7, 1e-9).solve(*given_) for solver in (Ensemble, Rosenbrock))
    assert ours.min() >= 0.0
    assert np.abs(ours - theirs).max() <= 1e-4 * (1 + np.abs(theirs).max())
    assert np.all(np.abs(ours - theirs) <= 2e-5 * np.abs(theirs) + 2e-6)
