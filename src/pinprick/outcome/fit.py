"""One random-effects fit of all published arms, and draws from it for each indication."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.evidence import Ledger, recording, replay, stratified
from pinprick.outcome.arm_effect import ArmEffect, arm_effects, own_effects
from pinprick.outcome.indication import indication
from pinprick.outcome.modality import modality
from pinprick.outcome.moderator import REFERENCE_DESIGN
from pinprick.outcome.random_effects import Design, Posterior, fit

Array = NDArray[np.float64]

NO_TREATMENT = "no_treatment"
_MEAN, _UNTREATED = "mean", "untreated"
_GRID = 7


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """The model of all indications, fitted together.

    Treatments, adjuncts, scales, the design of trials and the course of treatment share what is learned of them across
    indications; each indication has its own mean and its own deviation of a treatment and an adjunct.

    Attributes:
        columns: names of the coefficients.
        scales: scales that have a log slope.
        effects: the arm effects it rests on, each with its indication id.
        groups: indications whose studies differ among themselves by an amount of their own.
        posterior: coefficients, then log slopes, then the exponent of the course.
    """

    columns: tuple[str, ...]
    scales: tuple[str, ...]
    effects: tuple[tuple[str, ArmEffect], ...]
    groups: tuple[str, ...]
    posterior: Posterior

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients, the slopes and the exponent, in the order of the posterior."""
        return (*self.columns, *(f"slope:{name}" for name in self.scales), "course")

    @property
    def prior_sds(self) -> Array:
        """Prior spread of each, in the same order."""
        found = [*map(_prior, self.columns), *map(_slope_prior, self.scales), _exponent_prior()]
        return np.array([sd for _, sd in found])

    def central_between_study_sd(self, id: str) -> float:
        """Return the central between-study standard deviation of an indication, in percent."""
        common = float(self.posterior.weight @ self.posterior.between_study_sd)
        group = _group(id)
        share = self.posterior.log_group_sd[self.groups.index(group)] if group in self.groups else 0.0
        return common * float(np.exp(share))

    def fit(self, id: str) -> Fit:
        """Return the model of one indication.

        Args:
            id: indication id.
        """
        used = {effect.trial for _, effect in self.effects}
        return Fit(id, self, tuple(effect for effect in arm_effects(id) if effect.trial in used))


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """The calibrated model of one indication.

    Attributes:
        indication: its id.
        pool: the fit of all indications.
        effects: the arm effects of this indication, borrowed ones included.
    """

    indication: str
    pool: Pool
    effects: tuple[ArmEffect, ...]

    @property
    def scales(self) -> tuple[str, ...]:
        """Scales that have a log slope."""
        return self.pool.scales

    def row(self, modality_id: str, subtype: str | None = None, design: Iterable[str] = REFERENCE_DESIGN) -> Array:
        """Return the row of the design for a way of treating as trials of a given design would report it."""
        return _row(self.pool.columns, parts(self.indication, modality_id, subtype or "", design))

    def unseen(self, modality_id: str, subtype: str, design: Iterable[str] = REFERENCE_DESIGN) -> tuple[str, ...]:
        """Return the parts of a way of treating that no arm of the fit has."""
        wanted = parts(self.indication, modality_id, subtype, design)
        return tuple(part for part in wanted if part not in self.pool.columns)

    def prior_sd(self, part: str) -> float:
        """Return the prior spread of a part, in percent."""
        return _prior(part)[1]

    def slope(self, found: Draws, scale_id: str, *, seed: int) -> Array | float:
        """Return draws of a scale's slope: 1 on the default scale, else from the fit, else from its prior."""
        if scale_id == indication(self.indication).scale:
            return 1.0
        if scale_id in self.scales:
            return np.asarray(np.exp(found.log_slopes[:, self.scales.index(scale_id)]))
        return evidence.draw(f"outcome.scale_slope.{scale_id}", found.between_study_sd.size, seed=seed)

    def between_study_sd(self, found: Draws, *, seed: int) -> Array:
        """Return draws of the between-study standard deviation of this indication, in percent, shape (draws,)."""
        from scipy.special import ndtri

        group = _group(self.indication)
        mean, error = 0.0, evidence.value("outcome.prior_log_study_sd")
        if group in self.pool.groups:
            place, posterior = self.pool.groups.index(group), self.pool.posterior
            mean, error = float(posterior.log_group_sd[place]), float(posterior.log_group_error[place])
        rank = stratified(f"outcome.fit.between.{group}", found.between_study_sd.size, seed=seed)
        return np.asarray(found.between_study_sd * np.exp(mean + error * ndtri(rank)))

    def of(self, modality_id: str) -> tuple[ArmEffect, ...]:
        """Return the effects of arms treated in exactly this way."""
        return tuple(effect for effect in self.effects if effect.modality == modality_id)


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Draws from a fit.

    Attributes:
        coefficients: shape (draws, columns).
        log_slopes: shape (draws, scales).
        exponent: how much of the ratio of two courses carries over between trials, shape (draws,).
        between_study_sd: common to all indications, shape (draws,).
    """

    coefficients: Array
    log_slopes: Array
    exponent: Array
    between_study_sd: Array


def pool(effects: Iterable[tuple[str, ArmEffect]]) -> Pool:
    """Fit all indications together.

    Args:
        effects: arm effects with their indication ids, for instance without one study; none is borrowed.
    """
    used = tuple(effects)
    columns, scales = _columns(used), _slopes(used)
    groups = tuple(sorted({_group(id) for id, _ in used}))
    posterior = fit(
        _design(used, columns, scales, groups),
        prior_scale=evidence.value("outcome.prior_between_study_sd_percent"),
        arm_ratio=evidence.value("outcome.arm_to_study_sd_ratio"),
        points=_GRID,
    )
    return Pool(columns, scales, used, groups, posterior)


@lru_cache(maxsize=8)
def calibrate(without: frozenset[str] = frozenset()) -> Pool:
    """Fit all indications to every study on record but some.

    Args:
        without: ids of the studies left out.
    """
    return pool((id, effect) for id, effect in own_effects() if effect.trial not in without)


@cache
def _calibrated() -> tuple[Pool, Ledger]:
    with recording() as ledger:
        # Past the cache of calibrate, so that its records enter this ledger.
        found = calibrate.__wrapped__()
        evidence.cite(*(source for _, effect in found.effects for source in effect.sources))
    return found, ledger


@cache
def _fit(id: str) -> Fit:
    return _calibrated()[0].fit(id)


def calibrated(id: str) -> Fit:
    """Return the fit of an indication to all usable arms; computed once in a process."""
    replay(_calibrated()[1])
    return _fit(id)


def fit_draws(draws: int, seed: int) -> Draws:
    """Return draws of the coefficients of the fit; the same for every indication and way of treating."""
    found, ledger = _calibrated()
    replay(ledger)
    return sample(found, draws, seed=seed)


@lru_cache(maxsize=16)
def sample(found: Pool, draws: int, *, seed: int) -> Draws:
    """Draw coefficients, log slopes, exponent and between-study standard deviation from a fit."""
    from scipy.special import ndtri

    posterior, stream = found.posterior, "outcome.fit"
    point = np.searchsorted(np.cumsum(posterior.weight), stratified(f"{stream}.between", draws, seed=seed))
    point = np.minimum(point, posterior.weight.size - 1)
    normal = np.stack([ndtri(stratified(f"{stream}.{name}", draws, seed=seed)) for name in found.names], axis=1)
    theta = posterior.mean[point]
    for place in np.unique(point):
        rows = point == place
        theta[rows] += normal[rows] @ posterior.factor[place].T
    count = len(found.columns)
    return Draws(theta[:, :count], theta[:, count:-1], theta[:, -1], posterior.between_study_sd[point])


def parts(id: str, modality_id: str, subtype: str, design: Iterable[str]) -> tuple[str, ...]:
    """Return the names of the coefficients that add up to the mean of a way of treating.

    Args:
        id: indication id.
        modality_id: class id.
        subtype: acne scar type, or "".
        design: features of the trial's design.
    """
    if modality_id == NO_TREATMENT:
        return (_UNTREATED,)
    record, kind = indication(id), modality(modality_id)
    # An indication that borrows is its lender with a deviation of its own.
    group = _group(id)
    found = [_MEAN, f"indication:{group}", f"base:{kind.base.id}", f"base_here:{kind.base.id}:{group}"]
    for item in kind.adjuncts:
        found += [f"adjunct:{item.id}", f"adjunct_here:{item.id}:{group}"]
    found += [f"own:{id}"] if record.borrows else []
    found += [f"subtype:{subtype}"] if subtype else []
    return (*found, *(f"moderator:{name}" for name in design))


def _group(id: str) -> str:
    return indication(id).borrows or id


def _columns(effects: tuple[tuple[str, ArmEffect], ...]) -> tuple[str, ...]:
    names: dict[str, None] = {_MEAN: None, _UNTREATED: None}
    for id, effect in effects:
        names.update(dict.fromkeys(parts(id, effect.modality, effect.subtype, effect.moderators)))
    return tuple(names)


def _slopes(effects: tuple[tuple[str, ArmEffect], ...]) -> tuple[str, ...]:
    return tuple(sorted({effect.scale for id, effect in effects if effect.scale != indication(id).scale}))


def _row(columns: tuple[str, ...], wanted: Iterable[str]) -> Array:
    names = set(wanted)
    return np.array([1.0 if name in names else 0.0 for name in columns])


def _design(
    effects: tuple[tuple[str, ArmEffect], ...],
    columns: tuple[str, ...],
    scales: tuple[str, ...],
    groups: tuple[str, ...],
) -> Design:
    plain = [effect for _, effect in effects]
    treated = np.array([effect.modality != NO_TREATMENT for effect in plain], dtype=bool)
    trials, arms = sorted({effect.trial for effect in plain}), sorted({effect.arm for effect in plain})
    arm = np.array([arms.index(effect.arm) for effect in plain], dtype=np.int64)
    error = np.array([effect.standard_error for effect in plain])
    shared = np.where(arm[:, None] == arm[None, :], evidence.value("outcome.within_arm_correlation"), 0.0)
    np.fill_diagonal(shared, 1.0)
    prior = [*map(_prior, columns), *map(_slope_prior, scales), _exponent_prior()]
    rows = [_row(columns, parts(id, item.modality, item.subtype, item.moderators)) for id, item in effects]
    return Design(
        y=np.array([effect.percent for effect in plain]),
        noise=error[:, None] * shared * error[None, :],
        x=np.array(rows).reshape(len(plain), len(columns)),
        gain=np.ones(len(plain)),
        slope=np.array(
            [-1 if item.scale == indication(id).scale else scales.index(item.scale) for id, item in effects],
            dtype=np.int64,
        ),
        study=np.where(treated, np.array([trials.index(e.trial) for e in plain], dtype=np.int64), -1),
        arm=arm,
        extra_sd=np.where(treated, 0.0, evidence.value("outcome.untreated_study_sd_percent")),
        prior_mean=np.array([mean for mean, _ in prior]),
        prior_sd=np.array([sd for _, sd in prior]),
        log_course=np.log([effect.course for effect in plain]),
        group=np.array([groups.index(_group(id)) for id, _ in effects], dtype=np.int64),
        prior_log_sd=evidence.value("outcome.prior_log_study_sd"),
    )


_PRIOR_SD: Mapping[str, str] = {
    "indication": "outcome.prior_indication_sd_percent",
    "base": "outcome.prior_base_sd_percent",
    "base_here": "outcome.prior_base_by_indication_sd_percent",
    "adjunct": "outcome.prior_adjunct_sd_percent",
    "adjunct_here": "outcome.prior_adjunct_by_indication_sd_percent",
    "subtype": "outcome.prior_subtype_sd_percent",
    "own": "outcome.prior_borrow_sd_percent",
    "moderator": "outcome.prior_moderator_sd_percent",
}


def _prior(name: str) -> tuple[float, float]:
    """Return the prior mean and spread of a coefficient, in percent."""
    if name in (_MEAN, _UNTREATED):
        record = evidence.parameter("outcome.prior_mean_percent" if name == _MEAN else "outcome.untreated_mean_percent")
        return record.value, float(record.spread.sd or 0.0)
    return 0.0, evidence.value(_PRIOR_SD[name.split(":")[0]])


def _slope_prior(scale_id: str) -> tuple[float, float]:
    record = evidence.parameter(f"outcome.scale_slope.{scale_id}")
    return float(np.log(record.value)), float(record.spread.sd or 0.0)


def _exponent_prior() -> tuple[float, float]:
    record = evidence.parameter("outcome.course_between_trials_exponent")
    return record.value, float(record.spread.sd or 0.0)
