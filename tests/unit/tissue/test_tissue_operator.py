import math

import numpy as np
import pytest
import scipy.linalg
import scipy.sparse.linalg
from tissue_reference import matrix, relative

from pinprick.tissue import Block, FastSolve, Layered, Sides, Source, operator
from pinprick.tissue.columns import Columns
from pinprick.tissue.spectral import Spectral

EDGES = np.array([0.0, 0.1, 0.2, 0.35, 0.6, 0.8])
LAYERS = np.array([0.3, 0.3, 0.9, 2.0, 1.0])
DECAY = np.array([0.5, 3.0, 1.0, 0.2, 0.2])
BLOCKS = {
    "even": Block.uniform((6, 5, 5), 0.1),
    "periodic": Block.uniform((6, 5, 5), 0.1, sides=Sides.PERIODIC),
    "uneven": Block(6, 5, 0.1, EDGES),
    "open": Block(5, 6, 0.1, EDGES, surface_permeability_mm_per_day=2.0, bottom_value=0.7, sides=Sides.PERIODIC),
}
FIELDS = {
    "uniform": Layered(0.8, 1.5),
    "decay by depth": Layered(0.8, DECAY),
    "both by depth": Layered(LAYERS, DECAY),
}


def random(block, seed):
    return np.random.default_rng(seed).random(block.shape)


def sharp(block):
    field = np.zeros(block.shape)
    field[2, 2, :3] = 100.0
    return field


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("step", [1e-4, 0.02, 0.5, 20.0])
def test_a_step_is_exact_for_sharp_fields_and_bent_sources(name, field, step):
    """Against the exponential of the dense matrix, with the source and its two derivatives as further unknowns."""
    block, loss = BLOCKS[name], 0.3
    solver = operator(block, FIELDS[field], np.float64)
    diffusivity, decay = FIELDS[field].on(block)
    full, _ = matrix(block, diffusivity, decay)
    n = full.shape[0]
    u, s, s_before, s_end = sharp(block), random(block, 1), random(block, 2), random(block, 3)
    before = 0.7 * step
    # The parabola through the last three values: s + linear t + bend t^2.
    bend = ((s_end - s) / step - (s - s_before) / before) / (step + before)
    linear = (s_end - s) / step - bend * step
    # Unknowns: u, the uptake, and 1, t, t^2 / 2 by one chain.
    m = np.zeros((2 * n + 3, 2 * n + 3))
    m[:n, :n] = -full.toarray()
    m[n : 2 * n, :n], m[n : 2 * n, n : 2 * n] = np.eye(n), -loss * np.eye(n)
    m[:n, -3:] = np.stack([s.ravel(), linear.ravel(), 2 * bend.ravel()], axis=1)
    m[-2, -3] = m[-1, -2] = 1.0
    end = scipy.linalg.expm(m * step) @ np.concatenate([u.ravel(), np.zeros(n), [1.0, 0.0, 0.0]])

    modes = solver.forward(u)
    change = solver.forward(s - s_before)
    source = Source(solver.forward(s), change, before)
    nothing = np.zeros_like(modes)
    taken = solver.uptake(modes, source, nothing, step, loss)
    late = np.empty_like(modes)
    solver.advance(modes, source, solver.forward(s_end), late, step, 0.0)
    scale = 1e-7 if field == "both by depth" else 1e-10
    assert relative(solver.backward(modes), end[:n].reshape(block.shape)) < scale
    # What was predicted and what was missed make the whole, but for the loss of what was missed within the step.
    still = solver.backward(taken + late)
    tolerance = scale if loss * step < 1e-3 else None
    if tolerance:
        assert relative(still, end[n : 2 * n].reshape(block.shape)) < 1e-4
    np.testing.assert_allclose(solver.backward(source.change), s_end - s, atol=1e-9)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("loss", [0.0, 0.3, 1.5, 40.0])
def test_uptake_is_exact_for_a_source_on_a_line(name, field, loss):
    block, step = BLOCKS[name], 0.4
    solver = operator(block, FIELDS[field], np.float64)
    full, _ = matrix(block, *FIELDS[field].on(block))
    n = full.shape[0]
    u, s, slope = sharp(block), random(block, 1), random(block, 2)
    m = np.zeros((2 * n + 2, 2 * n + 2))
    m[:n, :n] = -full.toarray()
    m[n : 2 * n, :n], m[n : 2 * n, n : 2 * n] = np.eye(n), -loss * np.eye(n)
    m[:n, -2:] = np.stack([s.ravel(), slope.ravel()], axis=1)
    m[-1, -2] = 1.0
    missed = random(block, 4)
    start = np.concatenate([u.ravel(), missed.ravel(), [1.0, 0.0]])
    end = (scipy.linalg.expm(m * step) @ start)[n : 2 * n].reshape(block.shape)
    source = Source(solver.forward(s), solver.forward(slope * 0.1), 0.1)
    taken = solver.uptake(solver.forward(u), source, solver.forward(missed), step, loss)
    assert relative(solver.backward(taken), end) < 1e-8


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("name", BLOCKS)
def test_steady_solution_is_that_of_the_sparse_matrix(name, field):

    block = BLOCKS[name]
    diffusivity, decay = FIELDS[field].on(block)
    full, supply = matrix(block, diffusivity, decay)
    source = random(block, 5)
    expected = scipy.sparse.linalg.spsolve(full.tocsc(), (source + supply).ravel()).reshape(block.shape)
    solver = operator(block, FIELDS[field], np.float64)
    found = solver.backward(solver.steady(solver.forward(source) + solver.supply()))
    assert relative(found, expected) < 1e-11
    fast = FastSolve(block, diffusivity, decay)
    assert relative(fast((source + supply) * block.heights_mm), expected) < 1e-11


def test_columns_agree_with_modes_where_both_apply():
    block = Block.uniform((16, 12, 20), 0.05)
    diffusivity, decay = Layered(0.8, 2.0).on(block)
    u, s = np.zeros(block.shape), random(block, 1)
    u[5, 5, :8] = 50.0
    for dtype, allowed in ((np.float32, 2e-5), (np.float64, 1e-8)):
        ends = []
        for kind in (Spectral, Columns):
            solver = kind(block, diffusivity, decay, dtype)
            modes = solver.forward(u)
            source = Source(solver.forward(s), np.zeros_like(modes), math.inf)
            taken = solver.uptake(modes, source, np.zeros_like(modes), 0.3, 0.2)
            late = np.empty_like(modes)
            solver.advance(modes, source, solver.forward(1.2 * s), late, 0.3, 0.5)
            ends.append([solver.backward(a) for a in (modes, taken)])
        for a, b in zip(*ends, strict=True):
            assert relative(b, a) < allowed


@pytest.mark.parametrize("sides", list(Sides))
@pytest.mark.parametrize("shape", [(1, 1, 4), (1, 8, 3), (7, 6, 1), (2, 2, 2)])
def test_thin_blocks_work(sides, shape):
    block = Block.uniform(shape, 0.1, sides=sides)
    solver = operator(block, Layered(0.5, 1.0), np.float64)
    field = random(block, 0)
    np.testing.assert_allclose(solver.backward(solver.forward(field)), field, atol=1e-12)
    full, _ = matrix(block, 0.5, 1.0)

    expected = scipy.sparse.linalg.spsolve(full.tocsc(), field.ravel()).reshape(shape)
    assert relative(solver.backward(solver.steady(solver.forward(field))), expected) < 1e-11


def test_slow_modes_keep_their_digits_in_single_precision():
    """A closed block without decay: its mean never changes, and is fed exactly, in steps tiny against the spread."""
    block = Block.uniform((8, 8, 8), 0.1)
    solver = operator(block, Layered(1e-3, 0.0), np.float32)
    u = random(block, 0).astype(np.float32)
    modes = solver.forward(u)
    source = Source(solver.forward(np.ones_like(u)), np.zeros_like(modes), math.inf)
    taken = solver.backward(solver.uptake(modes, source, np.zeros_like(modes), 1e-3, 0.0))
    assert taken.mean() == pytest.approx(1e-3 * u.mean() + 0.5e-6, rel=1e-5)
    solver.advance(modes, source, source.value.copy(), np.empty_like(modes), 1e-3, 0.0)
    assert solver.backward(modes).mean() == pytest.approx(u.mean() + 1e-3, rel=1e-6)
