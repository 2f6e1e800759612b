"""What is to be treated, what the person accepts, what the clinic has, and what a published protocol reported."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from pinprick.outcome import Concern
from pinprick.planning.field_type import Days, EarlyDate, LateDate, LengthMm, Table, Unknown, ZoneName, fault

AXES = ("improvement", "downtime", "pih", "pain", "price")
Axis = Literal["improvement", "downtime", "pih", "pain", "price"]
_Id = Annotated[str, Field(min_length=1, max_length=120)]
# Beyond ten years a number of days is a slip of the pen.
_LONGEST_DAYS = 3650
_Amount = Annotated[float, Field(ge=0)]


class ConcernEntry(Table):
    """Why the person comes.

    Attributes:
        indication: indication id, for instance `atrophic_acne_scars`.
        subtype: as the indication has them; None is unknown.
        zones: at least one.
        scale, baseline: where a baseline was scored, the scale and the score.
        area_cm2: area to be treated where measured.
    """

    indication: _Id
    subtype: Annotated[_Id | None, Unknown] = None
    zones: Annotated[tuple[ZoneName, ...], Field(min_length=1, max_length=17)]
    scale: Annotated[_Id | None, Unknown] = None
    baseline: Annotated[float | None, Unknown] = None
    area_cm2: Annotated[float | None, Unknown, Field(gt=0)] = None

    @model_validator(mode="after")
    def _agree(self) -> ConcernEntry:
        if len(set(self.zones)) < len(self.zones):
            raise fault(
                "a zone is named twice",
                limit="each zone once",
                field="zones",
                given=[str(zone.value) for zone in self.zones],
                remedy="keep one of the two",
            )
        if self.baseline is not None and self.scale is None:
            raise fault(
                "a baseline needs the scale it was scored on",
                limit="scale and baseline together",
                field="baseline",
                given=self.baseline,
                remedy='add for instance scale = "ecca"',
            )
        return self

    def concern(self) -> Concern:
        """Return the concern as the outcome model takes it."""
        return Concern(self.indication, self.subtype, tuple(self.zones), self.scale, self.baseline)


def _amount(value: Any) -> Any:
    """Split "1500 USD" into the amount and the currency."""
    if isinstance(value, dict) and isinstance(text := value.get("budget"), str) and text.strip().lower() != "unknown":
        parts = text.split()
        if len(parts) == 2 and len(parts[1]) == 3 and parts[1].isalpha():
            return {**value, "budget": parts[0], "budget_currency": parts[1].upper()}
    return value


class Preferences(Table):
    """What the person accepts; the first six are limits, the weights rank what is left.

    Attributes:
        downtime_days: after one session, at most.
        pain: worst pain on a 0-10 scale, at most.
        budget: for the whole course, in the clinic's currency; "1500 USD" says which it is.
        budget_currency: where the budget named one.
        min_sessions, max_sessions: sessions.
        start: first day on which a session is possible for the person.
        finish_by: day by which the last session has been recovered from, for instance a wedding.
        weights: weight of each axis; those left out keep the recorded weight.
    """

    downtime_days: Days = None
    pain: Annotated[float | None, Unknown, Field(ge=0, le=10)] = None
    budget: Annotated[float | None, Unknown, Field(ge=0)] = None
    budget_currency: Annotated[str | None, Field(pattern="^[A-Z]{3}$")] = None
    min_sessions: Annotated[int | None, Unknown, Field(ge=1, le=24)] = None
    max_sessions: Annotated[int | None, Unknown, Field(ge=1, le=24)] = None
    start: EarlyDate = None
    finish_by: LateDate = None
    weights: dict[Axis, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)

    _split = model_validator(mode="before")(_amount)

    @model_validator(mode="after")
    def _agree(self) -> Preferences:
        if self.downtime_days is not None and self.downtime_days < 0:
            raise fault("downtime is negative", limit="0 days or more", field="downtime_days", given=self.downtime_days)
        if self.min_sessions and self.max_sessions and self.min_sessions > self.max_sessions:
            raise fault(
                f"at least {self.min_sessions} sessions and at most {self.max_sessions} contradict each other",
                limit="min_sessions at most max_sessions",
                field="min_sessions",
                given=self.min_sessions,
                remedy="change one of the two",
            )
        if self.start and self.finish_by and self.finish_by < self.start:
            raise fault(
                f"must finish by {self.finish_by} but starts on {self.start}",
                limit="start before finish_by",
                field="finish_by",
                given=str(self.finish_by),
                remedy="check both dates",
            )
        if set(self.weights) == set(AXES) and not any(self.weights.values()):
            raise fault(
                "all weights are 0, so nothing could be preferred",
                limit="at least one above 0",
                field="weights",
                given=dict(self.weights),
            )
        return self


class ClinicEntry(Table):
    """What the clinic has and charges.

    Attributes:
        jurisdiction: ISO country code, "EU" or "GB"; labels and positions follow it.
        currency: ISO currency code.
        devices: device ids at hand; may be empty when only screening is wanted.
        prices: the clinic's own, by item, in its currency.
        anaesthetic: product id, or "none"; None is undecided.
        adjuncts: adjunct ids that the clinic offers.
        screening_choices: rule id to the index of the position the clinic follows instead of the default.
        overridden: rule id to the reason for which a clinician set its finding aside; what a binding label makes
            absolute stays.
        off_label: whether needle lengths beyond a device's label are considered.
    """

    jurisdiction: Annotated[str | None, Unknown, Field(pattern="^[A-Z]{2}$")] = None
    currency: Annotated[str | None, Unknown, Field(pattern="^[A-Z]{3}$")] = None
    devices: Annotated[tuple[_Id, ...], Field(max_length=30)] = ()
    prices: dict[_Id, _Amount] = Field(default_factory=dict)
    anaesthetic: Annotated[_Id | None, Unknown] = None
    adjuncts: Annotated[tuple[_Id, ...], Field(max_length=20)] = ()
    screening_choices: dict[_Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    overridden: dict[_Id, Annotated[str, Field(min_length=1, max_length=2000)]] = Field(default_factory=dict)
    off_label: bool = False

    @model_validator(mode="after")
    def _agree(self) -> ClinicEntry:
        if len(set(self.devices)) < len(self.devices):
            raise fault(
                "a device is named twice",
                limit="each device once",
                field="devices",
                given=list(self.devices),
                remedy="keep one of the two",
            )
        if self.prices and self.currency is None:
            raise fault(
                "prices need a currency",
                limit="an ISO currency code",
                field="currency",
                remedy='add for instance currency = "EUR"',
            )
        return self


class Request(Table):
    """Settings that the clinician fixes; the search varies only the rest.

    Attributes:
        device: one of the clinic's devices.
        needle_length: in every zone, mm.
        pass_count, sessions, interval: passes, sessions, and days between sessions.
    """

    device: Annotated[_Id | None, Unknown] = None
    needle_length: LengthMm = None
    pass_count: Annotated[int | None, Unknown, Field(ge=1, le=60)] = None
    sessions: Annotated[int | None, Unknown, Field(ge=1, le=24)] = None
    interval: Days = None

    @model_validator(mode="after")
    def _positive(self) -> Request:
        if self.interval is not None and self.interval > _LONGEST_DAYS:
            raise fault(
                "sessions lie too far apart to be one course",
                limit=f"at most {_LONGEST_DAYS} days",
                field="interval",
                given=self.interval,
                remedy="check the unit",
            )
        for name in ("needle_length", "interval"):
            value = getattr(self, name)
            if value is not None and value <= 0:
                raise fault(f"{name} must be above 0", limit="above 0", field=name, given=value)
        return self


class ProtocolTechnique(Table):
    """One zone of a published protocol.

    Attributes:
        zone: zone treated.
        needle_length: as published, mm; None where the publication does not say.
        pass_count: passes; None where it does not say.
    """

    zone: ZoneName
    needle_length: LengthMm = None
    pass_count: Annotated[int | None, Unknown, Field(ge=1, le=60)] = None


class ReportedOutcome(Table):
    """One number that a publication reported.

    Attributes:
        arm: trial arm id, None where the arm is not in the package's trials.
        scale: scale it was reported on.
        baseline, final: means before and at follow-up.
        percent_improvement: as reported or computed from the two means.
        follow_up_days: days after the last session.
        note: what the number is, in words.
    """

    arm: Annotated[_Id | None, Unknown] = None
    scale: _Id
    baseline: Annotated[float | None, Unknown] = None
    final: Annotated[float | None, Unknown] = None
    percent_improvement: Annotated[float | None, Unknown, Field(ge=-1000, le=1000)] = None
    follow_up_days: Days = None
    note: Annotated[str, Field(max_length=1000)] = ""


class Published(Table):
    """A published protocol, to be predicted exactly as it was done and shown beside what it reported.

    Attributes:
        source: source id.
        arms: ids of trial arms in the package's data; their outcomes are added to `reported`.
        device: device id nearest to the one used.
        device_note: how that device stands for the published one.
        technique: zone by zone.
        sessions, interval: as published.
        adjuncts: adjunct ids.
        assumed: names of settings that the publication does not state and the case supplies.
        reported: numbers as published.
        population: who was treated, in words.
    """

    source: _Id
    arms: tuple[_Id, ...] = ()
    device: _Id
    device_note: Annotated[str, Field(max_length=1000)] = ""
    technique: Annotated[tuple[ProtocolTechnique, ...], Field(min_length=1)]
    sessions: Annotated[int, Field(ge=1, le=60)]
    interval: Annotated[Days, BeforeValidator(lambda value: value)] = None
    adjuncts: tuple[_Id, ...] = ()
    assumed: tuple[_Id, ...] = ()
    reported: tuple[ReportedOutcome, ...] = ()
    population: Annotated[str, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _interval_given(self) -> Published:
        if self.sessions > 1 and (self.interval is None or self.interval <= 0):
            raise fault(
                "several sessions need an interval above 0",
                limit="above 0 days",
                field="interval",
                given=self.interval,
                remedy='add for instance interval = "4 weeks"',
            )
        return self
