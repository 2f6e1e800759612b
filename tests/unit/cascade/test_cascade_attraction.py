import numpy as np
import pytest

from pinprick import evidence
from pinprick.cascade import BlockOptions, Course, central, heal_block
from pinprick.cascade.attraction import RULES, WANDERING, Attraction, attraction, no_attraction
from pinprick.cascade.block_injury import local_injuries
from pinprick.cascade.block_march import BlockMarch
from pinprick.cascade.depth import diffusivities
from pinprick.cascade.network import CONSTANTS, INDEX, STATES
from pinprick.cascade.physiology import derive
from pinprick.cascade.solver import Impulses, Rosenbrock
from pinprick.injury import Punctures
from pinprick.tissue import Block, Sides
from pinprick.tissue.chemotaxis import migrate

N = len(STATES)
SPREAD = np.array([0.3 if state.diffusivity or state.symbol in WANDERING else 0.0 for state in STATES])


def grid(sides=Sides.PERIODIC, shape=(7, 5, 6)):
    edges = 0.1 + 0.7 * np.linspace(0.0, 1.0, shape[2] + 1) ** 1.3
    return Block(shape[0], shape[1], 0.06, edges, sides, 0.0, None)


def inert():
    halves = ("KI", "KC", "KP", "KT", "KTc", "KV", "Fmax", "Emax", "sXb", "kX", "ki", "kd", "k3", "T1r")
    constants = {symbol: (1.0 if symbol in halves else 0.0) for symbol in CONSTANTS}
    return derive(constants | {"km": 1e-300, "q": 1.0, "fI": 1.0}).parameters[0].copy()


def rules(strength=1.0):
    found = attraction(central(), 0, 1, seed=0)
    return Attraction(found.cells, found.attractant, found.half, strength * found.sensitivity)


@pytest.mark.parametrize("sides", list(Sides))
def test_no_cell_is_lost_and_none_is_made(sides):
    block, random = grid(sides), np.random.default_rng(3)
    march = BlockMarch(block, inert(), np.zeros(N), SPREAD, attraction=rules(), threads=2)
    for symbol in ("F", "M1", "M2", "N", "P", "T1", "I"):
        march.y[:, INDEX[symbol]] = random.random(march.y.shape[0])
    before = {symbol: block.amount(march.state(symbol)) for symbol in ("F", "M1", "M2", "N")}
    uneven = march.state("F").std()
    march.run(0.1)
    for symbol, amount in before.items():
        assert np.isclose(block.amount(march.state(symbol)), amount, rtol=1e-11)
    assert march.state("F").std() < uneven
    assert march.y.min() >= 0.0


@pytest.mark.parametrize("sides", list(Sides))
def test_the_drift_is_that_of_the_tissue_engine(sides):
    block, random = grid(sides), np.random.default_rng(5)
    one = Attraction(
        np.array([INDEX["F"]]), np.array([INDEX["P"]]), np.array([0.4]), np.array([0.2])
    )  # fmt: skip
    nearly_still = np.where(np.arange(N) == INDEX["P"], 1e-12, 0.0)
    march = BlockMarch(block, inert(), np.zeros(N), nearly_still, attraction=one, tolerance=1e-7, threads=1)
    cells, signal = random.random(block.shape), random.random(block.shape)
    march.y[:, INDEX["F"]], march.y[:, INDEX["P"]] = cells.ravel(), signal.ravel()
    days = 1e-3
    march.run(days)
    wanted = cells
    for _ in range(40):
        wanted = migrate(block, wanted, signal / (0.4 + signal), 0.2, days / 40)
    assert np.abs(wanted - cells).max() > 0.02
    assert np.allclose(march.state("F"), wanted, atol=4e-4)


def test_a_rate_of_nought_changes_nothing():
    drawn, block = central(), grid()
    ends = []
    for drift in (None, no_attraction(), rules(0.0)):
        march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, attraction=drift, threads=1)
        d = np.random.default_rng(1).random(block.shape)
        march.injure(d, d)
        march.run(3.0)
        ends.append(march.y.copy())
    assert np.array_equal(ends[0], ends[1])
    assert np.array_equal(ends[0], ends[2])


def test_where_all_is_alike_nothing_is_drawn_anywhere():
    drawn, block, times = central(), grid(), np.array([1.0, 10.0, 40.0])
    mixed = Rosenbrock(1e-9, 1e-11).solve(
        drawn.parameters, drawn.rest, Impulses(np.array([0.0]), np.full((1, 1), 0.7)), times
    )[0]
    march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, attraction=rules(), tolerance=1e-4)
    march.injure(np.full(block.shape, 0.7), np.full(block.shape, 0.7))
    for i, day in enumerate(times):
        march.run(float(day))
        assert np.allclose(march.y, mixed[i], rtol=5e-4, atol=1e-5)


def test_cells_gather_at_a_lone_channel(make_injury):
    injury, drawn = make_injury(draws=1), central()
    block = Block(11, 11, 0.2, 0.1 + 0.2 * np.arange(5.0), Sides.MIRRORED, 0.0, None)
    at = np.array([1.1])
    made = Punctures(2.2, at, at, np.array([0.9]), 0 * at, 0 * at, np.zeros(1, dtype=np.int64), 0.035)
    stays, moves = local_injuries(block, made, injury, 0, 0.2)
    spread = diffusivities(1, seed=0)[0]
    spread[INDEX["N"]] = 0.4
    contrast = {}
    for strength in (0.0, 1.0, 2.0):
        march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], spread, attraction=rules(strength))
        march.injure(stays, moves)
        march.run(2.0)
        for symbol in ("F", "M2", "N"):
            field = march.state(symbol)
            contrast[symbol, strength] = field[5, 5, 0] / field.mean()
    for symbol in ("F", "M2", "N"):
        assert contrast[symbol, 0.0] < contrast[symbol, 1.0] < contrast[symbol, 2.0]
    assert contrast["F", 1.0] > 1.01 * contrast["F", 0.0]


def test_the_option_is_in_the_record_of_the_block(make_injury):
    injury = make_injury(per_cm2=2000.0, draws=3)
    found = [
        heal_block(
            injury.skin, injury, Course(1, 5.0),
            BlockOptions(side_mm=0.6, spacing_mm=0.1, draw=0, chemotaxis=on), times_days=np.array([0.0, 2.0]),
        )
        for on in (True, False)
    ]  # fmt: skip
    assert [data.attrs["chemotaxis"] for data in found] == [1, 0]
    assert float(np.abs(found[0]["fibroblast"] - found[1]["fibroblast"]).max()) > 1e-3


def test_every_rate_is_a_record_that_says_it_is_assumed():
    for name in {rule.record for rule in RULES} | set(WANDERING.values()):
        record = evidence.parameter(f"cascade.{name}")
        assert record.status == "assumed"
        assert record.unit == "um**2/s"
