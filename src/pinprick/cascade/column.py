"""The network in a column of cells coupled by diffusion, solved with an approximately factorised ROS2.

Method: Verwer, Spee, Blom and Hundsdorfer, A second-order Rosenbrock method applied to photochemical dispersion
problems, SIAM J Sci Comput 20 (1999). Its order does not
depend on the factorisation, and a state of rest stays at rest.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.compiled import compiled, fingerprint, part
from pinprick.cascade.kernel import ENTRIES, STATES, factor, impulse, matrix, rates, substitute

Array = NDArray[np.float64]

GAMMA = 1.0 - 0.5**0.5
SAFETY, SHRINK, GROW = 0.9, 0.2, 3.0
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 1e-3, 10.0, 1e-10
MOST_STEPS = 1_000_000


@part
def slope(y: Array, p: Array, transport: Array, out: Array) -> None:
    """Write the rates of change of every cell, kinetics and diffusion, into out.

    Args:
        y: states, shape (cells, states).
        p: parameters.
        transport: by state, shape (3, states): diffusivity over the square of the cell height; the same for the deep
            face, 0 where the column is closed below; the level held below it.
        out: shape (cells, states).
    """
    cells = y.shape[0]
    for i in range(cells):
        rates(y[i], p, out[i])
        for j in range(STATES):
            c = transport[0, j]
            if c > 0.0:
                if i > 0:
                    out[i, j] += c * (y[i - 1, j] - y[i, j])
                if i < cells - 1:
                    out[i, j] += c * (y[i + 1, j] - y[i, j])
                else:
                    out[i, j] += transport[1, j] * (transport[2, j] - y[i, j])


@part
def spread(k: Array, transport: Array, scaled: float, upper: Array) -> None:
    """Solve (1 - scaled L) k = k in place for every diffusing state, L being the diffusion operator."""
    cells = k.shape[0]
    for j in range(STATES):
        c = scaled * transport[0, j]
        if c == 0.0:
            continue
        for i in range(cells):
            diagonal = 1.0
            if i > 0:
                diagonal += c * (1.0 - upper[i - 1])
            diagonal += c if i < cells - 1 else scaled * transport[1, j]
            above = c * k[i - 1, j] if i > 0 else 0.0
            k[i, j] = (k[i, j] + above) / diagonal
            upper[i] = c / diagonal
        for i in range(cells - 2, -1, -1):
            k[i, j] += upper[i] * k[i + 1, j]


@part
def attempt(y: Array, p: Array, h: float, transport: Array, k: Array, w: Array, new: Array) -> None:
    """Try one step of length h: write both stages into k (2, cells, states) and the result into new."""
    cells = y.shape[0]
    upper = np.empty(cells)
    shift = 1.0 / (GAMMA * h)
    for i in range(cells):
        matrix(y[i], p, shift, w[i])
        factor(w[i])
    slope(y, p, transport, k[0])
    for s in range(2):
        if s == 1:
            for i in range(cells):
                for j in range(STATES):
                    new[i, j] = y[i, j] + h * k[0, i, j]
            slope(new, p, transport, k[1])
            for i in range(cells):
                for j in range(STATES):
                    k[1, i, j] -= 2.0 * k[0, i, j]
        spread(k[s], transport, GAMMA * h, upper)
        for i in range(cells):
            for j in range(STATES):
                k[s, i, j] *= shift
            substitute(w[i], k[s, i])
    for i in range(cells):
        for j in range(STATES):
            new[i, j] = y[i, j] + h * (1.5 * k[0, i, j] + 0.5 * k[1, i, j])


@part
def error(y: Array, new: Array, k: Array, h: float, tolerance: Array) -> float:
    """Return the largest error of a step over its tolerance; a state below zero by more than that counts too."""
    worst = 0.0
    for i in range(y.shape[0]):
        for j in range(STATES):
            scale = tolerance[1] + tolerance[0] * max(abs(y[i, j]), abs(new[i, j]))
            worst = max(worst, abs(0.5 * h * (k[0, i, j] + k[1, i, j])) / scale, -0.1 * new[i, j] / scale)
            if not np.isfinite(new[i, j]):
                return 1e9
    return worst


@part
def solve_column(
    y: Array, p: Array, transport: Array, sessions: Array, times: Array, tolerance: Array, out: Array
) -> bool:
    """Solve one column over a course; the output at the time of a session is the state just after it.

    Args:
        y: resting states, shape (cells, states); overwritten by the states at the end.
        p: parameters.
        transport: see `slope`.
        sessions: first row the days, then local injury by cell, shape (1 + cells, sessions).
        times: ascending from 0 on.
        tolerance: relative and absolute.
        out: written, shape (times, cells, states).

    Returns:
        Whether it went well; False when the step size collapsed.
    """
    cells = y.shape[0]
    k = np.empty((2, cells, STATES))
    w = np.empty((cells, ENTRIES))
    new = np.empty_like(y)
    t = 0.0
    h = FIRST_STEP
    session = 0
    first = 0
    for _ in range(MOST_STEPS):
        if session < sessions.shape[1] and t >= sessions[0, session]:
            for i in range(cells):
                impulse(y[i], p, sessions[1 + i, session])
            session += 1
            h = FIRST_STEP
        while first < times.size and times[first] <= t:
            out[first] = y
            first += 1
        if first == times.size:
            return True
        stop = times[first]
        if session < sessions.shape[1]:
            stop = min(stop, sessions[0, session])
        step = min(h, LONGEST_STEP, stop - t)
        attempt(y, p, step, transport, k, w, new)
        worst = error(y, new, k, step, tolerance)
        scale = min(GROW, max(SHRINK, SAFETY * (worst + 1e-12) ** -0.5))
        if worst <= 1.0:
            t = stop if stop - t <= step * (1.0 + 1e-12) else t + step
            for i in range(cells):
                for j in range(STATES):
                    y[i, j] = max(new[i, j], 0.0)
            # A step cut short to meet an output time says little about the next.
            h = max(h, step * scale) if step < h else step * scale
        elif step < SHORTEST_STEP:
            return False
        else:
            h = step * scale
    return False


Entry = Callable[[Array, Array, Array, Array, Array, Array, Array], bool]


def _entry(digest: str) -> Entry:
    @compiled
    def entry(
        y: Array, p: Array, transport: Array, sessions: Array, times: Array, tolerance: Array, out: Array
    ) -> bool:
        assert digest
        return solve_column(y, p, transport, sessions, times, tolerance, out)

    return entry


ENTRY: Entry = _entry(fingerprint("compiled", "kernel", "column"))
"""`solve_column` from Python: compiled as a whole and kept on disk until one of its modules changes."""
