"""The network for many patients at once, in the vector registers of every core."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.network import SYMBOLS
from pinprick.cascade.solver import Impulses, Rosenbrock, ascending, unsolved
from pinprick.errors import SolverError

Array = NDArray[np.float64]
Precision = Literal["double", "single"]

# One vector register of 64 bytes a row.
_LANES: dict[Precision, tuple[type[np.floating[Any]], int]] = {"double": (np.float64, 8), "single": (np.float32, 16)}
_ALIGNMENT = 64


@dataclass(frozen=True, slots=True)
class Ensemble:
    """RODAS for many patients in the lanes of vector registers, each with its own steps, over threads.

    A patient's answer does not depend on who else is solved. One whose step collapses is solved again by `Rosenbrock`.

    Attributes:
        rtol: relative tolerance of a step.
        atol: absolute tolerance of a step, in the unit of each state.
        precision: of the steps; "single" carries twice as many patients and wants rtol of 1e-4 or more.
        threads: how many; None takes those this process may use.
    """

    rtol: float = 1e-5
    atol: float = 1e-7
    precision: Precision = "double"
    threads: int | None = None

    def solve(self, parameters: Array, initial: Array, impulses: Impulses, times: Array) -> Array:
        """Return the states, shape (lanes, times, states); see `Solver`.

        Raises:
            InputError: times or sessions are not ascending from 0.
            SolverError: a patient can be solved neither here nor by `Rosenbrock`.
        """
        out, collapsed = self.attempt(parameters, initial, impulses, times)
        if not collapsed.size:
            return out
        p, y, injury = (np.asarray(values)[collapsed] for values in (parameters, initial, impulses.injury))
        try:
            again = Rosenbrock(self.rtol, self.atol, self.threads)
            out[collapsed] = again.solve(p, y, Impulses(impulses.days, injury), times)
        except SolverError as fault:
            raise unsolved(int(collapsed[int(str(fault.given))])) from fault
        return out

    def attempt(
        self, parameters: Array, initial: Array, impulses: Impulses, times: Array
    ) -> tuple[Array, NDArray[np.intp]]:
        """Return the states as `solve` does, no number where a step collapsed, and which patients those are."""
        times, days = ascending("times_days", times), ascending("session_days", impulses.days)
        p, y, injury = (
            np.ascontiguousarray(values, dtype=np.float64) for values in (parameters, initial, impulses.injury)
        )
        out = np.empty((y.shape[0], times.size, len(SYMBOLS)))
        if out.size:
            self._run(p, y, days, injury, times, out)
        return out, np.flatnonzero(~np.isfinite(out[:, -1:, 0]).all(axis=1))

    def _run(self, p: Array, y: Array, days: Array, injury: Array, times: Array, out: Array) -> None:
        from pinprick.cascade.lanes import ENTRY as solve_queue

        queue = np.zeros(1, dtype=np.int64)
        lanes = _LANES[self.precision][1]
        threads = max(1, min(self.threads or len(os.sched_getaffinity(0)), y.shape[0] // lanes))
        blocks = [self._block() for _ in range(threads)]

        def run(block: NDArray[Any]) -> None:
            solve_queue((p, y, injury), (days, times), block, queue, out)

        if threads == 1:
            run(blocks[0])
        else:
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(run, blocks))

    def _block(self) -> NDArray[Any]:
        from pinprick.cascade.layout import LAYOUT

        kind, lanes = _LANES[self.precision]
        size = LAYOUT.rows * lanes
        room = np.zeros(size + _ALIGNMENT, dtype=kind)
        skip = (-room.ctypes.data % _ALIGNMENT) // room.itemsize
        block = room[skip : skip + size].reshape(LAYOUT.rows, lanes)
        block[LAYOUT.rtol], block[LAYOUT.atol] = self.rtol, self.atol
        return block
