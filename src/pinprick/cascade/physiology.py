"""Draws of the network's constants: each draw is one plausible skin, shared by everything that heals in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade.expression import evaluate, parse
from pinprick.cascade.network import CONSTANTS, DERIVED, DIFFUSIVITIES, PARAMETERS, STATES
from pinprick.evidence import Ledger
from pinprick.units import convert

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Physiology:
    """The constants of each draw and the healthy state they imply.

    Attributes:
        parameters: records and the constants derived from them, shape (draws, parameters), as `PARAMETERS`.
        rest: healthy states, an exact fixed point, shape (draws, states).
    """

    parameters: Array
    rest: Array

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.parameters.shape[0])

    def constant(self, symbol: str) -> Array:
        """Return one constant by its symbol in the network, shape (draws,)."""
        return np.asarray(self.parameters[:, PARAMETERS.index(symbol)])


def derive(constants: dict[str, Any]) -> Physiology:
    """Return the physiology of given constants.

    Args:
        constants: symbol to values, each of shape (draws,) or a number; every symbol of `CONSTANTS`.
    """
    values = dict(constants)
    for name, formula in DERIVED.items():
        values[name] = evaluate(parse(formula), values)
    draws = max(np.size(value) for value in values.values())
    rest = [evaluate(parse(state.rest), values) for state in STATES]
    return Physiology(_stack([values[name] for name in PARAMETERS], draws), _stack(rest, draws))


def _stack(columns: list[Any], draws: int) -> Array:
    return np.stack([np.broadcast_to(np.asarray(column, dtype=np.float64), (draws,)) for column in columns], axis=1)


@lru_cache(maxsize=8)
def _drawn(draws: int, seed: int) -> tuple[Physiology, Ledger]:
    with evidence.recording() as ledger:
        constants = {symbol: evidence.draw(f"cascade.{name}", draws, seed=seed) for symbol, name in CONSTANTS.items()}
    return derive(constants), ledger


def physiology(draws: int, *, seed: int) -> Physiology:
    """Draw every constant of the network from its record, shape (draws, …)."""
    drawn, ledger = _drawn(draws, seed)
    evidence.replay(ledger)
    return drawn


def central() -> Physiology:
    """Return the one draw at the central value of every record."""
    return derive({symbol: evidence.value(f"cascade.{name}") for symbol, name in CONSTANTS.items()})


def diffusivity(symbol: str, draws: int, *, seed: int) -> Array:
    """Draw a diffusivity by its symbol in the network, in mm2/day, shape (draws,)."""
    record = evidence.parameter(f"cascade.{DIFFUSIVITIES[symbol]}")
    return evidence.draw(record.id, draws, seed=seed) * convert(1.0, record.unit, "mm**2/day")
