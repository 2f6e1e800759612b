"""Microneedling against its alternatives: head-to-head results, modality cards, prices and outcome instruments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pinprick.evidence.parameter import Status
from pinprick.evidence.record import read_records


@dataclass(frozen=True, slots=True)
class ComparisonEffect:
    """One pooled or reported effect of a comparison.

    Attributes:
        outcome: what was compared.
        measure: RR, OR, MD, SMD or "p"; "none given" where only a direction or its absence is stated.
        estimate: the estimate (the p value, or its bound, where `measure` is "p").
        ci_low: lower 95 % limit.
        ci_high: upper 95 % limit.
        significant: as the source states; `None` where it does not.
        favours: modality the result favours.
        p: p value as printed.
        i2_pct: heterogeneity I2 in percent.
    """

    outcome: str
    measure: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    significant: bool | None = None
    favours: str = ""
    p: str = ""
    i2_pct: float | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """One number of one modality within a comparison; `before` and `after` are means on the same scale."""

    outcome: str
    modality: str
    value: float
    unit: str
    n: int | None = None
    before: float | None = None
    after: float | None = None


@dataclass(frozen=True, slots=True)
class HeadToHead:
    """One comparison of treatments.

    Attributes:
        id: record id.
        comparison: what with what, in words.
        indication: indication id.
        modalities: modality ids compared.
        sources: source ids.
        status: `read` or `remembered`.
        effects: pooled or reported effects.
        rates: numbers by modality.
        studies: number of studies.
        participants: number of people.
        completed: people who completed.
        pooled_participants: people in the pooled part.
        sessions: sessions given.
        interval_days: interval between sessions.
        downtime_days: shortest and longest downtime.
        design: design.
        contradicted_by: ids of records that say the opposite.
        do_not_use: true where the numbers cannot be trusted; kept so that nobody adds them again.
        note: what a user must know.
    """

    id: str
    comparison: str
    indication: str
    modalities: tuple[str, ...]
    sources: tuple[str, ...]
    status: Status
    effects: tuple[ComparisonEffect, ...] = ()
    rates: tuple[Rate, ...] = ()
    studies: int | None = None
    participants: int | None = None
    completed: int | None = None
    pooled_participants: int | None = None
    sessions: int | None = None
    interval_days: int | None = None
    downtime_days: tuple[float, float] | None = None
    design: str = ""
    contradicted_by: tuple[str, ...] = ()
    do_not_use: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a modality card, with its own status.

    Attributes:
        text: the figure in words.
        status: `read` or `remembered`.
        sources: source ids.
        low: lower end, in `unit`.
        high: upper end; `None` with a lower end means open.
        unit: unit.
        n: people or sessions it comes from.
        count: events among them.
        second_hand: true where only a report was read.
    """

    text: str
    status: Status
    sources: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    unit: str = ""
    n: int | None = None
    count: int | None = None
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class ModalityCard:
    """What one way of treating is good for and what it costs in time, pain and pigment risk.

    Attributes:
        id: modality id.
        name: its name.
        good_for: what it is used for.
        sessions: number of sessions, figures that may differ.
        interval: interval between sessions.
        downtime: days before a person looks presentable.
        pih: post-inflammatory hyperpigmentation, phototypes IV to VI unless said.
        pain: pain of the procedure.
        comment: what a user must know.
        sources: sources of the comment.
        status: status of the comment.
    """

    id: str
    name: str
    good_for: str
    sessions: tuple[Figure, ...]
    interval: tuple[Figure, ...]
    downtime: tuple[Figure, ...]
    pih: tuple[Figure, ...]
    pain: tuple[Figure, ...]
    comment: str
    sources: tuple[str, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Price:
    """One published price; weak evidence, to be replaced by the clinic's own.

    Attributes:
        id: record id.
        country: ISO country code.
        item: what is paid for.
        modality: modality id, "any" or "laser".
        low: lowest price; `None` where none was found.
        high: highest price; `None` where open or not found.
        currency: ISO currency code.
        unit: currency per what.
        per: session, device or tip.
        quality: what kind of page it comes from.
        sources: source ids.
        status: `read`.
        year: year of the price.
        note: what a user must know.
    """

    id: str
    country: str
    item: str
    modality: str
    low: float | None
    high: float | None
    currency: str
    unit: str
    per: str
    quality: str
    sources: tuple[str, ...]
    status: Status
    year: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class InstrumentClass:
    """One class of an instrument with the bounds that define it; `None` is open."""

    label: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """An outcome instrument: structure, range and what its licence allows.

    Attributes:
        id: record id.
        name: its name.
        group: acne_scar, scar, pigment, ageing, hair or patient_reported.
        structure: how it is built, in our words.
        unit: unit of the score.
        licence: licence as far as read.
        wording: "free", "name-only", or "never" (licensed text that is not shipped).
        sources: source ids.
        status: `read` or `remembered`.
        low: lowest score.
        high: highest score.
        formula: formula.
        numbers: weights, maxima and reliability figures.
        classes: classes with bounds.
        colours: swatch colours, hexadecimal.
        structure_status: status of the structure where it differs.
        range_status: status of the range where it differs.
        warning: a trap to show.
        note: what a user must know.
    """

    id: str
    name: str
    group: str
    structure: str
    unit: str
    licence: str
    wording: str
    sources: tuple[str, ...]
    status: Status
    low: float | None = None
    high: float | None = None
    formula: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    classes: tuple[InstrumentClass, ...] = ()
    colours: tuple[str, ...] = ()
    structure_status: str = ""
    range_status: str = ""
    warning: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that stands over all comparisons; `kind` is know_first, proposal (to be signed off) or gap."""

    id: str
    kind: str
    text: str
    sources: tuple[str, ...]
    status: Status


@cache
def head_to_head() -> tuple[HeadToHead, ...]:
    """Return the comparisons of treatments."""
    return read_records("comparators/head_to_head.yaml", HeadToHead, effects=ComparisonEffect, rates=Rate)


@cache
def modality_cards() -> tuple[ModalityCard, ...]:
    """Return one card for each way of treating."""
    figures = dict.fromkeys(("sessions", "interval", "downtime", "pih", "pain"), Figure)
    return read_records("comparators/modalities.yaml", ModalityCard, **figures)


@cache
def prices() -> tuple[Price, ...]:
    """Return published prices."""
    return read_records("comparators/prices.yaml", Price)


@cache
def instruments() -> tuple[Instrument, ...]:
    """Return outcome instruments."""
    return read_records("comparators/instruments.yaml", Instrument, classes=InstrumentClass)


@cache
def statements() -> tuple[Statement, ...]:
    """Return what to know before comparing, proposals and gaps."""
    return read_records("comparators/statements.yaml", Statement)
