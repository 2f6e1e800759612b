"""The network for many patients in JAX, on whatever device JAX finds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.ensemble import Precision
from pinprick.cascade.solver import Impulses, Rosenbrock, ascending

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JaxSolver:
    """RODAS in JAX; on a GPU when jax[cuda12] is installed and one is there.

    The first call with a new number of lanes or stops compiles, so both are padded to powers of two. A lane whose step
    collapses is solved again by `Rosenbrock`.

    Attributes:
        rtol: relative tolerance of a step; not below 1e-4 in single precision.
        atol: absolute tolerance of a step, in the unit of each state.
        precision: of the numbers.
    """

    rtol: float = 1e-5
    atol: float = 1e-7
    precision: Precision = "double"

    def solve(self, parameters: Array, initial: Array, impulses: Impulses, times: Array) -> Array:
        """Return the states, shape (lanes, times, states); see `Solver`.

        Raises:
            InputError: times or sessions are not ascending from 0.
            MissingExtraError: JAX is not installed.
            SolverError: the step size collapsed in a lane, here and in `Rosenbrock`.
        """
        times, days = ascending("times_days", times), ascending("session_days", impulses.days)
        p, y = np.asarray(parameters, float), np.asarray(initial, float)
        if not (y.shape[0] and times.size):
            return np.empty((y.shape[0], times.size, y.shape[1]))
        spans, injury, wanted = stops(days, np.asarray(impulses.injury, float), times)
        found = self._run(p, y, spans, injury)
        out = np.ascontiguousarray(found[wanted].transpose(2, 0, 1))
        lost = np.flatnonzero(~np.isfinite(out).all(axis=(1, 2)))
        if lost.size:
            again = Impulses(impulses.days, np.asarray(impulses.injury)[lost])
            out[lost] = Rosenbrock(self.rtol, self.atol).solve(p[lost], y[lost], again, times)
        return out

    def _run(self, p: Array, y: Array, spans: Array, injury: Array) -> Array:
        """Return the states after each stop, shape (stops, states, lanes)."""
        from pinprick.tissue.accelerator import kind_of, numbers

        lanes, legs = y.shape[0], spans.size
        more = padded(lanes) - lanes, padded(legs) - legs
        wide = ((0, more[0]), (0, 0))
        with numbers(self.precision):
            import jax.numpy as jnp

            from pinprick.cascade.jax_rodas import carry

            kind = kind_of(self.precision)
            constants, start = (jnp.asarray(np.pad(a, wide, "edge").T, kind) for a in (p, y))
            hits = jnp.asarray(np.pad(injury, ((0, more[1]), (0, more[0]))), kind)
            legs_days = np.broadcast_to(np.pad(spans, (0, more[1]))[:, None], hits.shape)
            tolerance = jnp.asarray([self.rtol, self.atol], kind)
            found, _ = carry(constants, start, jnp.asarray(legs_days, kind), hits, tolerance)
            return np.asarray(found, dtype=float)[:legs, :, :lanes]


def stops(days: Array, injury: Array, times: Array) -> tuple[Array, Array, NDArray[np.intp]]:
    """Return the stops of a course: every session up to the last time, and every time after the sessions of its day.

    Args:
        days: of the sessions, ascending, shape (sessions,).
        injury: shape (lanes, sessions).
        times: of output, ascending, shape (times,).

    Returns:
        Days before each stop, shape (stops,); injury there, shape (stops, lanes); and the stop of each time.
    """
    due = int(np.searchsorted(days, times[-1], side="right"))
    at = np.concatenate([days[:due], times])
    order = np.argsort(at, kind="stable")
    hits = np.concatenate([injury[:, :due].T, np.zeros((times.size, injury.shape[0]))])[order]
    place = np.empty(at.size, dtype=np.intp)
    place[order] = np.arange(at.size)
    return np.diff(at[order], prepend=0.0), hits, place[due:]


def padded(count: int, most: int = 4096) -> int:
    """Return the next power of two, or above some number the next multiple of it."""
    return 1 << (count - 1).bit_length() if count <= most else -(-count // most) * most
