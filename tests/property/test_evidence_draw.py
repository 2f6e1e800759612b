"""Draws repeat, stay inside their bounds and rise with probability, for any spread and for every recorded parameter."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick import evidence
from pinprick.evidence import Parameter, Spread

parameter_ids = st.deferred(lambda: st.sampled_from(sorted(evidence.parameters())))
positive = st.floats(1e-6, 1e6, allow_nan=False, allow_infinity=False)


@st.composite
def spreads(draw: st.DrawFn) -> Parameter:
    kind = draw(st.sampled_from(["none", "normal", "lognormal", "uniform", "loguniform", "triangular"]))
    low, value, high = sorted(draw(st.tuples(positive, positive, positive)))
    if not low * 1.001 < value < high / 1.001:
        low, high = value / 2, value * 2
    sd = draw(st.floats(0.01, 2.0)) * (value if kind == "normal" else 1.0)
    bounded = kind in ("uniform", "loguniform", "triangular") or draw(st.booleans())
    spread = Spread(
        kind=kind,  # type: ignore[arg-type]
        sd=sd if kind in ("normal", "lognormal") else None,
        low=low if bounded else None,
        high=high if bounded else None,
    )
    return Parameter(id="test.any", name="any", value=value, unit="1", sources=("s",), status="assumed", spread=spread)


@given(spreads(), st.lists(st.floats(0.001, 0.999), min_size=2, max_size=20))
def test_a_quantile_rises_with_probability_and_stays_within_bounds(record: Parameter, chances: list[float]) -> None:
    values = record.quantile(np.sort(np.array(chances)))
    assert np.all(np.isfinite(values))
    assert np.all(np.diff(values) >= -1e-9 * np.abs(values[:-1]))
    if record.spread.kind != "none":
        if record.spread.low is not None:
            assert np.all(values >= record.spread.low * (1 - 1e-9))
        if record.spread.high is not None:
            assert np.all(values <= record.spread.high * (1 + 1e-9))


@given(parameter_ids, st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_the_same_seed_gives_the_same_draws(id: str, draws: int, seed: int) -> None:
    first = evidence.draw(id, draws, seed=seed)
    assert first.shape == (draws,)
    assert np.all(np.isfinite(first))
    np.testing.assert_array_equal(first, evidence.draw(id, draws, seed=seed))


@given(st.text(min_size=1, max_size=30), st.integers(1, 500), st.integers(0, 2**32 - 1))
def test_stratified_numbers_fall_one_in_each_bin(stream: str, draws: int, seed: int) -> None:
    numbers = evidence.stratified(stream, draws, seed=seed)
    assert np.array_equal(np.sort(np.floor(numbers * draws).astype(int)), np.arange(draws))


@pytest.mark.parametrize("topic", evidence.topics("parameters"))
def test_recorded_parameters_draw_within_their_bounds(topic: str) -> None:
    for id, record in evidence.parameters(topic).items():
        values = evidence.draw(id, 64, seed=7)
        low, high = record.spread.low, record.spread.high
        assert np.all(np.isfinite(values)), id
        if record.spread.kind != "none":
            assert low is None or values.min() >= low - 1e-12 * abs(low), id
            assert high is None or values.max() <= high + 1e-12 * abs(high), id


def test_different_parameters_have_different_streams() -> None:
    one, other = evidence.stratified("a.b", 50, seed=0), evidence.stratified("a.c", 50, seed=0)
    assert not np.allclose(one, other)
