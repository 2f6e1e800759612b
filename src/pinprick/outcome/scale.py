"""Outcome scales, and how a latent percent improvement moves each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.evidence import Status, build, by_id, load_records

Array = NDArray[np.float64]
_FILE = "outcome/scales.yaml"


@dataclass(frozen=True, slots=True)
class Scale:
    """One published instrument or measure.

    Attributes:
        id: scale id.
        name: its name.
        plain: what it measures, in a patient's words.
        kind: `ordinal`, `score`, `percent`, `class`, `count` or `share`.
        direction: `lower` or `higher` is better.
        floor, ceiling: what it can print; None where it has no bound that was read.
        unit: unit in words.
        sources: source ids.
        status: `read`, `remembered` or `assumed`, of its range and levels.
        step: smallest step of an ordinal scale.
        percent_per_step: percent improvement that one step of a class scale stands for.
        levels: (name, least percent improvement) pairs of a class scale, worst first.
        threshold_percent: improvement that counts as a response (`share`).
        ceiling_parameter: parameter id of the ceiling, where it is one.
        aliases: parts of names that mean this scale.
        note: what a user must know.
    """

    id: str
    name: str
    plain: str
    kind: Literal["ordinal", "score", "percent", "class", "count", "share"]
    direction: Literal["lower", "higher"]
    floor: float | None
    unit: str
    sources: tuple[str, ...]
    status: Status
    ceiling: float | None = None
    step: float | None = None
    percent_per_step: float | None = None
    levels: tuple[tuple[str, float], ...] = ()
    threshold_percent: float | None = None
    ceiling_parameter: str = ""
    aliases: tuple[str, ...] = ()
    note: str = ""

    @property
    def rated(self) -> bool:
        """Whether the scale rates the improvement itself and so has no baseline."""
        return self.kind in ("percent", "class", "share")

    @property
    def top(self) -> float | None:
        """Ceiling, from the scale or from its parameter record."""
        return evidence.value(self.ceiling_parameter) if self.ceiling_parameter else self.ceiling

    def usual_baseline(self) -> float:
        """Return the usual score before treatment, from its parameter record."""
        return evidence.value(f"outcome.scale_baseline.{self.id}")

    def largest_improvement(self, baseline: float | None = None) -> float:
        """Return the largest percent improvement the scale can print from a baseline, in percent."""
        if self.rated or (self.direction == "lower" and not self.floor):
            return 100.0
        start = self.usual_baseline() if baseline is None else baseline
        if start <= 0:
            return 0.0
        if self.direction == "lower":
            return max(0.0, 100.0 * (start - float(self.floor or 0.0)) / start)
        return 100.0 if self.top is None else max(0.0, 100.0 * (self.top - start) / start)

    def smallest_improvement(self) -> float:
        """Return the least percent improvement the scale can print: what was regained cannot be negative."""
        return 0.0 if self.kind == "percent" and self.floor == 0 else -100.0

    def change(self, improvement_percent: Array, slope: Array | float, baseline: float) -> Array:
        """Return the signed change of the score, before floor, ceiling and steps; any shape."""
        sign = -1.0 if self.direction == "lower" else 1.0
        return np.asarray(sign * baseline * slope * improvement_percent / 100.0)

    def final(self, improvement_percent: Array, slope: Array | float = 1.0, baseline: float | None = None) -> Array:
        """Return the predicted score after treatment.

        Args:
            improvement_percent: latent percent improvement, shape (draws,).
            slope: percent on this scale for each latent percent, a number or shape (draws,).
            baseline: score before; the scale's usual one where None. Not used by scales that rate the change.

        Returns:
            Scores within the scale's range, whole steps on an ordinal or class scale, shape (draws,).
        """
        if self.kind == "share":
            raise InputError("a share of people is not one person's score", field="scale", given=self.id)
        if self.kind == "class":
            return self._level(np.asarray(slope * improvement_percent))
        if self.kind == "percent":
            return self._bounded(np.asarray(slope * improvement_percent, dtype=np.float64))
        start = self.usual_baseline() if baseline is None else baseline
        score = start + self.change(improvement_percent, slope, start)
        if self.kind == "ordinal" and self.step:
            score = self.step * np.rint(score / self.step)
        return self._bounded(score)

    def responders(self, improvement_percent: Array) -> float:
        """Return the share of draws at or above the scale's threshold (0 to 1)."""
        return float(np.mean(improvement_percent >= float(self.threshold_percent or 0.0)))

    def level_name(self, score: float) -> str:
        """Return the name of a level of a class scale."""
        return self.levels[round(score - float(self.floor or 0.0))][0]

    def _level(self, percent: Array) -> Array:
        bounds = np.array([low for _, low in self.levels[1:]])
        return float(self.floor or 0.0) + np.searchsorted(bounds, percent, side="right").astype(np.float64)

    def _bounded(self, score: Array) -> Array:
        low = -np.inf if self.floor is None else self.floor
        high = np.inf if self.top is None else self.top
        return np.clip(score, low, high)


@cache
def _scales() -> dict[str, Scale]:
    return by_id((build(Scale, raw, _FILE) for raw in load_records(_FILE)), _FILE)


def scales() -> Mapping[str, Scale]:
    """Return every scale by id."""
    return dict(_scales())


def scale(id: str) -> Scale:
    """Return one scale.

    Raises:
        InputError: there is none of that id.
    """
    found = _scales().get(id)
    if found is None:
        raise InputError("no such scale", field="scale", given=id, limit=", ".join(_scales()), remedy="choose one")
    return found
