"""Shares of variance: how much of what is not known of an outcome goes with what is not known of one input."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def first_order(given: Array, outcome: Array, *, bins: int | None = None) -> Array:
    """Return the first-order index of each input from draws alone (Plischke, Borgonovo and Smith 2013).

    That is the share of the variance of the outcome that would be lost, on average, if the input were known exactly.
    The inputs may depend on one another, as draws of a posterior do; then a share says what one tells of the others.

    Args:
        given: draws of the inputs, shape (draws, inputs).
        outcome: draws of the outcome, shape (draws,).
        bins: equal parts an input is cut into; about the cube root of twice the draws where None.

    Returns:
        Shares corrected for chance, not below 0, shape (inputs,).
    """
    draws = outcome.size
    parts = bins or max(2, round((2.0 * draws) ** (1.0 / 3.0)))
    total = float(np.var(outcome, ddof=1))
    if total == 0 or draws <= parts:
        return np.zeros(given.shape[1])
    found = np.zeros(given.shape[1])
    for place, column in enumerate(given.T):
        if np.ptp(column) == 0:
            continue
        members = np.array_split(outcome[np.argsort(column, kind="stable")], parts)
        within = sum(float(np.sum((part - part.mean()) ** 2)) for part in members) / (draws - parts)
        found[place] = max(0.0, 1.0 - within / total)
    return found


def chance_share(draws: int, bins: int | None = None) -> float:
    """Return the share that an input without any effect exceeds in about one of forty draws of its index."""
    parts = bins or max(2, round((2.0 * draws) ** (1.0 / 3.0)))
    return float(2.0 * np.sqrt(2.0 * (parts - 1.0)) / draws)


def sobol(
    function: Callable[[Array], Array], quantiles: Sequence[Callable[[Array], Array]], *, count: int, seed: int
) -> tuple[Array, Array]:
    """Return first-order and total indices of a function of independent inputs, by the design of Saltelli (2010).

    Args:
        function: from inputs of shape (draws, inputs) to the outcome, shape (draws,).
        quantiles: for each input, from probabilities to values.
        count: base draws, a power of two; the function is evaluated (inputs + 2) times as often.
        seed: explicit seed.
    """
    from scipy.stats import sobol_indices, uniform

    def of_ranks(ranks: Array) -> Array:
        values = np.stack([quantile(rank) for quantile, rank in zip(quantiles, ranks, strict=True)], axis=1)
        return function(values)

    found = sobol_indices(func=of_ranks, n=count, dists=[uniform()] * len(quantiles), rng=np.random.default_rng(seed))
    return np.asarray(found.first_order), np.asarray(found.total_order)
