"""RODAS in JAX: every lane with its own step, one program for all; and its replay, which can be differentiated.

The method and its control are those of `rodas`. Needs JAX; imported only by what asks for it.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from pinprick.cascade import rodas
from pinprick.cascade.jax_network import Rows, factors, impulse, rates, substitute
from pinprick.tissue.accelerator import options

_STAGES = np.pad(rodas.STAGES, ((0, 0), (0, 1)))
_COUPLING = np.pad(rodas.COUPLING, ((0, 0), (0, 1)))


def step(y: Rows, p: Rows, h: Any) -> tuple[Rows, Rows]:
    """Return the states after one step, and its error.

    Args:
        y: states, shape (states, lanes).
        p: parameters, shape (parameters, lanes).
        h: step of each lane, days, shape (lanes,).
    """
    stages, coupling = jnp.asarray(_STAGES, y.dtype), jnp.asarray(_COUPLING, y.dtype)
    w = factors(y, p, 1.0 / (rodas.GAMMA * h))

    # A product and a sum, not a matrix product: on a GPU that would be done with fewer digits.
    def mixed(weights: Any, k: Any) -> Any:
        return (weights[:, None, None] * k).sum(axis=0)

    def stage(s: Any, k: Any) -> Any:
        slope = rates(y + mixed(stages[s], k), p) + mixed(coupling[s], k) / h
        return k.at[s].set(substitute(w, slope))

    k = jax.lax.fori_loop(0, 6, stage, jnp.zeros((6, *y.shape), y.dtype))
    return y + mixed(stages[5], k) + k[5], k[5]


def _worst(y: Rows, new: Rows, error: Rows, tolerance: Any) -> Any:
    scale = tolerance[1] + tolerance[0] * jnp.maximum(jnp.abs(y), jnp.abs(new))
    worst = jnp.maximum(jnp.abs(error), -0.1 * new) / scale
    return jnp.where(jnp.isfinite(new).all(axis=0), worst.max(axis=0), 1e9)


def _advance(y: Rows, p: Rows, h: Any, span: Any, tolerance: Any, room: int) -> tuple[Rows, Any, Any]:
    """Return the states after a span, the next step, and the steps taken by lane, shape (room, lanes)."""
    lane = jnp.arange(y.shape[1])

    def busy(at: tuple[Any, ...]) -> Any:
        return (at[1] > 0) & (at[2] >= rodas.SHORTEST_STEP)

    def go_on(at: tuple[Any, ...]) -> Any:
        return busy(at).any() & (at[3] < rodas.MOST_STEPS)

    def attempt(at: tuple[Any, ...]) -> tuple[Any, ...]:
        y, left, h, tries, taken, lengths = at
        here = jnp.minimum(jnp.minimum(h, rodas.LONGEST_STEP), left)
        new, error = step(y, p, jnp.where(busy(at), here, 1.0))
        worst = _worst(y, new, error, tolerance)
        kept = busy(at) & (worst <= 1.0)
        factor = jnp.clip(rodas.SAFETY * (worst + 1e-12) ** -0.25, rodas.SHRINK, rodas.GROW)
        # A step cut short by the end of the span says nothing against the longer one that was wanted.
        longer = jnp.where(kept, jnp.maximum(here * factor, jnp.where(here < h, h, 0.0)), here * factor)
        if room:
            lengths = lengths.at[taken, lane].add(jnp.where(kept, here, 0.0), mode="drop")
        following = jnp.where(kept, jnp.where(new < 0, 0.0, new), y), jnp.where(kept, left - here, left)
        return *following, jnp.where(busy(at), longer, h), tries + 1, taken + kept, lengths

    none, lengths = jnp.zeros(y.shape[1], int), jnp.zeros((room, y.shape[1]), y.dtype)
    y, left, h, _, _, lengths = jax.lax.while_loop(go_on, attempt, (y, span, h, 0, none, lengths))
    return jnp.where(left > 0, jnp.nan, y), h, lengths


def carry(p: Rows, y: Rows, spans: Any, injury: Any, tolerance: Any, room: int = 0) -> tuple[Any, Any]:
    """Carry lanes from stop to stop; a stop may be a session.

    Args:
        p: parameters, shape (parameters, lanes).
        y: states at the start, shape (states, lanes).
        spans: days before each stop, shape (stops, lanes).
        injury: local injury at each stop, 0 for none, shape (stops, lanes).
        tolerance: relative and absolute.
        room: how many steps before each stop to record; 0 records none.

    Returns:
        States just after each stop, shape (stops, states, lanes), no number once a step collapsed; and the lengths
        of the steps, days, shape (stops, room, lanes).
    """
    found: tuple[Any, Any] = _program()(p, y, spans, injury, tolerance, room=room)
    return found


@cache
def _program() -> Any:
    return jax.jit(_carry, static_argnames="room", compiler_options=options())


def _carry(p: Rows, y: Rows, spans: Any, injury: Any, tolerance: Any, room: int) -> tuple[Any, Any]:
    first = jnp.full(y.shape[1], rodas.FIRST_STEP, y.dtype)

    def stop(at: tuple[Any, Any], leg: tuple[Any, Any]) -> tuple[tuple[Any, Any], tuple[Any, Any]]:
        (y, h), (span, d) = at, leg
        y, h, lengths = _advance(y, p, h, span, tolerance, room)
        y, h = impulse(y, p, d), jnp.where(d > 0, first, h)
        return (y, h), (y, lengths)

    _, found = jax.lax.scan(stop, (y, first), (spans, injury))
    return found[0], found[1]


def replay(p: Rows, y: Rows, spans: Any, injury: Any, shares: Any) -> Rows:
    """Return the states after the last stop, by recorded steps; can be differentiated backwards.

    Args:
        p: parameters, shape (parameters, lanes).
        y: states at the start, shape (states, lanes).
        spans: days before each stop, shape (stops, lanes).
        injury: local injury at each stop, shape (stops, lanes).
        shares: recorded steps as shares of their span, 0 for none, shape (stops, steps, lanes).
    """

    @jax.checkpoint
    def one(y: Any, p: Any, h: Any) -> Any:
        new = step(y, p, jnp.where(h > 0, h, 1.0))[0]
        return jnp.where(h > 0, jnp.where(new < 0, 0.0, new), y)

    def stop(y: Any, leg: tuple[Any, Any, Any]) -> tuple[Any, None]:
        span, d, share = leg
        y = jax.lax.scan(lambda y, s: (one(y, p, s * span), None), y, share)[0]
        return impulse(y, p, d), None

    return jax.lax.scan(stop, y, (spans, injury, shares))[0]
