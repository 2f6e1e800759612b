"""The network in JAX against the compiled one, and its gradients against differences of the compiled one."""

import sys

import numpy as np
import pytest

from pinprick.cascade import Impulses, Rosenbrock
from pinprick.cascade.jax_gradient import gradient
from pinprick.cascade.jax_solver import JaxSolver, padded
from pinprick.cascade.network import CONSTANTS, INDEX, NAMES
from pinprick.cascade.physiology import derive, physiology
from pinprick.errors import InputError, MissingExtraError

DRAWN = physiology(7, seed=1)
DAYS = np.array([0.0, 21.0])
HITS = Impulses(DAYS, np.random.default_rng(3).uniform(0.1, 1.0, (7, 2)))
SLOW = [NAMES.index(n) for n in ("collagen_3", "collagen_1_immature", "collagen_1_mature", "elastin", "fibroblast")]


def needs_jax():
    pytest.importorskip("jax", reason="the extra jax is not installed")


def off(found, reference):
    return np.abs(found - reference) / (np.abs(reference) + 1e-3)


@pytest.mark.parametrize(
    ("solver", "every", "slow"),
    [(JaxSolver(1e-6, 1e-8), 1e-4, 1e-6), (JaxSolver(1e-4, 1e-6, "single"), 1e-3, 1e-4)],
    ids=["double", "single"],
)
def test_it_agrees_with_the_compiled_solver(solver, every, slow):
    needs_jax()
    times = np.array([0.0, 5.0, 21.0, 90.0])
    reference = Rosenbrock(1e-9, 1e-11).solve(DRAWN.parameters, DRAWN.rest, HITS, times)
    found = solver.solve(DRAWN.parameters, DRAWN.rest, HITS, times)
    assert off(found, reference).max() <= every
    assert off(found, reference)[:, :, SLOW].max() <= slow


def test_healthy_skin_without_injury_stays_at_rest():
    needs_jax()
    none = Impulses(DAYS, np.zeros((7, 2)))
    found = JaxSolver(1e-6, 1e-8).solve(DRAWN.parameters, DRAWN.rest, none, np.array([0.0, 5.0, 21.0, 90.0]))
    assert np.allclose(found, DRAWN.rest[:, None], rtol=1e-9, atol=1e-9)


def test_gradients_are_the_slopes_of_the_compiled_solver():
    needs_jax()
    found = gradient(DRAWN, HITS, 90.0)
    constants = {symbol: DRAWN.parameters[:, i] for i, symbol in enumerate(CONSTANTS)}
    solver = Rosenbrock(1e-11, 1e-13)

    def gain(hits=HITS, **changed):
        drawn = derive(constants | changed)
        y = solver.solve(drawn.parameters, drawn.rest, hits, np.array([90.0]))[:, 0]
        return 100 * (sum(y[:, INDEX[s]] for s in ("C3", "Ci", "Cm")) / drawn.constant("C0") - 1)

    def agrees(slope, up, down, h, rel):
        difference = (up - down) / (2 * h)
        assert np.abs(slope - difference).max() <= rel * np.abs(difference).max()

    assert np.allclose(found.value, gain(), atol=1e-4)
    for symbol in ("km", "aT", "kFY", "KT", "T1r", "kT"):
        h = 1e-4 * constants[symbol]
        up, down = (gain(**{symbol: constants[symbol] + s * h}) for s in (1, -1))
        agrees(found.by(symbol), up, down, h, 1e-4)
    step = np.array([0.0, 1.0])
    up, down = (gain(Impulses(DAYS, HITS.injury + s * 1e-4 * step)) for s in (1, -1))
    agrees(found.injury[:, 1], up, down, 1e-4, 1e-4)
    up, down = (gain(Impulses(DAYS + s * 1e-2 * step, HITS.injury)) for s in (1, -1))
    agrees(found.days[:, 1], up, down, 1e-2, 1e-3)


def test_a_wrong_name_is_refused():
    with pytest.raises(InputError, match="read-out"):
        gradient(DRAWN, HITS, 90.0, "colagen")


def test_without_jax_the_remedy_is_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr("pinprick.tissue.accelerator.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError) as fault:
        JaxSolver().solve(DRAWN.parameters, DRAWN.rest, HITS, np.array([1.0]))
    assert "pip install 'pinprick[jax]'" in str(fault.value)


def test_the_package_does_not_import_jax():
    import subprocess

    code = "import sys, pinprick.cascade.jax_solver, pinprick.cascade.jax_gradient; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sizes_are_padded_so_that_few_are_compiled():
    assert [padded(n) for n in (1, 3, 4, 5, 4096, 4097)] == [1, 4, 4, 8, 4096, 8192]
