"""What a rule asks about, so that a question can be answered in place."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick.safety import Concept, Question, Unknown, concepts, rule

# Asked of the record itself, not as a fact: birth date, phototype and needle length have fields of their own.
OF_THE_RECORD = frozenset({"age", "phototype", "needle_length"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the screening page.

    Attributes:
        rule: rule id.
        subject: what the rule is about.
        questions: the questions, in words.
        whom: patient, prescriber, or clinician at examination.
        could_become: the strictest verdict that an answer could lead to.
        concepts: what may be stated or denied.
        of_the_record: fields of the patient's record that would answer it.
        is_again: whether it was answered before and is asked again because it may have changed.
    """

    rule: str
    subject: str
    questions: tuple[str, ...]
    whom: str
    could_become: str
    concepts: tuple[Concept, ...]
    of_the_record: tuple[str, ...]
    is_again: bool = False


def asked_concepts(id: str) -> tuple[str, ...]:
    """Return the concepts that an answer to a rule's question may state."""
    one = rule(id)
    named = one.answers if one.answers is not None else tuple(sorted(one.concepts))
    wanted = dict.fromkeys((*named, *sorted(one.concepts), *(one.detail.missing if one.detail else ())))
    return tuple(concept for concept in wanted if concept in concepts())


def denied_concepts(id: str) -> tuple[str, ...]:
    """Return the concepts that a plain "no" denies: no cold sore today does not deny that there ever was one."""
    one = rule(id)
    named = one.answers if one.answers is not None else tuple(sorted(one.concepts))
    return tuple(concept for concept in named if concept in concepts())


def asked(id: str, rows: list[dict[str, str]], *, is_again: bool) -> Asked:
    """Return the question of a rule.

    Args:
        id: rule id.
        rows: its open questions in the result of a screening; none where it is asked again.
        is_again: whether it is asked again because it may have changed.
    """
    one = rule(id)
    given: list[Question | Unknown] = [Unknown(**row) for row in rows]  # type: ignore[arg-type]
    if not given and one.unknown is not None:
        given = [one.unknown]
    of_record = tuple(sorted(set(one.answers or ()) & OF_THE_RECORD))
    return Asked(
        rule=id,
        subject=one.subject,
        questions=tuple(dict.fromkeys(row.question for row in given)) or (one.subject,),
        whom=given[0].whom if given else "patient",
        could_become=given[0].could_become if given else "conditions",
        concepts=tuple(concepts()[concept] for concept in asked_concepts(id)),
        of_the_record=of_record,
        is_again=is_again and not rows,
    )
