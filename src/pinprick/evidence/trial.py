"""Published trial arms and meta-analyses of microneedling and its comparators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pinprick.errors import EvidenceError
from pinprick.evidence.parameter import Status
from pinprick.evidence.record import read_records
from pinprick.evidence.store import topics

META_ANALYSES = "meta_analyses"


@dataclass(frozen=True, slots=True)
class TrialOutcome:
    """One reported outcome of one arm, on the scale the trial used.

    Attributes:
        scale: name of the scale as the trial gives it.
        unit: unit of the means and the change; `percent_improvement` is in percent whatever it says.
        baseline_mean: mean before treatment.
        baseline_sd: spread before treatment, of the kind `dispersion` names.
        final_mean: mean at the time point.
        final_sd: spread at the time point.
        change: change from baseline, negative where the score fell.
        percent_improvement: improvement in percent as reported.
        timepoint: when it was measured, in words.
        dispersion: what the spreads are, for instance "sd".
        note: what else was said.
    """

    scale: str
    unit: str
    baseline_mean: float | None = None
    baseline_sd: float | None = None
    final_mean: float | None = None
    final_sd: float | None = None
    change: float | None = None
    percent_improvement: float | None = None
    timepoint: str = ""
    dispersion: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm of one published trial; `None` or "" means that the part read does not say.

    Attributes:
        id: arm id.
        trial: id shared by the arms of a trial.
        sources: source ids.
        indication: what was treated.
        intervention_class: what was done, as a class.
        design: design as stated.
        status: `read` or `remembered`; never calibrate on a remembered arm.
        read_depth: abstract, secondary, fulltext_table or fulltext_excerpt.
        has_numbers: whether an outcome number was read.
        outcomes: outcomes as reported.
        blinding: who was blinded.
        subtype: kind of lesion.
        site: body site.
        n_enrolled: people (or sides) enrolled.
        n_completed: people who completed.
        age_mean: mean age in years.
        age_sd: standard deviation of age in years.
        sex: counts `f`, `m`, and `of` where they count completers only.
        fitzpatrick: phototypes as stated, or counts by phototype.
        device: device as stated.
        needle_length_mm: shortest (may be unknown) and longest needle length set, in mm.
        needle_text: needle length as stated where it is not one number.
        needle_count: needles of the device.
        passes_or_endpoint: passes or clinical end point as stated.
        adjunct: what was added.
        sessions: number of sessions, where it was one number.
        sessions_range: fewest (may be unknown) and most sessions.
        sessions_text: sessions as stated where not one number.
        interval_weeks: interval between sessions, where it was one number.
        interval_range_weeks: shortest and longest interval.
        interval_text: interval as stated where not one number.
        follow_up_weeks_after_last: last follow-up, in weeks after the last session.
        responders: responder counts or percentages as reported.
        adverse_events: adverse events as reported.
        downtime_days: shortest and longest downtime, in days.
        pain_vas_0_10: mean pain on a 0 to 10 scale.
        satisfaction: satisfaction as stated.
        flags: reasons for care, for instance `do_not_calibrate`.
        note: what else was said.
        page_read: where the arm was read when that is not where its publication was.
    """

    id: str
    trial: str
    sources: tuple[str, ...]
    indication: str
    intervention_class: str
    design: str
    status: Status
    read_depth: str
    has_numbers: bool
    outcomes: tuple[TrialOutcome, ...] = ()
    blinding: str = ""
    subtype: str = ""
    site: str = ""
    n_enrolled: int | None = None
    n_completed: int | None = None
    age_mean: float | None = None
    age_sd: float | None = None
    sex: Mapping[str, Any] = field(default_factory=dict)
    fitzpatrick: str | Mapping[str, int] = ""
    device: str = ""
    needle_length_mm: tuple[float | None, float] | None = None
    needle_text: str = ""
    needle_count: int | None = None
    passes_or_endpoint: str = ""
    adjunct: str = ""
    sessions: int | None = None
    sessions_range: tuple[int | None, int] | None = None
    sessions_text: str = ""
    interval_weeks: float | None = None
    interval_range_weeks: tuple[float, float] | None = None
    interval_text: str = ""
    follow_up_weeks_after_last: float | None = None
    responders: Mapping[str, Any] = field(default_factory=dict)
    adverse_events: Mapping[str, Any] = field(default_factory=dict)
    downtime_days: tuple[float, float] | None = None
    pain_vas_0_10: float | None = None
    satisfaction: str = ""
    flags: tuple[str, ...] = ()
    note: str = ""
    page_read: str = ""

    @property
    def source(self) -> str:
        """Id of the main source."""
        return self.sources[0]


@dataclass(frozen=True, slots=True)
class Effect:
    """One pooled effect.

    Attributes:
        outcome: what was compared.
        measure: RR, OR, MD, SMD, percent, or "p" where only a p value was given.
        estimate: the estimate (the p value itself where `measure` is "p").
        ci_low: lower 95 % limit.
        ci_high: upper 95 % limit.
        p: p value as printed.
        i2_pct: heterogeneity I2 in percent.
    """

    outcome: str
    measure: str
    estimate: float
    ci_low: float | None = None
    ci_high: float | None = None
    p: str = ""
    i2_pct: float | None = None


@dataclass(frozen=True, slots=True)
class MetaAnalysis:
    """One meta-analysis or systematic review.

    Attributes:
        id: its id.
        comparison: what is compared with what.
        sources: source ids.
        effects: pooled effects; empty where the part read gives none.
        status: `read` or `remembered`.
        studies: number of studies.
        participants: number of people.
        note: what a user must know.
    """

    id: str
    comparison: str
    sources: tuple[str, ...]
    effects: tuple[Effect, ...]
    status: Status
    studies: int | None = None
    participants: int | None = None
    note: str = ""


@cache
def _arms(indication: str) -> tuple[Arm, ...]:
    file = f"trials/{indication}.yaml"
    records = read_records(file, Arm, outcomes=TrialOutcome)
    for record in records:
        if record.indication != indication:
            raise EvidenceError("arm in the wrong file", file=file, field=record.id, limit=indication)
    return records


def indications() -> tuple[str, ...]:
    """Return the indications that have trial arms, sorted."""
    return tuple(name for name in topics("trials") if name != META_ANALYSES)


def arms(indication: str | None = None) -> tuple[Arm, ...]:
    """Return the trial arms of one indication, or all of them."""
    names = indications() if indication is None else (indication,)
    return tuple(record for name in names for record in _arms(name))


def trials(indication: str | None = None) -> Mapping[str, tuple[Arm, ...]]:
    """Return the arms of each trial by trial id, of one indication or of all."""
    found: dict[str, tuple[Arm, ...]] = {}
    for record in arms(indication):
        found[record.trial] = (*found.get(record.trial, ()), record)
    return found


@cache
def meta_analyses() -> tuple[MetaAnalysis, ...]:
    """Return the meta-analyses and systematic reviews."""
    return read_records(f"trials/{META_ANALYSES}.yaml", MetaAnalysis, effects=Effect)
