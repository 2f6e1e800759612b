"""The screening rules as typed records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pinprick.errors import EvidenceError
from pinprick.evidence import load, load_records, value
from pinprick.evidence.record import build, by_id
from pinprick.safety.screening import Verdict

FILE = "safety/rules.yaml"
Bound = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stance:
    """One position as it is recorded; see `Position` for what screening shows.

    Attributes:
        who, says, kind, jurisdiction, sources, evidence, status: as in `Position`.
        interval_days, interval_hours, interval_minutes: interval it names, one number or (low, high).
        min_age: youngest age it names.
        second_hand: whether only a report of it was read.
        note, warning: what a user must know.
        binds: where it binds: jurisdictions, devices or anaesthetics, and the cases concerned.
    """

    who: str
    says: str
    jurisdiction: str
    sources: tuple[str, ...]
    evidence: str
    status: str
    kind: str = ""
    interval_days: Any = None
    interval_hours: Any = None
    interval_minutes: Any = None
    min_age: float | None = None
    second_hand: bool = False
    note: str = ""
    warning: str = ""
    binds: Bound = field(default_factory=dict)

    @property
    def interval(self) -> tuple[float, float] | None:
        """The interval it asks for in days, (low, high), or None."""
        for given, per_day in ((self.interval_days, 1.0), (self.interval_hours, 24.0)):
            if given is not None:
                low, high = (given[0], given[-1]) if isinstance(given, tuple) else (given, given)
                return low / per_day, high / per_day
        return None


@dataclass(frozen=True, slots=True)
class Case:
    """When a rule applies: conditions on the treatment, on the person and on one fact, all of which must hold.

    Attributes:
        name: name within the rule.
        kind: absolute, relative, defer_until, caution or prophylaxis, as it applies here.
        reason: text with places for the person's own facts.
        verdict: verdict where it is not that of the kind.
        action: what to do where it is not what the rule asks for in general.
        concepts, when, field: the fact: its concepts, its status (one of `when`), and whether it lies in the zones to
            be treated ("in"), elsewhere, or this is unstated.
        together_with: concepts of which another must be current.
        above: limits of a measured value by unit.
        days, beyond, within: interval as a number or a path into the rule's default: the fact lies less than `days`
            back, at least `beyond` back, or at most `within` ahead.
        counted_from: `end` of the fact, or `screened_day`.
        defers: whether an interval moves the earliest date.
        fixed: whether choosing another position leaves this case as it is.
        undated: the planned fact has no date.
        modality, indication, indication_group, jurisdiction, anaesthetic, needle_length_mm: the treatment.
        treatment_zones, only_zones, not_only_zones, treatment_zones_unstated: its zones.
        anaesthetic_over: the area or mass of the anaesthetic exceeds its limit.
        treatment_only: the treatment itself is the fact.
        age, phototype: bounds of the person, `from` inclusive, `under` and `to` likewise named.
    """

    name: str
    kind: str
    reason: str
    verdict: str = ""
    concepts: tuple[str, ...] = ()
    when: tuple[str, ...] = ("current",)
    field: tuple[str, ...] = ("in", "elsewhere", "unstated")
    together_with: tuple[str, ...] = ()
    above: Bound | None = None
    days: float | str | None = None
    beyond: float | str | None = None
    within: float | str | None = None
    counted_from: str = "end"
    defers: bool = True
    action: str = ""
    fixed: bool = False
    undated: bool = False
    modality: tuple[str, ...] = ()
    indication: tuple[str, ...] = ()
    indication_group: str = ""
    jurisdiction: tuple[str, ...] = ()
    anaesthetic: Any = None
    needle_length_mm: Bound | None = None
    treatment_zones: tuple[str, ...] = ()
    only_zones: tuple[str, ...] = ()
    not_only_zones: tuple[str, ...] = ()
    treatment_zones_unstated: bool = False
    anaesthetic_over: bool = False
    treatment_only: bool = False
    age: Bound | None = None
    phototype: Bound | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask when a rule's fact is not known.

    Attributes:
        question: the question.
        whom: patient, prescriber, or clinician at examination.
        could_become: the verdict it could lead to.
        ask: always, if_fact (only when one of `if_fact` is on record), or never (only when the fact is on record as
            unknown).
        rank: order among questions that could lead to the same verdict.
        if_fact: concepts.
        sex, age, modality, treatment_zones, anaesthetic: whom and when it concerns.
    """

    question: str
    whom: str
    could_become: Verdict
    ask: str
    rank: int
    if_fact: tuple[str, ...] = ()
    sex: str = ""
    age: Bound | None = None
    modality: tuple[str, ...] = ()
    treatment_zones: tuple[str, ...] = ()
    anaesthetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Detail:
    """What else to ask when a rule applies.

    Attributes:
        when: names of the cases.
        missing: concepts that are not on record.
        question, whom, could_become: as in `Question`.
        only: concepts of which the fact must be one, empty for any.
    """

    when: tuple[str, ...]
    missing: tuple[str, ...]
    question: str
    whom: str
    could_become: Verdict
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One screening rule.

    Attributes:
        id: for instance `SR005`.
        subject, group, kind, action, reasoning, note: what it is about and what to do.
        modality: mechanical, radiofrequency, home, or anaesthetic for the anaesthetic step.
        disagreement: whether its positions disagree.
        default: what applies when nobody chooses otherwise.
        evidence_overall, status, second_hand: how well it is supported and read.
        positions: every position.
        cases: when it applies.
        answers: concepts that must be known for the rule to be answered; those of the cases where empty.
        unknown, detail, dated: what to ask when the fact, a particular of it, or its date is not known.
    """

    id: str
    subject: str
    group: str
    modality: tuple[str, ...]
    kind: str
    default: Bound
    action: str
    evidence_overall: str
    status: str
    positions: tuple[Stance, ...]
    cases: tuple[Case, ...]
    disagreement: bool = False
    reasoning: str = ""
    note: str = ""
    second_hand: bool = False
    answers: tuple[str, ...] | None = None
    unknown: Question | None = None
    detail: Detail | None = None
    dated: str = ""

    @property
    def concepts(self) -> frozenset[str]:
        """Every concept that its cases look at."""
        return frozenset(id for case in self.cases for id in case.concepts)

    def number(self, given: float | str | None) -> float | None:
        """Return an interval that is a number, a path into `default`, or a parameter id."""
        if given is None or isinstance(given, int | float):
            return given
        if given.startswith("default."):
            return float(self.default[given.removeprefix("default.")])
        return value(given)


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by id, in order; do not modify what it returns."""
    return by_id((_rule(raw) for raw in load_records(FILE)), FILE)


def rule(id: str) -> Rule:
    """Return one rule.

    Raises:
        EvidenceError: there is none of that id.
    """
    found = rules().get(id)
    if found is None:
        raise EvidenceError("no such rule", field=id, remedy="list them with: pinprick rules")
    return found


def settings() -> Mapping[str, Any]:
    """Return what the engine needs beside the rules; do not modify it."""
    content: Mapping[str, Any] = load("safety/screening.yaml")
    return content


def _rule(raw: Mapping[str, Any]) -> Rule:
    fields = dict(raw)
    if fields.get("unknown"):
        fields["unknown"] = build(Question, fields["unknown"], FILE)
    if fields.get("detail"):
        fields["detail"] = build(Detail, fields["detail"], FILE)
    return build(
        Rule,
        fields,
        FILE,
        {
            "positions": lambda item, file: build(Stance, item, file),
            "cases": lambda item, file: build(Case, item, file),
        },
    )
