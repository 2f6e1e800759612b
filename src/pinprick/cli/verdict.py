"""How a screening is shown on a terminal: the answer first, then why, then what is not known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pinprick.cli.terminal import VERDICT_STYLES, bullets, heading, paragraph, table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pinprick.safety import Finding, Screening

_WORDS = {
    "proceed": "Proceed",
    "conditions": "Proceed with conditions",
    "not-before": "Not yet",
    "refer": "Refer",
    "do-not-treat": "Do not treat",
}
# Questions beyond these are counted, not listed: the list is read aloud to a patient.
_QUESTIONS = 8


def answer(screening: Screening) -> str:
    """Return the verdict and the earliest date in one line."""
    words = _WORDS[screening.verdict]
    if screening.verdict == "not-before" and screening.earliest_date is not None:
        words += f": not before {screening.earliest_date.isoformat()}"
    elif screening.verdict == "not-before":
        words += ": no date can be given"
    elif screening.earliest_date is not None and screening.earliest_date > screening.on:
        words += f", and not before {screening.earliest_date.isoformat()}"
    return f"{words} (screened for {screening.on.isoformat()})"


def headline(screening: Screening) -> list[RenderableType]:
    """Return the answer and its reason."""
    lines: list[RenderableType] = [paragraph(answer(screening), VERDICT_STYLES[screening.verdict])]
    if screening.reason:
        lines.append(paragraph(screening.reason))
    return lines


def findings(screening: Screening) -> Iterator[RenderableType]:
    """Yield what applies and what to do about it, strictest first."""
    if not screening.findings:
        return
    yield heading("What applies")
    rows = [
        (item.rule, item.verdict, _until(item), f"{item.reason} {item.action}".strip()) for item in screening.findings
    ]
    yield table(("rule", "alone it says", "until", "why, and what to do"), rows, wide="why, and what to do")
    disputed = [item for item in screening.findings if item.disagreement]
    if disputed:
        yield heading("Where sources disagree")
        for item in disputed:
            yield paragraph(f"{item.rule} {item.subject}")
            yield from bullets(_position(item, place) for place in range(len(item.positions)))


def _until(item: Finding) -> str:
    return item.until.isoformat() if item.until is not None else "–"


def _position(item: Finding, place: int) -> str:
    position = item.positions[place]
    mark = " ← applied here" if place == item.chosen else ""
    where = f" [{position.jurisdiction}]" if position.jurisdiction else ""
    return f"{position.who}{where}: {position.says} ({position.status}){mark}"


def open_questions(screening: Screening) -> Iterator[RenderableType]:
    """Yield what is not known and could change the answer, and what was not understood."""
    if screening.unknown:
        yield heading("Not known, and could change the answer")
        shown = screening.unknown[:_QUESTIONS]
        yield from bullets(
            f"{item.question} ({item.whom}; could become: {item.could_become}; {item.rule})" for item in shown
        )
        if left := len(screening.unknown) - len(shown):
            yield paragraph(f"   and {left} more; `pinprick screen --json` lists all", "dim")
    if screening.unrecognised:
        yield heading("Not understood, so not screened")
        shown_text = screening.unrecognised[:_QUESTIONS]
        yield from bullets(shown_text, "yellow")
        if left := len(screening.unrecognised) - len(shown_text):
            yield paragraph(f"   and {left} more; `pinprick screen --json` lists all", "dim")
    if screening.noted:
        yield heading("Understood, but no rule concerns it: judge it yourself")
        yield from bullets(screening.noted[:_QUESTIONS])
        if (left := len(screening.noted) - _QUESTIONS) > 0:
            yield paragraph(f"   and {left} more; `pinprick screen --json` lists all", "dim")
