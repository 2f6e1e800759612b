"""Choosing one way of needling among many: limits first, then weights, then the gentler."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.planning.case import Case
from pinprick.planning.price import item_price
from pinprick.planning.wishes import AXES

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """The five axes of many candidates, one row each; medians over the draws unless said.

    Attributes:
        improvement: percent improvement of every draw, shape (n, draws).
        downtime: days in total over the course, shape (n,).
        downtime_session: days after one session, shape (n,).
        pih: probability of hyperpigmentation over the course, shape (n,).
        pain: 0-10, shape (n,).
        price: in the clinic's currency, NaN where unknown, shape (n,).
        burden: how much skin is injured over the course, for ties, shape (n,).
    """

    improvement: Array
    downtime: Array
    downtime_session: Array
    pih: Array
    pain: Array
    price: Array
    burden: Array

    @property
    def median(self) -> Array:
        """Median improvement, shape (n,)."""
        return np.asarray(np.median(self.improvement, axis=1))

    def costs(self) -> Array:
        """Return the axes as columns of which smaller is better, shape (n, 5); an unknown price counts as equal."""
        price = np.nan_to_num(self.price, nan=0.0)
        return np.column_stack([-self.median, self.downtime, self.pih, self.pain, price])


def weights(case: Case) -> dict[str, float]:
    """Return the weight of each axis: the case's own where it gives one, else the recorded one."""
    found: dict[str, float] = {axis: evidence.value(f"planning.weight.{axis}") for axis in AXES}
    found.update({str(axis): weight for axis, weight in case.preferences.weights.items()})
    return found


def utility(case: Case, axes: Axes) -> Array:
    """Return how good each candidate is in weight points, shape (n,); it depends on no other candidate.

    A point is the worth of the recorded amount of each axis (`planning.worth.*`). The mean over the draws stands for
    the improvement, so that a chance of much and a chance of nothing both count.
    """
    weight = weights(case)
    session = item_price(case, "microneedling_session")
    step = (session.middle if session is not None else 0.0) * evidence.value("planning.worth.price_sessions")
    price = np.nan_to_num(axes.price, nan=0.0) / step if step > 0 else np.zeros(len(axes.price))
    return np.asarray(
        weight["improvement"] * axes.improvement.mean(axis=1) / evidence.value("planning.worth.improvement")
        - weight["downtime"] * axes.downtime / evidence.value("planning.worth.downtime")
        - weight["pih"] * axes.pih / evidence.value("planning.worth.pih")
        - weight["pain"] * axes.pain / evidence.value("planning.worth.pain")
        - weight["price"] * price
    )


def best(points: Array, burden: Array, allowed: NDArray[np.bool_]) -> int | None:
    """Return the row to choose, or None where none is allowed.

    Points are compared in steps of the recorded indifference; inside a step the gentler wins. Steps are fixed, not
    counted from the best, so the choice among more candidates is never worse by this order.

    Args:
        points: utility, shape (n,).
        burden: how much skin is injured, shape (n,).
        allowed: candidates within every limit, shape (n,).
    """
    rows = np.flatnonzero(allowed)
    if rows.size == 0:
        return None
    step = evidence.value("planning.indifference_points")
    order = np.lexsort((-points[rows], burden[rows], -np.floor(points[rows] / step)))
    return int(rows[order[0]])


def probability_better(axes: Axes, first: int, second: int) -> float:
    """Return the share of common draws in which one candidate improves more than another; half counts for equal."""
    difference = axes.improvement[first] - axes.improvement[second]
    return float(np.mean(difference > 0) + 0.5 * np.mean(difference == 0))


def broken_limits(case: Case, axes: Axes, sessions_end: list[bool]) -> list[str]:
    """Return for each candidate which limit of the person it breaks, "" where none.

    Args:
        case: whose preferences hold.
        axes: the axes.
        sessions_end: for each candidate whether it ends in time.
    """
    wishes = case.preferences
    found = []
    for row in range(len(axes.downtime)):
        why = []
        if wishes.downtime_days is not None and axes.downtime_session[row] > wishes.downtime_days + 1e-9:
            why.append(f"downtime {axes.downtime_session[row]:.1f} days a session, above {wishes.downtime_days:g}")
        if wishes.pain is not None and axes.pain[row] > wishes.pain + 1e-9:
            why.append(f"pain {axes.pain[row]:.1f} of 10, above {wishes.pain:g}")
        if wishes.budget is not None and axes.price[row] > wishes.budget + 1e-9:
            why.append(f"price {axes.price[row]:.0f}, above {wishes.budget:g}")
        if not sessions_end[row]:
            why.append(f"not finished by {wishes.finish_by}")
        found.append("; ".join(why))
    return found
