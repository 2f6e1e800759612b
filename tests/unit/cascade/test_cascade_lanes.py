import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from pinprick.cascade import Course, ensemble, lanes, response
from pinprick.cascade.compiled import fingerprint
from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.kernel import ENTRIES, STATES, impulse, rates
from pinprick.cascade.layout import ENTRIES as PLACES
from pinprick.cascade.layout import FIXED, LAYOUT
from pinprick.cascade.network import INDEX
from pinprick.cascade.physiology import physiology
from pinprick.cascade.rodas import LONGEST_STEP
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.cascade.tableau import RODAS
from pinprick.errors import InputError, SolverError

DAYS = np.array([0.0, 21.0, 42.0, 63.0])
TIMES = np.array([0.0, 0.02, 0.3, 1.0, 3.0, 7.0, 14.0, 20.9, 21.0, 21.5, 42.0, 50.0, 63.0, 64.0, 90.0])
COUNT = 45


@pytest.fixture(scope="module")
def cohort():
    drawn = physiology(COUNT, seed=1)
    injury = np.random.default_rng(0).uniform(0.02, 1.0, (COUNT, DAYS.size))
    injury[3] = 0.0
    return drawn.parameters, drawn.rest, Impulses(DAYS, injury)


def error(ours, theirs):
    return np.abs(ours - theirs) / (np.abs(theirs) + 1e-3)


def lsoda(p, y, injury):
    def slope(_, state):
        out = np.empty(STATES)
        rates(state, p, out)
        return out

    y, rows = y.copy(), []
    for k, (start, end) in enumerate(zip(DAYS, [*DAYS[1:], TIMES[-1]], strict=True)):
        impulse(y, p, injury[k])
        inside = TIMES[(start <= TIMES) & ((end > TIMES) | (end == TIMES[-1]))]
        ask = np.unique(np.append(inside, end))
        run = solve_ivp(slope, (start, end), y, method="LSODA", rtol=1e-11, atol=1e-13, t_eval=ask, max_step=0.5)
        rows.append(run.y.T[np.isin(ask, inside)])
        y = run.y[:, -1].copy()
    return np.concatenate(rows)


@pytest.mark.parametrize("patient", [0, 3, 17])
def test_agrees_with_lsoda_at_tight_tolerance(cohort, patient):
    p, y, hits = cohort
    ours = Ensemble(1e-8, 1e-10).solve(p, y, hits, TIMES)[patient]
    assert error(ours, lsoda(p[patient].copy(), y[patient], hits.injury[patient])).max() < 1e-5


@pytest.mark.parametrize(("rtol", "limit", "end"), [(1e-3, 5e-3, 2e-3), (1e-4, 5e-4, 1e-4), (1e-5, 5e-5, 1e-5)])
def test_error_follows_the_tolerance(cohort, rtol, limit, end):
    # The end, where what matters is read, is good to about the tolerance, hours after a session to five times that.
    # With the constants drawn from the calibration the loosest one is overstepped by half in a patient of this cohort;
    # it was kept with those of the records alone.
    p, y, hits = cohort
    exact = Rosenbrock(1e-10, 1e-12).solve(p, y, hits, TIMES)
    found = error(Ensemble(rtol, rtol * 1e-2).solve(p, y, hits, TIMES), exact)
    assert found.max() < limit
    assert found[:, -1].max() < end


def test_single_precision_is_good_to_a_thousandth(cohort):
    p, y, hits = cohort
    exact = Rosenbrock(1e-10, 1e-12).solve(p, y, hits, TIMES)
    found = error(Ensemble(5e-4, 5e-6, "single").solve(p, y, hits, TIMES), exact)
    assert found[:, -1].max() < 1e-3
    assert found.max() < 5e-3


def test_takes_the_same_steps_as_the_solver_of_one_lane(cohort):
    p, y, hits = cohort
    ours, theirs = (s(1e-4, 1e-6).solve(p, y, hits, TIMES) for s in (Ensemble, Rosenbrock))
    # The order of sums differs, so a step may be cut differently; that shows in at most a few patients.
    assert np.mean(error(ours, theirs).max(axis=(1, 2)) < 1e-6) > 0.8
    assert error(ours, theirs).max() < 1e-3


def test_a_patient_does_not_depend_on_company_order_or_threads(cohort):
    p, y, hits = cohort
    everybody = Ensemble(threads=1).solve(p, y, hits, TIMES)
    assert np.array_equal(Ensemble(threads=4).solve(p, y, hits, TIMES), everybody)
    some = np.array([30, 7, 44])
    alone = Ensemble().solve(p[some], y[some], Impulses(DAYS, hits.injury[some]), TIMES)
    assert np.array_equal(alone, everybody[some])


def test_healthy_skin_stays_healthy(cohort):
    p, y, hits = cohort
    out = Ensemble().solve(p, y, hits, TIMES)[3]
    still = [i for i in range(STATES) if i != INDEX["Q"]]
    assert np.allclose(out[:, still], y[3, still], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    ("days", "times"),
    [
        ([5.0, 5.0, 9.0], [0.0, 5.0, 5.0, 9.0, 12.0]),
        ([0.0, 50.0], [10.0, 40.0]),
        ([3.0], [1.0, 2.0]),
        ([0.0], [0.0]),
        ([4.0], [4.0]),
        ([], [0.0, 8.0]),
    ],
)
def test_sessions_and_outputs_may_fall_together_or_apart(cohort, days, times):
    p, y, _ = cohort
    hits = Impulses(np.array(days), np.full((COUNT, len(days)), 0.6))
    ours, theirs = (s(1e-6, 1e-8).solve(p, y, hits, np.array(times)) for s in (Ensemble, Rosenbrock))
    assert error(ours, theirs).max() < 1e-4


def test_nobody_is_solved_at_once():
    empty = Ensemble().solve(np.empty((0, lanes.COUNT)), np.empty((0, STATES)), Impulses(DAYS, np.empty((0, 4))), TIMES)
    assert empty.shape == (0, TIMES.size, STATES)


def test_inputs_are_left_alone(cohort):
    p, y, hits = cohort
    before = p.copy(), y.copy()
    Ensemble().solve(p, y, hits, TIMES)
    assert np.array_equal(p, before[0])
    assert np.array_equal(y, before[1])


def test_times_that_do_not_ascend_are_refused(cohort):
    p, y, hits = cohort
    with pytest.raises(InputError, match="ascend"):
        Ensemble().solve(p, y, hits, np.array([3.0, 2.0]))


@pytest.mark.parametrize("precision", ["double", "single"])
def test_a_patient_who_cannot_be_solved_is_named_and_harms_nobody(cohort, precision):
    p, y, hits = cohort
    broken = p.copy()
    broken[21, 5] = np.nan
    out = np.empty((COUNT, TIMES.size, STATES))
    Ensemble(precision=precision)._run(broken, y, DAYS, hits.injury, TIMES, out)
    usual = Ensemble(precision=precision).solve(p, y, hits, TIMES)
    others = np.arange(COUNT) != 21
    assert np.isnan(out[21]).all()
    assert np.array_equal(out[others], usual[others])
    with pytest.raises(SolverError) as fault:
        Ensemble(precision=precision).solve(broken, y, hits, TIMES)
    assert fault.value.given == 21


def test_a_patient_whose_step_collapsed_is_solved_alone(cohort, monkeypatch):
    p, y, hits = cohort
    run = Ensemble._run

    def losing(self, *arguments):
        run(self, *arguments)
        arguments[-1][[4, 40]] = np.nan

    usual = Ensemble().solve(p, y, hits, TIMES)
    monkeypatch.setattr(ensemble.Ensemble, "_run", losing)
    rescued = Ensemble().solve(p, y, hits, TIMES)
    assert np.array_equal(rescued[:4], usual[:4])
    assert np.allclose(rescued[[4, 40]], usual[[4, 40]], rtol=1e-3, atol=1e-5)


def test_the_layout_has_room():
    from pinprick.cascade.step import network

    assert ENTRIES == PLACES == len(network().place)
    assert len(network().fixed) <= FIXED
    assert LAYOUT.fixed + FIXED == LAYOUT.rows


def test_machine_code_on_disk_is_keyed_by_everything_it_was_made_from():
    held = [cell.cell_contents for cell in lanes.ENTRY.py_func.__closure__]
    assert fingerprint(*lanes.MADE_FROM) in held
    # Every module of the package that takes part in writing the instructions, found by what they import.
    folder, reached, left = Path(lanes.__file__).parent, set(), {"lanes"}
    while left:
        name = left.pop()
        reached.add(name)
        found = re.findall(r"from pinprick\.cascade\.(\w+) import", (folder / f"{name}.py").read_text(encoding="utf-8"))
        left |= set(found) - reached
    assert reached == set(lanes.MADE_FROM)


def test_runs_on_a_processor_without_wide_registers(cohort, tmp_path):
    p, y, hits = cohort
    np.savez(tmp_path / "in.npz", p=p[:9], y=y[:9], injury=hits.injury[:9])
    script = f"""
import numpy as np
from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.solver import Impulses
given = np.load({str(tmp_path / "in.npz")!r})
hits = Impulses(np.array({DAYS.tolist()}), given["injury"])
np.save({str(tmp_path / "out.npy")!r}, Ensemble().solve(given["p"], given["y"], hits, np.array({TIMES.tolist()})))
"""
    environment = {
        **os.environ,
        "NUMBA_CPU_NAME": "generic",
        "NUMBA_CPU_FEATURES": "",
        "NUMBA_CACHE_DIR": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)
    here = Ensemble().solve(p[:9], y[:9], Impulses(DAYS, hits.injury[:9]), TIMES)
    assert error(np.load(tmp_path / "out.npy"), here).max() < 1e-3
    assert LONGEST_STEP > 1


def test_the_response_is_the_same_from_either_solver():
    courses = [Course(1, 28.0), Course(4, 14.0), Course(3, 42.0)]
    lanes_, one = (
        response(courses, follow_up_days=90.0, draws=24, seed=3, solver=s) for s in (None, Rosenbrock(1e-4, 1e-6))
    )
    d = np.random.default_rng(1).uniform(0, 1, 24)
    for course in courses:
        assert np.allclose(lanes_.collagen_gain(d, course), one.collagen_gain(d, course), rtol=1e-4, atol=1e-4)
        assert np.allclose(lanes_.inflammation_exposure(d, course), one.inflammation_exposure(d, course), rtol=1e-4)


def test_the_method_is_of_order_four_and_estimates_of_order_three():
    # Straight from the table of coefficients, on a problem that is neither linear nor without coupling.
    def rate(y):
        return np.array([-y[0] * y[1], y[0] ** 2 - np.sin(y[1])])

    def slope(y):
        return np.array([[-y[1], -y[0]], [2 * y[0], -np.cos(y[1])]])

    def one(y, h):
        k = []
        w = np.eye(2) / (RODAS.gamma * h) - slope(y)
        for s in range(RODAS.stages):
            at = y + sum((a * u for a, u in zip(RODAS.positions[s], k, strict=False)), np.zeros(2))
            past = sum((c / h * u for c, u in zip(RODAS.coupling[s], k, strict=False)), np.zeros(2))
            k.append(np.linalg.solve(w, rate(at) + past))
        new = y + np.dot(RODAS.result, k)
        half = 0.5 * y + 0.5 * (new + 0.5 * (np.dot(RODAS.dense[0], k[:5]) + 0.5 * np.dot(RODAS.dense[1], k[:5])))
        return new, new - np.dot(RODAS.error, k), half

    start = np.array([1.0, 0.7])
    exact = solve_ivp(
        lambda _, y: rate(y), (0, 1), start, rtol=1e-13, atol=1e-14, dense_output=True, method="DOP853"
    ).sol

    def final(n):
        y = start
        for _ in range(n):
            y = one(y, 1 / n)[0]
        return np.abs(y - exact(1.0)).max()

    def local(which, h, at):
        return np.abs(one(start, h)[which] - exact(at)).max()

    assert np.log2(final(16) / final(32)) > 3.7
    # The error of one step is one order higher than that of many.
    assert 3.6 < np.log2(local(1, 0.1, 0.1) / local(1, 0.05, 0.05)) < 4.6
    assert np.log2(local(2, 0.1, 0.05) / local(2, 0.05, 0.025)) > 3.6
