"""What is not known and matters, who disagrees, and what to ask whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pinprick import evidence
from pinprick.injury import Injury
from pinprick.outcome import Outlook
from pinprick.planning.case import Case
from pinprick.planning.plan_record import Prescription
from pinprick.safety import Screening

_FIELDS = {
    "age": "Age is not stated: skin thickness and healing are spread over all adults.",
    "sex": "Sex is not stated: skin thickness is spread over both.",
    "phototype": "Phototype is not stated: the risk of dark marks is spread over all phototypes.",
}


def unknowns(
    case: Case, screening: Screening, outlook: Outlook | None = None, injuries: Iterable[Injury] = ()
) -> tuple[str, ...]:
    """Return what is not known and matters, in sentences, each once."""
    said = [
        text
        for field, text in _FIELDS.items()
        if getattr(case.patient.person(), f"{field}_years" if field == "age" else field) is None
    ]
    said += [f"Not understood, so not screened: {text}." for text in screening.unrecognised]
    for injury in injuries:
        said += injury.extrapolated
    if outlook is not None:
        said += outlook.cannot_say
    if case.concern.scale is not None and case.concern.baseline is None:
        said.append("No baseline is scored: the predicted change starts from a usual one.")
    return tuple(dict.fromkeys(said))


def disagreements(screening: Screening, prescription: Prescription | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the (question, positions) pairs on which sources disagree and that bear on this plan."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for finding in screening.findings:
        if finding.disagreement:
            chosen = finding.chosen
            positions = tuple(
                f"{position.who}: {position.says}" + (" [applied here]" if place == chosen else "")
                for place, position in enumerate(finding.positions)
            )
            found.append((f"{finding.subject} ({finding.rule})", positions))
    if prescription is not None:
        found += [
            (f"Needle length on the {zone.technique.zone.value.replace('_', ' ')}", zone.disagreement)
            for zone in prescription.zones
            if zone.disagreement
        ]
        for record in evidence.disagreements():
            evidence.cite(*record.sources)
            title, colon, rest = re.sub(r" ?\(P\d+\)", "", record.text).partition(": ")
            found.append((title, (rest,)) if colon else ("What labels cover and what is done", (title,)))
    return tuple(found)


def questions(screening: Screening) -> tuple[tuple[str, str], ...]:
    """Return what to ask, and whom, as (whom, question) pairs; what could forbid treatment first."""
    order = {"do-not-treat": 0, "refer": 1, "not-before": 2, "conditions": 3, "proceed": 4}
    asked = sorted(screening.unknown, key=lambda item: order[item.could_become])
    return tuple(dict.fromkeys((item.whom, item.question) for item in asked))


def red_flags(*, mechanical: bool) -> tuple[tuple[str, str], ...]:
    """Return the (sign, what to do) pairs that belong to a treatment, most urgent first."""
    return tuple(_flags(mechanical))


def _flags(mechanical: bool) -> Iterator[tuple[str, str]]:
    order = {"emergency": 0, "same-day": 1, "soon": 2, "within-4-weeks": 3}
    for flag in sorted(evidence.red_flags(), key=lambda record: order.get(record.urgency, 4)):
        if mechanical and flag.modality == "RFMN":
            continue
        evidence.cite(*flag.sources)
        yield flag.sign, f"{flag.action} ({flag.urgency.replace('-', ' ')})"
