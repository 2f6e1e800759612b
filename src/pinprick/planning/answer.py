"""What changes when one setting is changed: every outcome of one way of needling, fast enough for a slider."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.evidence import Ledger
from pinprick.outcome import Outlook, Treatment, outlook
from pinprick.outcome.prediction import score
from pinprick.planning.adjunct import adjuncts
from pinprick.planning.case import Case
from pinprick.planning.evaluation import Evaluation, modality_of
from pinprick.planning.interval import interval_cautions, usual_course
from pinprick.planning.plan_json import distribution_json, outlook_json, quote_json
from pinprick.planning.plan_record import Prescription, Quote
from pinprick.planning.quote import course_price, quote
from pinprick.planning.schedule import last_day
from pinprick.planning.screening import screen_with
from pinprick.planning.settings import Settings, courses_of, outside_range, spacing_of
from pinprick.planning.zone_limit import ZoneLimit, zone_limit
from pinprick.safety import Screening

Array = NDArray[np.float64]
_FEWEST_DRAWS = 10
# A case file asks for no more.
_MOST_PASSES, _MOST_SESSIONS = 60, 24
# Techniques whose injuries are kept for a case; a slider can ask for hundreds.
_MOST_KEPT = 200
_MOST_CASES = 16
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class Setting:
    """One way of needling a case; `dataclasses.replace` changes one thing of it.

    Attributes:
        device: device id.
        needle_length_mm: needle length by zone, in the order of the case's zones.
        pass_count: passes in every zone.
        sessions: sessions of the course.
        interval_days: time between them; without meaning for one session.
        adjuncts: adjunct ids.
    """

    device: str
    needle_length_mm: tuple[float, ...]
    pass_count: int
    sessions: int
    interval_days: float
    adjuncts: tuple[str, ...] = ()

    @classmethod
    def of(cls, prescription: Prescription) -> Setting:
        """Return the setting that a plan prescribes."""
        zones, course = prescription.zones, prescription.course
        return cls(
            device=prescription.device.id,
            needle_length_mm=tuple(zone.technique.needle_length_mm for zone in zones),
            pass_count=zones[0].technique.pass_count,
            sessions=course.sessions,
            interval_days=course.interval_days,
            adjuncts=tuple(prescription.adjuncts),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one setting leads to; draw is the first axis.

    Attributes:
        setting: what was asked.
        outlook: improvement over time, final score, downtime of a session, pain, risks, and what cannot be said.
        scale_course: score on the outlook's scale at `outlook.time_days`, shape (draws, t); None without a scale.
        downtime_course_days: downtime of all sessions together, shape (draws,).
        quote: price of the course; None where no price is known.
        not_allowed: which limits of zone, screening or person it breaks, in sentences; empty where none.
        cautions: what speaks against the time between sessions, in sentences; empty where nothing.
        sources: ids of the sources behind the numbers.
        parameters: parameter id to status.
    """

    setting: Setting
    outlook: Outlook
    scale_course: Array | None
    downtime_course_days: Array
    quote: Quote | None
    not_allowed: tuple[str, ...]
    cautions: tuple[str, ...]
    sources: tuple[str, ...]
    parameters: dict[str, str]


def what_if(case: Case, setting: Setting, *, on: date | None = None, draws: int = 200, seed: int = 0) -> Answer:
    """Predict one setting of a case.

    What settings share (skin, healing response of a course) is kept for later calls in the same process; the first
    call for a new course solves its healing, unless `prepare_what_if` did. With the draws and the seed of a plan
    its setting gives the plan's numbers.

    Args:
        case: the case; what it requests is not imposed on the setting.
        setting: the way of needling.
        on: day screened for; today unless said.
        draws: draws of every distribution, at least 10.
        seed: explicit seed; settings asked with the same seed share their random numbers.

    Raises:
        InputError: device or adjunct is unknown, or a number cannot be used.
    """
    chosen = _checked(case, setting, draws)
    kept = _kept_for(case, draws, seed)
    with kept.lock:
        return kept.answer(case, setting, chosen, on or date.today())


def prepare_what_if(case: Case, *, draws: int = 200, seed: int = 0) -> int:
    """Solve the healing response of every course that a search of a case considers, so that no later call waits.

    Args:
        case: the case.
        draws: those of the calls to come.
        seed: that of the calls to come.

    Returns:
        How many courses are ready.
    """
    kept = _kept_for(case, draws, seed)
    with kept.lock:
        courses = courses_of(case)
        # Those with which a short interval is compared are solved as well, so that a caution costs no wait.
        compared = (usual_course(case, course.sessions) for course in courses)
        kept.solve(case, (*courses, *dict.fromkeys(course for course in compared if course is not None)))
        return len(courses)


def answer_json(answer: Answer) -> dict[str, Any]:
    """Return an answer as dictionaries, lists and scalars, as `to_json` does of a plan."""
    setting, predicted, course = answer.setting, answer.outlook, answer.scale_course
    over_time: list[dict[str, float | None]] = []
    if course is not None and course.size:
        for day, scores in zip(predicted.time_days, course.T, strict=True):
            over_time.append({"day": round(float(day), 4), **(distribution_json(scores) or {})})
    return {
        "setting": {
            "device": setting.device,
            "needle_length_mm": list(setting.needle_length_mm),
            "pass_count": setting.pass_count,
            "sessions": setting.sessions,
            "interval_days": setting.interval_days,
            "adjuncts": list(setting.adjuncts),
        },
        "outlook": outlook_json(predicted),
        "scale_over_time": over_time,
        "downtime_course_days": distribution_json(answer.downtime_course_days),
        "quote": None if answer.quote is None else quote_json(answer.quote),
        "not_allowed": list(answer.not_allowed),
        "cautions": list(answer.cautions),
        "sources": list(answer.sources),
        "parameters": dict(answer.parameters),
    }


@dataclass(slots=True)
class _Kept:
    """What calls for one case share."""

    one: Evaluation
    lock: Any = field(default_factory=Lock)
    shared: Ledger = field(default_factory=Ledger)
    ledgers: dict[tuple[str, tuple[str, ...]], Ledger] = field(default_factory=dict)
    screened: dict[tuple[str, float, date], Screening] = field(default_factory=dict)

    def solve(self, case: Case, courses: tuple[Course, ...]) -> None:
        with evidence.recording() as ledger:
            for zone in case.concern.zones:
                self.one.skin(zone)
            self.one.prepare(courses)
        _merge(self.shared, ledger)

    def answer(self, case: Case, setting: Setting, chosen: Settings, on: date) -> Answer:
        if self.one.techniques_kept > _MOST_KEPT:
            self.one = self.one.renewed()
        self.solve(case, (chosen.course,))
        used = self.ledgers.setdefault((setting.device, setting.adjuncts), Ledger())
        with evidence.recording() as ledger:
            predicted = self._outlook(case, chosen)
            costs = quote(case, chosen.device, chosen.course, chosen.adjuncts)
            broken = self._broken(case, chosen, predicted, on)
            cautions = interval_cautions(case, chosen, self.one, self._screening(case, chosen, on))
        _merge(used, ledger)
        evidence.replay(self.shared)
        evidence.replay(used)
        return Answer(
            setting=setting,
            outlook=predicted,
            scale_course=_scale_course(predicted, self.one.draws, self.one.seed),
            downtime_course_days=chosen.course.sessions * predicted.downtime_days,
            quote=costs,
            not_allowed=broken,
            cautions=cautions,
            sources=tuple(sorted({evidence.source(id).id for id in (*self.shared.sources, *used.sources)})),
            parameters=dict(sorted({**self.shared.parameters, **used.parameters}.items())),
        )

    def _outlook(self, case: Case, chosen: Settings) -> Outlook:
        one, techniques = self.one, chosen.techniques(tuple(case.concern.zones))
        kind, course = modality_of(chosen.device, chosen.adjuncts), chosen.course
        return outlook(
            case.concern.concern(),
            Treatment(kind, course.sessions, course.interval_days, phototype=case.patient.phototype),
            draws=one.draws,
            seed=one.seed,
            gain=one.relative_gain(chosen.device, techniques, course),
            early={
                "downtime_days": one.downtime(chosen.device, techniques),
                "pain_0_10": one.pain(chosen.device, techniques),
            },
        )

    def _screening(self, case: Case, chosen: Settings, on: date) -> Screening:
        key = (chosen.device.id, max(chosen.lengths_mm), on)
        if key not in self.screened:
            self.screened[key] = screen_with(case, chosen.device.id, on, needle_length_mm=key[1])
        return self.screened[key]

    def _broken(self, case: Case, chosen: Settings, predicted: Outlook, on: date) -> tuple[str, ...]:
        """Return which limits the setting breaks."""
        head = chosen.device
        limits = tuple(
            zone_limit(head, zone, case.clinic.jurisdiction, off_label=case.clinic.off_label)
            for zone in case.concern.zones
        )
        screening = self._screening(case, chosen, on)
        said = [] if screening.allows_planning else [screening.reason or "Screening does not allow this setting."]
        said += _over(chosen.lengths_mm, limits)
        texts = (outside_range(chosen.lengths_mm, limits), spacing_of(case, chosen.course))
        said += [_sentence(text) for text in texts if text]
        return (
            *said,
            *_wishes(case, chosen, predicted),
            *_late(case, chosen, predicted, screening.earliest_date or on),
        )


_CASES: dict[tuple[str, int, int], _Kept] = {}


def _over(lengths: tuple[float, ...], limits: tuple[ZoneLimit, ...]) -> list[str]:
    """Return where a needle is longer than device, label or zone permit."""
    said = []
    for length, limit in zip(lengths, limits, strict=True):
        if length > limit.hard_max_mm + 1e-9:
            who = min(limit.limits, key=lambda item: item[1])[0]
            zone = limit.zone.value.replace("_", " ")
            said.append(f"{length:g} mm is longer than the {limit.hard_max_mm:g} mm on the {zone} ({who}).")
    return said


def _wishes(case: Case, chosen: Settings, predicted: Outlook) -> list[str]:
    """Return which limits of the person are broken by the middle of the draws, as in the search."""
    wishes, said = case.preferences, []
    downtime, pain = float(np.median(predicted.downtime_days)), float(np.median(predicted.pain_0_10))
    price = course_price(case, chosen.device, chosen.course, chosen.adjuncts)
    if wishes.downtime_days is not None and downtime > wishes.downtime_days + 1e-9:
        said.append(f"Downtime {downtime:.1f} days a session is above the {wishes.downtime_days:g} accepted.")
    if wishes.pain is not None and pain > wishes.pain + 1e-9:
        said.append(f"Pain {pain:.1f} of 10 is above the {wishes.pain:g} accepted.")
    if wishes.budget is not None and price is not None and price > wishes.budget + 1e-9:
        said.append(f"Price {price:.0f} is above the {wishes.budget:g} accepted.")
    return said


def _late(case: Case, chosen: Settings, predicted: Outlook, first: date) -> list[str]:
    """Return that the course ends too late for the person, where it does."""
    wishes = case.preferences
    start = max(first, wishes.start or first)
    end = last_day(start, chosen.course, float(np.median(predicted.downtime_days)))
    if wishes.finish_by is not None and end > wishes.finish_by:
        return [f"The last session is recovered from on {end}, after {wishes.finish_by}."]
    return []


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _scale_course(predicted: Outlook, draws: int, seed: int) -> Array | None:
    """Return the score over time; between follow-ups it is read from the improvement, as the final score is."""
    if predicted.scale_final is None:
        return None
    columns = [score(predicted.concern, percent, draws, seed)[1] for percent in predicted.improvement_course_percent.T]
    return np.stack([column for column in columns if column is not None], axis=-1)


def _checked(case: Case, setting: Setting, draws: int) -> Settings:
    """Return the setting as planning takes it, or say what cannot be used."""
    if draws < _FEWEST_DRAWS:
        raise InputError("too few", field="draws", given=draws, limit=f"{_FEWEST_DRAWS} or more")
    head, zones = device(setting.device), case.concern.zones
    if len(setting.needle_length_mm) != len(zones):
        raise InputError(
            "each zone needs a needle length", field="needle_length_mm", given=list(setting.needle_length_mm),
            limit=f"{len(zones)}: {', '.join(zone.value for zone in zones)}",
        )  # fmt: skip
    low, high = head.needle_length_min_mm, head.needle_length_max_mm
    for length in setting.needle_length_mm:
        if not (math.isfinite(length) and low - 1e-9 <= length <= high + 1e-9):
            raise InputError(
                "the device cannot be set so", field="needle_length_mm", given=length, limit=f"{low:g} to {high:g} mm"
            )
    for name, given, most in (
        ("pass_count", setting.pass_count, _MOST_PASSES),
        ("sessions", setting.sessions, _MOST_SESSIONS),
    ):
        if not 1 <= given <= most:
            raise InputError("out of range", field=name, given=given, limit=f"1 to {most}")
    if unknown := [id for id in setting.adjuncts if id not in adjuncts()]:
        raise InputError("no such adjunct", field="adjuncts", given=unknown[0], limit=", ".join(adjuncts()))
    course = Course(setting.sessions, setting.interval_days)
    return Settings(head, tuple(setting.needle_length_mm), setting.pass_count, course, tuple(setting.adjuncts))


def _merge(into: Ledger, found: Ledger) -> None:
    into.parameters.update(found.parameters)
    into.sources.update(found.sources)


def _kept_for(case: Case, draws: int, seed: int) -> _Kept:
    """Return what calls for a case share; the case used longest ago is forgotten."""
    key = (case.model_dump_json(), draws, seed)
    with _LOCK:
        found = _CASES.pop(key, None) or _Kept(Evaluation(case, draws, seed))
        _CASES[key] = found
        while len(_CASES) > _MOST_CASES:
            del _CASES[next(iter(_CASES))]
    return found
