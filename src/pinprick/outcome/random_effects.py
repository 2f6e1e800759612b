"""A small Bayesian random-effects model: slopes times (treatment mean plus study and arm deviations) plus noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_ITERATIONS = 12
_LARGEST_STEP = 0.5  # of a log slope in one iteration, so that the linearisation holds


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What was observed and how it depends on the coefficients.

    An observation is y = slope * gain * (x . coefficients + study + arm deviation) + noise; `slope` is the exponential
    of a coefficient of its own for every scale but the reference one.

    Attributes:
        y: observed percent on the trial's scale, shape (n,).
        noise: covariance of the sampling errors, shape (n, n).
        x: rows of the linear part, shape (n, p).
        gain: factor for sessions and follow-up, shape (n,).
        slope: index of the scale's log slope among the q slopes, -1 for the reference scale, shape (n,).
        study: index of the study, -1 where the study deviation does not apply, shape (n,).
        arm: index of the arm, shape (n,).
        extra_sd: deviation of rows without a study deviation, shape (n,).
        prior_mean, prior_sd: of the p coefficients and then the q log slopes, shape (p + q,).
    """

    y: Array
    noise: Array
    x: Array
    gain: Array
    slope: Index
    study: Index
    arm: Index
    extra_sd: Array
    prior_mean: Array
    prior_sd: Array


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Posterior on a grid of the between-study standard deviation.

    Attributes:
        between_study_sd: the grid, shape (k,).
        weight: posterior weight of each grid point, sums to 1, shape (k,).
        mean: coefficients and log slopes, shape (k, p + q).
        factor: lower Cholesky factor of their covariance, shape (k, p + q, p + q).
    """

    between_study_sd: Array
    weight: Array
    mean: Array
    factor: Array


def fit(design: Design, *, prior_scale: float, arm_ratio: float, points: int = 24) -> Posterior:
    """Return the posterior of a design by Gauss-Newton and Laplace at each between-study standard deviation.

    Args:
        design: observations; may be empty, and then the prior is returned.
        prior_scale: scale of the half-normal prior of the between-study standard deviation.
        arm_ratio: standard deviation of an arm about its study, as a share of the between-study one.
        points: size of the grid, which ends at three prior scales.
    """
    grid = np.linspace(0.0, 3.0 * prior_scale, points + 1)[1:]
    theta = np.repeat(design.prior_mean[None, :], points, axis=0)
    precision = np.diag(design.prior_sd**-2.0)
    for _ in range(_ITERATIONS):
        theta = _step(design, grid, arm_ratio, theta, precision)
    predicted, jacobian, covariance = _linearise(design, grid, arm_ratio, theta)
    weighted = np.linalg.solve(covariance, jacobian)
    posterior_precision = np.swapaxes(jacobian, 1, 2) @ weighted + precision
    log_weight = _log_evidence(design, predicted, covariance, theta, posterior_precision)
    log_weight -= 0.5 * (grid / prior_scale) ** 2
    weight = np.exp(log_weight - log_weight.max())
    factor = np.linalg.cholesky(np.linalg.inv(posterior_precision))
    return Posterior(grid, weight / weight.sum(), theta, factor)


def _linearise(design: Design, grid: Array, arm_ratio: float, theta: Array) -> tuple[Array, Array, Array]:
    """Return prediction (k, n), Jacobian (k, n, p + q) and covariance (k, n, n) at the given coefficients."""
    count = design.x.shape[1]
    scaled = design.slope >= 0
    log_slope = np.where(scaled[None, :], theta[:, count + np.maximum(design.slope, 0)] if scaled.any() else 0.0, 0.0)
    factor = np.exp(log_slope) * design.gain
    predicted = factor * (theta[:, :count] @ design.x.T)
    jacobian = np.zeros((*predicted.shape, theta.shape[1]))
    jacobian[:, :, :count] = factor[:, :, None] * design.x
    rows = np.flatnonzero(scaled)
    jacobian[:, rows, count + design.slope[rows]] = predicted[:, rows]
    treated = design.study >= 0
    same_study = (design.study[:, None] == design.study[None, :]) & treated[:, None] & treated[None, :]
    same_arm = (design.arm[:, None] == design.arm[None, :]) & treated[:, None] & treated[None, :]
    shared = (same_study + arm_ratio**2 * same_arm)[None] * grid[:, None, None] ** 2 + np.diag(design.extra_sd**2)
    covariance = factor[:, :, None] * shared * factor[:, None, :] + design.noise
    return predicted, jacobian, covariance


def _step(design: Design, grid: Array, arm_ratio: float, theta: Array, precision: Array) -> Array:
    predicted, jacobian, covariance = _linearise(design, grid, arm_ratio, theta)
    weighted = np.linalg.solve(covariance, jacobian)
    transposed = np.swapaxes(weighted, 1, 2)
    left = np.swapaxes(jacobian, 1, 2) @ weighted + precision
    residual = (design.y - predicted)[:, :, None]
    right = transposed @ residual - (precision @ (theta - design.prior_mean)[:, :, None])
    step = np.linalg.solve(left, right)[:, :, 0]
    count = design.x.shape[1]
    step[:, count:] = np.clip(step[:, count:], -_LARGEST_STEP, _LARGEST_STEP)
    return np.asarray(theta + step)


def _log_evidence(design: Design, predicted: Array, covariance: Array, theta: Array, posterior: Array) -> Array:
    residual = (design.y - predicted)[:, :, None]
    misfit = (np.swapaxes(residual, 1, 2) @ np.linalg.solve(covariance, residual))[:, 0, 0]
    shift = (theta - design.prior_mean) / design.prior_sd
    log_det = np.linalg.slogdet(covariance)[1] + np.linalg.slogdet(posterior)[1]
    return np.asarray(-0.5 * (misfit + (shift**2).sum(axis=1) + log_det))
