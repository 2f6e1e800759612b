"""Compiled loops over the modes of one field.

With x the rate of a mode times the step and b the loss times the step, the functions
Z1 = (exp(-b) - exp(-x)) / (x - b), Z2 = (beta1 - Z1) / x and Z3 = (beta2 - Z2) / x
are the integrals over a step of a decaying, a constantly fed and a linearly fed mode, weighted by the loss of what has
been taken up. beta_k is phi_k(-b); with b = 0 the same functions are the phi functions of exponential stepping (Cox and
Matthews, J Comput Phys 2002). For slow modes they are summed from the series Z3 = sum (-x)^n beta_{3+n}, because the
quotients would lose all digits there. The exponential of a mode is a product of three short tables.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[Any]
TERMS = 12
"""Length of a table of beta: beta_0 to beta_11."""
SLOW = 0.7
"""Below this x the series is used; its first term left out is x^9 / 12!, under 1e-10."""


def betas(loss: float, step: float, dtype: type[Any] = np.float64) -> Array:
    """Return beta_0 ... beta_11 of loss times step, by downward recurrence from a series.

    Args:
        loss: rate, 1/day, 0 or more.
        step: days.
        dtype: kind of number.
    """
    b = loss * step
    out = np.empty(TERMS)
    if b < 1.0:
        term = value = 1 / math.factorial(TERMS - 1)
        for n in range(1, 20):
            term *= -b / (TERMS - 1 + n)
            value += term
        out[-1] = value
        for k in range(TERMS - 2, -1, -1):
            out[k] = 1 / math.factorial(k) - b * out[k + 1]
    else:
        out[0] = math.exp(-b)
        for k in range(1, TERMS):
            out[k] = (1 / math.factorial(k - 1) - out[k - 1]) / b
    return out.astype(dtype)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def uptake(u, fed_by, late, rates, decays, spent, out):  # type: ignore[no-untyped-def]
    """Write into out the uptake of one step: the integral of exp(-loss (step - t)) u(t), and what was missed before.

    Args:
        u: modes at the start, shape (nx, ny, nz).
        fed_by: source at the start, its last change, and how many times that it changes over the step.
        late: uptake that the step before missed; it has decayed by exp(-loss step) when this one ends.
        rates: along the three axes, 1/day; a mode's rate is their sum.
        decays: their exponentials over the step.
        spent: table of beta for loss times step, step in days, loss in 1/day.
        out: shape of u.
    """
    s, ds, ratio = fed_by
    rx, ry, rz = rates
    gx, gy, gz = decays
    beta, step, loss = spent
    nx, ny, nz = u.shape
    real = beta.dtype.type
    one, tiny, near, nought = real(1), real(1e-15), real(0.05), real(0)
    half, sixth, c4, c5, small = real(0.5), real(1 / 6), real(1 / 24), real(1 / 120), real(SLOW)
    b0, b1, b2, b3, b4, b5 = beta[0], beta[1], beta[2], beta[3], beta[4], beta[5]
    b6, b7, b8, b9, b10, b11 = beta[6], beta[7], beta[8], beta[9], beta[10], beta[11]
    b, step2 = loss * step, step * step
    for i in range(nx):
        for j in range(ny):
            r = rx[i] + ry[j]
            g = gx[i] * gy[j]
            if g < tiny:
                g = nought
            for k in range(nz):
                x = (r + rz[k]) * step
                y = x - b
                close = abs(y) <= near
                z1 = (b0 - g * gz[k]) / (one if close else y)
                limit = b0 * (one - y * (half - y * (sixth - y * (c4 - y * c5))))
                z1 = limit if close else z1
                slow = b3 - x * (b4 - x * (b5 - x * (b6 - x * (b7 - x * (b8 - x * (b9 - x * (b10 - x * b11)))))))
                q = one / max(x, small)
                z2 = (b1 - z1) * q
                z3 = (b2 - z2) * q
                few = x < small
                z3 = slow if few else z3
                z2 = b2 - x * z3 if few else z2
                z1 = b1 - x * z2 if few else z1
                fed = z2 * s[i, j, k] + z3 * (ratio * ds[i, j, k])
                out[i, j, k] = step * z1 * u[i, j, k] + step2 * fed + b0 * late[i, j, k]


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def advance(u, fed_by, late, weights, rates, decays, spent):  # type: ignore[no-untyped-def]
    """Advance modes by one step in place, now that the source at its end is known.

    Args:
        u: modes, shape (nx, ny, nz), overwritten.
        fed_by: source at the start; at the end, to which is added what the late uptake will release; and its change
            over the step before, replaced by that over this one.
        late: receives the uptake missed because the source was predicted.
        weights: this step over the step before (0 after a jump); this step over the sum of both (0 takes the source as
            a line, not a parabola); release of the diffusing field for each unit of uptake.
        rates: along the three axes, 1/day.
        decays: their exponentials over the step.
        spent: table of beta for a loss of 0, and the step in days.
    """
    s, end, ds = fed_by
    ratio, curve, gain = weights
    rx, ry, rz = rates
    gx, gy, gz = decays
    beta, step = spent
    nx, ny, nz = u.shape
    real = beta.dtype.type
    one, two, tiny, nought, half = real(1), real(2), real(1e-15), real(0), real(0.5)
    sixth, small = real(1 / 6), real(SLOW)
    b4, b5, b6, b7, b8, b9 = beta[4], beta[5], beta[6], beta[7], beta[8], beta[9]
    b10, b11 = beta[10], beta[11]
    step2 = step * step
    for i in range(nx):
        for j in range(ny):
            r = rx[i] + ry[j]
            g = gx[i] * gy[j]
            if g < tiny:
                g = nought
            for k in range(nz):
                x = (r + rz[k]) * step
                e = g * gz[k]
                slow = b4 - x * (b5 - x * (b6 - x * (b7 - x * (b8 - x * (b9 - x * (b10 - x * b11))))))
                q = one / max(x, small)
                p1 = (one - e) * q
                p2 = (one - p1) * q
                p3 = (half - p2) * q
                p4 = (sixth - p3) * q
                few = x < small
                p4 = slow if few else p4
                p3 = sixth - x * p4 if few else p3
                p2 = half - x * p3 if few else p2
                p1 = one - x * p2 if few else p1
                d = end[i, j, k] - s[i, j, k]
                miss = d - ratio * ds[i, j, k]
                bend = curve * miss
                lag = step2 * (p3 * miss + (two * p4 - p3) * bend)
                late[i, j, k] = lag
                ds[i, j, k] = d + gain * lag
                end[i, j, k] += gain * lag
                u[i, j, k] = e * u[i, j, k] + step * (p1 * s[i, j, k] + p2 * d + (two * p3 - p2) * bend)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def bending(u, fed_by, weights, rates, step):  # type: ignore[no-untyped-def]
    """Return sums of squares: what the curvature of the source does to uptake and to the field, and the field itself.

    The weight 1 / (12 + 6 x) has the limits of phi3 - 2 phi4 (1/12 for a slow and 1 / (6 x) for a fast mode), and
    1 / (6 + x) those of phi2 - 2 phi3.

    Args:
        u: modes at the start.
        fed_by: source at the start and the end, and its change over the step before.
        weights: this step over the step before, and over the sum of both.
        rates: along the three axes, 1/day.
        step: days.
    """
    s, end, ds = fed_by
    ratio, curve = weights
    rx, ry, rz = rates
    nx, ny, nz = s.shape
    uptake_sum = field_sum = size = 0.0
    real = rx.dtype.type
    six, twelve, nought, one = real(6), real(12), real(0), real(1)
    factor = curve * step
    for i in range(nx):
        for j in range(ny):
            r = rx[i] + ry[j]
            row, field, total = nought, nought, nought
            for k in range(nz):
                x = (r + rz[k]) * step
                d = factor * (end[i, j, k] - s[i, j, k] - ratio * ds[i, j, k])
                a = d * step / (twelve + six * x)
                b = d / (six + x)
                c = end[i, j, k] * step / (one + x)
                row += a * a
                field += b * b
                total += u[i, j, k] * u[i, j, k] + c * c
            uptake_sum += row
            field_sum += field
            size += total
    return uptake_sum, field_sum, size


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def steady(s, rates):  # type: ignore[no-untyped-def]
    """Divide a source by the rate of each mode, in place; a mode with no loss at all is left at 0."""
    rx, ry, rz = rates
    nx, ny, nz = s.shape
    for i in range(nx):
        for j in range(ny):
            r = rx[i] + ry[j]
            for k in range(nz):
                rate = r + rz[k]
                s[i, j, k] = s[i, j, k] / rate if rate > 0 else rx.dtype.type(0)
