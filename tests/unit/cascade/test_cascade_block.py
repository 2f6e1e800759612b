import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from pinprick.cascade import BlockOptions, Course, block_requirement, central, heal_block
from pinprick.cascade.block_injury import local_injuries
from pinprick.cascade.block_march import BlockMarch, Spreading
from pinprick.cascade.block_options import Requirement, available_bytes, check_fits
from pinprick.cascade.network import CONSTANTS, INDEX, NAMES, STATES
from pinprick.cascade.physiology import derive
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.errors import InputError
from pinprick.injury import Punctures
from pinprick.tissue import Block, Sides
from pinprick.tissue.layered import depth_bands

N = len(STATES)
SMALL = BlockOptions(side_mm=0.6, spacing_mm=0.1, draw=0)
SPREAD = np.array([2.0 if state.diffusivity else 0.0 for state in STATES])


def grid(floor=None, sides=Sides.PERIODIC, shape=(5, 4, 6)):
    edges = 0.1 + 0.7 * np.linspace(0.0, 1.0, shape[2] + 1) ** 1.3
    return Block(shape[0], shape[1], 0.06, edges, sides, 0.0, floor)


def inert():
    """Return constants with which no state changes by kinetics."""
    halves = ("KI", "KC", "KP", "KT", "KTc", "KV", "Fmax", "Emax", "sXb", "kX", "ki", "kd", "k3", "T1r")
    constants = {symbol: (1.0 if symbol in halves else 0.0) for symbol in CONSTANTS}
    return derive(constants | {"km": 1e-300, "q": 1.0, "fI": 1.0}).parameters[0].copy()


def punctures(x, y, depth, side):
    x, y, depth = (np.atleast_1d(np.asarray(a, dtype=float)) for a in (x, y, depth))
    return Punctures(side, x, y, depth, 0 * x, 0 * x, np.zeros(x.size, dtype=np.int64), 0.035)


def mean(block, field):
    return block.amount(field) / block.amount(np.ones(block.shape))


@pytest.mark.parametrize("sides", list(Sides))
@pytest.mark.parametrize("floor", [None, 0.0])
def test_spreading_solves_the_finite_volumes(sides, floor):
    block = grid(floor, sides)
    nx, ny, nz = block.shape
    diffusivity, decay, scaled = np.array([1.3, 0.2]), np.array([0.0, 5.0]), 0.07
    solver = Spreading(block, diffusivity, decay)
    solver.prepare(scaled)
    x = np.random.default_rng(0).random((2, nx, ny, nz))

    def second(a, axis):
        ends = "wrap" if sides is Sides.PERIODIC else "edge"
        pad = np.pad(a, [(1, 1) if i == axis else (0, 0) for i in range(3)], mode=ends)
        return np.diff(pad, 2, axis=axis) / block.spacing_mm**2

    diagonal, side = depth_bands(block, np.ones(nz))
    bands = np.diag(diagonal) + np.diag(side, 1) + np.diag(side, -1)
    root = np.sqrt(block.heights_mm)
    for m in range(2):
        lap = second(x[m], 0) + second(x[m], 1) - ((x[m] * root) @ bands) / root
        b = x[m] + scaled * (decay[m] * x[m] - diffusivity[m] * lap)
        got = solver.solve(np.stack([b.ravel()] * 2))[m]
        assert np.allclose(got, x[m].ravel(), rtol=1e-9)


@pytest.mark.parametrize("sides", list(Sides))
def test_a_conserved_field_keeps_its_amount_and_decays_as_the_cosine(sides):
    block = grid(None, sides, (16, 3, 4))
    march = BlockMarch(block, inert(), np.zeros(N), SPREAD, tolerance=1e-5, threads=1)
    wave = np.cos(2 * np.pi * (np.arange(16) + 0.5) / 16)[:, None, None] * np.ones(block.shape)
    march.y[:, INDEX["P"]] = (2.0 + wave).ravel()
    march.run(0.02)
    rate = SPREAD[INDEX["P"]] * (2 / 0.06 * np.sin(np.pi / 16)) ** 2
    assert np.isclose(mean(block, march.state("P")), 2.0, rtol=1e-10)
    assert np.allclose(march.state("P"), 2.0 + wave * np.exp(-0.02 * rate), atol=1e-4)


def test_healthy_skin_stays_at_rest_over_a_held_floor():
    drawn = central()
    march = BlockMarch(grid(0.0), drawn.parameters[0], drawn.rest[0], SPREAD, threads=1)
    march.run(300.0)
    assert np.allclose(march.y, drawn.rest[0], rtol=1e-9, atol=1e-12)


def test_uniform_injury_in_a_closed_block_is_the_well_mixed_answer():
    drawn, days, times = central(), np.array([0.0, 20.0]), np.array([0.5, 5.0, 15.0, 22.0, 60.0])
    mixed = Rosenbrock(1e-9, 1e-11).solve(drawn.parameters, drawn.rest, Impulses(days, np.full((1, 2), 0.7)), times)[0]
    block = grid()
    march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, tolerance=1e-4)
    everywhere = np.full(block.shape, 0.7)
    for i, time_ in enumerate(times):
        for day in days[(days <= time_) & (days >= march.day)]:
            march.run(float(day))
            march.injure(everywhere, everywhere)
        march.run(float(time_))
        assert np.allclose(march.y, mixed[i], rtol=5e-4, atol=1e-5)


def test_the_order_is_three():
    drawn, block = central(), grid()
    d = np.random.default_rng(1).random(block.shape)

    def end(steps):
        march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, tolerance=1e-6, threads=1)
        march.injure(d, d)
        march.run(0.3)
        for _ in range(steps):
            new, _, _ = march._try(0.2 / steps)
            march.y, march._at = new, march.y
        return march.y.copy()

    exact = end(256)
    errors = [np.abs(end(n) - exact).max() for n in (16, 32)]
    assert errors[0] / errors[1] > 6.0


def test_one_puncture_in_the_middle_heals_symmetrically(make_injury):
    injury, drawn = make_injury(draws=1), central()
    block = grid(0.0, Sides.MIRRORED, (7, 7, 5))
    made = punctures(0.21, 0.21, 0.5, 0.42)
    stays, moves = local_injuries(block, made, injury, 0, 0.1)
    # The points over which a channel is spread have no mirror image, so what is released is symmetric only nearly.
    for released, near in ((stays, 1e-9), (moves, 0.05)):
        march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD)
        march.injure(stays, released)
        march.run(12.0)
        for symbol in ("T1", "Y", "C3", "V"):
            field = march.state(symbol)
            scale = np.ptp(field)
            assert np.allclose(field, field[::-1], atol=near * scale)
            assert np.allclose(field, field.swapaxes(0, 1), atol=near * scale)
            assert field[3, 3, 0] > field[0, 0, -1]


def test_what_is_released_does_not_depend_on_where(make_injury):
    injury, block = make_injury(draws=2), grid(shape=(10, 10, 6))
    made = punctures([0.1, 0.37], [0.2, 0.5], [0.45, 0.6], 0.6)
    stays, moves = local_injuries(block, made, injury, 0, 0.12)
    assert np.allclose(stays.mean(axis=(0, 1)), moves.mean(axis=(0, 1)), rtol=1e-12)
    assert moves.max() > 3 * stays.max()
    assert np.all((stays >= 0) & (stays <= 1))
    # Two circles that do not touch, at a depth that both reach.
    assert np.isclose(stays[:, :, 0].mean() * 0.36, 2 * np.pi * 0.155**2, rtol=0.06)
    deep = local_injuries(block, made, injury, 0, 0.12, "channel")
    assert np.array_equal(deep[0], deep[1])


def test_the_mean_over_many_punctures_is_the_local_injury_of_the_other_geometries(make_injury):
    from pinprick.cascade.link import injury_profile, signal_reach_mm

    injury = make_injury(per_cm2=250.0, reach_mm=0.8, draws=4)
    data = heal_block(
        injury.skin, injury, Course(12, 1.0), BlockOptions(side_mm=2.0, spacing_mm=0.1, draw=2, tolerance=0.1),
        times_days=np.array([0.0]),
    )  # fmt: skip
    wanted = float(np.interp(0.4, injury.depth_mm, injury_profile(injury)[2]))
    assert signal_reach_mm(4, seed=0)[2] > 0.03
    # One session is drawn at this output time, but all are placed.
    got = float(data["local_injury"].sel(z=0.4, method="nearest").mean())
    assert np.isclose(got, wanted, rtol=0.15)


def test_the_mean_over_the_surface_agrees_with_the_depth_geometry():
    from pinprick.cascade.depth import solve

    drawn, cells, height = central(), 20, 0.05
    d = np.where(np.arange(cells) < 8, 0.9, 0.0)
    times = np.array([1.0, 5.0, 15.0, 60.0])
    column = solve(drawn, SPREAD[None], d[None], height, Course(1, 28.0), times)[0]
    block = Block(3, 3, 0.1, height * np.arange(cells + 1.0), Sides.PERIODIC, 0.0, 0.0)
    march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, tolerance=1e-4)
    field = np.broadcast_to(d, block.shape)
    march.injure(field, field)
    for i, time_ in enumerate(times):
        march.run(float(time_))
        for symbol in ("T1", "Y", "C3", "E", "F"):
            assert np.allclose(march.state(symbol).mean(axis=(0, 1)), column[i, :, INDEX[symbol]], rtol=1e-2, atol=1e-4)


def test_heal_offers_the_block_as_a_dataset(make_injury):
    injury = make_injury(per_cm2=2000.0, draws=3)
    data = heal_block(injury.skin, injury, Course(2, 5.0), SMALL, follow_up_days=5.0)
    assert set(NAMES) <= set(data)
    assert data["collagen_gain_percent"].dims == ("time", "z", "y", "x")
    assert data["pdgf"].attrs["units"] == "ng/mL"
    assert data["pdgf"].attrs["symbol"] == "P"
    assert data["fibroblast"].attrs["rest"] == 1.0
    assert (data.attrs["geometry"], data.attrs["side_mm"], data.attrs["draw"]) == ("block", 0.6, 0)
    assert 0 < data.attrs["error_points"] < 0.1
    assert data.sizes["boundary"] == 6
    assert np.isfinite(data["collagen_gain_percent"]).all()
    assert float(data["puncture_x_mm"].max()) < 0.6
    assert not np.array_equal(data["puncture_x_mm"].values, data["later_puncture_x_mm"].values)
    at = data.sel(time=5.0)
    assert float(at["fibrin_clot"].max()) > 0.9
    halved = heal_block(
        injury.skin, injury, Course(2, 5.0), BlockOptions(0.6, 0.1, 0, tolerance=3e-4), follow_up_days=5.0
    )
    error = np.abs(halved["collagen_gain_percent"] - data["collagen_gain_percent"]).isel(time=-1).mean()
    # What a signal carries into collagen is not in the estimate.
    assert 0.1 * data.attrs["error_points"] < float(error) < 4.0 * data.attrs["error_points"]


def test_what_a_block_needs_is_known_before(make_injury):
    injury = make_injury(draws=3)
    needed = block_requirement(injury, Course(1, 1.0), SMALL, follow_up_days=5.0)
    assert needed.shape[:2] == (6, 6)
    assert "GB of memory" in str(needed)
    finer = BlockOptions(side_mm=0.6, spacing_mm=0.01, draw=0)
    assert block_requirement(injury, Course(1, 1.0), finer).memory_bytes > needed.memory_bytes
    stored = block_requirement(injury, Course(1, 1.0), finer, stored=True)
    assert stored.memory_bytes < block_requirement(injury, Course(1, 1.0), finer).memory_bytes
    here = available_bytes()
    assert here is not None and here > 0
    with pytest.raises(InputError, match="would not fit into memory") as caught:
        check_fits(Requirement((400, 400, 400), 100, 2 * here, here))
    assert "available" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"side_mm": -1.0}, "positive"),
        ({"side_mm": float("nan")}, "positive"),
        ({"spacing_mm": 0.0}, "positive"),
        ({"sides": "open"}, "unknown sides"),
        ({"side_mm": 1.0, "spacing_mm": 0.9}, "do not suit"),
        ({"draw": 99}, "no such draw"),
    ],
)
def test_options_that_cannot_be_used_are_refused(make_injury, options, said):
    injury = make_injury(draws=2)
    with pytest.raises(InputError, match=said):
        heal_block(injury.skin, injury, Course(1, 28.0), BlockOptions(**options))


PEAK = """
import numpy as np
from pinprick import injury as injuries
from pinprick import skin
from pinprick.cascade import BlockOptions, Course, block_requirement, heal_block
from pinprick.device import device
here = skin.describe(skin.Zone.CHEEK, skin.Person(), draws=10, seed=0)
done = injuries.puncture(here, device("skinpen-precision"), injuries.Technique(skin.Zone.CHEEK, 1.5, 6))
options, course, days = BlockOptions(side_mm=1.5, spacing_mm=0.05), Course(1, 28.0), np.array([0.0, 0.001])
stated = block_requirement(done, course, options, times_days=days).memory_bytes
heal_block(here, done, course, options, times_days=days)
lines = open("/proc/self/status").readlines()
print(stated, next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process is read from /proc")
def test_the_memory_that_is_stated_covers_what_a_run_takes():
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)
    stated, peak = map(int, done.stdout.split())
    # It must cover the run and not be so wide that blocks which would fit are refused.
    assert 0.5 * stated < peak <= stated


SCRIPT = """
import sys
from pathlib import Path
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("injuries", Path(sys.argv[2]) / "conftest.py")
injuries = module_from_spec(spec)
spec.loader.exec_module(injuries)
build = injuries.build
from pinprick.cascade import BlockOptions, Course, heal_block
injury = build(per_cm2=400.0, draws=3)
heal_block(injury.skin, injury, Course(2, 5.0), BlockOptions(side_mm=0.6, spacing_mm=0.1, draw=0),
           follow_up_days=float(sys.argv[3]), store=Path(sys.argv[1]))
"""


def test_a_killed_run_goes_on_and_ends_as_an_unbroken_one(make_injury, tmp_path):
    pytest.importorskip("zarr")
    from pinprick.cascade.block_store import checkpoint_of

    path, injury, course = tmp_path / "block.zarr", make_injury(per_cm2=400.0, draws=3), Course(2, 5.0)
    arguments = [sys.executable, "-c", SCRIPT, str(path), str(Path(__file__).parent), "60"]
    run = subprocess.Popen(arguments, env=dict(os.environ))
    limit = time.monotonic() + 120
    while run.poll() is None and time.monotonic() < limit:
        if path.exists() and len(list(path.glob("pdgf/c/*"))) >= 4:
            run.send_signal(signal.SIGKILL)
            break
        time.sleep(0.005)
    assert run.wait() == -signal.SIGKILL
    assert checkpoint_of(path).exists()
    with pytest.raises(InputError, match="other settings"):
        heal_block(injury.skin, injury, course, SMALL, follow_up_days=61.0, store=path)
    days = []
    got = heal_block(
        injury.skin, injury, course, SMALL, follow_up_days=60.0, store=path, progress=lambda day, end: days.append(day)
    )
    assert days[0] > 0.01
    assert not checkpoint_of(path).exists()
    wanted = heal_block(injury.skin, injury, course, SMALL, follow_up_days=60.0)
    for name in ("collagen_gain_percent", "tgf_beta_1_active", "myofibroblast"):
        assert np.array_equal(got[name].values, wanted[name].values)
        assert got[name].attrs["units"] == wanted[name].attrs["units"]
    assert got["pdgf"].encoding["chunks"] == (1, *wanted["pdgf"].shape[1:])
    with pytest.raises(InputError, match="already something"):
        heal_block(injury.skin, injury, course, SMALL, follow_up_days=60.0, store=path)


def test_a_run_killed_before_its_first_output_starts_again(make_injury, tmp_path, monkeypatch):
    pytest.importorskip("zarr")
    from pinprick.cascade import block_store

    path, injury, course = tmp_path / "block.zarr", make_injury(draws=3), Course(1, 5.0)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(block_store.Store, "put", killed)
        with pytest.raises(KeyboardInterrupt):
            heal_block(injury.skin, injury, course, SMALL, times_days=np.array([0.0, 1.0]), store=path)
    assert path.exists()
    got = heal_block(injury.skin, injury, course, SMALL, times_days=np.array([0.0, 1.0]), store=path)
    assert np.isfinite(got["pdgf"].values).all()
    assert sorted(item.name for item in tmp_path.iterdir()) == ["block.zarr"]


def test_the_state_before_each_session_is_written():
    from pinprick.cascade.block import block_days

    days = block_days(Course(3, 30.0), 60.0)
    assert {29.97, 59.97, 60.0, 120.0} <= set(days.tolist())
    assert np.all(np.diff(days) > 0)


@pytest.mark.slow
def test_full_size_course_is_within_one_percent():
    from pinprick import injury as injuries
    from pinprick import skin
    from pinprick.device import device

    here = skin.describe(skin.Zone.CHEEK, skin.Person(), draws=100, seed=0)
    done = injuries.puncture(here, device("skinpen-precision"), injuries.Technique(skin.Zone.CHEEK, 1.5, 6))
    course = Course(4, 28.0)
    found, exact = (
        heal_block(here, done, course, BlockOptions(tolerance=tolerance), follow_up_days=180.0)
        for tolerance in (3e-3, 2e-4)
    )
    for name in ("collagen_gain_percent", "myofibroblast", "capillary_density"):
        a, b = found[name].values, exact[name].values
        assert np.abs(a - b).max() < 0.01 * np.abs(b).max()
