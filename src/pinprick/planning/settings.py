"""The settings that a search varies: device, needle length by zone, passes, sessions, interval, adjuncts."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import Device, device
from pinprick.evidence import SessionDefault
from pinprick.injury import Technique
from pinprick.planning.adjunct import adjuncts_for
from pinprick.planning.case import Case
from pinprick.planning.wording import counted
from pinprick.planning.zone_limit import ZoneLimit, zone_limit
from pinprick.skin import Zone

# At most so many pass counts for a device, whatever else is searched: adding a device then only adds candidates.
_PASS_VALUES = 9
# Rule SR035 speaks of Fitzpatrick IV to VI.
_DARKER_PHOTOTYPE = 4


@dataclass(frozen=True, slots=True)
class Settings:
    """One way of needling, ready to be predicted.

    Attributes:
        device: the device.
        lengths_mm: needle length by zone, in the order of the case's zones.
        pass_count: passes in every zone.
        course: sessions and interval.
        adjuncts: adjunct ids.
        why_not: which defended range it leaves, "" where none.
    """

    device: Device
    lengths_mm: tuple[float, ...]
    pass_count: int
    course: Course
    adjuncts: tuple[str, ...]
    why_not: str = ""

    def techniques(self, zones: tuple[Zone, ...]) -> tuple[Technique, ...]:
        """Return the technique of each zone."""
        return tuple(Technique(z, length, self.pass_count) for z, length in zip(zones, self.lengths_mm, strict=True))


@dataclass(frozen=True, slots=True)
class Space:
    """Everything the search looks through.

    Attributes:
        settings: the settings.
        limits: by device id, the limit of each zone.
        left_out: sentences on devices at hand that cannot be used for this case.
    """

    settings: tuple[Settings, ...]
    limits: dict[str, tuple[ZoneLimit, ...]]
    left_out: tuple[str, ...]

    @property
    def courses(self) -> tuple[Course, ...]:
        """Every course among the settings, once each."""
        return tuple(dict.fromkeys(item.course for item in self.settings))


def space(case: Case, *, most: int, devices: Sequence[str] | None = None) -> Space:
    """Return the settings to search.

    Args:
        case: the case; what it requests is kept fixed.
        most: most settings; they are thinned evenly beyond it.
        devices: device ids to consider; None takes all at hand.
    """
    limits: dict[str, tuple[ZoneLimit, ...]] = {}
    left_out: list[str] = []
    lengths: list[tuple[Device, tuple[tuple[tuple[float, ...], str], ...]]] = []
    for id in sorted(case.clinic.devices if devices is None else devices):
        if case.request.device in (None, id):
            head = device(id)
            here = tuple(
                zone_limit(head, zone, case.clinic.jurisdiction, off_label=case.clinic.off_label)
                for zone in case.concern.zones
            )
            limits[id] = here
            wanted = case.request.needle_length
            if wanted is not None and not head.needle_length_min_mm <= wanted <= head.needle_length_max_mm:
                left_out.append(f"{head.name} is left out: it cannot be set to {wanted:g} mm.")
                continue
            if missing := next((limit for limit in here if limit.set_length(0.0) is None), None):
                left_out.append(
                    f"{head.name} is left out: {missing.note or 'its needles are longer than any limit there'}."
                )
                continue
            lengths.append((head, _lengths(case, head, here)))
    courses = courses_of(case)
    added = _adjunct_choices(case)
    spacing = {course: spacing_of(case, course) for course in courses}
    found = [
        Settings(head, chosen, passes, course, extra, "; ".join(text for text in (why, spacing[course]) if text))
        for head, choices in lengths
        for (chosen, why), passes, course, extra in product(choices, _passes(case, head), courses, added)
    ]
    return Space(_thinned(found, most), limits, tuple(left_out))


def _lengths(case: Case, head: Device, limits: tuple[ZoneLimit, ...]) -> tuple[tuple[tuple[float, ...], str], ...]:
    """Return needle lengths by zone, each with why it is outside a zone's range ("" where it is inside)."""
    if case.request.needle_length is not None:
        chosen = tuple(min(case.request.needle_length, limit.hard_max_mm) for limit in limits)
        return ((chosen, ""),)
    found: dict[tuple[float, ...], str] = {}
    for wanted in _steps(head, max(limit.hard_max_mm for limit in limits)):
        inside = tuple(_on_dial(head, limit.set_length(wanted) or 0.0, limit) for limit in limits)
        found[inside] = ""
        beyond = tuple(min(wanted, _on_dial(head, limit.hard_max_mm, limit)) for limit in limits)
        if beyond not in found:
            found[beyond] = outside_range(beyond, limits)
    return tuple(found.items())


def _steps(head: Device, longest: float) -> Iterator[float]:
    count = math.floor((head.needle_length_max_mm - head.needle_length_min_mm) / head.needle_length_step_mm + 1e-9)
    for step in range(count + 1):
        length = round(head.needle_length_min_mm + step * head.needle_length_step_mm, 6)
        if length <= longest + 1e-9:
            yield length


def _on_dial(head: Device, wanted: float, limit: ZoneLimit) -> float:
    """Return the setting of the device nearest below a wanted length, or its least if none is."""
    steps = math.floor((min(wanted, limit.hard_max_mm) - head.needle_length_min_mm) / head.needle_length_step_mm + 1e-9)
    return round(head.needle_length_min_mm + max(0, steps) * head.needle_length_step_mm, 6)


def outside_range(lengths: tuple[float, ...], limits: tuple[ZoneLimit, ...]) -> str:
    """Return which defended range a needle length leaves, "" where every zone's is kept."""
    for length, limit in zip(lengths, limits, strict=True):
        zone = limit.zone.value.replace("_", " ")
        if limit.low_mm is not None and length < limit.low_mm - 1e-9:
            return f"{length:g} mm is shorter than the {limit.low_mm:g} mm that is defended on the {zone}"
        if limit.high_mm is not None and length > limit.high_mm + 1e-9:
            return f"{length:g} mm is longer than the {limit.high_mm:g} mm that is defended on the {zone}"
    return ""


def _passes(case: Case, head: Device) -> tuple[int, ...]:
    if case.request.pass_count is not None:
        return (case.request.pass_count,)
    kind = f"planning.search.pass_count_{{}}.{head.device_class}"
    low, high = (round(evidence.value(kind.format(end))) for end in ("low", "high"))
    return tuple(int(n) for n in np.unique(np.linspace(low, high, min(high - low + 1, _PASS_VALUES)).round()))


def courses_of(case: Case) -> tuple[Course, ...]:
    """Return every course that a search of a case considers."""
    sessions, intervals = course_ranges(case.concern.indication)
    fixed, wishes = case.request, case.preferences
    counts = [fixed.sessions] if fixed.sessions else list(range(1, sessions[1] + 1))
    if not fixed.sessions and wishes.max_sessions:
        counts = [count for count in counts if count <= wishes.max_sessions]
    if not fixed.sessions and wishes.min_sessions:
        counts = [count for count in counts if count >= wishes.min_sessions] or [wishes.min_sessions]
    step = evidence.value("planning.search.interval_step")
    spaced = [float(n * step) for n in range(math.ceil(intervals[0] / step), math.floor(intervals[1] / step) + 1)]
    days = [fixed.interval] if fixed.interval else spaced or [float(intervals[0])]
    return tuple(dict.fromkeys(Course(n, day if n > 1 else days[0]) for n in counts for day in days))


def least_interval_days(case: Case) -> float:
    """Return the least time between sessions that screening asks of a phototype, in days; 0 where it asks none."""
    phototype = case.patient.phototype
    dark = phototype is not None and phototype >= _DARKER_PHOTOTYPE
    return evidence.value("planning.least_interval_dark_skin") if dark else 0.0


def session_default(indication: str) -> SessionDefault | None:
    """Return our default of sessions and interval for an indication; None where there is none."""
    known = (one for one in evidence.session_defaults() if indication.startswith(one.trial_indication))
    return next(known, None)


def usual_interval_days(case: Case) -> float | None:
    """Return the least interval of our default for the indication, in days; None where there is no default."""
    record = session_default(case.concern.indication)
    if record is None:
        return None
    evidence.cite(*record.sources)
    return float(record.interval_days[0])


def spacing_of(case: Case, course: Course) -> str:
    """Return why a course is outside our default for the indication, "" where it is inside or was requested."""
    least, requested = least_interval_days(case), course.interval_days == case.request.interval
    if course.sessions > 1 and not requested and course.interval_days < least:
        return f"an interval of {course.interval_days:g} days is below the {least:g} that rule SR035 asks for dark skin"
    step = evidence.value("planning.search.interval_step")
    most = case.preferences.max_sessions
    record = session_default(case.concern.indication)
    if record is None:
        return ""
    fewest = min(record.sessions[0], most or record.sessions[0])
    if case.request.sessions is None and course.sessions < fewest:
        verb = "is" if course.sessions == 1 else "are"
        return f"{counted(course.sessions, 'session')} {verb} fewer than the {fewest} that are defended"
    if course.sessions == 1 or requested:
        return ""
    low, high = record.interval_days
    # A default of 30 days is kept by four weeks, the nearest that a clinic books.
    if course.interval_days <= low - step or course.interval_days >= high + step:
        return f"an interval of {course.interval_days:g} days is outside the {low}-{high} days that are defended"
    return ""


def course_ranges(indication: str) -> tuple[tuple[int, int], tuple[float, float]]:
    """Return (fewest, most) sessions and (shortest, longest) interval in days, of defaults and published protocols."""
    sessions: list[int] = []
    intervals: list[float] = []
    record = session_default(indication)
    if record is not None:
        evidence.cite(*record.sources)
        sessions += record.sessions
        intervals += [float(day) for day in record.interval_days]
    # Two-week intervals stand beside our default where trials used them: the disagreement is kept inside the search.
    for treatment in evidence.treatments():
        if treatment.trial_indication and indication.startswith(treatment.trial_indication):
            evidence.cite(*treatment.sources)
            sessions += treatment.sessions or ()
            intervals += [float(day) for day in treatment.interval_days or ()]
    if not sessions:
        sessions = [1, round(evidence.value("planning.search.sessions_high"))]
    if not intervals:
        intervals = [evidence.value("planning.search.interval_low"), evidence.value("planning.search.interval_high")]
    return (min(sessions), max(sessions)), (min(intervals), max(intervals))


def _adjunct_choices(case: Case) -> tuple[tuple[str, ...], ...]:
    return ((), *((item.id,) for item in adjuncts_for(case.concern.indication) if item.id in case.clinic.adjuncts))


def _thinned(found: list[Settings], most: int) -> tuple[Settings, ...]:
    if len(found) <= most:
        return tuple(found)
    chosen = np.unique(np.linspace(0, len(found) - 1, most).round().astype(int))
    return tuple(found[index] for index in chosen)
