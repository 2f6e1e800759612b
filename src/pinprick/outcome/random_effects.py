"""A small Bayesian random-effects model: slopes times (treatment mean plus study and arm deviations) plus noise."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.int64]

_ITERATIONS = 20
_ROUNDS = 2  # of coefficients, then the spread of each group
_REACH = 2.5  # standard errors of the common deviation on either side that the grid covers, where there are groups
_SETTLED = 1e-3  # change of a coefficient, in percent, below which no further iteration is made
_TINY = 1e-6
_LARGEST_STEP = 0.5  # of a log slope or the exponent in one iteration, so that the linearisation holds


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What was observed and how it depends on the coefficients.

    An observation is y = slope * gain * course^e * (x . coefficients + study + arm deviation) + noise; `slope` is the
    exponential of a coefficient of its own for every scale but the reference one, and the exponent e is the last
    coefficient where `log_course` is given.

    Attributes:
        y: observed percent on the trial's scale, shape (n,).
        noise: covariance of the sampling errors, shape (n, n).
        x: rows of the linear part, shape (n, p).
        gain: factor for sessions and follow-up, shape (n,).
        slope: index of the scale's log slope among the q slopes, -1 for the reference scale, shape (n,).
        study: index of the study, -1 where the study deviation does not apply, shape (n,).
        arm: index of the arm, shape (n,).
        extra_sd: deviation of rows without a study deviation, shape (n,).
        prior_mean, prior_sd: of the p coefficients, then the q log slopes, then the exponent if there is one.
        log_course: logarithm of each row's course as a share of the usual one, shape (n,); None leaves it out.
        group: index of the group whose studies differ among themselves by as much, shape (n,); None for one group.
        prior_log_sd: prior spread of the logarithm of a group's between-study deviation about that of all.
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
    log_course: Array | None = None
    group: Index | None = None
    prior_log_sd: float = 0.0

    @property
    def kinship(self) -> tuple[Array, Array]:
        """Return which rows share a study and which an arm, each (n, n), 1 or 0."""
        treated = self.study >= 0
        both = treated[:, None] & treated[None, :]
        return (self.study[:, None] == self.study[None, :]) & both, (self.arm[:, None] == self.arm[None, :]) & both


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Posterior on a grid of the between-study standard deviation.

    Attributes:
        between_study_sd: the grid, shape (k,).
        weight: posterior weight of each grid point, sums to 1, shape (k,).
        mean: coefficients, log slopes and the exponent if there is one, shape (k, m).
        factor: lower Cholesky factor of their covariance, shape (k, m, m).
        log_group_sd: logarithm of each group's between-study deviation as a share of the common one, shape (g,).
        log_group_error: its standard error, shape (g,).
    """

    between_study_sd: Array
    weight: Array
    mean: Array
    factor: Array
    log_group_sd: Array
    log_group_error: Array


def fit(design: Design, *, prior_scale: float, arm_ratio: float, points: int = 24) -> Posterior:
    """Return the posterior of a design by Gauss-Newton and Laplace at each between-study standard deviation.

    Where rows have groups, the between-study deviation of each group relative to the common one is set to its most
    probable value (empirical Bayes), with its error from the information.

    Args:
        design: observations; may be empty, and then the prior is returned.
        prior_scale: scale of the half-normal prior of the between-study standard deviation.
        arm_ratio: standard deviation of an arm about its study, as a share of the between-study one.
        points: size of the grid, which ends at three prior scales; where there are groups it lies about the most
            probable deviation.
    """
    grid = np.linspace(0.0, 3.0 * prior_scale, points + 1)[1:]
    theta = design.prior_mean[None, :]
    precision = np.diag(design.prior_sd**-2.0)
    model = Deviations(design, arm_ratio, np.ones(design.y.size))
    groups = 0 if design.group is None or not design.y.size else int(design.group.max()) + 1
    spread, error, common = np.zeros(groups), np.zeros(groups), prior_scale
    for _ in range(_ROUNDS if groups else 0):
        theta = _settled(model, np.array([common]), theta, precision)
        (common, doubt), (spread, error) = _group_spread(model, theta[0], spread, prior_scale)
        model = replace(model, scale=np.exp(spread[design.group]))
        grid = common * np.exp(doubt * np.linspace(-_REACH, _REACH, points))
    theta = _settled(model, grid, np.repeat(theta, points, axis=0), precision)
    predicted, jacobian, covariance = model.linearise(grid, theta)
    weighted = np.linalg.solve(covariance, jacobian)
    posterior_precision = np.swapaxes(jacobian, 1, 2) @ weighted + precision
    log_weight = _log_evidence(design, predicted, covariance, theta, posterior_precision)
    log_weight -= 0.5 * (grid / prior_scale) ** 2
    weight = np.exp(log_weight - log_weight.max()) * np.gradient(grid)
    factor = np.linalg.cholesky(np.linalg.inv(posterior_precision))
    return Posterior(grid, weight / weight.sum(), theta, factor, spread, error)


def _group_spread(
    model: Deviations, theta: Array, start: Array, prior_scale: float
) -> tuple[tuple[float, float], tuple[Array, Array]]:
    """Return the common between-study deviation with its relative error, and each group's log share with its error."""
    from scipy.optimize import minimize

    design = model.design
    members = (design.group[None, :] == np.arange(start.size)[:, None]).astype(np.float64)  # type: ignore[index]
    predicted, jacobian, covariance = model.linearise(np.array([_TINY]), theta[None, :])
    fixed = covariance[0] + jacobian[0] @ np.diag(design.prior_sd**2) @ jacobian[0].T
    shared = model.shared(theta[None, :])[0]
    residual = design.y - predicted[0] + jacobian[0] @ (theta - design.prior_mean)

    def parts(free: Array) -> tuple[Array, Array]:
        scale = np.exp(free[0] + free[1:] @ members)
        return scale[:, None] * shared * scale[None, :], fixed

    def loss(free: Array) -> tuple[float, Array]:
        varying, rest = parts(free)
        inverse = np.linalg.inv(varying + rest)
        solved = inverse @ residual
        pull = (inverse - np.outer(solved, solved)) * varying
        sd = np.exp(free[0]) / prior_scale
        value = 0.5 * (np.linalg.slogdet(varying + rest)[1] + residual @ solved + sd**2)
        value += 0.5 * np.sum((free[1:] / design.prior_log_sd) ** 2)
        slope = np.append(pull.sum() + sd**2, members @ pull.sum(axis=1) + free[1:] / design.prior_log_sd**2)
        return float(value), slope

    found = minimize(loss, np.append(np.log(prior_scale), start), jac=True, method="L-BFGS-B").x
    varying, rest = parts(found)
    inverse = np.linalg.inv(varying + rest)
    information = []
    for member in (np.ones(residual.size), *members):
        moved = inverse @ ((member[:, None] + member[None, :]) * varying)
        information.append(0.5 * np.sum(moved * moved.T))
    error = (np.array(information[1:]) + design.prior_log_sd**-2.0) ** -0.5
    return (float(np.exp(found[0])), float(information[0] ** -0.5)), (found[1:], error)


def _settled(model: Deviations, grid: Array, theta: Array, precision: Array) -> Array:
    for _ in range(_ITERATIONS):
        stepped = _step(model, grid, theta, precision)
        moved, theta = np.max(np.abs(stepped - theta), initial=0.0), stepped
        if moved < _SETTLED:
            break
    return theta


@dataclass(frozen=True, slots=True, eq=False)
class Deviations:
    """A design with the shape of its study and arm deviations.

    Attributes:
        design: the observations.
        arm_ratio: standard deviation of an arm about its study, as a share of the between-study one.
        scale: between-study deviation of each row as a share of the common one, shape (n,).
    """

    design: Design
    arm_ratio: float
    scale: Array

    def factor(self, theta: Array) -> Array:
        """Return the slope and course factor of every row, shape (k, n)."""
        design = self.design
        count, scaled = design.x.shape[1], design.slope >= 0
        log_slope = np.where(
            scaled[None, :], theta[:, count + np.maximum(design.slope, 0)] if scaled.any() else 0.0, 0.0
        )
        if design.log_course is not None:
            log_slope = log_slope + theta[:, -1:] * design.log_course
        return np.asarray(np.exp(log_slope) * design.gain)

    def shared(self, theta: Array) -> Array:
        """Return the covariance of the deviations for a common between-study deviation of 1, shape (k, n, n).

        The groups' own shares are left out.
        """
        same_study, same_arm = self.design.kinship
        factor = self.factor(theta)
        return np.asarray(factor[:, :, None] * (same_study + self.arm_ratio**2 * same_arm) * factor[:, None, :])

    def linearise(self, grid: Array, theta: Array) -> tuple[Array, Array, Array]:
        """Return prediction (k, n), Jacobian (k, n, m) and covariance (k, n, n) at the given coefficients."""
        design, factor = self.design, self.factor(theta)
        count = design.x.shape[1]
        predicted = factor * (theta[:, :count] @ design.x.T)
        jacobian = np.zeros((*predicted.shape, theta.shape[1]))
        jacobian[:, :, :count] = factor[:, :, None] * design.x
        rows = np.flatnonzero(design.slope >= 0)
        jacobian[:, rows, count + design.slope[rows]] = predicted[:, rows]
        if design.log_course is not None:
            jacobian[:, :, -1] = predicted * design.log_course
        deviation = self.scale[:, None] * self.shared(theta) * self.scale[None, :] * grid[:, None, None] ** 2
        extra = (factor * design.extra_sd)[:, :, None] * np.eye(design.y.size) * (factor * design.extra_sd)[:, None, :]
        return predicted, jacobian, deviation + extra + design.noise


def _step(model: Deviations, grid: Array, theta: Array, precision: Array) -> Array:
    design = model.design
    predicted, jacobian, covariance = model.linearise(grid, theta)
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
