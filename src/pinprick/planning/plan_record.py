"""The plan as values: what was screened, chosen, predicted, compared, quoted and scheduled."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from pinprick.cascade import Course
from pinprick.device import Device
from pinprick.injury import Injury, Technique
from pinprick.outcome import Outlook
from pinprick.safety import Screening

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.planning.case import Case


@dataclass(frozen=True, slots=True)
class ZonePrescription:
    """What is prescribed for one zone.

    Attributes:
        technique: zone, needle length, passes.
        puncture_density_per_cm2: predicted median of all passes of one session.
        endpoint: sign at which the operator stops.
        limits: the limits that applied, each as (who, limit in mm, source id).
        disagreement: sentences that name who would choose otherwise for this zone.
    """

    technique: Technique
    puncture_density_per_cm2: float
    endpoint: str
    limits: tuple[tuple[str, float, str], ...]
    disagreement: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prescription:
    """The chosen treatment.

    Attributes:
        device: device to use.
        zones: by zone.
        course: sessions and interval.
        adjuncts: adjunct ids, for instance `topical_tranexamic_acid`.
        reasons: why this one, in sentences, most important first.
        second_best: what the runner-up is and what it would trade, in one or two sentences.
        chosen_row, second_row: which of the search's candidates these two are, or None.
        cautions: what speaks against a part of it that was kept nevertheless, in sentences; empty where nothing.
    """

    device: Device
    zones: tuple[ZonePrescription, ...]
    course: Course
    adjuncts: tuple[str, ...]
    reasons: tuple[str, ...]
    second_best: str
    chosen_row: int | None = None
    second_row: int | None = None
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way of treating that the search looked at; medians over the draws.

    Attributes:
        device_id, needle_length_mm, pass_count, sessions, interval_days, adjuncts: the settings; the needle
            length is that of the first zone.
        improvement_percent, downtime_days, pih_probability, pain_0_10, price: the five axes; downtime is the
            total over the course.
        improvement_interval: 5th and 95th percentile of the improvement.
        on_front: whether no other candidate is at least as good on every axis and better on one.
        allowed: whether it respects every limit and preference.
        why_not: what it breaks, empty when allowed.
    """

    device_id: str
    needle_length_mm: float
    pass_count: int
    sessions: int
    interval_days: float
    adjuncts: tuple[str, ...]
    improvement_percent: float
    improvement_interval: tuple[float, float]
    downtime_days: float
    pih_probability: float
    pain_0_10: float
    price: float | None
    on_front: bool
    allowed: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class Search:
    """The whole search.

    Attributes:
        candidates: every candidate.
        draws: draws each was evaluated with.
        seconds: wall time of the search.
        weights: weight of each axis in the choice, as recorded or as the case asked.
    """

    candidates: tuple[Candidate, ...]
    draws: int
    seconds: float
    weights: dict[str, float]


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line of the quote; amounts in the quote's currency.

    Attributes:
        item: what is charged.
        count: how many.
        unit_low, unit_high: price of one; equal where the clinic stated a price.
        source: source id, or "clinic" for the clinic's own price.
        status: read, remembered, assumed, or "clinic".
    """

    item: str
    count: int
    unit_low: float
    unit_high: float
    source: str
    status: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What it costs.

    Attributes:
        currency: ISO code.
        lines: what is charged.
        low, high: total range.
        note: how good the prices are.
    """

    currency: str
    lines: tuple[QuoteLine, ...]
    low: float
    high: float
    note: str


@dataclass(frozen=True, slots=True)
class AftercareItem:
    """One instruction or permission.

    Attributes:
        from_hours, to_hours: when it holds, hours after the session; `to_hours` None means no end.
        topic: water, cleanser, sunscreen, make-up, exercise, actives, sun, watch and so on.
        text: plain words, to the patient.
        basis: why this time: the simulated read-out, or the practice position.
        sources: source ids.
        disagreement: who says otherwise, "" if nobody.
        status: read, remembered or assumed.
    """

    from_hours: float
    to_hours: float | None
    topic: str
    text: str
    basis: str
    sources: tuple[str, ...]
    disagreement: str
    status: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """One date of the calendar.

    Attributes:
        day: date.
        kind: session, rescreen, photo, follow_up, call.
        text: what happens.
    """

    day: date
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportedNumber:
    """One number of a publication beside its prediction.

    Attributes:
        arm: trial arm id, "" where the arm is not in the package's trials.
        scale: scale as the publication names it.
        baseline, final: reported means, or None.
        change: reported change of the score, negative where it fell, or None.
        percent_improvement: as reported, or from the two means, or None.
        when: time point in words.
        note: what the number is.
        predicted_percent: (5th percentile, median, 95th percentile) of the percent improvement of one new patient on
            this scale, or None where the scale has no model.
        predicted_mean_percent: (5th percentile, median, 95th percentile) of the mean of a group of this size.
        predicted_mean_change: the same as a change of the score, from the reported, the case's or else the scale's
            usual baseline; None on scales that rate the change itself.
        inside: whether what was reported (percentage, else change) lies inside the predicted interval of the mean.
    """

    arm: str
    scale: str
    baseline: float | None
    final: float | None
    change: float | None
    percent_improvement: float | None
    when: str
    note: str
    predicted_percent: tuple[float, float, float] | None
    predicted_mean_percent: tuple[float, float, float] | None
    predicted_mean_change: tuple[float, float, float] | None
    inside: bool | None


@dataclass(frozen=True, slots=True, eq=False)
class Reproduction:
    """A published protocol predicted as it was done, beside what it reported.

    Attributes:
        source: source id.
        settings: the protocol in one sentence.
        assumed: settings that the publication does not state.
        population: who was treated.
        injuries: predicted injury by zone.
        outlook: prediction.
        reported: reported numbers, each with its prediction.
        calibrated_on: whether the prediction was fitted to arms of this same publication.
    """

    source: str
    settings: str
    assumed: tuple[str, ...]
    population: str
    injuries: tuple[Injury, ...]
    outlook: Outlook
    reported: tuple[ReportedNumber, ...]
    calibrated_on: bool


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Everything one plan says; `prescription` and what follows are None or empty where screening forbids.

    Attributes:
        case: what was given.
        screening: may this person be treated, and when.
        prescription: the chosen treatment.
        injuries: predicted injury by zone, in the order of the prescription.
        healing: time courses in the first zone, from `cascade.heal`.
        outlook: prediction for the prescription.
        alternatives: the other ways of treating, on the same axes; the first is doing nothing.
        search: the candidates.
        quote: price.
        session_guide: what to do in a session, in order.
        aftercare: by hour and day.
        red_flags: (sign, what to do) pairs.
        calendar: sessions, photographs and follow-up.
        unknowns: what is not known and matters, in sentences.
        disagreements: (question, positions) pairs that bear on this plan.
        questions: what to ask, and whom, as (whom, question) pairs.
        sources: ids of the sources behind the numbers of this plan.
        parameters: parameter id to status.
        provenance: version, seed, draws, date, data hash, python and library versions.
        not_planned: why there is no prescription, in sentences; empty where there is one.
        published: the published protocol of the case, predicted and compared, or None.
        alternative_prices: (modality, low, high) of a whole course in the quote's currency, where known.
        better_than: (modality, probability that the prescription improves more) for each alternative with a prediction.
    """

    case: Case
    screening: Screening
    prescription: Prescription | None
    injuries: tuple[Injury, ...]
    healing: xr.Dataset | None
    outlook: Outlook | None
    alternatives: tuple[Outlook, ...]
    search: Search | None
    quote: Quote | None
    session_guide: tuple[str, ...]
    aftercare: tuple[AftercareItem, ...]
    red_flags: tuple[tuple[str, str], ...]
    calendar: tuple[Appointment, ...]
    unknowns: tuple[str, ...]
    disagreements: tuple[tuple[str, tuple[str, ...]], ...]
    questions: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    parameters: dict[str, str]
    provenance: dict[str, Any] = field(default_factory=dict)
    not_planned: tuple[str, ...] = ()
    published: Reproduction | None = None
    alternative_prices: tuple[tuple[str, float, float], ...] = ()
    better_than: tuple[tuple[str, float], ...] = ()
