"""The operator in JAX against the one for the CPU, and its gradients against differences."""

import math

import numpy as np
import pytest

from pinprick.errors import InputError
from pinprick.tissue import Block, Coupling, FastSolve, Layered, Sides, accelerator, operator
from pinprick.tissue.coupling import flat, take_up
from pinprick.tissue.operator import Source

pytest.importorskip("jax", reason="the extra jax is not installed")
import jax
import jax.numpy as jnp

from pinprick.tissue import jax_operator as other

RNG = np.random.default_rng(5)
EDGES = np.concatenate([[0.0], np.cumsum(RNG.uniform(0.02, 0.04, 9))])
DECAY = np.linspace(2.0, 30.0, 9)
BLOCKS = [
    Block(6, 5, 0.025, EDGES, Sides.MIRRORED, surface_permeability_mm_per_day=3.0, bottom_value=0.4),
    Block(6, 5, 0.025, EDGES, Sides.PERIODIC),
    Block.uniform((8, 4, 6), 0.025),
]
# Both fields decay, so that a steady state exists.
FIELDS = [Layered(0.8, 5.0), Layered(0.8, 0.5)]


def relative(a, b):
    return float(np.linalg.norm(np.asarray(a, float) - b) / np.linalg.norm(b))


def cpu_steps(block, field, coupling, start, lengths):
    """The scheme of `March` on the CPU's operator with steps of given lengths."""
    solver = operator(block, field, np.float64)
    modes, late = solver.forward(start.copy()), np.zeros(block.shape)
    supply = solver.supply() if block.bottom_value else np.zeros(block.shape)
    source, immobile = Source(supply.copy(), np.zeros(block.shape), math.inf), np.zeros(block.shape)
    taking, release = (flat(v, block.shape, np.float64) for v in (coupling.uptake_per_day, coupling.release_per_day))
    gain = float(taking.mean() * release.mean())
    for days in lengths:
        new = np.ascontiguousarray(solver.backward(solver.uptake(modes, source, late, days, coupling.loss_per_day)))
        released = np.empty(block.shape)
        kept = math.exp(-coupling.loss_per_day * days)
        take_up(new.ravel(), immobile.ravel(), released.ravel(), taking, kept, release)
        end = solver.forward(released) + supply
        solver.advance(modes, source, end, late, days, gain)
        source.value, source.before, immobile = end, days, new
    return solver.backward(modes.copy()), immobile + float(taking[0]) * solver.backward(late.copy())


@pytest.mark.parametrize("block", BLOCKS, ids=["robin", "periodic", "closed"])
@pytest.mark.parametrize(("precision", "limit"), [("double", 1e-8), ("single", 1e-4)])
def test_steps_are_those_of_the_cpu(block, precision, limit):
    field, coupling = FIELDS[0], Coupling(0.7, 0.05, 0.3)
    start = np.zeros(block.shape)
    start[2, 1] = 1.0
    lengths = [0.01, 0.02, 0.05, 0.2, 1.0, 3.0]
    u, v = cpu_steps(block, field, coupling, start, lengths)
    with accelerator.numbers(precision):
        kind = accelerator.kind_of(precision)
        basis = other.basis(block, field, precision)
        at = other.begin(basis, jnp.asarray(start, kind), jnp.zeros(block.shape, kind), 0.3)
        at = other.follow(basis, at, jnp.asarray(lengths, kind), (0.7, 0.05, 0.3))
        found = other.fields(basis, at, 0.7)
    assert relative(found[0], u) <= limit
    assert relative(found[1], v) <= limit


@pytest.mark.parametrize(("precision", "limit"), [("double", 1e-8), ("single", 1e-4)])
def test_the_steady_field_is_that_of_the_fast_solve_where_diffusivity_varies(precision, limit):
    block = BLOCKS[0]
    diffusivity = np.linspace(0.3, 1.2, 9)
    wanted = RNG.random(block.shape)
    reference = FastSolve(block, diffusivity, DECAY)(wanted * block.heights_mm)
    with accelerator.numbers(precision):
        basis = other.basis(block, Layered(diffusivity, DECAY), precision)
        source = other.forward(basis, jnp.asarray(wanted, accelerator.kind_of(precision)))
        found = other.backward(basis, other.steady(basis, source))
    assert relative(found, reference) <= limit


def test_a_step_with_varying_diffusivity_is_that_of_the_cpu():
    block, days = BLOCKS[0], 0.05
    layered = Layered(np.linspace(0.3, 1.2, 9), DECAY)
    start = RNG.random(block.shape)
    solver = operator(block, layered, np.float64)
    modes = solver.forward(start.copy())
    supply = solver.supply()
    solver.advance(modes, Source(supply, np.zeros_like(modes), math.inf), supply.copy(), np.empty_like(modes), days, 0)
    with accelerator.numbers("double"):
        basis = other.basis(block, layered)
        at = other.forward(basis, jnp.asarray(start))
        found = other.backward(basis, other.advance(basis, at, basis.supply, 0.0 * at, days))
    # The CPU steps such columns by a rational form that is within 3e-10 of the exponential.
    assert relative(found, solver.backward(modes)) <= 1e-8


def test_gradients_through_a_step_are_the_slopes():
    block = BLOCKS[0]
    start, weight = RNG.random(block.shape), RNG.random(block.shape)
    with accelerator.numbers("double"):
        basis = other.basis(block, Layered(0.8, 5.0))

        def outcome(start, more_decay, taking, days):
            slower = basis._replace(rates=basis.rates + more_decay)
            at = other.begin(slower, start, 0.1 * start, 0.3)
            at = other.step(slower, other.step(slower, at, days, (taking, 0.05, 0.3)), days, (taking, 0.05, 0.3))
            return (jnp.asarray(weight) * other.fields(slower, at, taking)[1]).sum()

        outcome = jax.jit(outcome)
        point = (jnp.asarray(start), 0.3, 0.7, 0.11)
        by_start, *others = jax.jit(jax.grad(outcome, argnums=(0, 1, 2, 3)))(*point)
        h = 1e-5
        for place, slope in enumerate(others, start=1):
            up, down = ((*point[:place], point[place] + s * h, *point[place + 1 :]) for s in (1, -1))
            assert float(slope) == pytest.approx(float(outcome(*up) - outcome(*down)) / (2 * h), rel=1e-6)
        along = jnp.asarray(RNG.random(block.shape))
        difference = float(outcome(start + h * along, *point[1:]) - outcome(start - h * along, *point[1:])) / (2 * h)
        assert float((by_start * along).sum()) == pytest.approx(difference, rel=1e-6)


def test_a_block_that_would_not_fit_is_refused_with_the_number():
    block = Block.uniform((200, 200, 100), 0.025)
    with pytest.raises(InputError, match="depth transform") as fault:
        other.basis(block, Layered(np.linspace(0.3, 1.2, 100), 1.0))
    assert "GB" in str(fault.value.given)
