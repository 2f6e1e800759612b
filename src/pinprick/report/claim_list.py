"""What people read about microneedling: the popular claims that touch a plan, with their verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pinprick import evidence
from pinprick.planning.plan_record import Plan
from pinprick.report.words import sentence

FIRST = 10
VERDICTS: dict[str, tuple[str, str]] = {
    "supported": ("✓", "supported"),
    "partly": ("◐", "true in part"),
    "contradicted": ("✕", "contradicted"),
    "unknown": ("?", "not known"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One claim as the report shows it.

    Attributes:
        id: claim id.
        claim: the statement.
        verdict: id of the verdict.
        mark: a sign for it that does not rest on colour.
        word: the verdict in words.
        grade: how strong the evidence behind the verdict is, "" where it is unknown.
        answer: what the records say.
        would_settle: what would settle it, or "".
        sources: source ids.
    """

    id: str
    claim: str
    verdict: str
    mark: str
    word: str
    grade: str
    answer: str
    would_settle: str
    sources: tuple[str, ...]


def claims_of(plan: Plan) -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """Return the claims nearest to a plan, and the others that touch it."""
    prescription = plan.prescription
    touching = evidence.claims_touching(
        plan.case.concern.indication,
        prescription.device.device_class if prescription else None,
        modalities=[other.modality for other in plan.alternatives],
        adjuncts=prescription.adjuncts if prescription else (),
        rules=[finding.rule for finding in plan.screening.findings],
    )
    near = sorted((one for one in touching if one.scope.sides), key=_distance)
    ordered = [*near, *_by_turns([one for one in touching if not one.scope.sides])]
    told = tuple(_told(one) for one in ordered)
    return told[:FIRST], told[FIRST:]


def _distance(one: evidence.Claim) -> tuple[int, int, int]:
    """What a rule found comes first, then what is treated; among these what it does before how."""
    sides = ("rules", "indications", "adjuncts", "modalities", "device_classes")
    nearest = min(sides.index(side) for side in one.scope.sides)
    return nearest, 0 if one.asks in ("effect", "harm") else 1, len(one.scope.indications)


def _by_turns(general: Sequence[evidence.Claim]) -> list[evidence.Claim]:
    """One claim of each topic in turn, so that the first few are not all about the same thing."""
    topics: dict[str, list[evidence.Claim]] = {}
    for one in general:
        topics.setdefault(one.topic, []).append(one)
    places = {one.id: (turn, n) for n, found in enumerate(topics.values()) for turn, one in enumerate(found)}
    return sorted(general, key=lambda one: places[one.id])


def _told(one: evidence.Claim) -> Told:
    evidence.cite(*one.sources)
    mark, word = VERDICTS[one.verdict]
    grade = "" if one.verdict == "unknown" else one.grade
    return Told(
        one.id, sentence(one.claim), one.verdict, mark, word, grade, one.answer, one.would_settle, tuple(one.sources)
    )
