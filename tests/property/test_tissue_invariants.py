"""Invariants of the fields in layered skin, for any block, layers and sessions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick.tissue import Block, Coupling, Heterogeneous, Layered, March, Session, Sides, channel_fraction, operator

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")
FEW = settings(max_examples=25, deadline=None)
positive = st.floats(0.05, 5.0)


@st.composite
def blocks(draw, closed=False, square=False):
    nx = draw(st.integers(1, 6))
    ny = nx if square else draw(st.integers(1, 6))
    heights = draw(st.lists(st.floats(0.02, 0.3), min_size=1, max_size=6))
    permeability = 0.0 if closed else draw(st.sampled_from([0.0, 0.5, 20.0]))
    bottom = None if closed else draw(st.sampled_from([None, 0.0]))
    edges = np.concatenate([[0.0], np.cumsum(heights)])
    return Block(nx, ny, draw(st.floats(0.03, 0.2)), edges, draw(st.sampled_from(Sides)), permeability, bottom)


@st.composite
def layers(draw, block, decay=True):
    nz = block.shape[2]
    some = st.lists(positive, min_size=nz, max_size=nz)
    return Layered(draw(st.one_of(positive, some)), draw(st.one_of(positive, some)) if decay else 0.0)


def deposit(block, seed):
    rng = np.random.default_rng(seed)
    field = np.zeros(block.shape)
    for _ in range(3):
        field[tuple(rng.integers(n) for n in block.shape)] += rng.uniform(1, 100)
    return field


def march(block, field, coupling, dose, days, **options):
    m = March(block, [field], [coupling], tolerance=1e-3, dtype=np.float64, threads=1, **options)
    m.inject(Session(0.0, [dose]))
    m.run(days)
    return m.tissue()


@FEW
@given(st.data(), st.integers(0, 99))
def test_nothing_is_lost_from_a_closed_block_without_decay(data, seed):
    block = data.draw(blocks(closed=True))
    field = data.draw(layers(block, decay=False))
    end = march(block, field, Coupling(0.0, 0.1, 0.0), deposit(block, seed), data.draw(st.floats(1e-4, 50.0)))
    assert block.amount(end.diffusing[0]) == pytest.approx(block.amount(deposit(block, seed)), rel=1e-7)


@FEW
@given(st.data(), st.integers(0, 99))
def test_what_decays_feeds_and_is_taken_up_stays_positive(data, seed):
    block = data.draw(blocks())
    field = data.draw(layers(block))
    end = march(block, field, Coupling(0.5, 0.1, 0.05), deposit(block, seed), 4.0)
    for fields in (end.diffusing, end.immobile):
        assert fields.min() >= -1e-3 * fields.max()


@FEW
@given(st.data(), st.integers(0, 99), st.floats(0.01, 100))
def test_twice_the_injury_gives_twice_the_fields(data, seed, factor):
    block = data.draw(blocks())
    field, coupling = data.draw(layers(block)), Coupling(0.5, 0.1, 1.0)
    one = march(block, field, coupling, deposit(block, seed), 3.0)
    more = march(block, field, coupling, factor * deposit(block, seed), 3.0)
    np.testing.assert_allclose(more.immobile, factor * one.immobile, rtol=1e-6, atol=1e-9 * more.immobile.max())


@FEW
@given(st.data(), st.integers(0, 99))
def test_a_mirrored_injury_gives_mirrored_fields(data, seed):
    block = data.draw(blocks(square=True))
    field, coupling = data.draw(layers(block)), Coupling(0.5, 0.1, 1.0)
    dose = deposit(block, seed)
    end = march(block, field, coupling, dose, 3.0).immobile[0]
    scale = end.max()
    for turn in (lambda a: a[::-1], lambda a: a[:, ::-1], lambda a: a.transpose(1, 0, 2)):
        turned = march(block, field, coupling, np.ascontiguousarray(turn(dose)), 3.0).immobile[0]
        np.testing.assert_allclose(turned, turn(end), rtol=1e-6, atol=1e-7 * scale)


@FEW
@given(st.data(), st.integers(0, 99))
def test_periodic_skin_twice_as_wide_and_symmetric_is_mirrored_skin(data, seed):
    block = data.draw(blocks())
    field, coupling = data.draw(layers(block)), Coupling(0.5, 0.1, 1.0)
    dose = deposit(block, seed)
    options = block.spacing_mm, block.depth_edges_mm
    ends = block.surface_permeability_mm_per_day, block.bottom_value
    mirrored = Block(block.nx, block.ny, *options, Sides.MIRRORED, *ends)
    periodic = Block(2 * block.nx, 2 * block.ny, *options, Sides.PERIODIC, *ends)
    wide = np.concatenate([dose, dose[::-1]])
    wide = np.concatenate([wide, wide[:, ::-1]], axis=1)
    one = march(mirrored, field, coupling, dose, 3.0).immobile[0]
    four = march(periodic, field, coupling, wide, 3.0).immobile[0]
    np.testing.assert_allclose(four[: block.nx, : block.ny], one, rtol=1e-6, atol=1e-7 * one.max())


@FEW
@given(st.data(), st.integers(0, 99), st.integers(0, 99))
def test_a_steady_field_answers_the_same_from_both_ends(data, here, there):
    """Reciprocity: what a source here gives there is what a source there gives here, by cell volume."""
    block = data.draw(blocks())
    solver = operator(block, data.draw(layers(block)), np.float64)
    a, b = deposit(block, here), deposit(block, there)
    to_a, to_b = (solver.backward(solver.steady(solver.forward(x))) for x in (a, b))
    assert block.amount(b * to_a) == pytest.approx(block.amount(a * to_b), rel=1e-8)


@FEW
@given(st.data(), st.integers(0, 99))
def test_uptake_of_varying_skin_balances_its_source(data, seed):
    block = data.draw(blocks(closed=True))
    rng = np.random.default_rng(seed)
    diffusivity, decay = np.exp(rng.standard_normal((2, *block.shape)))
    source = deposit(block, seed)
    field = Heterogeneous(block, diffusivity, decay, dtype=np.float64, threads=1).steady(source, tolerance=1e-11).field
    assert field.min() > 0
    assert block.amount(decay * field) == pytest.approx(block.amount(source), rel=1e-8)


@FEW
@given(st.data(), st.integers(0, 99), st.integers(1, 30))
def test_more_channels_never_injure_less(data, seed, count):
    block = data.draw(blocks())
    rng = np.random.default_rng(seed)
    x, y, depth = rng.uniform(-1, 1, (3, count + 1))
    radius = rng.uniform(0, 0.1, count + 1)
    depth = np.abs(depth)
    fewer = channel_fraction(block, x[:-1], y[:-1], depth[:-1], radius[:-1])
    more = channel_fraction(block, x, y, depth, radius)
    assert np.all(more >= fewer)
    deep = Block(block.nx, block.ny, block.spacing_mm, np.append(block.depth_edges_mm, 10.0), block.sides)
    volume = deep.amount(channel_fraction(deep, x, y, depth, radius))
    assert volume == pytest.approx(np.pi / 3 * np.sum(radius**2 * depth), rel=1e-9)
