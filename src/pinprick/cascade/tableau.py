"""Coefficients and step control of a Rosenbrock method, in the form that needs no product with the Jacobian."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick.cascade import rodas


@dataclass(frozen=True, slots=True)
class Tableau:
    """One method (Hairer and Wanner 1996, equation IV.7.25) and how its steps are chosen.

    Attributes:
        gamma: the diagonal coefficient.
        positions: weights of the earlier stages in the states of each stage.
        coupling: weights, over the step length, of the earlier stages in the right-hand side of each stage.
        result: weights of the stages in the new states.
        error: weights of the stages in the error estimate.
        dense: weights of the stages in the two terms of the dense output.
        safety: factor on the predicted step.
        shrink: smallest change of a step.
        grow: largest change of a step.
        first: step after a session, in days.
        longest: largest step, in days.
        shortest: a rejected step shorter than this has collapsed, in days.
    """

    gamma: float
    positions: tuple[tuple[float, ...], ...]
    coupling: tuple[tuple[float, ...], ...]
    result: tuple[float, ...]
    error: tuple[float, ...]
    dense: tuple[tuple[float, ...], ...]
    safety: float = rodas.SAFETY
    shrink: float = rodas.SHRINK
    grow: float = rodas.GROW
    first: float = rodas.FIRST_STEP
    longest: float = rodas.LONGEST_STEP
    shortest: float = 1e-7

    @property
    def stages(self) -> int:
        """Number of stages."""
        return len(self.positions)


def _rows(table: object) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in table)  # type: ignore[attr-defined]


_POSITIONS = _rows(rodas.STAGES)

RODAS = Tableau(
    gamma=rodas.GAMMA,
    positions=_POSITIONS,
    coupling=_rows(rodas.COUPLING),
    result=(*_POSITIONS[5], 1.0),
    error=(0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    dense=_rows(rodas.DENSE),
)
