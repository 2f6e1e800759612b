"""The full network in a block of skin, followed in steps whose length the error controls."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.attraction import Attraction, no_attraction
from pinprick.cascade.network import INDEX, STATES
from pinprick.errors import SolverError
from pinprick.tissue import Block, Sides
from pinprick.tissue.layered import conductances, depth_bands
from pinprick.tissue.transform import lateral_eigenvalues

Array = NDArray[np.float64]
Result = TypeVar("Result")

SAFETY, SHRINK, GROW = 0.9, 0.2, 4.0
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 1e-4, 10.0, 1e-9
RTOL, ATOL = 3e-3, 3e-5


class Spreading:
    """Solves (1 + scaled (decay - D laplacian)) x = x for many states at once, by the eigenvectors along each axis.

    Blocks have tens of cells along an axis, where a product with a dense matrix is faster than a transform.

    Args:
        block: the grid; a bottom that holds a level counts as one that holds 0, as it must for increments.
        diffusivity: of each state, mm2/day, shape (moving,).
        decay: the same, 1/day.
    """

    def __init__(self, block: Block, diffusivity: Array, decay: Array) -> None:
        self._shape = (diffusivity.size, *block.shape)
        (kx, self._x), (ky, self._y) = (_lateral(n, block.spacing_mm, block.sides) for n in block.shape[:2])
        diagonal, side = depth_bands(block, np.ones(block.shape[2]))
        kz, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(side, 1) + np.diag(side, -1))
        root = np.sqrt(block.heights_mm)[:, None]
        self._into, self._out_of = np.ascontiguousarray(root * vectors), np.ascontiguousarray((vectors / root).T)
        modes = np.maximum(kx[:, None, None] + ky[:, None] + kz, 0.0)
        self._rates = decay[:, None, None, None] + diffusivity[:, None, None, None] * modes
        self._kept = np.empty(self._shape)

    def prepare(self, scaled: float) -> None:
        """Take a new gamma times step."""
        np.multiply(self._rates, scaled, out=self._kept)
        self._kept += 1.0
        np.reciprocal(self._kept, out=self._kept)

    def solve(self, field: Array) -> Array:
        """Return the solution for right-hand sides of shape (moving, cells)."""
        # Stacks of small products: the library spreads a large one over threads of its own, which then wait for ours.
        modes = self._y.T @ (field.reshape(self._shape) @ self._into)
        modes = self._x.T @ modes.swapaxes(1, 2)
        modes *= self._kept.swapaxes(1, 2)
        modes = self._y @ (self._x @ modes).swapaxes(1, 2)
        return np.asarray(modes @ self._out_of).reshape(field.shape)


def _lateral(count: int, spacing: float, sides: Sides) -> tuple[Array, Array]:
    """Return eigenvalues of minus the second difference along one axis, and its eigenvectors as columns."""
    if count == 1:
        return np.zeros(1), np.ones((1, 1))
    index, place = np.arange(count), np.arange(count)[:, None]
    if sides is Sides.MIRRORED:
        vectors = np.cos(np.pi * (place + 0.5) * index / count)
    else:
        turn = 2 * np.pi * place * ((index + 1) // 2) / count
        vectors = np.where(index % 2 == 1, np.sin(turn), np.cos(turn))
        if count % 2 == 0:
            vectors[:, -1] = np.cos(np.pi * place[:, 0])
    return lateral_eigenvalues(count, spacing, sides), vectors / np.linalg.norm(vectors, axis=0)


@cache
def _diagonal() -> NDArray[np.int64]:
    """Return where the pattern of the matrix keeps the diagonal entry of each state."""
    from pinprick.cascade.step import network

    return np.array([network().place[i, i] for i in range(len(STATES))], dtype=np.int64)


class BlockMarch:
    """The network in every cell of a block, spreading between them.

    Args:
        block: the grid.
        parameters: of one draw, shape (parameters,).
        rest: healthy states, shape (states,); levels below the block where its bottom holds a value.
        diffusivity: mm2/day by state, 0 where it stays in place, shape (states,).
        tolerance: relative error allowed to one step in the root mean square over cells of each state; the absolute
            one is a hundredth of it.
        attraction: what draws cells through the block; None lets them wander only.
        threads: None takes those this process may use.

    Attributes:
        y: states, shape (cells, states), cells by x, y and depth.
        drift: estimated errors of the mean of each state, added up over the steps.
    """

    def __init__(
        self,
        block: Block,
        parameters: Array,
        rest: Array,
        diffusivity: Array,
        *,
        tolerance: float = RTOL,
        attraction: Attraction | None = None,
        threads: int | None = None,
    ) -> None:
        from pinprick.cascade.block_kernel import ENTRIES, STAGES
        from pinprick.cascade.kernel import matrix

        self.block, self.day, self.step, self.steps, self.rejections = block, 0.0, FIRST_STEP, 0, 0
        self.parameters, self.rest = np.ascontiguousarray(parameters), np.ascontiguousarray(rest)
        self.drift = np.zeros(len(STATES))
        self.attraction = attraction or no_attraction()
        self.tolerance = np.array([tolerance, tolerance * ATOL / RTOL])
        self.moving = np.flatnonzero(diffusivity > 0)
        cells = int(np.prod(block.shape))
        self.y = np.tile(rest, (cells, 1))
        w = np.empty(ENTRIES)
        matrix(self.rest, self.parameters, 0.0, w)
        self._places = _diagonal()[self.moving]
        self._decay = np.maximum(w[self._places], 0.0)
        self._spreading = Spreading(block, diffusivity[self.moving], self._decay)
        faces = conductances(block, np.ones(block.shape[2]))
        depth = np.stack([faces[:-1], faces[1:], np.zeros(block.shape[2])]) / block.heights_mm
        depth[2, -1], depth[1, -1], depth[0, 0] = depth[1, -1], 0.0, 0.0
        self._transport = (
            self.moving,
            np.stack([diffusivity[self.moving], rest[self.moving]]),
            depth,
            np.array([block.spacing_mm**-2.0]),
            np.array([*block.shape, block.sides is Sides.PERIODIC], dtype=np.int64),
        )
        self._u = np.empty((STAGES, cells, len(STATES)))
        self._w = np.empty((cells, ENTRIES))
        self._at, self._field = np.empty_like(self.y), np.empty((self.moving.size, cells))
        threads = threads or (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
        edges = np.linspace(0, cells, min(threads, cells) + 1).astype(np.int64)
        self._spans = [np.array(pair) for pair in itertools.pairwise(edges)]
        self._pool = ThreadPoolExecutor(len(self._spans))

    def injure(self, stays: Array, moves: Array) -> None:
        """Apply one session; both local injuries have the shape of the block."""
        from pinprick.cascade.block_kernel import injure

        injure(self.y, self.parameters, np.ravel(stays).astype(float), np.ravel(moves).astype(float), self.moving)
        self.step = FIRST_STEP

    def run(self, until_day: float, after: Callable[[BlockMarch], None] | None = None) -> None:
        """March to a time, calling `after` with this after every step.

        Raises:
            SolverError: the step collapsed.
        """
        while until_day - self.day > 1e-9 * max(1.0, until_day):
            left = until_day - self.day
            step = left if self.step >= left else min(self.step, left / np.ceil(left / self.step - 0.1))
            if self._attempt(step, left) and after is not None:
                after(self)

    def _attempt(self, step: float, left: float) -> bool:
        new, errors, worst = self._try(step)
        scale = min(GROW, max(SHRINK, SAFETY * (worst + 1e-12) ** (-1 / 3)))
        if worst > 1.0:
            self.rejections += 1
            self.step = step * scale
            if step < SHORTEST_STEP:
                raise SolverError(
                    "healing in the block could not be solved",
                    field="day",
                    given=self.day,
                    limit=f"a step of at least {SHORTEST_STEP:g} days",
                    remedy="report the case and the seed, or use another geometry",
                )
            return False
        # A step cut short to meet an output time says little about the next.
        self.step = min(LONGEST_STEP, max(self.step, step * scale) if step < 0.9 * self.step else step * scale)
        self.y, self._at = new, self.y
        np.maximum(self.y, 0.0, out=self.y)
        self.day += step
        self.drift += np.abs(errors)
        self.steps += 1
        return True

    def _try(self, h: float) -> tuple[Array, Array, float]:
        from pinprick.cascade.block_kernel import GAMMA, STAGES, misfit, prepare

        scaled = GAMMA * h
        self._spreading.prepare(scaled)
        self._each(
            lambda a, b: prepare(self.y[a:b], self.parameters, 1 / scaled, (self._places, self._decay), self._w[a:b])
        )
        field = self._field
        for stage in range(STAGES):
            self._position(stage, field)
            field = self._spreading.solve(self._react(stage, h, field))
        self._position(STAGES, field)

        def worst(a: int, b: int) -> Array:
            total = np.zeros((2, len(STATES)))
            misfit(self.y[a:b], self._at[a:b], self._u[:, a:b], self.tolerance, total)
            return total

        total = np.sum(self._each(worst), axis=0) / self.y.shape[0]
        size = float(np.sqrt(total[0].max()))
        return self._at, total[1], size if np.isfinite(size) else 1e9

    def _position(self, stage: int, field: Array) -> None:
        """Write the states at which a stage is evaluated, and their moving part into the field."""
        from pinprick.cascade.block_kernel import position

        y, u, at = self.y, self._u, self._at
        self._each(lambda a, b: position(y[a:b], u[:, a:b], stage, self.moving, field[:, a:b], at[a:b]))

    def _react(self, stage: int, h: float, field: Array) -> Array:
        """Return the moving part of the right-hand sides of a stage, solved for the kinetics of each cell."""
        from pinprick.cascade.block_kernel import react

        states, out = (self._at, field, self._w), (self._u, np.empty_like(field))
        drawn, transport = self.attraction, self._transport
        drift = drawn.cells, drawn.sensitivity, drawn.occupancy(self._at)
        self._each(lambda a, b: react(states, self.parameters, (stage, h), transport, drift, np.array([a, b]), out))
        return out[1]

    def _each(self, work: Callable[[int, int], Result]) -> list[Result]:
        return list(self._pool.map(lambda span: work(int(span[0]), int(span[1])), self._spans))

    def state(self, symbol: str) -> Array:
        """Return one state by its symbol, shape (nx, ny, nz)."""
        return self.y[:, INDEX[symbol]].reshape(self.block.shape)
