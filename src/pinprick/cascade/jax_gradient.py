"""How an outcome of healing changes with the network's constants, the injury and the days of the sessions.

The steps are chosen once, as in any solve, and then held as shares of the time between sessions; what is differentiated
is the method on those steps, backwards, so one pass gives every derivative of every lane.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.jax_solver import padded, stops
from pinprick.cascade.network import CONSTANTS, READOUTS, STATES
from pinprick.cascade.physiology import Physiology
from pinprick.cascade.solver import Impulses, ascending, unsolved
from pinprick.errors import InputError

Array = NDArray[np.float64]
_ROOM, _BLOCK = 256, 16


@dataclass(frozen=True, slots=True, eq=False)
class Gradient:
    """An outcome of each lane and its derivatives; rest and derived constants follow their constants.

    Attributes:
        value: the outcome, shape (lanes,).
        constants: by unit of each constant, shape (lanes, constants), in the order of `network.CONSTANTS`.
        injury: by unit of local injury in each session, shape (lanes, sessions).
        days: by day that a session is moved later, shape (lanes, sessions).
    """

    value: Array
    constants: Array
    injury: Array
    days: Array

    def by(self, symbol: str) -> Array:
        """Return the derivative by one constant, by its symbol in the network, shape (lanes,)."""
        return np.asarray(self.constants[:, list(CONSTANTS).index(symbol)])


def gradient(
    drawn: Physiology,
    impulses: Impulses,
    day: float,
    readout: str = "collagen_gain_percent",
    *,
    rtol: float = 1e-6,
    atol: float = 1e-8,
) -> Gradient:
    """Return a read-out or state on a day, started from rest, and its derivatives.

    Every step is kept, so memory grows with lanes and sessions; solve hundreds of lanes in parts.

    Args:
        drawn: physiology of each lane.
        impulses: the sessions; those after the day count for nothing.
        day: days from the start, after the last session that counts.
        readout: name of a read-out or state of the network.
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step.

    Raises:
        InputError: no such read-out, or days that do not ascend from 0.
        MissingExtraError: JAX is not installed.
        SolverError: the step size collapsed in a lane.
    """
    from pinprick.tissue.accelerator import numbers

    names = [item.name for item in READOUTS] + [state.name for state in STATES]
    if readout not in names:
        raise InputError("no such read-out", field="readout", given=readout, limit=", ".join(names))
    days, end = ascending("session_days", impulses.days), ascending("day", np.array([day]))
    injury = np.asarray(impulses.injury, dtype=float)
    due = int(np.searchsorted(days, day, side="right"))
    spans, hits, _ = stops(days, injury, end)
    constants = np.ascontiguousarray(drawn.parameters[:, : len(CONSTANTS)].T)
    with numbers("double"):
        shares = _shares(drawn, spans, hits, np.array([rtol, atol]))
        at = constants, injury[:, :due].T, np.repeat(days[:due, None], drawn.draws, axis=1)
        value, slopes = _differentiated(readout)(at, float(day), shares)
        by_constant, by_injury, by_day = (np.asarray(slope, float).T for slope in slopes)
    later = ((0, 0), (0, days.size - due))
    return Gradient(np.asarray(value, float), by_constant, np.pad(by_injury, later), np.pad(by_day, later))


def _shares(drawn: Physiology, spans: Array, hits: Array, tolerance: Array) -> Array:
    """Return the steps chosen by each lane as shares of each span, shape (stops, steps, lanes)."""
    from pinprick.cascade.jax_rodas import carry

    wide = np.broadcast_to(spans[:, None], hits.shape)
    room = _ROOM
    while True:
        found, lengths = carry(drawn.parameters.T, drawn.rest.T, wide, hits, tolerance, room)
        lost = ~np.isfinite(np.asarray(found[-1])).all(axis=0)
        if lost.any():
            raise unsolved(int(np.flatnonzero(lost)[0]))
        taken = np.asarray(lengths, float)
        if not taken[:, -1].any():
            break
        room *= 2
    most = int((taken > 0).sum(axis=1).max())
    steps = max(_BLOCK, padded(most, _BLOCK))
    share = np.divide(taken, wide[:, None], out=np.zeros_like(taken), where=wide[:, None] > 0)
    return np.asarray(share[:, :steps])


@lru_cache
def _differentiated(readout: str) -> Any:
    import jax
    import jax.numpy as jnp

    from pinprick.cascade import jax_network
    from pinprick.cascade.jax_rodas import replay
    from pinprick.tissue.accelerator import options

    def outcome(at: tuple[Any, Any, Any], day: Any, shares: Any) -> tuple[Any, Any]:
        constants, injury, days = at
        p, rest = jax_network.derive(constants)
        none = jnp.zeros((1, constants.shape[1]), constants.dtype)
        ends = jnp.concatenate([none, days, none + day])
        hits = jnp.concatenate([injury, none])
        y = replay(p, rest, jnp.diff(ends, axis=0), hits, shares)
        value = jax_network.readout(readout, y, p)
        # Lanes do not see one another, so the slope of their sum is that of each.
        return value.sum(), value

    differentiated = jax.jit(jax.value_and_grad(outcome, has_aux=True), compiler_options=options())

    def run(at: tuple[Any, Any, Any], day: float, shares: Array) -> tuple[Any, Any]:
        (_, value), slopes = differentiated(at, day, shares)
        return value, slopes

    return run
