"""The planning screen's answer: one changed setting, everything it leads to, and the pictures of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import numpy as np
from django.utils.translation import gettext as _

from pinprick import evidence
from pinprick.clinic.interface.engine_text import active, said
from pinprick.clinic.plans import wording
from pinprick.device import Device, device
from pinprick.injury import Injury, Technique, puncture
from pinprick.language import localised
from pinprick.outcome import Outlook, modality
from pinprick.planning import Answer, Case, Setting, what_if
from pinprick.planning.alternative import alternative_prices, alternatives, barred, better_than
from pinprick.planning.settings import course_ranges, session_default
from pinprick.planning.zone_limit import zone_limit
from pinprick.report import names
from pinprick.report.comparison import Rival, comparison
from pinprick.report.cross_section import cross_section
from pinprick.report.fan import fan
from pinprick.report.figure import Figure
from pinprick.report.opening import money, price
from pinprick.skin import Person, Zone, describe

DRAWS, SEED = 200, 0
# The drawing of the needle shows medians; fewer draws than the prediction are enough for it.
_DRAWN = 60
_MOST_SESSIONS = 12


@dataclass(frozen=True, slots=True)
class Range:
    """Ends and step of a slider."""

    low: float
    high: float
    step: float

    def within(self, value: float) -> float:
        """Return the nearest position on the slider."""
        kept = min(max(value, self.low), self.high)
        return round(self.low + round((kept - self.low) / self.step) * self.step, 6)


@dataclass(frozen=True, slots=True)
class Limits:
    """What the person accepts; None where they named no limit."""

    downtime_days: float | None = None
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer as the screen shows it.

    Attributes:
        answer: the prediction.
        improvement: (5th, 25th, 50th, 75th, 95th percentile) of percent improvement, or None without a number.
        score: (baseline, 5th, 50th, 95th percentile) of the final score, or None.
        downtime: (5th, 50th, 95th percentile) of one session's downtime in days.
        downtime_course: median downtime of the course, days.
        pain: median pain, 0-10.
        price: price of the course in words.
        weeks: weeks from the first session to the last.
        broken: what the setting breaks, in sentences.
        fan, sections, comparison: figures.
    """

    answer: Answer
    improvement: tuple[float, ...] | None
    score: tuple[float, ...] | None
    downtime: tuple[float, ...]
    downtime_course: float
    pain: float
    price: str
    weeks: float
    broken: tuple[str, ...]
    fan: Figure | None
    sections: tuple[Figure, ...]
    comparison: Figure | None

    @property
    def spread_nine(self) -> float:
        """Width of the interval of nine in ten, percent, as far as a bar from 0 to 100 shows it."""
        return _width(self.improvement, 0, 4)

    @property
    def spread_half(self) -> float:
        """Width of the interval of half of people, percent, as far as a bar shows it."""
        return _width(self.improvement, 1, 3)

    @property
    def risks(self) -> list[tuple[str, float]]:
        """Side effects with the median number among a hundred people."""
        return [
            (wording.risk(risk.name), 100 * float(np.median(risk.probability)))
            for risk in self.answer.outlook.risks
            if risk.probability.size
        ]


def _width(bands: tuple[float, ...] | None, low: int, high: int) -> float:
    if bands is None:
        return 0.0
    return min(max(bands[high], 0.0), 100.0) - min(max(bands[low], 0.0), 100.0)


def needle(head: Device) -> Range:
    """Return the needle lengths that a device can be set to, mm."""
    return Range(head.needle_length_min_mm, head.needle_length_max_mm, head.needle_length_step_mm)


def passes(head: Device) -> Range:
    """Return the pass counts that a search considers for a device."""
    low, high = (evidence.value(f"planning.search.pass_count_{end}.{head.device_class}") for end in ("low", "high"))
    return Range(1.0, max(high, low), 1.0)


def intervals(indication: str) -> Range:
    """Return the intervals between sessions that defaults and protocols of an indication span, in days by weeks."""
    _sessions, (low, high) = course_ranges(indication)
    return Range(max(7.0, 7.0 * (low // 7)), 7.0 * -(-high // 7), 7.0)


def sessions() -> Range:
    """Return the numbers of sessions that the screen offers."""
    return Range(1.0, float(_MOST_SESSIONS), 1.0)


def without_wishes(case: Case) -> Case:
    """Return a case without limits of downtime and price: they only colour an answer, which is the same without."""
    free = case.preferences.model_copy(update={"downtime_days": None, "budget": None, "budget_currency": None})
    return case.model_copy(update={"preferences": free})


def usual(case: Case, head: Device) -> Setting:
    """Return where the sliders begin without a plan: the least defended length of each zone and our usual course."""
    found = [zone_limit(head, zone, case.clinic.jurisdiction, off_label=False) for zone in case.concern.zones]
    lengths = tuple(needle(head).within(limit.set_length(limit.low_mm or 0.0) or needle(head).low) for limit in found)
    record, kind = session_default(case.concern.indication), modality("microneedling")
    count = record.sessions[0] if record else kind.sessions
    gap = record.interval_days[0] if record else kind.interval_days
    spread = passes(head)
    middle = spread.within((spread.low + spread.high) / 2)
    return Setting(head.id, lengths, int(middle), count, intervals(case.concern.indication).within(gap))


def answer(case: Case, setting: Setting, limits: Limits, on: date) -> Shown:
    """Return what a setting leads to.

    Args:
        case: the case, without its limits of downtime and price.
        setting: what the sliders say.
        limits: what the person accepts.
        on: day screened for.

    Raises:
        InputError: the setting cannot be used.
    """
    found = what_if(case, setting, on=on, draws=DRAWS, seed=SEED)
    predicted = found.outlook
    number = predicted.improvement_percent.size > 0 and predicted.basis != "none"
    bands = tuple(np.quantile(predicted.improvement_percent, (0.05, 0.25, 0.5, 0.75, 0.95))) if number else None
    days = tuple(float(value) for value in np.quantile(predicted.downtime_days, (0.05, 0.5, 0.95)))
    gap, count = setting.interval_days, setting.sessions
    return Shown(
        answer=found,
        improvement=bands,
        score=_score(case, predicted),
        downtime=days,
        downtime_course=float(np.median(found.downtime_course_days)),
        pain=float(np.median(predicted.pain_0_10)),
        price=localised(price(found.quote), active()),
        weeks=(count - 1) * gap / 7,
        broken=(*map(said, found.not_allowed), *_wishes(found, limits, days[1])),
        fan=fan(predicted, (), [gap * n for n in range(count)]) if number else None,
        sections=tuple(
            cross_section(_injury(zone, case.patient.person(), setting, length), index)
            for index, (zone, length) in enumerate(zip(case.concern.zones, setting.needle_length_mm, strict=True))
        ),
        comparison=_comparison(case, found, on),
    )


def _score(case: Case, predicted: Outlook) -> tuple[float, ...] | None:
    if predicted.scale_final is None or case.concern.baseline is None:
        return None
    return (case.concern.baseline, *np.quantile(predicted.scale_final, (0.05, 0.5, 0.95)))


def _wishes(found: Answer, limits: Limits, downtime: float) -> tuple[str, ...]:
    broken = []
    if limits.downtime_days is not None and downtime > limits.downtime_days + 1e-9:
        broken.append(
            _("Downtime of %(days).1f days a session is more than the %(most)g accepted.")
            % {"days": downtime, "most": limits.downtime_days}
        )
    if limits.price is not None and found.quote is not None and found.quote.low > limits.price + 1e-9:
        broken.append(_("The price is above the %(most)g accepted.") % {"most": limits.price})
    return tuple(broken)


@dataclass(frozen=True, slots=True)
class _Key:
    """A case as the key of a cache: two are the same where their text is."""

    text: str
    case: Case = field(compare=False, hash=False)


@lru_cache(maxsize=512)
def _injury(zone: Zone, person: Person, setting: Setting, length: float) -> Injury:
    skin = describe(zone, person, draws=_DRAWN, seed=SEED)
    return puncture(skin, device(setting.device), Technique(zone, length, setting.pass_count))


@lru_cache(maxsize=64)
def _others(key: _Key, on: date) -> tuple[tuple[Outlook, ...], Mapping[str, tuple[float, float]]]:
    read = key.case
    found = alternatives(read, planned=None, draws=DRAWS, seed=SEED, barred=barred(read, on))
    return found, {name: (low, high) for name, low, high in alternative_prices(read, found)}


def _comparison(case: Case, found: Answer, on: date) -> Figure | None:
    others, prices = _others(_Key(case.model_dump_json(), case), on)
    others = tuple(other for other in others if other.modality != found.outlook.modality)
    worse = dict(better_than(found.outlook, others))
    # In English like the rest of the figure, which is said in the reader's language as a whole.
    rivals = [Rival("these settings", found.outlook, price(found.quote), chosen=True)]
    for other in others:
        span = prices.get(other.modality)
        cost = "none" if other.sessions == 0 else "not known"
        if span and found.quote:
            cost = money(found.quote.currency, *span)
        rivals.append(Rival(names.treatment(other.modality), other, cost, worse.get(other.modality)))
    return comparison(rivals) if len(rivals) > 1 else None
