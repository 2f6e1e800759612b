"""Any local kinetics with diffusion: half a step of kinetics in each cell, one of diffusion, half one of kinetics.

Of second order (Strang, SIAM J Numer Anal 1968). Give the decay to the kinetics and only diffusivity to the fields: a
uniform state of rest of the kinetics then stays exactly at rest.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pinprick.errors import InputError
from pinprick.tissue import workers
from pinprick.tissue.block import Block
from pinprick.tissue.layered import Layered
from pinprick.tissue.operator import Operator, Source, operator

Array = NDArray[Any]
Kinetics = Callable[[Array, float], None]
"""Advances states of shape (states, cells), in place, by days; cells do not see one another."""


class Split:
    """Strang splitting of diffusion and local kinetics.

    Args:
        block: the grid.
        fields: by state, its transport, or None where it is immobile.
        kinetics: advances the states of cells in place; called on several threads, each with cells of its own.
        dtype: float32 or float64.
        threads: None takes the cores there are.

    Raises:
        InputError: a coefficient is out of range.
    """

    def __init__(
        self,
        block: Block,
        fields: Sequence[Layered | None],
        kinetics: Kinetics,
        *,
        dtype: type[Any] = np.float64,
        threads: int | None = None,
    ) -> None:
        self.block, self.kinetics, self.dtype = block, kinetics, dtype
        self.threads = threads or workers.cores()
        self._operators = [None if f is None else operator(block, f, dtype) for f in fields]

    def run(self, state: Array, days: float, steps: int) -> Array:
        """Return the state after a time in equal steps; half steps of kinetics that meet are done as one.

        Args:
            state: shape (states, nx, ny, nz).
            days: time to follow.
            steps: number of steps, 1 or more.

        Raises:
            InputError: the state does not fit.
        """
        expected = (len(self._operators), *self.block.shape)
        if np.shape(state) != expected:
            raise InputError("The state does not fit.", given=np.shape(state), limit=f"{expected}")
        if steps < 1:
            raise InputError("At least one step is needed.", given=steps)
        state = np.array(state, self.dtype, order="C")
        step = days / steps
        self._react(state, step / 2)
        for n in range(steps):
            self._diffuse(state, step)
            self._react(state, step if n < steps - 1 else step / 2)
        return state

    def _react(self, state: Array, days: float) -> None:
        cells = state.reshape(state.shape[0], -1)
        edges = np.linspace(0, cells.shape[1], self.threads + 1).astype(int)
        parts = [cells[:, a:b] for a, b in itertools.pairwise(edges)]
        workers.spread(lambda part: self.kinetics(part, days), parts, self.threads)

    def _diffuse(self, state: Array, days: float) -> None:
        def one(index: int) -> None:
            solver = self._operators[index]
            if solver is not None:
                state[index] = _spread_out(solver, state[index], days)

        workers.spread(one, range(len(self._operators)), self.threads)


def _spread_out(solver: Operator, field: Array, days: float) -> Array:
    modes = solver.forward(field)
    supply = solver.supply() if solver.block.bottom_value else np.zeros_like(modes)
    source = Source(supply, np.zeros_like(modes), math.inf)
    solver.advance(modes, source, supply.copy(), np.empty_like(modes), days, 0.0)
    return solver.backward(modes)


def explicit_kinetics(rates: Callable[[Array, Array, Array], None], parameters: Array, longest_days: float) -> Kinetics:
    """Return kinetics that follow compiled rates by the classical Runge-Kutta method; for networks that are not stiff.

    Args:
        rates: compiled with numba; rates(y, p, out) writes the rates of change of the states y of one cell into out.
        parameters: p, passed on.
        longest_days: of a substep.
    """
    p = np.ascontiguousarray(parameters, float)

    def kinetics(cells: Array, days: float) -> None:
        steps = max(1, math.ceil(days / longest_days - 1e-9))
        _runge_kutta(rates, p, cells, days / steps, steps)

    return kinetics


@njit(nogil=True)
def _runge_kutta(rates, p, cells, step, steps):  # type: ignore[no-untyped-def]
    states, count = cells.shape
    y, at = np.empty(states), np.empty(states)
    k1, k2, k3, k4 = np.empty(states), np.empty(states), np.empty(states), np.empty(states)
    for c in range(count):
        for s in range(states):
            y[s] = cells[s, c]
        for _ in range(steps):
            rates(y, p, k1)
            for s in range(states):
                at[s] = y[s] + step / 2 * k1[s]
            rates(at, p, k2)
            for s in range(states):
                at[s] = y[s] + step / 2 * k2[s]
            rates(at, p, k3)
            for s in range(states):
                at[s] = y[s] + step * k3[s]
            rates(at, p, k4)
            for s in range(states):
                y[s] += step / 6 * (k1[s] + 2 * k2[s] + 2 * k3[s] + k4[s])
        for s in range(states):
            cells[s, c] = y[s]
