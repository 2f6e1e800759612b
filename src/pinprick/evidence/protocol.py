"""Published protocols, needle length by zone, anaesthesia, aftercare, expected course and what to watch for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from pinprick.evidence.parameter import Status
from pinprick.evidence.record import read_records

Range = tuple[float, float]
OpenRange = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class DepthPosition:
    """What one source says about needle length in a zone.

    Attributes:
        who: who says it.
        modality: "MN" (mechanical) or "RFMN" (radiofrequency); the two are never interchangeable.
        low_mm: shortest needle length; `None` where the source gives no number.
        high_mm: longest needle length; `None` means open or not given.
        sources: source ids.
        status: `read` or `remembered`.
        says: its words where no two numbers hold them.
    """

    who: str
    modality: str
    low_mm: float | None
    high_mm: float | None
    sources: tuple[str, ...]
    status: Status
    says: str = ""


@dataclass(frozen=True, slots=True)
class ZoneDepth:
    """Needle length in one zone: the positions, and our own default that awaits a clinician's sign-off.

    Attributes:
        id: record id.
        name: the zone or part of a zone in words.
        zones: ids of the treatment zones it applies to; empty for the eyelid and the submental region.
        default_mm: our default range, `None` where no range is defended.
        hard_max_mm: our upper limit, `None` where none is defended; 0 where needling is excluded.
        default_status: status of the default and of the limit.
        sources: source ids.
        status: status of the positions.
        positions: what sources say.
        disagreement: whether the positions differ.
        excluded: whether the zone is never needled.
        rule: a rule that goes with the zone.
        why: why the limit is what it is.
        note: what a user must know.
        second_hand: true where only a report of the source was read.
    """

    id: str
    name: str
    zones: tuple[str, ...]
    default_mm: Range | None
    hard_max_mm: float | None
    default_status: Status
    sources: tuple[str, ...]
    status: Status
    positions: tuple[DepthPosition, ...] = ()
    disagreement: bool = False
    excluded: bool = False
    rule: str = ""
    why: str = ""
    note: str = ""
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class SessionDefault:
    """Default number of sessions and interval for an indication, as (fewest, most); ours, to be signed off."""

    id: str
    indication: str
    trial_indication: str
    sessions: tuple[int, int]
    interval_days: tuple[int, int]
    sources: tuple[str, ...]
    status: Status
    note: str = ""


@dataclass(frozen=True, slots=True)
class Regimen:
    """One use of a topical anaesthetic.

    Attributes:
        use: what for, or for whom.
        g_per_cm2: mass of cream per area.
        max_mass_g: largest mass of cream.
        max_area_cm2: largest area.
        contact_minutes: shortest and longest contact; `None` is open.
        age_months: from (inclusive) to (exclusive).
        note: what else the label says.
    """

    use: str
    g_per_cm2: Range | None = None
    max_mass_g: float | None = None
    max_area_cm2: float | None = None
    contact_minutes: OpenRange | None = None
    age_months: Range | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Anaesthesia:
    """One statement on topical anaesthesia, with its numbers.

    Attributes:
        id: record id.
        subject: the drug or the matter.
        text: the statement.
        sources: source ids.
        status: `read` or `remembered`.
        jurisdiction: where the label or rule holds.
        regimens: uses with mass, area and contact time.
        mass_table: rows of (square inches, cm2, g).
        numbers: named ranges, the unit last in the name.
        evidence: kind of evidence.
        use: what to do with it.
        warning: a contradiction to show.
        note: what a user must know.
        second_hand: true where only a report of the source was read.
    """

    id: str
    subject: str
    text: str
    sources: tuple[str, ...]
    status: Status
    jurisdiction: str = ""
    regimens: tuple[Regimen, ...] = ()
    mass_table: tuple[tuple[float, float, float], ...] = ()
    numbers: Mapping[str, Range] = field(default_factory=dict)
    evidence: str = ""
    use: str = ""
    warning: str = ""
    note: str = ""
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class TechniqueAdvice:
    """One statement on how a session is carried out."""

    id: str
    topic: str
    text: str
    evidence: str
    sources: tuple[str, ...]
    status: Status
    numbers: Mapping[str, Range] = field(default_factory=dict)
    disagreement: str = ""
    note: str = ""
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class AftercarePosition:
    """What one group of pages says, in hours after the session."""

    says: str
    hours: Range
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AftercareAdvice:
    """One item of aftercare.

    Attributes:
        id: record id.
        subject: what it is about, as a short key.
        action: "avoid" or "do" during `hours`; "start" means allowed from the first hour on.
        text: the advice.
        hours: from and to, in hours after the session; `None` is open.
        sources: source ids.
        status: `read`; the evidence is practice custom throughout.
        positions: the different times that pages give.
        disagreement: how they differ.
        evidence: kind of evidence.
        note: what a user must know.
    """

    id: str
    subject: str
    action: str
    text: str
    hours: OpenRange
    sources: tuple[str, ...]
    status: Status
    positions: tuple[AftercarePosition, ...] = ()
    disagreement: str = ""
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CourseStage:
    """What to expect after a session; `days` is (first, last) or `None` where it is not tied to days."""

    id: str
    text: str
    sources: tuple[str, ...]
    status: Status
    days: tuple[int, int] | None = None
    numbers: Mapping[str, Range] = field(default_factory=dict)
    note: str = ""
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A sign that needs a clinician; `urgency` is emergency, same-day, soon or within-4-weeks (our own grading).

    `plain_sign` and `plain_action` say the same to the person treated.
    """

    id: str
    sign: str
    action: str
    urgency: str
    sources: tuple[str, ...]
    status: Status
    modality: str = ""
    numbers: Mapping[str, Range] = field(default_factory=dict)
    note: str = ""
    second_hand: bool = False
    plain_sign: str = ""
    plain_action: str = ""


@dataclass(frozen=True, slots=True)
class PhotoTime:
    """One photograph date: `days` after each session, or after the last one."""

    name: str
    anchor: str
    days: int


@dataclass(frozen=True, slots=True)
class PhotoAdvice:
    """When (`times`) or how (`text`) photographs are taken."""

    id: str
    text: str
    sources: tuple[str, ...]
    status: Status
    times: tuple[PhotoTime, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class HomeUse:
    """One statement on home rollers."""

    id: str
    text: str
    sources: tuple[str, ...]
    status: Status
    jurisdiction: str = ""
    numbers: Mapping[str, Range] = field(default_factory=dict)
    note: str = ""
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class Treatment:
    """A published or labelled protocol for an indication.

    Attributes:
        id: record id.
        indication: the indication in words.
        trial_indication: indication id, shared with the trial arms where there are any.
        evidence: kind of evidence.
        sources: source ids.
        status: `read`.
        device: device as stated.
        needle_length_mm: shortest and longest needle length set.
        needle_lengths_compared_mm: needle lengths that were compared with one another.
        needle_status: status of the needle length where it differs.
        sessions: fewest and most sessions.
        sessions_text: sessions as stated.
        interval_days: shortest and longest interval.
        duration_weeks: length of the course.
        needling_weeks: weeks of needling sessions.
        peel_weeks: weeks of peels.
        follow_up: follow-up as stated.
        follow_up_days: days of follow-up.
        scale: scale used.
        comparator: what it was compared with.
        preparation: what came before.
        role: place in treatment.
        result: the result in words.
        numbers: numbers that the result states.
        label: labelled limits.
        caution: a conflict with a screening rule.
        safety: what goes with it.
        disagreement: what another source says.
        note: what a user must know.
    """

    id: str
    indication: str
    trial_indication: str
    evidence: str
    sources: tuple[str, ...]
    status: Status
    device: str = ""
    needle_length_mm: Range | None = None
    needle_lengths_compared_mm: tuple[float, ...] = ()
    needle_status: str = ""
    sessions: tuple[int, int] | None = None
    sessions_text: str = ""
    interval_days: tuple[int, int] | None = None
    duration_weeks: int | None = None
    needling_weeks: tuple[int, ...] = ()
    peel_weeks: tuple[int, ...] = ()
    follow_up: str = ""
    follow_up_days: tuple[int, ...] = ()
    scale: str = ""
    comparator: str = ""
    preparation: str = ""
    role: str = ""
    result: str = ""
    numbers: Mapping[str, float] = field(default_factory=dict)
    label: str = ""
    caution: str = ""
    safety: str = ""
    disagreement: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A disagreement between protocols that every user should know."""

    id: str
    text: str
    sources: tuple[str, ...]
    status: Status


@dataclass(frozen=True, slots=True)
class Regulation:
    """What a regulator or professional body says about the devices as a class.

    Attributes:
        id: record id.
        jurisdiction: where it holds.
        subject: what it is about.
        text: what it says, in our words.
        sources: source ids.
        status: `read` or `remembered`.
        numbers: counts and levels it states.
        risks_named: risks it names.
        use: what to do with it.
        open_question: what is not settled.
        second_hand: true where only a report of it was read.
    """

    id: str
    jurisdiction: str
    subject: str
    text: str
    sources: tuple[str, ...]
    status: Status
    numbers: Mapping[str, float] = field(default_factory=dict)
    risks_named: tuple[str, ...] = ()
    use: str = ""
    open_question: str = ""
    second_hand: bool = False


@cache
def _zone_depths() -> tuple[ZoneDepth, ...]:
    return read_records("protocols/zones.yaml", ZoneDepth, positions=DepthPosition)


def zone_depths(zone: str | None = None) -> tuple[ZoneDepth, ...]:
    """Return the needle-length records of one treatment zone, or all of them; a zone may have two (the nose)."""
    return tuple(record for record in _zone_depths() if zone is None or zone in record.zones)


@cache
def session_defaults() -> tuple[SessionDefault, ...]:
    """Return default sessions and intervals by indication."""
    return read_records("protocols/sessions.yaml", SessionDefault)


@cache
def anaesthesia() -> tuple[Anaesthesia, ...]:
    """Return statements, regimens and limits of topical anaesthesia."""
    return read_records("protocols/anaesthesia.yaml", Anaesthesia, regimens=Regimen)


@cache
def technique_advice() -> tuple[TechniqueAdvice, ...]:
    """Return statements on how a session is carried out."""
    return read_records("protocols/technique.yaml", TechniqueAdvice)


@cache
def aftercare_advice() -> tuple[AftercareAdvice, ...]:
    """Return aftercare items with their times and the positions on them."""
    return read_records("protocols/aftercare.yaml", AftercareAdvice, positions=AftercarePosition)


@cache
def expected_course() -> tuple[CourseStage, ...]:
    """Return what to expect after a session, by day."""
    return read_records("protocols/course.yaml", CourseStage)


@cache
def red_flags() -> tuple[RedFlag, ...]:
    """Return the signs that need a clinician."""
    return read_records("protocols/red_flags.yaml", RedFlag)


@cache
def photo_advice() -> tuple[PhotoAdvice, ...]:
    """Return when and how photographs are taken."""
    return read_records("protocols/photographs.yaml", PhotoAdvice, times=PhotoTime)


@cache
def home_use() -> tuple[HomeUse, ...]:
    """Return statements on home rollers."""
    return read_records("protocols/home_use.yaml", HomeUse)


@cache
def _treatments() -> tuple[Treatment, ...]:
    return read_records("protocols/treatments.yaml", Treatment)


def treatments(trial_indication: str | None = None) -> tuple[Treatment, ...]:
    """Return published and labelled protocols of one indication, or all of them."""
    return tuple(r for r in _treatments() if trial_indication in (None, r.trial_indication))


@cache
def disagreements() -> tuple[Disagreement, ...]:
    """Return the main disagreements between protocols."""
    return read_records("protocols/disagreements.yaml", Disagreement)


@cache
def regulations() -> tuple[Regulation, ...]:
    """Return what regulators say about the devices as a class."""
    return read_records("protocols/regulation.yaml", Regulation)
