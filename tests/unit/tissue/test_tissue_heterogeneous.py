import numpy as np
import pytest
import scipy.linalg
import scipy.sparse.linalg
from tissue_reference import matrix, relative

from pinprick.errors import InputError, SolverError
from pinprick.tissue import Block, FastSolve, Heterogeneous, Sides

EDGES = np.array([0.0, 0.1, 0.25, 0.3, 0.5])
BLOCKS = [
    Block.uniform((6, 5, 4), 0.1),
    Block(5, 6, 0.1, EDGES, sides=Sides.PERIODIC, surface_permeability_mm_per_day=3.0, bottom_value=0.0),
]


def coefficients(block, seed=0, spread=0.7):
    rng = np.random.default_rng(seed)
    return np.exp(spread * rng.standard_normal(block.shape)), np.exp(spread * rng.standard_normal(block.shape))


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("threads", [1, 2])
def test_steady_solution_is_that_of_the_sparse_matrix(block, threads):
    diffusivity, decay = coefficients(block)
    source = np.random.default_rng(1).random(block.shape)
    full, _ = matrix(block, diffusivity, decay)
    expected = scipy.sparse.linalg.spsolve(full.tocsc(), source.ravel()).reshape(block.shape)
    solver = Heterogeneous(block, diffusivity, decay, dtype=np.float64, threads=threads)
    found = solver.steady(source, tolerance=1e-12)
    assert relative(found.field, expected) < 1e-11
    assert found.residual <= 1e-11
    again = solver.steady(source, tolerance=1e-8, guess=found.field)
    assert again.iterations == 0
    single = Heterogeneous(block, diffusivity, decay, threads=threads).steady(source, tolerance=1e-5)
    assert relative(single.field, expected) < 1e-4


def test_layered_skin_needs_one_iteration():
    block = BLOCKS[1]
    decay = np.array([0.3, 2.0, 1.0, 0.1])
    source = np.random.default_rng(1).random(block.shape)
    diffusivity = np.array([0.1, 1.0, 3.0, 0.5])
    found = Heterogeneous(block, diffusivity, decay, dtype=np.float64).steady(source, tolerance=1e-10)
    assert found.iterations == 1
    assert relative(found.field, FastSolve(block, diffusivity, decay)(source * block.heights_mm)) < 1e-10


def test_the_step_is_of_second_order():
    block = BLOCKS[0]
    diffusivity, decay = coefficients(block)
    full, _ = matrix(block, diffusivity, decay)
    start, source = np.random.default_rng(2).random((2, *block.shape))
    steady = scipy.sparse.linalg.spsolve(full.tocsc(), source.ravel())

    exact = steady + scipy.linalg.expm(-full.toarray() * 0.2) @ (start.ravel() - steady)
    solver = Heterogeneous(block, diffusivity, decay, dtype=np.float64)
    errors = []
    for steps in (8, 16, 32):
        field = start
        for _ in range(steps):
            field = solver.step(field, source, 0.2 / steps, tolerance=1e-10)
        errors.append(relative(field.ravel(), exact))
    assert np.log2(errors[1] / errors[2]) == pytest.approx(2.0, abs=0.3)
    long = solver.step(start, source, 1e5, tolerance=1e-10)
    assert relative(long.ravel(), steady) < 1e-3


def test_nothing_in_nothing_out():
    assert not Heterogeneous(BLOCKS[0], 1.0, 1.0).steady(0.0).field.any()


def test_bad_input_is_refused():
    with pytest.raises(InputError):
        Heterogeneous(BLOCKS[0], np.ones(3), 1.0)
    with pytest.raises(InputError):
        Heterogeneous(BLOCKS[0], 0.0, 1.0)
    with pytest.raises(InputError):
        Heterogeneous(Block.uniform((2, 2, 2), 0.1, bottom_value=1.0), 1.0, 1.0)


def test_a_tolerance_out_of_reach_is_an_error():
    diffusivity, decay = coefficients(BLOCKS[0])
    with pytest.raises(SolverError):
        Heterogeneous(BLOCKS[0], diffusivity, decay).steady(1.0, tolerance=1e-14)
