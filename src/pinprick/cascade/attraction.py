"""Cells that are drawn up a gradient, in the geometry that has gradients around single punctures.

A receptor that is already occupied tells no direction, so the velocity follows the gradient of its occupancy
c / (K + c) and not that of the concentration (Lapidus and Schiller, Biophys J 16 (1976)).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade.network import INDEX, PARAMETERS
from pinprick.cascade.physiology import Physiology
from pinprick.units import convert

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of cell drawn by one signal.

    Attributes:
        cells: symbol of the state that moves.
        attractant: symbol of the state that draws it.
        half: symbol of the constant at which half of its receptors are taken.
        record: id of the sensitivity, without the leading "cascade.".
    """

    cells: str
    attractant: str
    half: str
    record: str


RULES: tuple[Rule, ...] = (
    Rule("F", "P", "KP", "fibroblast_chemotaxis"),
    Rule("F", "T1", "KTc", "fibroblast_chemotaxis"),
    Rule("M1", "P", "KP", "macrophage_chemotaxis"),
    Rule("M2", "P", "KP", "macrophage_chemotaxis"),
    Rule("N", "I", "KI", "neutrophil_chemotaxis"),
)
WANDERING: Mapping[str, str] = {"N": "neutrophil_motility"}
"""Random motility of cells that stay in place in the other geometries, by symbol: without it they would pile up."""


@dataclass(frozen=True, slots=True, eq=False)
class Attraction:
    """The rules of one draw as numbers, each of shape (rules,).

    Attributes:
        cells: index of the state that moves.
        attractant: index of the state that draws it.
        half: concentration at which half of the receptors are taken, in the unit of the attractant.
        sensitivity: velocity over gradient of the occupancy, mm2/day.
    """

    cells: NDArray[np.int64]
    attractant: NDArray[np.int64]
    half: Array
    sensitivity: Array

    def occupancy(self, states: Array) -> Array:
        """Return the share of receptors taken of each rule, shape (rules, cells), of states (cells, states)."""
        c = np.maximum(states[:, self.attractant].T, 0.0)
        return np.ascontiguousarray(c / (self.half[:, None] + c))


def no_attraction() -> Attraction:
    """Return the rules of cells that only wander."""
    index = np.zeros(0, dtype=np.int64)
    return Attraction(index, index, np.zeros(0), np.zeros(0))


def attraction(drawn: Physiology, draw: int, draws: int, *, seed: int) -> Attraction:
    """Return the rules of one draw.

    Args:
        drawn: physiology of that draw alone.
        draw: which one.
        draws: of the injury.
        seed: of the injury's skin.
    """
    return Attraction(
        np.array([INDEX[rule.cells] for rule in RULES], dtype=np.int64),
        np.array([INDEX[rule.attractant] for rule in RULES], dtype=np.int64),
        np.array([drawn.parameters[0, PARAMETERS.index(rule.half)] for rule in RULES]),
        np.array([_drawn(rule.record, draws, seed)[draw] for rule in RULES]),
    )


def wandering(draw: int, draws: int, *, seed: int) -> dict[int, float]:
    """Return the random motility in mm2/day that only the block has, by index of the state."""
    return {INDEX[symbol]: float(_drawn(name, draws, seed)[draw]) for symbol, name in WANDERING.items()}


def _drawn(name: str, draws: int, seed: int) -> Array:
    record = evidence.parameter(f"cascade.{name}")
    return np.asarray(evidence.draw(record.id, draws, seed=seed) * convert(1.0, record.unit, "mm**2/day"))
