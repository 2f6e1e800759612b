"""RODAS, a stiffly accurate Rosenbrock method of order 4(3) with dense output, over many lanes.

Coefficients: Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.7. The network is
autonomous, so the terms for time-dependent right-hand sides are left out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.compiled import compiled, fingerprint, part
from pinprick.cascade.kernel import ENTRIES, STATES, factor, impulse, matrix, rates, substitute

Array = NDArray[np.float64]

GAMMA = 0.25
STAGES = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [1.544, 0.0, 0.0, 0.0, 0.0],
        [0.9466785280815826, 0.2557011698983284, 0.0, 0.0, 0.0],
        [3.314825187068521, 2.896124015972201, 0.9986419139977817, 0.0, 0.0],
        [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 0.0],
        [1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1.0],
    ]
)
COUPLING = np.array(
    [
        [0.0, 0.0, 0.0, 0.0, 0.0],
        [-5.6688, 0.0, 0.0, 0.0, 0.0],
        [-2.430093356833875, -0.2063599157091915, 0.0, 0.0, 0.0],
        [-0.1073529058151375, -9.594562251023355, -20.47028614809616, 0.0, 0.0],
        [7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160, 0.0],
        [8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054],
    ]
)
DENSE = np.array(
    [
        [10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662],
        [-0.6762803392806898, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872],
    ]
)
SAFETY, SHRINK, GROW = 0.9, 0.2, 5.0
FIRST_STEP, LONGEST_STEP, SHORTEST_STEP = 1e-3, 30.0, 1e-10
MOST_STEPS = 100_000


@part
def attempt(y: Array, p: Array, h: float, k: Array, w: Array, new: Array) -> None:
    """Try one step of length h from y: write the stages into k (6, states) and the result into new."""
    matrix(y, p, 1.0 / (GAMMA * h), w)
    factor(w)
    for s in range(6):
        for i in range(STATES):
            new[i] = y[i]
        for j in range(s):
            if STAGES[s, j] != 0.0:
                for i in range(STATES):
                    new[i] += STAGES[s, j] * k[j, i]
        rates(new, p, k[s])
        for j in range(s):
            for i in range(STATES):
                k[s, i] += COUPLING[s, j] / h * k[j, i]
        substitute(w, k[s])
    for i in range(STATES):
        new[i] += k[5, i]


@part
def error(y: Array, new: Array, k: Array, rtol: float, atol: float) -> float:
    """Return the largest error of a step over its tolerance; a state below zero by more than that counts too."""
    worst = 0.0
    for i in range(STATES):
        scale = atol + rtol * max(abs(y[i]), abs(new[i]))
        worst = max(worst, abs(k[5, i]) / scale, -0.1 * new[i] / scale)
        if not np.isfinite(new[i]):
            return 1e9
    return worst


@part
def interpolate(y: Array, new: Array, k: Array, s: float, out: Array) -> None:
    """Write the dense output at the fraction s of the step into out, cut at zero."""
    for i in range(STATES):
        c = 0.0
        d = 0.0
        for j in range(5):
            c += DENSE[0, j] * k[j, i]
            d += DENSE[1, j] * k[j, i]
        out[i] = max(y[i] * (1.0 - s) + s * (new[i] + (1.0 - s) * (c + s * d)), 0.0)


@part
def advance(y: Array, p: Array, span: Array, tolerance: Array, times: Array, first: int, out: Array) -> int:
    """Carry y over a span of days, writing the states at the times inside it from the index first on.

    Args:
        y: states at the start, overwritten by those at the end.
        p: parameters.
        span: start and end; the end itself is not written.
        tolerance: relative and absolute.
        times: output times, ascending.
        first: index of the first time not yet written.
        out: shape (times, states).

    Returns:
        The index of the first time not yet written, or -1 when the step size collapsed.
    """
    k = np.empty((6, STATES))
    w = np.empty(ENTRIES)
    new = np.empty(STATES)
    t = span[0]
    end = span[1]
    h = FIRST_STEP
    for _ in range(MOST_STEPS):
        if t >= end:
            return first
        h = min(h, LONGEST_STEP, end - t)
        attempt(y, p, h, k, w, new)
        worst = error(y, new, k, tolerance[0], tolerance[1])
        factor_h = min(GROW, max(SHRINK, SAFETY * (worst + 1e-12) ** -0.25))
        if worst <= 1.0:
            after = end if end - t <= h * (1.0 + 1e-12) else t + h
            while first < times.size and times[first] < after:
                interpolate(y, new, k, (times[first] - t) / h, out[first])
                first += 1
            for i in range(STATES):
                y[i] = max(new[i], 0.0)
            t = after
        elif h < SHORTEST_STEP:
            return -1
        h *= factor_h
    return -1


@part
def solve_lanes(
    parameters: Array, y: Array, days: Array, injury: Array, times: Array, tolerance: Array, out: Array
) -> int:
    """Solve every lane; impulses act at `days` and the output at such a time is the state just after.

    Args:
        parameters: shape (lanes, parameters).
        y: states at time 0, shape (lanes, states); overwritten by the states at the last time.
        days: days of the sessions, ascending, shape (sessions,).
        injury: local injury, shape (lanes, sessions).
        times: ascending from 0 on, shape (times,).
        tolerance: relative and absolute tolerance.
        out: written, shape (lanes, times, states).

    Returns:
        -1, or the first lane whose step size collapsed.
    """
    last = times[times.size - 1]
    span = np.empty(2)
    for lane in range(y.shape[0]):
        t = 0.0
        first = 0
        for session in range(days.size + 1):
            due = session < days.size and days[session] <= last
            end = days[session] if due else last
            span[0] = t
            span[1] = end
            first = advance(y[lane], parameters[lane], span, tolerance, times, first, out[lane])
            if first < 0:
                return lane
            t = end
            if not due:
                break
            impulse(y[lane], parameters[lane], injury[lane, session])
        for rest in range(first, times.size):
            for i in range(STATES):
                out[lane, rest, i] = y[lane, i]
    return -1


Entry = Callable[[Array, Array, Array, Array, Array, Array, Array], int]


def _entry(digest: str) -> Entry:
    @compiled
    def entry(
        parameters: Array, y: Array, days: Array, injury: Array, times: Array, tolerance: Array, out: Array
    ) -> int:
        assert digest
        return solve_lanes(parameters, y, days, injury, times, tolerance, out)

    return entry


ENTRY: Entry = _entry(fingerprint("compiled", "kernel", "rodas"))
"""`solve_lanes` from Python: compiled as a whole and kept on disk until one of its modules changes."""
