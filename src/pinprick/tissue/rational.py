"""Rational forms of the functions of exponential stepping that share their poles.

One tridiagonal solve with each pole then applies any of them to a column. The poles are those of the Caratheodory-Fejer
approximation to the exponential on the negative axis, whose error falls by 9.3 with each (Trefethen, Weideman and
Schmelzer, Talbot quadratures and rational approximations, BIT 2006); the residues of every function are fitted to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from pinprick.tissue.kernel import TERMS, betas

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]
_POINTS, _SERIES, _SCALE = 1024, 75, 9.0


@cache
def poles(pairs: int) -> Complex:
    """Return one of each pair of conjugate poles, shape (pairs,), of the approximation in x = -z to exp(-x), x >= 0.

    The function is mapped from the axis to the circle, and the singular vector of the Hankel matrix of its Chebyshev
    coefficients holds the poles outside the circle.
    """
    degree = 2 * pairs
    angle = 2 * np.pi * np.arange(_POINTS) / _POINTS
    t = np.cos(angle)
    with np.errstate(over="ignore", under="ignore"):
        values = np.exp(_SCALE * (t - 1) / (t + 1 + 1e-16))
    series = np.fft.fft(values).real / _POINTS
    _, _, right = np.linalg.svd(scipy.linalg.hankel(series[1 : _SERIES + 1]))
    roots = np.roots(right[degree])
    outside = roots[np.abs(roots) > 1]
    z: Complex = _SCALE * (outside - 1) ** 2 / (outside + 1) ** 2
    return z[np.argsort(z.imag)][pairs:]


@cache
def _basis(pairs: int) -> tuple[Real, Real, Real]:
    """Return points x, the values there of the real and imaginary parts of 2 / (x + pole), and their pseudo-inverse."""
    t = np.cos(np.pi * (np.arange(400) + 0.5) / 400)
    x = _SCALE * (1 - t) / (1 + t)
    terms = 2 / (x[:, None] + poles(pairs)[None, :])
    matrix = np.hstack([terms.real, -terms.imag])
    return x, matrix, np.linalg.pinv(matrix, rcond=1e-14)


def residues(function: Callable[[Real], Real], pairs: int) -> tuple[Complex, float]:
    """Return the residues of a function of x >= 0 at the shared poles, and the largest error.

    Args:
        function: decaying to 0 for large x.
        pairs: of poles.
    """
    x, matrix, inverse = _basis(pairs)
    values = function(x)
    fitted = inverse @ values
    return fitted[:pairs] + 1j * fitted[pairs:], float(np.abs(matrix @ fitted - values).max())


def uptake_functions(loss: float, step: float) -> Callable[[Real], tuple[Real, ...]]:
    """Return the function of x that gives Z1 to Z4 of the kernel for a loss and a step."""
    beta = betas(loss, step)
    b = loss * step

    def z(x: Real) -> tuple[Real, ...]:
        slow = np.zeros_like(x)
        for k in range(TERMS - 1, 3, -1):
            slow = beta[k] - x * slow
        few = x < 0.7
        y = np.where(np.abs(x - b) < 1e-3, 1.0, x - b)
        near = beta[0] * (1 - (x - b) / 2 + (x - b) ** 2 / 6 - (x - b) ** 3 / 24)
        z1 = np.where(np.abs(x - b) < 1e-3, near, (beta[0] - np.exp(-x)) / y)
        z2 = (beta[1] - z1) / np.maximum(x, 0.7)
        z3 = (beta[2] - z2) / np.maximum(x, 0.7)
        z4 = np.where(few, slow, (beta[3] - z3) / np.maximum(x, 0.7))
        z3 = np.where(few, beta[3] - x * z4, z3)
        z2 = np.where(few, beta[2] - x * z3, z2)
        return np.where(few, beta[1] - x * z2, z1), z2, z3, z4

    return z


def pairs_for(dtype: type[Any]) -> int:
    """Return how many pairs of poles serve a kind of number: functions are within 6e-7 with four and 3e-10 with six."""
    return 4 if np.finfo(dtype).eps > 1e-10 else 6
