import numpy as np

from pinprick.cascade import Course, heal
from pinprick.cascade.column import ENTRY as solve_column
from pinprick.cascade.depth import MOST_DRAWS, solve
from pinprick.cascade.network import CONSTANTS, DIFFUSIVITIES, INDEX, STATES, SYMBOLS
from pinprick.cascade.physiology import central, derive
from pinprick.cascade.solver import Impulses, Rosenbrock

N = len(SYMBOLS)
TIGHT = np.array([1e-7, 1e-9])
QUIET = np.concatenate([[[1e9]], np.zeros((40, 1))])


def inert() -> np.ndarray:
    """Every rate is zero, every half-saturation one: what is left is diffusion."""
    halves = ("KI", "KC", "KP", "KT", "KTc", "KV", "Fmax", "Emax", "sXb", "kX", "ki", "kd", "k3", "T1r")
    constants = {symbol: (1.0 if symbol in halves else 0.0) for symbol in CONSTANTS}
    constants |= {"km": 1e-300, "q": 1.0, "fI": 1.0}
    return derive(constants).parameters[0].copy()


def test_pure_diffusion_keeps_mass_and_decays_as_the_cosine():
    cells, height = 40, 0.05
    z = (np.arange(cells) + 0.5) * height
    length = cells * height
    # Only PDGF diffuses and no rate acts on it when every secretion and decay is zero.
    y = np.zeros((cells, N))
    y[:, INDEX["P"]] = 2.0 + np.cos(np.pi * z / length)
    transport = np.zeros((3, N))
    diffusivity = 1.3
    transport[0, INDEX["P"]] = diffusivity / height**2
    p = inert()
    times = np.array([0.05, 0.5])
    out = np.empty((2, cells, N))
    start = y[:, INDEX["P"]].copy()
    assert solve_column(y, p, transport, QUIET, times, TIGHT, out)
    for i, t in enumerate(times):
        got = out[i, :, INDEX["P"]]
        assert np.isclose(got.sum(), start.sum(), rtol=1e-9)
        wave = np.exp(-diffusivity * (np.pi / length) ** 2 * t) * np.cos(np.pi * z / length)
        assert np.allclose(got, 2.0 + wave, atol=2e-3)


def test_uniform_injury_in_a_closed_column_is_the_well_mixed_answer():
    drawn, course = central(), Course(2, 20.0)
    times = np.array([0.5, 5.0, 15.0, 22.0, 60.0])
    transport = np.zeros((3, N))
    transport[0] = [5.0 if state.diffusivity else 0.0 for state in STATES]
    cells = 6
    sessions = np.concatenate([np.array([course.session_days]), np.full((cells, 2), 0.7)])
    y, out = np.tile(drawn.rest[0], (cells, 1)), np.empty((times.size, cells, N))
    assert solve_column(y, drawn.parameters[0].copy(), transport, sessions, times, TIGHT, out)
    mixed = Rosenbrock(1e-9, 1e-11).solve(
        drawn.parameters, drawn.rest, Impulses(np.array(course.session_days), np.full((1, 2), 0.7)), times
    )[0]
    assert np.allclose(out, mixed[:, None, :], rtol=1e-4, atol=1e-5)


def test_fast_diffusion_makes_a_closed_column_uniform():
    drawn = central()
    cells = 8
    transport = np.zeros((3, N))
    transport[0] = [1e4 if state.diffusivity else 0.0 for state in STATES]
    sessions = np.concatenate([[[0.0]], np.linspace(0, 1, cells)[:, None]])
    y, out = np.tile(drawn.rest[0], (cells, 1)), np.empty((1, cells, N))
    assert solve_column(y, drawn.parameters[0].copy(), transport, sessions, np.array([2.0]), TIGHT, out)
    for symbol in ("P", "T1", "I", "V"):
        column = out[0, :, INDEX[symbol]]
        assert np.ptp(column) < 0.01 * column.mean()


def test_healthy_column_stays_healthy():
    drawn = central()
    spread = np.array([[3.0 if state.diffusivity else 0.0 for state in STATES]])
    out = solve(drawn, spread, np.zeros((1, 12)), 0.1, Course(3, 28.0), np.array([0.0, 730.0]))
    assert np.abs(out - drawn.rest[:, None, None]).max() < 1e-12


def test_tolerance_of_the_column_is_good_to_a_tenth_of_a_percentage_point():
    drawn, cells, height = central(), 24, 0.06
    spread = np.array([[1.0 if state.diffusivity else 0.0 for state in STATES]])
    d = np.where(np.arange(cells) < 12, 0.8, 0.0)[None]
    usual = solve(drawn, spread, d, height, Course(1, 1.0), np.array([40.0]))[0, 0]
    y, out = np.tile(drawn.rest[0], (cells, 1)), np.empty((1, cells, N))
    transport = np.stack([spread[0] / height**2, 2 * spread[0] / height**2, drawn.rest[0]])
    sessions = np.concatenate([[[0.0]], d.T])
    assert solve_column(y, drawn.parameters[0].copy(), transport, sessions, np.array([40.0]), TIGHT, out)
    pools = [INDEX["C3"], INDEX["Ci"], INDEX["Cm"]]
    error = (usual[:, pools].sum(axis=1) - out[0][:, pools].sum(axis=1)) / drawn.constant("C0")
    assert np.abs(error).max() < 1e-3


def test_dataset_by_depth(make_injury):
    injury = make_injury(reach_mm=0.7)
    data = heal(injury.skin, injury, Course(1, 28.0), geometry="depth", follow_up_days=40.0)
    assert data.collagen_gain_percent.dims == ("draw", "time", "depth")
    assert data.sizes["draw"] == data.attrs["draws"] == MOST_DRAWS
    assert set(data.layer.values) == {"papillary_dermis", "reticular_dermis"}
    gain = data.collagen_gain_percent.isel(time=-1).median("draw")
    assert float(gain[0]) > float(gain[-1])
    assert set(DIFFUSIVITIES) >= {state.diffusivity for state in STATES if state.diffusivity}
