"""What an arm printed, on its own scale, and how a predicted mean improvement would have been printed there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import Arm, TrialOutcome
from pinprick.outcome import ArmEffect, Scale, indication, scale, scale_named
from pinprick.outcome.printed_unit import scale_factor
from pinprick.outcome.responder import counted

Array = NDArray[np.float64]
Kind = Literal["mean", "change", "percentage", "rating", "responder share", "category counts"]


@dataclass(frozen=True, slots=True)
class Observation:
    """One printed figure and the observation model that leads to it.

    A figure other than a share is `origin + per_percent * improvement`, with a normal sampling error. A share is the
    part of a normal distribution between people that lies above a threshold, with binomial sampling.

    Attributes:
        effect: the same figure as percent improvement, with its standard error.
        indication: indication id whose model applies.
        kind: what was printed.
        value: the figure on its natural scale.
        unit: its unit in words.
        origin: what would be printed for no improvement.
        per_percent: how far the figure moves with each percent of improvement.
        threshold_percent: improvement that makes a responder (a share), else None.
        lowest_percent, highest_percent: mean improvements that the scale can print.
        spread: between-person spread in the unit of the figure; scores are divided by it.
        counts: people in each printed class, for category counts.
    """

    effect: ArmEffect
    indication: str
    kind: Kind
    value: float
    unit: str
    origin: float
    per_percent: float
    threshold_percent: float | None
    lowest_percent: float
    highest_percent: float
    spread: float
    counts: tuple[tuple[str, float], ...] = ()

    @property
    def timepoint(self) -> str:
        """When it was measured, in words."""
        return "" if self.effect.row is None else self.effect.row.timepoint

    def true_value(self, percent: Array) -> Array:
        """Return the figure that a true mean improvement leads to before sampling error, same shape."""
        bounded = np.clip(percent, self.lowest_percent, self.highest_percent)
        if self.threshold_percent is None:
            return np.asarray(self.origin + self.per_percent * bounded)
        from scipy.special import ndtr

        return np.asarray(ndtr((bounded - self.threshold_percent) / self.patient_sd))

    @property
    def patient_sd(self) -> float:
        """Spread of improvement between people, in percent."""
        return patient_sd(self.indication)

    @property
    def standard_error(self) -> float:
        """Standard error of the figure, in its unit; not used for a share."""
        return abs(self.per_percent) * self.effect.standard_error

    @property
    def bounds(self) -> tuple[float, float]:
        """Lowest and highest figure that the scale can print."""
        if self.threshold_percent is not None:
            return 0.0, 1.0
        ends = (
            self.origin + self.per_percent * self.lowest_percent,
            self.origin + self.per_percent * self.highest_percent,
        )
        return min(ends), max(ends)


def patient_sd(indication_id: str) -> float:
    """Return the spread of improvement between people with an indication, in percent."""
    return evidence.value(f"outcome.patient_sd_percent.{indication(indication_id).patient_sd}")


def observation(effect: ArmEffect, arm: Arm, indication_id: str) -> Observation:
    """Return what an arm printed for one of its effects.

    Args:
        effect: one of the arm's effects.
        arm: the arm.
        indication_id: indication id whose model applies.
    """
    if effect.basis == "responders":
        return _responders(effect, arm, indication_id)
    kind, unit, origin, per_percent = _line(effect)
    return _made(effect, indication_id, kind, unit, origin + per_percent * effect.percent, (origin, per_percent))


def _made(
    effect: ArmEffect,
    id: str,
    kind: Kind,
    unit: str,
    value: float,
    line: tuple[float, float],
    threshold: float | None = None,
) -> Observation:
    spread = patient_sd(id) * abs(line[1])
    if threshold is not None:
        # A shift of one spread between people moves a share near one half by the density of the normal distribution.
        spread = 1.0 / np.sqrt(2.0 * np.pi)
    measure = scale(effect.scale)
    highest = 100.0
    if measure.direction == "higher" and not measure.rated and effect.baseline is not None:
        highest = measure.largest_improvement(effect.baseline)
    return Observation(
        effect=effect,
        indication=id,
        kind=kind,
        value=float(value),
        unit=unit,
        origin=line[0],
        per_percent=line[1],
        threshold_percent=threshold,
        lowest_percent=measure.smallest_improvement(),
        highest_percent=max(highest, 100.0),
        spread=float(spread),
    )


def _line(effect: ArmEffect) -> tuple[Kind, str, float, float]:
    """Return kind, unit, the figure for no improvement and how far it moves with each percent."""
    measure = scale(effect.scale)
    sign = 1.0 if measure.direction == "higher" else -1.0
    start = effect.baseline or 100.0
    row = effect.row
    if effect.basis == "means":
        if measure.rated and row is not None:
            start = float(row.baseline_mean or 1.0)
            sign = -1.0
        same = row is None or _own_unit(row, measure)
        return "mean", measure.unit if same else "as printed", start, sign * start / 100.0
    if effect.basis == "change":
        factor = 1.0
        if row is not None and effect.percent and row.change:
            # The trial's own unit, for instance hairs on a square inch, as the row prints it.
            factor = abs(row.change / (effect.percent * start / 100.0))
        return "change", measure.unit if abs(factor - 1.0) < 0.01 else "as printed", 0.0, sign * factor * start / 100.0
    if effect.basis == "rating" and measure.id == "improvement_class":
        below_the_first = effect.percent < 12.5
        return ("rating", "quarter", 0.0, 1 / 12.5) if below_the_first else ("rating", "quarter", 0.5, 1 / 25.0)
    if effect.basis == "rating" and measure.percent_per_step:
        return "rating", measure.unit, 0.0, 1.0 / measure.percent_per_step
    return ("rating" if effect.basis == "rating" else "percentage"), "percent", 0.0, 1.0


def _own_unit(row: TrialOutcome, measure: Scale) -> bool:
    name = scale_named(row.scale)
    return name is None or scale_factor(row, name, measure) == 1.0


def _responders(effect: ArmEffect, arm: Arm, id: str) -> Observation:
    used = counted(arm, effect.people)
    classes = [(meaning.id, people) for meaning, people in used if meaning.kind == "class"]
    if classes:
        made = _made(
            effect, id, "category counts", "percent, from the middles of the classes", effect.percent, (0.0, 1.0)
        )
        return _with_counts(made, tuple(classes))
    meaning, people = used[0]
    low = meaning.low
    if meaning.unit == "step":
        # A whole grade is reached from half a grade on.
        low = 100.0 * (meaning.low - 0.5) / float(effect.baseline or 100.0)
    share = min(1.0, people / effect.people)
    return _made(effect, id, "responder share", "share of people", share, (0.0, 0.01), low)


def _with_counts(made: Observation, counts: tuple[tuple[str, float], ...]) -> Observation:
    from dataclasses import replace

    return replace(made, counts=counts)
