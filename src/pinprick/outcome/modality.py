"""Ways of treating: a base, perhaps with adjuncts, its usual course, downtime and pain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.evidence import build, by_id, load_records

Array = NDArray[np.float64]
_BASES, _ADJUNCTS = "outcome/modalities.yaml", "outcome/adjuncts.yaml"


@dataclass(frozen=True, slots=True)
class Base:
    """One kind of treatment.

    Attributes:
        id: class id, for instance `fractional_co2`.
        name: in words.
        course: given in `sessions`, `continuous`, or `none`.
        needling: whether its effect is coupled to the simulated collagen gain.
        sessions_record: parameter that says how the gain of further sessions diminishes.
    """

    id: str
    name: str
    course: Literal["sessions", "continuous", "none"]
    needling: bool
    sessions_record: str = "outcome.sessions_scale"


@dataclass(frozen=True, slots=True)
class Adjunct:
    """What is added to a base treatment.

    Attributes:
        id: as trials name it.
        name: in words.
    """

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Modality:
    """A base with its adjuncts.

    Attributes:
        id: class id, for instance `microneedling_plus_prp`.
        base: the base treatment.
        adjuncts: what is added.
    """

    id: str
    base: Base
    adjuncts: tuple[Adjunct, ...]

    @property
    def name(self) -> str:
        """In words."""
        return " with ".join([self.base.name, " and ".join(item.name for item in self.adjuncts)]).removesuffix(" with ")

    @property
    def sessions(self) -> int:
        """Usual number of sessions; 1 for a continuous treatment, 0 for none."""
        if self.base.course != "sessions":
            return 1 if self.base.course == "continuous" else 0
        return round(evidence.value(self._record("sessions")))

    @property
    def interval_days(self) -> float:
        """Usual time between sessions, in days."""
        return evidence.value(self._record("interval_days")) if self.base.course == "sessions" else 1.0

    def downtime_days(self, draws: int, *, seed: int) -> Array:
        """Draw the downtime of one session, in days, shape (draws,)."""
        return evidence.draw(self._record("downtime_days"), draws, seed=seed)

    def pain_0_10(self, draws: int, *, seed: int) -> Array:
        """Draw the worst pain in a session, 0 to 10, shape (draws,)."""
        return evidence.draw(self._record("pain_0_10"), draws, seed=seed)

    def _record(self, quantity: str) -> str:
        own = f"outcome.{quantity}.{self.base.id}"
        return own if own in evidence.parameters("outcome") else f"outcome.{quantity}.other"


@cache
def _bases() -> dict[str, Base]:
    return by_id((build(Base, raw, _BASES) for raw in load_records(_BASES)), _BASES)


@cache
def _adjuncts() -> dict[str, Adjunct]:
    return by_id((build(Adjunct, raw, _ADJUNCTS) for raw in load_records(_ADJUNCTS)), _ADJUNCTS)


@cache
def modality(id: str) -> Modality:
    """Return a way of treating by its class id, `BASE` or `BASE_plus_ADJUNCT`.

    Raises:
        InputError: base or adjunct is unknown.
    """
    base, *added = id.split("_plus_")
    if base not in _bases():
        raise InputError("no such treatment", field="modality", given=id, limit=", ".join(_bases()))
    unknown = [name for name in added if name not in _adjuncts()]
    if unknown:
        raise InputError("no such adjunct", field="modality", given=id, limit=", ".join(_adjuncts()))
    return Modality(id=id, base=_bases()[base], adjuncts=tuple(_adjuncts()[name] for name in added))
