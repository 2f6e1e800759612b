"""How the course of healing changes with the constants of the network, for calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.ensemble import Ensemble
from pinprick.cascade.network import CONSTANTS
from pinprick.cascade.physiology import Physiology, derive
from pinprick.cascade.solver import Impulses, Solver
from pinprick.errors import InputError

Array = NDArray[np.float64]

# Half the relative change of a constant. At a tolerance of 1e-9 the errors of the solver, over this, and those of the
# difference, squared in this, are both about one in a million.
STEP = 1e-3
CLOSE = Ensemble(1e-9, 1e-11)


@dataclass(frozen=True, slots=True, eq=False)
class Sensitivity:
    """States and their slopes.

    Attributes:
        symbols: constants varied, by their symbol in the network.
        states: shape (draws, times, states).
        slopes: change of a state for a relative change of a constant, shape (draws, times, states, symbols).
    """

    symbols: tuple[str, ...]
    states: Array
    slopes: Array


def sensitivity(
    drawn: Physiology, impulses: Impulses, times: Array, symbols: Sequence[str], *, solver: Solver = CLOSE
) -> Sensitivity:
    """Return the states and their slopes with respect to the logarithm of some constants, by central differences.

    Healthy skin and the balancing constants are derived anew for every change, as calibration needs it; all changes of
    all draws are solved side by side.

    Args:
        drawn: the physiology about which constants are varied.
        impulses: the sessions; local injury of shape (draws, sessions).
        times: days, ascending, shape (times,).
        symbols: which constants, keys of `network.CONSTANTS`.
        solver: one whose errors are well below `STEP`.

    Raises:
        InputError: a symbol is not a constant of the network.
    """
    unknown = [symbol for symbol in symbols if symbol not in CONSTANTS]
    if unknown:
        raise InputError("not a constant of the network", field="symbols", given=unknown[0], limit=", ".join(CONSTANTS))
    changes = np.concatenate([np.zeros((1, len(symbols))), STEP * np.eye(len(symbols)), -STEP * np.eye(len(symbols))])
    count, draws = len(changes), drawn.draws
    values = {symbol: np.tile(drawn.constant(symbol), count) for symbol in CONSTANTS}
    for i, symbol in enumerate(symbols):
        values[symbol] = values[symbol] * np.repeat(np.exp(changes[:, i]), draws)
    varied = derive(values)
    hits = Impulses(impulses.days, np.tile(impulses.injury, (count, 1)))
    solved = solver.solve(varied.parameters, varied.rest, hits, times)
    solved = solved.reshape(count, draws, *solved.shape[1:])
    up, down = solved[1 : len(symbols) + 1], solved[len(symbols) + 1 :]
    return Sensitivity(tuple(symbols), solved[0], np.moveaxis((up - down) / (2 * STEP), 0, -1))
