"""The one small interface behind which the network is solved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.network import SYMBOLS
from pinprick.errors import InputError, SolverError

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Impulses:
    """Sessions as the solver sees them.

    Attributes:
        days: day of each session, ascending, shape (sessions,).
        injury: local injury in [0, 1] of each lane in each session, shape (lanes, sessions).
    """

    days: Array
    injury: Array


class Solver(Protocol):
    """Anything that carries many lanes of the network forward in time."""

    def solve(self, parameters: Array, initial: Array, impulses: Impulses, times: Array) -> Array:
        """Return the states, shape (lanes, times, states).

        Args:
            parameters: shape (lanes, parameters), in the order of `network.PARAMETERS`.
            initial: states just before time 0, shape (lanes, states).
            impulses: the sessions; one at a time of output has acted there.
            times: days, ascending, not before 0, shape (times,).
        """
        ...


@dataclass(frozen=True, slots=True)
class Rosenbrock:
    """RODAS in machine code, lanes spread over threads.

    Attributes:
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step, in the unit of each state.
        threads: how many; None takes those this process may use.
    """

    rtol: float = 1e-5
    atol: float = 1e-7
    threads: int | None = None

    def solve(self, parameters: Array, initial: Array, impulses: Impulses, times: Array) -> Array:
        """Return the states, shape (lanes, times, states); see `Solver`.

        Raises:
            InputError: times or sessions are not ascending from 0.
            SolverError: the step size collapsed in a lane.
        """
        from pinprick.cascade.rodas import ENTRY as solve_lanes

        times, days = ascending("times_days", times), ascending("session_days", impulses.days)
        y = np.array(initial, dtype=np.float64, order="C")
        p = np.ascontiguousarray(parameters, dtype=np.float64)
        injury = np.ascontiguousarray(impulses.injury, dtype=np.float64)
        out = np.empty((y.shape[0], times.size, len(SYMBOLS)))
        tolerance = np.array([self.rtol, self.atol])
        parts = _parts(y.shape[0], self.threads or len(os.sched_getaffinity(0)))

        def run(part: slice) -> int:
            bad = solve_lanes(p[part], y[part], days, injury[part], times, tolerance, out[part])
            return bad if bad < 0 else bad + part.start

        if len(parts) == 1:
            failed = [run(parts[0])]
        else:
            with ThreadPoolExecutor(len(parts)) as pool:
                failed = list(pool.map(run, parts))
        _check(failed, out)
        return out


def ascending(field: str, values: Array) -> Array:
    """Return days as an array.

    Raises:
        InputError: they do not ascend from 0.
    """
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.ndim != 1 or (array.size and (array[0] < 0 or np.any(np.diff(array) < 0))):
        raise InputError("days must ascend from 0", field=field, given=array.tolist(), limit="0 <= first <= … <= last")
    return array


def _parts(lanes: int, threads: int, small: int = 8) -> list[slice]:
    # Several parts a thread even out lanes of unequal cost.
    count = 1 if threads < 2 or lanes < 2 * small else min(4 * threads, lanes // small)
    edges = np.linspace(0, lanes, count + 1).astype(int)
    return [slice(int(a), int(b)) for a, b in pairwise(edges)]


def _check(failed: Sequence[int], out: Array) -> None:
    lanes = [lane for lane in failed if lane >= 0]
    if lanes:
        raise unsolved(lanes[0])


def unsolved(lane: int) -> SolverError:
    """Return the error that names a lane whose step size collapsed."""
    return SolverError(
        "the healing network could not be solved",
        field="lane",
        given=lane,
        limit="a step of at least 1e-10 days",
        remedy="report the case and the seed",
    )
