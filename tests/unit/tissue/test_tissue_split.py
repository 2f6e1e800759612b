import warnings

import numpy as np
import pytest
import scipy.integrate
from numba import njit
from tissue_reference import matrix, relative

from pinprick.errors import InputError, SolverError
from pinprick.tissue import Block, Layered, Split, explicit_kinetics


@njit
def fisher(y, p, out):
    """A diffusing signal that an immobile, saturating population makes and takes up."""
    out[0] = p[0] * y[1] - p[1] * y[0]
    out[1] = p[2] * y[0] / (1 + y[0]) * (1 - y[1]) - p[3] * y[1]


P = np.array([2.0, 1.5, 0.8, 0.1])
BLOCK = Block.uniform((5, 4, 4), 0.4)
FIELDS = [Layered([0.1, 0.2, 0.3, 0.3], 0.0), None]


def start():
    state = np.zeros((2, *BLOCK.shape))
    state[0, 1, 1, :2] = 5.0
    return state


def test_splitting_is_of_second_order():
    full, _ = matrix(BLOCK, FIELDS[0].on(BLOCK)[0], 0.0)
    n = full.shape[0]

    def slope(_, y):
        u, v = y[:n], y[n:]
        return np.concatenate([P[0] * v - P[1] * u - full @ u, P[2] * u / (1 + u) * (1 - v) - P[3] * v])

    exact = scipy.integrate.solve_ivp(slope, (0, 1), start().ravel(), "LSODA", rtol=1e-11, atol=1e-12).y[:, -1]
    errors = []
    for steps in (16, 32, 64):
        split = Split(BLOCK, FIELDS, explicit_kinetics(fisher, P, 0.02))
        errors.append(relative(split.run(start(), 1.0, steps).ravel(), exact))
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    np.testing.assert_allclose(orders, 2.0, atol=0.2)


def test_a_uniform_state_of_rest_stays_at_rest():
    v = np.linspace(0, 1, 2_000_001)[1:-1]
    u = P[0] / P[1] * v
    balance = P[2] * u / (1 + u) * (1 - v) - P[3] * v
    at = np.argmin(np.abs(balance) + (v < 0.05))
    rest = np.empty((2, *BLOCK.shape))
    rest[0], rest[1] = u[at], v[at]
    end = Split(BLOCK, FIELDS, explicit_kinetics(fisher, P, 0.05), threads=2).run(rest, 50.0, 5)
    np.testing.assert_allclose(end, rest, rtol=2e-5)


def test_kinetics_without_transport_touch_each_cell_alone():
    def decay(cells, days):
        cells *= np.exp(-days)

    state = np.random.default_rng(0).random((2, *BLOCK.shape))
    end = Split(BLOCK, [None, None], decay, threads=2).run(state, 3.0, 4)
    np.testing.assert_allclose(end, state * np.exp(-3.0))
    assert end is not state


def test_a_held_bottom_supplies():
    block = Block.uniform((2, 2, 6), 0.1, bottom_value=2.0)
    end = Split(block, [Layered(1.0, 0.0)], lambda cells, days: None).run(np.zeros((1, *block.shape)), 100.0, 3)
    np.testing.assert_allclose(end, 2.0, rtol=1e-8)


def test_bad_input_is_refused():
    split = Split(BLOCK, FIELDS, lambda cells, days: None)
    with pytest.raises(InputError):
        split.run(np.zeros((1, *BLOCK.shape)), 1.0, 1)
    with pytest.raises(InputError):
        split.run(start(), 1.0, 0)


def test_the_step_follows_the_error():
    split = Split(BLOCK, FIELDS, explicit_kinetics(fisher, P, 0.05), threads=1)
    fine = split.run(start(), 10.0, 2000)
    errors = []
    for tolerance in (1e-2, 1e-4):
        end, steps = split.follow(start(), 10.0, tolerance=tolerance)
        errors.append(relative(end, fine))
        assert steps < 400
    assert errors[1] < 2e-3
    assert errors[1] < errors[0] / 5
    with pytest.raises(InputError):
        split.follow(start(), 1.0, tolerance=0.0)


def test_kinetics_that_run_away_are_an_error():
    def run_away(cells, days):
        cells *= np.inf

    with warnings.catch_warnings(), pytest.raises(SolverError):
        warnings.simplefilter("error")
        Split(BLOCK, FIELDS, run_away, threads=1).follow(start() + 1, 1.0, tolerance=1e-3)
