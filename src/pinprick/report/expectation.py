"""What to expect in plain words: of ten people like this one, how many get how much better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from pinprick.outcome import Outlook
from pinprick.report.healing import Array
from pinprick.report.svg import canvas, group, tag

# The quarters that trials of scars and wrinkles report; only a way of showing the distribution.
QUARTERS: tuple[tuple[float, float, str], ...] = (
    (-np.inf, 25.0, "less than a quarter"),
    (25.0, 50.0, "a quarter to a half"),
    (50.0, 75.0, "half to three quarters"),
    (75.0, np.inf, "over three quarters"),
)
PEOPLE = 10
ENOUGH_DRAWS = 40


@dataclass(frozen=True, slots=True)
class Expectation:
    """The prediction for a person who asks.

    Attributes:
        counts: people of ten in each quarter, rounded so that they add up to ten.
        headline: one sentence.
        median, low, high: percent improvement, with the 5th and 95th percentile.
    """

    counts: tuple[int, int, int, int]
    headline: str
    median: float
    low: float
    high: float


def expectation(outlook: Outlook) -> Expectation | None:
    """Return it, or None where the prediction rests on nothing or has too few draws to count people."""
    draws = outlook.improvement_percent
    if outlook.basis == "none" or draws.size < ENOUGH_DRAWS or not np.isfinite(draws).all():
        return None
    counts = _ten(draws)
    low, median, high = (float(v) for v in np.quantile(draws, (0.05, 0.5, 0.95)))
    half = counts[2] + counts[3]
    if half >= 2:
        headline = f"Of {PEOPLE} people like you, about {half} would be at least half better."
    else:
        some = PEOPLE - counts[0]
        headline = f"Of {PEOPLE} people like you, about {some} would be at least a quarter better."
    return Expectation(counts, headline, median, low, high)


def _ten(draws: Array) -> tuple[int, int, int, int]:
    """Share ten people over the quarters by largest remainder."""
    share = np.array([((draws >= low) & (draws < high)).mean() for low, high, _ in QUARTERS]) * PEOPLE
    counts = np.floor(share).astype(int)
    for index in np.argsort(-(share - counts), kind="stable")[: PEOPLE - int(counts.sum())]:
        counts[index] += 1
    a, b, c, d = (int(v) for v in counts)
    return a, b, c, d


def people(expected: Expectation) -> Markup:
    """Draw ten people, coloured by quarter, best first."""
    order = [quarter for quarter in (3, 2, 1, 0) for _ in range(expected.counts[quarter])]
    figures = []
    for i, quarter in enumerate(order):
        x = 12 + 24.0 * i
        body = [
            tag("circle", cx=x, cy=9.0, r=5.4),
            tag("path", d=f"M{x - 8:.1f} 34v-9a8 8 0 0 1 16 0v9Z"),
        ]
        figures.append(group(body, class_=f"person quarter-{quarter}"))
    told = ", ".join(f"{n} {words} better" for n, (_, _, words) in zip(expected.counts, QUARTERS, strict=True) if n)
    return canvas(24.0 * PEOPLE, 36.0, f"Of ten people: {told}", *figures, class_="people")
