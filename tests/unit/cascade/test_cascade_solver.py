import numpy as np
import pytest
from scipy.integrate import solve_ivp

from pinprick.cascade.kernel import ENTRIES, STATES, impulse, rates
from pinprick.cascade.network import INDEX, SYMBOLS
from pinprick.cascade.physiology import central, physiology
from pinprick.cascade.rodas import attempt
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.errors import InputError, SolverError

DAYS = np.array([0.0, 28.0])


def wounded(days: float) -> tuple[np.ndarray, np.ndarray]:
    drawn = central()
    y = Rosenbrock(1e-10, 1e-12).solve(
        drawn.parameters, drawn.rest, Impulses(np.zeros(1), np.ones((1, 1))), np.array([days])
    )
    return y[0, 0], drawn.parameters[0].copy()


def fixed_steps(y, p, span, count):
    y, k, w, new = y.copy(), np.empty((6, STATES)), np.empty(ENTRIES), np.empty(STATES)
    for _ in range(count):
        attempt(y, p, span / count, k, w, new)
        y[:] = new
    return y


def test_the_method_is_of_order_four():
    y, p = wounded(1.0)
    exact = fixed_steps(y, p, 1.0, 640)
    errors = [np.abs(fixed_steps(y, p, 1.0, n) - exact).max() for n in (10, 20, 40)]
    orders = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert np.all(orders > 3.6), orders


def reference(p, y, times):
    def slope(_, state):
        out = np.empty(STATES)
        rates(state, p, out)
        return out

    y, rows = y.copy(), []
    for start, end in ((0.0, 28.0), (28.0, times[-1])):
        impulse(y, p, 1.0)
        inside = times[(times >= start) & (times < end)] if end < times[-1] else times[times >= start]
        ask = np.unique(np.append(inside, end))
        run = solve_ivp(slope, (start, end), y, method="LSODA", rtol=1e-10, atol=1e-12, t_eval=ask, max_step=0.5)
        rows.append(run.y.T[np.isin(ask, inside)])
        y = run.y[:, -1].copy()
    return np.concatenate(rows)


@pytest.mark.parametrize("draw", [0, 3])
def test_agrees_with_lsoda_at_tight_tolerance(draw):
    drawn = physiology(8, seed=1)
    times = np.array([0.0, 0.1, 0.5, 1, 3, 7, 14, 21, 27.5, 28, 28.3, 30, 45, 60, 120])
    ours = Rosenbrock(1e-8, 1e-10).solve(
        drawn.parameters[[draw]], drawn.rest[[draw]], Impulses(DAYS, np.ones((1, 2))), times
    )[0]
    theirs = reference(drawn.parameters[draw].copy(), drawn.rest[draw], times)
    assert np.allclose(ours, theirs, rtol=2e-6, atol=2e-7)


def test_default_tolerance_is_good_to_a_thousandth():
    drawn = physiology(16, seed=0)
    hits = Impulses(DAYS, np.full((16, 2), 0.7))
    times = np.linspace(0, 100, 301)
    usual = Rosenbrock().solve(drawn.parameters, drawn.rest, hits, times)
    tight = Rosenbrock(1e-9, 1e-11).solve(drawn.parameters, drawn.rest, hits, times)
    assert np.allclose(usual, tight, rtol=1e-3, atol=1e-5)


def test_dense_output_agrees_with_steps_that_end_there():
    drawn = central()
    hit = Impulses(np.zeros(1), np.ones((1, 1)))
    solver = Rosenbrock(1e-7, 1e-9)
    many = solver.solve(drawn.parameters, drawn.rest, hit, np.linspace(0, 20, 401))[0]
    for i in (5, 77, 200, 399):
        one = solver.solve(drawn.parameters, drawn.rest, hit, np.array([i / 20]))[0, 0]
        assert np.allclose(many[i], one, rtol=1e-4, atol=1e-6)


def test_output_at_a_session_is_the_state_just_after_it():
    drawn = central()
    out = Rosenbrock().solve(drawn.parameters, drawn.rest, Impulses(DAYS, np.ones((1, 2))), np.array([0.0, 28.0]))[0]
    assert out[0, INDEX["H"]] == 1.0
    assert out[1, INDEX["S"]] == 0.0
    assert out[1, INDEX["P"]] > 17.0


def test_a_session_after_the_last_output_does_nothing():
    drawn = central()
    late = Impulses(np.array([0.0, 50.0]), np.ones((1, 2)))
    once = Impulses(np.zeros(1), np.ones((1, 1)))
    times = np.array([10.0, 40.0])
    solve = Rosenbrock().solve
    assert np.array_equal(
        solve(drawn.parameters, drawn.rest, late, times), solve(drawn.parameters, drawn.rest, once, times)
    )


def test_threads_do_not_change_the_result():
    drawn = physiology(40, seed=5)
    hits = Impulses(np.zeros(1), np.linspace(0, 1, 40)[:, None])
    times = np.array([1.0, 30.0])
    one, four = (Rosenbrock(threads=n).solve(drawn.parameters, drawn.rest, hits, times) for n in (1, 4))
    assert np.array_equal(one, four)


def test_initial_states_are_left_alone():
    drawn = central()
    before = drawn.rest.copy()
    Rosenbrock().solve(drawn.parameters, drawn.rest, Impulses(np.zeros(1), np.ones((1, 1))), np.array([5.0]))
    assert np.array_equal(drawn.rest, before)


@pytest.mark.parametrize("times", [[-1.0, 2.0], [3.0, 2.0]])
def test_times_that_do_not_ascend_are_refused(times):
    drawn = central()
    with pytest.raises(InputError, match="ascend"):
        Rosenbrock().solve(drawn.parameters, drawn.rest, Impulses(np.zeros(1), np.ones((1, 1))), np.array(times))


def test_a_lane_that_cannot_be_solved_is_named():
    drawn = physiology(30, seed=0)
    broken = drawn.parameters.copy()
    broken[21] = np.nan
    with pytest.raises(SolverError) as fault:
        Rosenbrock().solve(broken, drawn.rest, Impulses(np.zeros(1), np.ones((30, 1))), np.array([1.0]))
    assert fault.value.given == 21
    assert len(SYMBOLS) == STATES


def test_machine_code_on_disk_is_keyed_by_everything_it_was_made_from():
    # Without this a changed network could be answered by the code of the old one.
    from pinprick.cascade import column, rodas
    from pinprick.cascade.compiled import fingerprint

    for module, parts in ((rodas, ("compiled", "kernel", "rodas")), (column, ("compiled", "kernel", "column"))):
        held = [cell.cell_contents for cell in module.ENTRY.py_func.__closure__]
        assert fingerprint(*parts) in held
    assert fingerprint("kernel") != fingerprint("network")
