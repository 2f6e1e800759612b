"""The random-effects fit of one indication to its published arms, and draws from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import Ledger, recording, replay, stratified
from pinprick.outcome.arm_effect import ArmEffect, arm_effects
from pinprick.outcome.indication import indication
from pinprick.outcome.modality import modality
from pinprick.outcome.random_effects import Design, Posterior, fit

Array = NDArray[np.float64]

NO_TREATMENT = "no_treatment"
_MEAN, _UNTREATED, _OWN = "mean", "untreated", "own"


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The calibrated model of one indication.

    Attributes:
        indication: its id.
        columns: names of the coefficients.
        scales: scales that have a log slope of their own.
        effects: the arm effects it rests on.
        posterior: coefficients, then log slopes.
    """

    indication: str
    columns: tuple[str, ...]
    scales: tuple[str, ...]
    effects: tuple[ArmEffect, ...]
    posterior: Posterior

    def row(self, modality_id: str, subtype: str | None = None) -> Array:
        """Return the row of the design for a way of treating, shape (columns,)."""
        return _row(self.columns, modality_id, subtype or "", own=True)

    def unseen(self, modality_id: str, subtype: str) -> tuple[str, ...]:
        """Return the parts of a way of treating that no arm of the fit has."""
        return tuple(part for part in _parts(modality_id, subtype) if part not in self.columns)

    def prior_sd(self, part: str) -> float:
        """Return the prior spread of a part, in percent."""
        return evidence.value(_PRIOR_SD[part.split(":")[0]])

    def slope(self, found: Draws, scale_id: str, *, seed: int) -> Array | float:
        """Return draws of a scale's slope: 1 on the default scale, else from the fit, else from its prior."""
        if scale_id in self.scales:
            return np.asarray(np.exp(found.log_slopes[:, self.scales.index(scale_id)]))
        if scale_id == indication(self.indication).scale:
            return 1.0
        return evidence.draw(f"outcome.scale_slope.{scale_id}", found.between_study_sd.size, seed=seed)

    def of(self, modality_id: str) -> tuple[ArmEffect, ...]:
        """Return the effects of arms treated in exactly this way."""
        return tuple(effect for effect in self.effects if effect.modality == modality_id)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Draws from a fit.

    Attributes:
        coefficients: shape (draws, columns).
        log_slopes: shape (draws, scales).
        between_study_sd: shape (draws,).
    """

    coefficients: Array
    log_slopes: Array
    between_study_sd: Array


def calibrate(id: str, effects: Iterable[ArmEffect]) -> Fit:
    """Fit one indication to given effects.

    Args:
        id: indication id.
        effects: arm effects, for instance without one study.
    """
    used = tuple(effects)
    columns = _columns(used)
    default = indication(id).scale
    scales = tuple(sorted({effect.scale for effect in used} - {default}))
    posterior = fit(
        _design(used, columns, scales),
        prior_scale=evidence.value("outcome.prior_between_study_sd_percent"),
        arm_ratio=evidence.value("outcome.arm_to_study_sd_ratio"),
    )
    return Fit(id, columns, scales, used, posterior)


@cache
def _calibrated(id: str) -> tuple[Fit, Ledger]:
    with recording() as ledger:
        found = calibrate(id, arm_effects(id))
        evidence.cite(*(source for effect in found.effects for source in effect.sources))
    return found, ledger


def calibrated(id: str) -> Fit:
    """Return the fit of an indication to all its usable arms; computed once in a process."""
    found, ledger = _calibrated(id)
    replay(ledger)
    return found


@lru_cache(maxsize=64)
def _drawn(id: str, draws: int, seed: int) -> Draws:
    return sample(_calibrated(id)[0], draws, seed=seed)


def fit_draws(id: str, draws: int, seed: int) -> Draws:
    """Return draws of the coefficients of an indication's fit; the same for every way of treating."""
    calibrated(id)
    return _drawn(id, draws, seed)


def sample(found: Fit, draws: int, *, seed: int) -> Draws:
    """Draw coefficients, log slopes and between-study standard deviation from a fit."""
    from scipy.special import ndtri

    posterior, stream = found.posterior, f"outcome.fit.{found.indication}"
    point = np.searchsorted(np.cumsum(posterior.weight), stratified(f"{stream}.between", draws, seed=seed))
    point = np.minimum(point, posterior.weight.size - 1)
    names = (*found.columns, *(f"slope:{name}" for name in found.scales))
    normal = np.stack([ndtri(stratified(f"{stream}.{name}", draws, seed=seed)) for name in names], axis=1)
    theta = posterior.mean[point] + np.einsum("dij,dj->di", posterior.factor[point], normal)
    count = len(found.columns)
    return Draws(theta[:, :count], theta[:, count:], posterior.between_study_sd[point])


def _columns(effects: tuple[ArmEffect, ...]) -> tuple[str, ...]:
    names: dict[str, None] = {_MEAN: None, _UNTREATED: None}
    if any(effect.borrowed for effect in effects):
        names[_OWN] = None
    for effect in effects:
        names.update(dict.fromkeys(_parts(effect.modality, effect.subtype)))
    return tuple(names)


def _parts(modality_id: str, subtype: str) -> list[str]:
    if modality_id == NO_TREATMENT:
        return []
    kind = modality(modality_id)
    parts = [f"base:{kind.base.id}", *(f"adjunct:{item.id}" for item in kind.adjuncts)]
    return [*parts, f"subtype:{subtype}"] if subtype else parts


def _row(columns: tuple[str, ...], modality_id: str, subtype: str, *, own: bool) -> Array:
    wanted = {_UNTREATED} if modality_id == NO_TREATMENT else {_MEAN, *_parts(modality_id, subtype)}
    if own and modality_id != NO_TREATMENT:
        wanted.add(_OWN)
    return np.array([1.0 if name in wanted else 0.0 for name in columns])


def _design(effects: tuple[ArmEffect, ...], columns: tuple[str, ...], scales: tuple[str, ...]) -> Design:
    treated = np.array([effect.modality != NO_TREATMENT for effect in effects], dtype=bool)
    trials, arms = sorted({effect.trial for effect in effects}), sorted({effect.arm for effect in effects})
    study = np.array([trials.index(effect.trial) for effect in effects], dtype=np.int64)
    arm = np.array([arms.index(effect.arm) for effect in effects], dtype=np.int64)
    error = np.array([effect.standard_error for effect in effects])
    correlation = evidence.value("outcome.within_arm_correlation")
    shared = np.where(arm[:, None] == arm[None, :], correlation, 0.0)
    np.fill_diagonal(shared, 1.0)
    mean, sd = _prior(columns, scales)
    rows = [_row(columns, effect.modality, effect.subtype, own=not effect.borrowed) for effect in effects]
    return Design(
        y=np.array([effect.percent for effect in effects]),
        noise=error[:, None] * shared * error[None, :],
        x=np.array(rows).reshape(len(effects), len(columns)),
        gain=np.array([effect.course for effect in effects]),
        slope=np.array([scales.index(e.scale) if e.scale in scales else -1 for e in effects], dtype=np.int64),
        study=np.where(treated, study, -1),
        arm=arm,
        extra_sd=np.where(treated, 0.0, evidence.value("outcome.untreated_study_sd_percent")),
        prior_mean=mean,
        prior_sd=sd,
    )


_PRIOR_SD = {
    "base": "outcome.prior_base_sd_percent",
    "adjunct": "outcome.prior_adjunct_sd_percent",
    "subtype": "outcome.prior_subtype_sd_percent",
    _OWN: "outcome.prior_borrow_sd_percent",
}


def _prior(columns: tuple[str, ...], scales: tuple[str, ...]) -> tuple[Array, Array]:
    mean, sd = [], []
    for name in columns:
        if name in (_MEAN, _UNTREATED):
            record = evidence.parameter(
                "outcome.prior_mean_percent" if name == _MEAN else "outcome.untreated_mean_percent"
            )
            mean.append(record.value)
            sd.append(float(record.spread.sd or 0.0))
        else:
            mean.append(0.0)
            sd.append(evidence.value(_PRIOR_SD[name.split(":")[0]]))
    for scale_id in scales:
        record = evidence.parameter(f"outcome.scale_slope.{scale_id}")
        mean.append(float(np.log(record.value)))
        sd.append(float(record.spread.sd or 0.0))
    return np.array(mean), np.array(sd)
