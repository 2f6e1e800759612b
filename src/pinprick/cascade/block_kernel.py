"""One step of the network in a block of cells coupled by diffusion, by a Rosenbrock method with an inexact matrix.

Method: ROS34PW2, four stages, order 3 whatever the matrix, L-stable and stiffly accurate (Rang and Angermann, New
Rosenbrock W-methods of order 3 for partial differential algebraic equations of index 1, BIT 45 (2005)). The matrix is a
product: kinetics of each cell, then spreading and plain decay of each state that moves, which fast diagonalisation
solves exactly. So a source that stays in place and the signal it feeds are solved together, and a state of rest stays.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.compiled import compiled, fingerprint, part
from pinprick.cascade.kernel import ENTRIES, STATES, factor, impulse, matrix, rates, substitute

Array = NDArray[np.float64]
Places = NDArray[np.int64]

GAMMA = 4.3586652150845900e-01
_ALPHA = np.array(
    [
        [0.0, 0.0, 0.0, 0.0],
        [8.7173304301691801e-01, 0.0, 0.0, 0.0],
        [8.4457060015369423e-01, -1.1299064236484185e-01, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
    ]
)
_GAMMAS = np.array(
    [
        [GAMMA, 0.0, 0.0, 0.0],
        [-8.7173304301691801e-01, GAMMA, 0.0, 0.0],
        [-9.0338057013044082e-01, 5.4180672388095326e-02, GAMMA, 0.0],
        [2.4212380706095346e-01, -1.2232505839045147e00, 5.4526025533510214e-01, GAMMA],
    ]
)
_WEIGHTS = np.array([2.4212380706095346e-01, -1.2232505839045147e00, 1.5452602553351020e00, GAMMA])
_EMBEDDED = np.array([3.7810903145819369e-01, -9.6042292212423178e-02, 0.5, 2.1793326075422950e-01])
# The usual change of variables, after which no stage needs a product with the matrix (Hairer and Wanner 1996, IV.7).
_INVERSE = np.linalg.inv(_GAMMAS)
POSITIONS = _ALPHA @ _INVERSE
COUPLING = np.diag(np.diag(_INVERSE)) - _INVERSE
RESULT = _WEIGHTS @ _INVERSE
ERROR = (_WEIGHTS - _EMBEDDED) @ _INVERSE
STAGES = 4


def _prepare(digest: str) -> Callable[[Array, Array, float, tuple[Places, Array], Array], None]:
    @compiled
    def prepare(y: Array, p: Array, shift: float, left_out: tuple[Places, Array], w: Array) -> None:
        """Factor the matrix of the kinetics of some cells, less the decay that goes with the spreading.

        Args:
            y: states, shape (cells, states).
            p: parameters.
            shift: 1 over gamma times the step.
            left_out: places of diagonal entries in the pattern, and what to leave out of them, each shape (moving,).
            w: written, shape (cells, entries).
        """
        assert digest
        places, decay = left_out
        for i in range(y.shape[0]):
            matrix(y[i], p, shift, w[i])
            for m in range(places.size):
                w[i, places[m]] -= decay[m]
            factor(w[i])

    return prepare


def _position(digest: str) -> Callable[[Array, Array, int, Places, Array, Array], None]:
    @compiled
    def position(y: Array, u: Array, stage: int, moving: Places, field: Array, at: Array) -> None:
        """Write the states at which a stage is evaluated, after taking back what the last stage spread.

        Args:
            y: states, shape (cells, states).
            u: stages so far, shape (stages, cells, states).
            stage: which stage, or their number for the result of the step.
            moving: indices of the states that move.
            field: moving states of the last stage; overwritten by those of `at`; shape (moving, cells).
            at: written, shape (cells, states).
        """
        assert digest
        weights = RESULT if stage == STAGES else POSITIONS[stage]
        for i in range(y.shape[0]):
            if stage > 0:
                for m in range(moving.size):
                    u[stage - 1, i, moving[m]] = field[m, i]
            for j in range(STATES):
                at[i, j] = y[i, j]
            for s in range(stage):
                if weights[s] != 0.0:
                    for j in range(STATES):
                        at[i, j] += weights[s] * u[s, i, j]
            for m in range(moving.size):
                field[m, i] = at[i, moving[m]]

    return position


Transport = tuple[Places, Array, Array, Array, Places]
Drift = tuple[Places, Array, Array]


@part
def drawn(from_there: int, here: int, n: Array, occupancy: Array, across: float) -> float:
    """Return the gain of a cell through one face: what is drawn over it comes from upstream, so that none is lost."""
    push: float = across * (occupancy[here] - occupancy[from_there])
    source: float = n[from_there] if push > 0.0 else n[here]
    return push * source


@part
def around(i: int, shape: Places) -> tuple[int, int, int, int, int, int]:
    """Return the neighbours of a cell: two along x, two along y, above and below; at a closed side the cell itself."""
    ny, nz = shape[1], shape[2]
    z, column = i % nz, i // nz
    iy, ix = column % ny, column // ny
    last_x, last_y = shape[0] - 1, ny - 1
    left = i - ny * nz if ix > 0 else (i + last_x * ny * nz if shape[3] else i)
    right = i + ny * nz if ix < last_x else (i - last_x * ny * nz if shape[3] else i)
    front = i - nz if iy > 0 else (i + last_y * nz if shape[3] else i)
    back = i + nz if iy < last_y else (i - last_y * nz if shape[3] else i)
    return left, right, front, back, max(z - 1, 0) - z + i, min(z + 1, nz - 1) - z + i


React = Callable[
    [tuple[Array, Array, Array], Array, tuple[int, float], Transport, Drift, Places, tuple[Array, Array]], None
]


def _react(digest: str) -> React:
    @compiled
    def react(
        states: tuple[Array, Array, Array],
        p: Array,
        step: tuple[int, float],
        transport: Transport,
        drift: Drift,
        span: Places,
        out: tuple[Array, Array],
    ) -> None:
        """Write the right-hand side of one stage for some cells, solved with the factors of their kinetics.

        Args:
            states: states of the stage (cells, states), their moving part (moving, cells), and the factors.
            p: parameters.
            step: number of the stage, and length of the step in days.
            transport: indices of the moving states; their diffusivities and levels below the block, shape (2, moving);
                exchange of each depth cell with that above, that below and what is held below all, shape (3, nz);
                exchange with a neighbour at the side, shape (1,); cells along x, y and depth, and whether the sides are
                periodic.
            drift: of each attraction the state drawn, its sensitivity, and occupancy of receptors (attractions, cells).
            span: first cell and one past the last.
            out: stages (stages, cells, states), and moving part of this stage (moving, cells).
        """
        assert digest
        at, field, w = states
        stage, h = step
        moving, levels, depth, side, shape = transport
        cells, sensitivity, occupancy = drift
        u, result = out
        row = np.empty(STATES)
        for i in range(span[0], span[1]):
            rates(at[i], p, row)
            z = i % shape[2]
            left, right, front, back, above, below = around(i, shape)
            for m in range(moving.size):
                f, here = field[m], field[m][i]
                flow = side[0] * (f[left] + f[right] + f[front] + f[back] - 4.0 * here)
                flow += depth[0, z] * (f[above] - here) + depth[1, z] * (f[below] - here)
                flow += depth[2, z] * (levels[1, m] - here)
                row[moving[m]] += levels[0, m] * flow
            for r in range(cells.size):
                n, o = at[:, cells[r]], occupancy[r]
                gain = drawn(left, i, n, o, side[0]) + drawn(right, i, n, o, side[0])
                gain += drawn(front, i, n, o, side[0]) + drawn(back, i, n, o, side[0])
                gain += drawn(above, i, n, o, depth[0, z]) + drawn(below, i, n, o, depth[1, z])
                row[cells[r]] += sensitivity[r] * gain
            for s in range(stage):
                c = COUPLING[stage, s] / h
                for j in range(STATES):
                    row[j] += c * u[s, i, j]
            substitute(w[i], row)
            for j in range(STATES):
                u[stage, i, j] = row[j]
            for m in range(moving.size):
                result[m, i] = row[moving[m]]

    return react


def _misfit(digest: str) -> Callable[[Array, Array, Array, Array, Array], None]:
    @compiled
    def misfit(y: Array, new: Array, u: Array, tolerance: Array, total: Array) -> None:
        """Add up the squared error of a step over its tolerance by state, and the error itself.

        A state well below zero counts as an error.

        Args:
            y: states before, shape (cells, states).
            new: states after, the same.
            u: stages, shape (stages, cells, states).
            tolerance: relative and absolute.
            total: added to, shape (2, states).
        """
        assert digest
        for i in range(y.shape[0]):
            for j in range(STATES):
                e = 0.0
                for s in range(STAGES):
                    e += ERROR[s] * u[s, i, j]
                total[1, j] += e
                scale = tolerance[1] + tolerance[0] * max(abs(y[i, j]), abs(new[i, j]))
                e = max(abs(e), -0.1 * new[i, j]) / scale
                total[0, j] += e * e

    return misfit


def _injure(digest: str) -> Callable[[Array, Array, Array, Array, Places], None]:
    @compiled
    def injure(y: Array, p: Array, stays: Array, moves: Array, moving: Places) -> None:
        """Apply one session to the states.

        Args:
            y: states, shape (cells, states).
            p: parameters.
            stays: local injury as the states that stay in place meet it, shape (cells,).
            moves: as the states that move meet it, shape (cells,).
            moving: indices of the states that move.
        """
        assert digest
        spare = np.empty(STATES)
        for i in range(y.shape[0]):
            for j in range(STATES):
                spare[j] = y[i, j]
            impulse(y[i], p, stays[i])
            impulse(spare, p, moves[i])
            for m in range(moving.size):
                y[i, moving[m]] = spare[moving[m]]

    return injure


_DIGEST = fingerprint("compiled", "kernel", "block_kernel")
prepare, position, react = _prepare(_DIGEST), _position(_DIGEST), _react(_DIGEST)
misfit, injure = _misfit(_DIGEST), _injure(_DIGEST)
__all__ = ["ENTRIES", "GAMMA", "STAGES", "STATES", "injure", "misfit", "position", "prepare", "react"]
