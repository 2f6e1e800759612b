"""Any local kinetics with diffusion: half a step of kinetics in each cell, one of diffusion, half one of kinetics.

Of second order (Strang, SIAM J Numer Anal 1968). Give the decay to the kinetics and only diffusivity to the fields: a
uniform state of rest of the kinetics then stays exactly at rest. Cells that follow a gradient move between kinetics and
diffusion, half a step before and half a step after it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from pinprick.errors import InputError, SolverError
from pinprick.tissue import workers
from pinprick.tissue.block import Block
from pinprick.tissue.chemotaxis import Chemotaxis, migrate
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
        chemotaxis: cell types that follow attractants.
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
        chemotaxis: Sequence[Chemotaxis] = (),
        dtype: type[Any] = np.float64,
        threads: int | None = None,
    ) -> None:
        self._chemotaxis = tuple(chemotaxis)
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
        if steps < 1:
            raise InputError("At least one step is needed.", given=steps)
        state = self._copied(state)
        step = days / steps
        self._react(state, step / 2)
        for n in range(steps):
            self._move(state, step)
            self._react(state, step if n < steps - 1 else step / 2)
        return state

    def follow(self, state: Array, days: float, *, tolerance: float, first_days: float = 1e-3) -> tuple[Array, int]:
        """Return the state after a time in steps that the error controls, and how many there were.

        A step is compared with two of half its length, which are kept; the error is the largest over states of the
        root mean square difference over the root mean square.

        Args:
            state: shape (states, nx, ny, nz).
            days: time to follow.
            tolerance: relative error allowed to one step.
            first_days: length of the first step.

        Raises:
            InputError: the state does not fit, or the tolerance is not positive.
            SolverError: a state is not finite, or the step became too short.
        """
        if not tolerance > 0:
            raise InputError("Tolerance must be positive.", field="tolerance", given=tolerance, limit="above 0")
        state, day, step, count = self._copied(state), 0.0, min(first_days, days), 0
        while days - day > 1e-12 * days:
            step = min(step, days - day)
            # A step that overflows is told by the error below, once and in words.
            with np.errstate(over="ignore", invalid="ignore"):
                halves = self.run(state, step, 2)
                error = _difference(self.run(state, step, 1), halves) / 3
            if not math.isfinite(error):
                raise SolverError(f"A state is not finite after {day:g} days.", given=step)
            if error <= tolerance:
                state, day, count = halves, day + step, count + 1
            step *= min(4.0, max(0.2, 0.85 * (tolerance / max(error, 1e-30)) ** (1 / 3)))
            if step < 1e-9 * days:
                raise SolverError(f"The step became too short after {day:g} days.", given=step)
        return state, count

    def _copied(self, state: Array) -> Array:
        expected = (len(self._operators), *self.block.shape)
        if np.shape(state) != expected:
            raise InputError("The state does not fit.", given=np.shape(state), limit=f"{expected}")
        return np.array(state, self.dtype, order="C")

    def _move(self, state: Array, days: float) -> None:
        self._attract(state, days / 2)
        self._diffuse(state, days)
        self._attract(state, days / 2)

    def _attract(self, state: Array, days: float) -> None:
        def one(rule: Chemotaxis) -> Array:
            cells, attractant = state[rule.cells], state[rule.attractant]
            return migrate(self.block, cells, attractant, rule.sensitivity_mm2_per_day, days)

        moved = workers.spread(one, self._chemotaxis, self.threads)
        for rule, cells in zip(self._chemotaxis, moved, strict=True):
            state[rule.cells] = cells

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


def _difference(one: Array, two: Array) -> float:
    difference = np.sqrt(np.mean((one - two) ** 2, axis=(1, 2, 3), dtype=float))
    size = np.sqrt(np.mean(two**2, axis=(1, 2, 3), dtype=float))
    return float(np.max(difference / np.where(size > 0, size, 1.0)))


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
