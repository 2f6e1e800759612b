"""A small neural network in place of the healing network, with its error measured on runs it was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.tissue.accelerator import numbers

Array = NDArray[np.float64]
Weights = tuple[tuple[Array, Array], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Surrogate:
    """Measurements as a smooth function of the normal scores of the constants.

    Attributes:
        weights: matrix and offset of each layer.
        centre: mean of the measurements over the runs, shape (data,).
        scale: their standard deviation, shape (data,).
        error: covariance of what is left on the held-out runs, shape (data, data): the error of the surrogate and all
            that the constants not calibrated, skin and injury add.
        explained: share of the variance of the held-out runs that is explained, shape (data,).
    """

    weights: Weights
    centre: Array
    scale: Array
    error: Array
    explained: Array

    def __call__(self, scores: Any) -> Any:
        """Return the measurements at normal scores of shape (…, constants), as an array of JAX."""
        return forward(self.weights, scores) * self.scale + self.centre


@dataclass(frozen=True, slots=True)
class Training:
    """How a surrogate is trained.

    Attributes:
        width: of the two hidden layers.
        steps: of the optimiser (Adam with a falling step).
        batch: runs in a step.
        rate: first length of a step.
        held_out: share of the runs that measure the error.
    """

    width: int = 64
    steps: int = 8000
    batch: int = 500
    rate: float = 4e-3
    held_out: float = 0.2


def forward(weights: Any, scores: Any) -> Any:
    """Return the standardised measurements, shape (…, data)."""
    import jax.numpy as jnp

    hidden = scores
    for matrix, offset in weights[:-1]:
        hidden = jnp.tanh(hidden @ matrix + offset)
    matrix, offset = weights[-1]
    return hidden @ matrix + offset


def train(scores: Array, simulated: Array, *, seed: int, training: Training | None = None) -> Surrogate:
    """Fit a surrogate to runs of the healing network.

    Args:
        scores: normal scores of the constants, shape (runs, constants).
        simulated: the measurements, shape (runs, data).
        seed: explicit seed.
        training: how.
    """
    how = training or Training()
    held = int(how.held_out * len(scores))
    centre, scale = simulated.mean(axis=0), np.maximum(simulated.std(axis=0), 1e-9)
    standard = (simulated - centre) / scale
    weights = _fit(scores[held:], standard[held:], seed, how)
    with numbers("double"):
        left = (np.asarray(forward(weights, scores[:held])) - standard[:held]) * scale
    spread = simulated[:held].var(axis=0)
    explained = 1.0 - (left**2).mean(axis=0) / np.maximum(spread, 1e-18)
    return Surrogate(weights, centre, scale, left.T @ left / held, explained)


def _fit(scores: Array, standard: Array, seed: int, how: Training) -> Weights:
    import jax
    import jax.numpy as jnp

    generator = np.random.default_rng(seed)
    sizes = [scores.shape[1], how.width, how.width, standard.shape[1]]
    start = [(generator.standard_normal((a, b)) / np.sqrt(a), np.zeros(b)) for a, b in pairwise(sizes)]

    def loss(weights: Any, picked: Any) -> Any:
        return jnp.mean((forward(weights, x[picked]) - y[picked]) ** 2)

    def step(state: Any, number: Any) -> Any:
        weights, first, second = state
        key = jax.random.fold_in(jax.random.PRNGKey(seed), number)
        slope = jax.grad(loss)(weights, jax.random.randint(key, (how.batch,), 0, x.shape[0]))
        rate = how.rate * 0.5 * (1.0 + jnp.cos(jnp.pi * number / how.steps))
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, second, slope)
        one, two = 1.0 - 0.9 ** (number + 1.0), 1.0 - 0.999 ** (number + 1.0)
        weights = jax.tree.map(
            lambda w, m, v: w - rate * (m / one) / (jnp.sqrt(v / two) + 1e-8), weights, first, second
        )
        return (weights, first, second), None

    with numbers("single"):
        x, y = jnp.asarray(scores, jnp.float32), jnp.asarray(standard, jnp.float32)
        weights = jax.tree.map(lambda w: jnp.asarray(w, jnp.float32), start)
        nought = jax.tree.map(jnp.zeros_like, weights)
        run = jax.jit(lambda state: jax.lax.scan(step, state, jnp.arange(how.steps, dtype=jnp.float32))[0])
        found, _, _ = run((weights, nought, nought))
        return tuple((np.asarray(m, np.float64), np.asarray(o, np.float64)) for m, o in found)
