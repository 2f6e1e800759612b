"""What a member may decide about a finding, and what a decision does to the day of treatment."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.translation import gettext as _

from pinprick.clinic.screening.change import open_questions
from pinprick.errors import EvidenceError, InputError
from pinprick.safety import VERDICTS, rule

Finding = Mapping[str, Any]
Choice = Literal["accept", "defer", "override", "refer"]
CHOICES: tuple[Choice, ...] = ("accept", "defer", "override", "refer")
RESOLVE, OVERRIDE, OVERRIDE_ABSOLUTE = "screening.resolve", "screening.override", "screening.override_absolute"
# A reason of a word or two tells nobody anything a year later.
LEAST_REASON = 15


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one finding.

    Attributes:
        choice: accept, defer, override or refer.
        until: day to which it is put off, for defer.
        reason: why, in words.
    """

    choice: Choice
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One way to resolve a finding.

    Attributes:
        choice: what.
        allowed: whether this member may choose it.
        why_not: why they may not, "" where they may.
        needs_reason: whether a reason has to be given.
        least_date: earliest day it may be put off to.
        condition: what the rule itself says must hold, in its own words.
    """

    choice: Choice
    allowed: bool
    why_not: str = ""
    needs_reason: bool = False
    least_date: date | None = None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a screening stands on a day, after the decisions taken.

    Attributes:
        clear: whether treatment may go on that day.
        undecided: rules whose finding nobody has resolved.
        waiting: (rule, day) of what is put off to a later day.
        referred: rules that wait for somebody else's answer.
        refused: rules by which treatment does not take place.
        unanswered: rules whose open question could forbid treatment.
        earliest: first day on which nothing that is decided stands in the way; None where no day can be given.
    """

    clear: bool
    undecided: tuple[str, ...] = ()
    waiting: tuple[tuple[str, date], ...] = ()
    referred: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    earliest: date | None = None


def is_bound(finding: Finding) -> bool:
    """Return whether a label or regulation that binds here forbids it: nobody sets that aside."""
    return finding["verdict"] == "do-not-treat" and any(
        position["binds"] and position["kind"] == "absolute" for position in finding["positions"]
    )


def condition(finding: Finding) -> str:
    """Return under which condition the rule itself lets a specialist go on, "" where it names none."""
    try:
        default = rule(finding["rule"]).default
    except EvidenceError:
        return ""
    return str(default.get("override") or default.get("condition") or "")


def options(finding: Finding, rights: Collection[str]) -> tuple[Option, ...]:
    """Return every way to resolve a finding, with why this member may not where they may not.

    Args:
        finding: as frozen in the screening.
        rights: permissions held, of `screening.resolve`, `.override` and `.override_absolute`.
    """
    return tuple(_option(choice, finding, rights) for choice in CHOICES)


def _option(choice: Choice, finding: Finding, rights: Collection[str]) -> Option:
    if RESOLVE not in rights:
        return Option(choice, False, _("Your role does not decide on findings."))
    verdict = finding["verdict"]
    if choice == "accept":
        return Option(choice, True)
    if choice == "refer":
        return Option(choice, True, needs_reason=True)
    if choice == "defer":
        until = _day(finding["until"])
        if verdict == "do-not-treat" and until is None:
            return Option(choice, False, _("Waiting alone does not resolve this; record it again when it has changed."))
        return Option(choice, True, least_date=until)
    return _override(finding, rights)


def _override(finding: Finding, rights: Collection[str]) -> Option:
    said = condition(finding)
    if VERDICTS.index(finding["verdict"]) <= VERDICTS.index("conditions"):
        return Option("override", False, _("There is nothing to override: its conditions are met or accepted."))
    if is_bound(finding):
        return Option(
            "override", False, _("A label or regulation that binds here forbids it; change the plan instead.")
        )
    if finding["kind"] == "absolute" or finding["verdict"] == "do-not-treat":
        if OVERRIDE_ABSOLUTE not in rights:
            return Option("override", False, _("An absolute rule: only the owner may set it aside."), condition=said)
    elif OVERRIDE not in rights:
        return Option("override", False, _("Your role does not override findings."), condition=said)
    return Option("override", True, needs_reason=True, condition=said)


def check(finding: Finding, decision: Decision, rights: Collection[str], today: date) -> None:
    """Refuse a decision that the rule or the role does not allow.

    Args:
        finding: as frozen.
        decision: what was chosen.
        rights: permissions of who decides.
        today: the day of the decision.

    Raises:
        InputError: it is not allowed, or its day or reason is missing; `field` says which.
    """
    option = _option(decision.choice, finding, rights)
    if not option.allowed:
        raise InputError(option.why_not, field="choice", given=decision.choice)
    if option.needs_reason and len(decision.reason.strip()) < LEAST_REASON:
        raise InputError(
            _("Say why, so that a colleague understands it in a year."),
            field="reason",
            given=decision.reason,
            limit=_("at least %(count)d characters") % {"count": LEAST_REASON},
        )
    if decision.choice != "defer":
        return
    if decision.until is None:
        raise InputError(_("To which day is it put off?"), field="until")
    if decision.until <= today:
        raise InputError(_("Choose a day still to come."), field="until", given=decision.until.isoformat())
    if option.least_date is not None and decision.until < option.least_date:
        raise InputError(
            _("The rule asks for a later day."),
            field="until",
            given=decision.until.isoformat(),
            limit=option.least_date.isoformat(),
        )


def standing(result: Mapping[str, Any], decisions: Mapping[str, Decision], on: date) -> Standing:
    """Return whether treatment may go on a day, and what stands in the way.

    Args:
        result: the frozen result of the screening.
        decisions: the latest decision on each finding, by rule.
        on: the day.
    """
    undecided, waiting, referred, refused = [], [], [], []
    for finding in result["findings"]:
        id, decision = finding["rule"], decisions.get(finding["rule"])
        if decision is None:
            undecided.append(id)
            continue
        if decision.choice == "refer":
            referred.append(id)
        elif decision.choice == "override" or (decision.choice == "accept" and _is_condition(finding)):
            continue
        elif (until := decision.until or _day(finding["until"])) is not None and not _is_refusal(decision, finding):
            waiting.append((id, until))
        else:
            refused.append(id)
    unanswered = [row["rule"] for row in open_questions(result) if row["could_become"] == "do-not-treat"]
    late = tuple(pair for pair in waiting if pair[1] > on)
    stuck = bool(undecided or referred or refused or unanswered)
    return Standing(
        clear=not (stuck or late),
        undecided=tuple(undecided),
        waiting=late,
        referred=tuple(referred),
        refused=tuple(refused),
        unanswered=tuple(dict.fromkeys(unanswered)),
        earliest=None if stuck else max([on, *(day for _id, day in late)]),
    )


def _is_condition(finding: Finding) -> bool:
    return VERDICTS.index(finding["verdict"]) <= VERDICTS.index("conditions")


def _is_refusal(decision: Decision, finding: Finding) -> bool:
    """Accepting "do not treat" means no treatment; accepting "not before" means waiting for its day."""
    return decision.choice == "accept" and finding["verdict"] not in ("not-before",)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
