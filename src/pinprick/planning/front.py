"""Which ways of treating no other way beats on every axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pareto_front(costs: NDArray[np.float64], tolerance: float = 1e-9) -> NDArray[np.bool_]:
    """Return which rows are on the front.

    Args:
        costs: one row a candidate, one column an axis, smaller is better, shape (n, axes).
        tolerance: differences up to this count as equal.

    Returns:
        True where no other row is at least as good on every axis and better on one, shape (n,).
    """
    count = len(costs)
    keep = np.ones(count, dtype=bool)
    # Sorted by sum, and by column where rounding makes sums equal, a row can only be beaten by an earlier one.
    order = np.lexsort((*costs.T[::-1], costs.sum(axis=1)))
    front: list[int] = []
    for row in order:
        rivals = costs[front]
        no_worse = np.all(rivals <= costs[row] + tolerance, axis=1)
        better = np.any(rivals < costs[row] - tolerance, axis=1)
        if bool(np.any(no_worse & better)):
            keep[row] = False
        else:
            front.append(int(row))
    return keep
