"""The result of screening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["proceed", "conditions", "not-before", "refer", "do-not-treat"]
VERDICTS: tuple[Verdict, ...] = ("proceed", "conditions", "not-before", "refer", "do-not-treat")


@dataclass(frozen=True, slots=True)
class Position:
    """What one body says on one question.

    Attributes:
        who: body or author.
        says: its position, paraphrased.
        kind: absolute, relative, caution, defer_until, prophylaxis, or "" where not stated.
        interval_days: washout it asks for, (low, high), or None.
        jurisdiction: where it binds, "" where not stated.
        sources: source ids.
        evidence: label, consensus, cohort, practice_custom and so on.
        status: read, remembered or assumed.
        second_hand: whether only a report or reproduction of it was read.
        binds: whether it is a label or regulation that binds in this jurisdiction, for this device, on these facts.
        note: what a user must know.
    """

    who: str
    says: str
    kind: str
    interval_days: tuple[float, float] | None
    jurisdiction: str
    sources: tuple[str, ...]
    evidence: str
    status: str
    second_hand: bool = False
    binds: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something not known that could change the answer.

    Attributes:
        rule: rule id.
        question: what to ask.
        whom: patient, prescriber, or clinician at examination.
        could_become: the verdict it could lead to.
    """

    rule: str
    question: str
    whom: str
    could_become: Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that applies to this person.

    Attributes:
        rule: rule id, for instance `SR005`.
        subject: what the rule is about.
        kind: absolute, relative, caution, defer_until or prophylaxis, as it applies here.
        verdict: what this finding alone would make the verdict.
        reason: why, in one or two sentences, with the person's own dates.
        rests_on: origins of the facts it rests on, for instance `medications[0]: isotretinoin until 2026-08-01`.
        until: earliest date by this finding under the chosen position, or None.
        positions: every position, also those not chosen.
        chosen: index into `positions` of the one that was applied, or None for the rule's own default.
        action: what to do; never tells anyone to stop a prescribed drug.
        disagreement: whether the positions disagree.
        open_ended: whether it defers without a date that can be given.
        evidence: how well the rule is supported, in words.
        cases: names of the rule's cases that apply.
        ask: particulars that are not known and would change what follows from this finding.
    """

    rule: str
    subject: str
    kind: str
    verdict: Verdict
    reason: str
    rests_on: tuple[str, ...]
    until: date | None
    positions: tuple[Position, ...]
    chosen: int | None
    action: str
    disagreement: bool
    open_ended: bool = False
    evidence: str = ""
    cases: tuple[str, ...] = ()
    ask: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class AnaestheticLimit:
    """Limits for one topical anaesthetic in this person.

    Attributes:
        product: product id.
        max_area_cm2, max_mass_g, max_minutes, min_minutes: limits; None where the source states none.
        reason: basis in one sentence.
        sources: source ids.
        status: read, remembered or assumed.
    """

    product: str
    max_area_cm2: float | None
    max_mass_g: float | None
    min_minutes: float | None
    max_minutes: float | None
    reason: str
    sources: tuple[str, ...]
    status: str


@dataclass(frozen=True, slots=True)
class Screening:
    """Who may be treated, and when.

    Attributes:
        on: date screened for.
        verdict: the strictest verdict of the findings.
        earliest_date: earliest date on which nothing defers, or None when no date can be given. With the verdict
            "refer" it is the earliest date if the person referred to agrees.
        findings: what applies, strictest first.
        unknown: what is not known and would change the answer, most serious first; never a rule that is in `findings`.
        rescreen: rule ids to ask again at each session.
        anaesthetics: limits by product.
        unrecognised: statements that were not understood and so not screened.
        reason: the verdict in one or two sentences.
        noted: recognised facts that no rule concerns.
        jurisdiction: whose labels were taken to bind.
    """

    on: date
    verdict: Verdict
    earliest_date: date | None
    findings: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    rescreen: tuple[str, ...]
    anaesthetics: tuple[AnaestheticLimit, ...]
    unrecognised: tuple[str, ...]
    reason: str = ""
    noted: tuple[str, ...] = ()
    jurisdiction: str = ""

    @property
    def allows_planning(self) -> bool:
        """Whether a plan may be made: now, with conditions, or from a date on."""
        if self.verdict == "not-before":
            # Put off without a date: sessions could only be given dates on which treatment is not allowed.
            return self.earliest_date is not None
        return self.verdict in ("proceed", "conditions")
