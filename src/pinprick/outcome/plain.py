"""The plain alternative: a random-effects mean of the arms with the same indication, scale and treatment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import Ledger, recording, replay, stratified
from pinprick.outcome.arm_effect import ArmEffect, arm_effects, own_effects
from pinprick.outcome.random_effects import Design, Posterior, fit

Array = NDArray[np.float64]


class Wanted(Protocol):
    """What a mean is wanted for."""

    @property
    def scale(self) -> str:
        """Scale id."""

    @property
    def modality(self) -> str:
        """Class id."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A scale and a treatment.

    Attributes:
        scale: scale id.
        modality: class id.
    """

    scale: str
    modality: str


Key = Callable[[Wanted], object]

# The narrowest cell that holds a study is used; each next one forgets what matters least.
CELLS: tuple[tuple[str, Key], ...] = (
    ("indication, scale and treatment", lambda effect: (effect.scale, effect.modality)),
    ("indication and scale", lambda effect: effect.scale),
    ("indication and treatment", lambda effect: effect.modality),
    ("indication", lambda effect: None),
)
EVERYTHING = "all indications"


class PlainMean:
    """Random-effects means of one indication's training arms.

    Args:
        effects: training effects of the indication.
        everything: training effects of every indication, for an indication without any.
    """

    def __init__(self, effects: Sequence[ArmEffect], everything: Sequence[ArmEffect]) -> None:
        self._effects = tuple(effects)
        self._everything = tuple(everything)
        self._fits: dict[object, Posterior] = {}

    def cell(self, effect: Wanted) -> str:
        """Return in words which arms the mean of an arm rests on."""
        return self._chosen(effect)[0]

    def members(self, effect: Wanted) -> tuple[ArmEffect, ...]:
        """Return the arms that the mean of an arm rests on."""
        return self._chosen(effect)[2]

    def true_mean(self, effect: Wanted, draws: int, *, seed: int) -> Array:
        """Draw the true mean improvement of a new arm of a new study, in percent, shape (draws,).

        Args:
            effect: whose scale and treatment are meant; what it observed is not used.
            draws: how many.
            seed: explicit seed.
        """
        from scipy.special import ndtri

        centre, between = self.centre(effect, draws, seed=seed)
        study, arm = (ndtri(stratified(f"outcome.plain.{part}", draws, seed=seed)) for part in ("study", "arm"))
        return np.asarray(centre + between * (study + evidence.value("outcome.arm_to_study_sd_ratio") * arm))

    def centre(self, effect: Wanted, draws: int, *, seed: int) -> tuple[Array, Array]:
        """Draw the mean of the cell and its between-study standard deviation, in percent, each of shape (draws,)."""
        from scipy.special import ndtri

        name, key, members = self._chosen(effect)
        if (name, key) not in self._fits:
            self._fits[name, key] = _fit(members)
        posterior = self._fits[name, key]
        point = np.searchsorted(np.cumsum(posterior.weight), stratified("outcome.plain.sd", draws, seed=seed))
        point = np.minimum(point, posterior.weight.size - 1)
        mean = ndtri(stratified("outcome.plain.mean", draws, seed=seed))
        centre = posterior.mean[point, 0] + posterior.factor[point, 0, 0] * mean
        return np.asarray(centre), posterior.between_study_sd[point]

    def _chosen(self, effect: Wanted) -> tuple[str, object, tuple[ArmEffect, ...]]:
        for name, key in CELLS:
            wanted = key(effect)
            members = tuple(item for item in self._effects if key(item) == wanted)
            if members:
                return name, wanted, members
        return EVERYTHING, None, self._pooled

    @cached_property
    def _pooled(self) -> tuple[ArmEffect, ...]:
        return self._everything


_PRIORS = (
    "outcome.prior_mean_percent",
    "outcome.prior_between_study_sd_percent",
    "outcome.arm_to_study_sd_ratio",
    "outcome.within_arm_correlation",
)


def _note_priors() -> None:
    """Enter the priors in the open ledger, where the fit itself comes from a cache."""
    for id in _PRIORS:
        evidence.parameter(id)


def _fit(members: tuple[ArmEffect, ...]) -> Posterior:
    """Fit one mean with the same priors, sampling errors and study deviations as the full model, and nothing else."""
    trials, arms = sorted({item.trial for item in members}), sorted({item.arm for item in members})
    arm = np.array([arms.index(item.arm) for item in members], dtype=np.int64)
    error = np.array([item.standard_error for item in members])
    shared = np.where(arm[:, None] == arm[None, :], evidence.value("outcome.within_arm_correlation"), 0.0)
    np.fill_diagonal(shared, 1.0)
    prior = evidence.parameter("outcome.prior_mean_percent")
    design = Design(
        y=np.array([item.percent for item in members]),
        noise=error[:, None] * shared * error[None, :],
        x=np.ones((len(members), 1)),
        gain=np.ones(len(members)),
        slope=np.full(len(members), -1, dtype=np.int64),
        study=np.array([trials.index(item.trial) for item in members], dtype=np.int64),
        arm=arm,
        extra_sd=np.zeros(len(members)),
        prior_mean=np.array([prior.value]),
        prior_sd=np.array([float(prior.spread.sd or 0.0)]),
    )
    return fit(
        design,
        prior_scale=evidence.value("outcome.prior_between_study_sd_percent"),
        arm_ratio=evidence.value("outcome.arm_to_study_sd_ratio"),
    )


@cache
def _on_record(indication_id: str) -> PlainMean:
    return PlainMean(arm_effects(indication_id), tuple(effect for _, effect in own_effects()))


@cache
def _recorded(indication_id: str, cell: Cell, draws: int, seed: int) -> tuple[Array, Array, Ledger]:
    with recording() as ledger:
        found = _on_record(indication_id)
        evidence.cite(*(source for effect in found.members(cell) for source in effect.sources))
        centre, between = found.centre(cell, draws, seed=seed)
        _note_priors()
    return centre, between, ledger


def plain_centre(indication_id: str, cell: Cell, draws: int, *, seed: int) -> tuple[Array, Array]:
    """Draw the plain mean of all arms on record and its between-study deviation, in percent, each of shape (draws,).

    Args:
        indication_id: indication id.
        cell: scale and treatment.
        draws: how many.
        seed: explicit seed.
    """
    centre, between, ledger = _recorded(indication_id, cell, draws, seed)
    replay(ledger)
    return centre, between


def plain_cell(indication_id: str, cell: Cell) -> tuple[str, int]:
    """Return in words which arms a plain mean rests on, and how many they are."""
    found = _on_record(indication_id)
    return found.cell(cell), len({effect.arm for effect in found.members(cell)})
