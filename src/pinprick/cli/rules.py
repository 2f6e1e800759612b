"""`pinprick rules`: every screening rule, with each position that a body takes and where it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinprick.cli.listing import Json, Search, StatusOption, count_line, matches, one_of, words
from pinprick.cli.terminal import bullets, heading, paragraph, show, status, table, write_json

if TYPE_CHECKING:
    from pinprick.safety import Rule, Stance

Group = Annotated[str | None, typer.Option("--group", help="Only this group: medication, condition, infection …")]
Modality = Annotated[
    str | None, typer.Option("--modality", help="Only rules that apply to it: mechanical, radiofrequency or home.")
]
Disputed = Annotated[bool, typer.Option("--disputed", help="Only rules whose positions disagree.")]


def command(
    search: Search = None,
    group: Group = None,
    modality: Modality = None,
    disputed: Disputed = False,
    status_wanted: StatusOption = None,
    json: Json = False,
) -> None:
    """Browse and search the screening rules and the positions behind them."""
    from pinprick.safety import rules

    known = tuple(rules().values())
    one_of(group, sorted({rule.group for rule in known}), "--group")
    one_of(modality, ("mechanical", "radiofrequency", "home"), "--modality")
    one_of(status_wanted, ("read", "remembered", "assumed"), "--status")
    wanted = words(search)
    found = [
        rule
        for rule in known
        if group in (None, rule.group)
        and (modality is None or modality in rule.modality)
        and (rule.disagreement or not disputed)
        and status_wanted in (None, rule.status)
        and matches(wanted, _texts(rule))
    ]
    if json:
        write_json({"count": len(found), "rules": [as_json(rule) for rule in found]})
        return
    if len(found) == 1:
        _show_one(found[0])
    elif found:
        rows = [
            (
                rule.id,
                rule.subject,
                rule.kind,
                len(rule.positions),
                "yes" if rule.disagreement else "no",
                status(rule.status),
            )
            for rule in found
        ]
        show(table(("id", "subject", "kind", "positions", "disputed", "status"), rows, right=("positions",)))
    show(paragraph(count_line(len(found), len(known), "rules", wanted), "dim"))


def _texts(rule: Rule) -> tuple[object, ...]:
    spoken = (text for item in rule.positions for text in (item.who, item.says, *item.sources))
    return (rule.id, rule.subject, rule.group, rule.action, rule.reasoning, rule.note, *rule.concepts, *spoken)


def _show_one(rule: Rule) -> None:
    show(paragraph(f"{rule.id}: {rule.subject}", "bold"))
    show(
        paragraph(
            f"{rule.kind}; applies to {', '.join(rule.modality)}; {rule.status}; evidence: {rule.evidence_overall}"
        )
    )
    show(heading("What to do"), paragraph(rule.action))
    if rule.reasoning:
        show(heading("Why"), paragraph(rule.reasoning))
    show(heading("Positions" + (", which disagree" if rule.disagreement else "")))
    show(
        table(
            ("who", "says", "days", "where", "status", "sources"),
            [
                (
                    item.who,
                    item.says,
                    _days(item),
                    item.jurisdiction or "–",
                    status(item.status),
                    ", ".join(item.sources),
                )
                for item in rule.positions
            ],
            wide="says",
        )
    )
    if rule.unknown is not None:
        show(heading("What to ask when it is not known"), *bullets([f"{rule.unknown.question} ({rule.unknown.whom})"]))


def _days(item: Stance) -> str:
    if item.interval is None:
        return "–"
    low, high = item.interval
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def as_json(rule: Rule) -> dict[str, Any]:
    """Return one rule as the JSON output shows it."""
    return {
        "id": rule.id,
        "subject": rule.subject,
        "group": rule.group,
        "modality": list(rule.modality),
        "kind": rule.kind,
        "disagreement": rule.disagreement,
        "action": rule.action,
        "reasoning": rule.reasoning,
        "evidence_overall": rule.evidence_overall,
        "status": rule.status,
        "second_hand": rule.second_hand,
        "note": rule.note,
        "concepts": sorted(rule.concepts),
        "positions": [_position(item) for item in rule.positions],
        "question": None if rule.unknown is None else {"text": rule.unknown.question, "whom": rule.unknown.whom},
    }


def _position(item: Stance) -> dict[str, Any]:
    return {
        "who": item.who,
        "says": item.says,
        "kind": item.kind,
        "interval_days": None if item.interval is None else list(item.interval),
        "jurisdiction": item.jurisdiction,
        "sources": list(item.sources),
        "evidence": item.evidence,
        "status": item.status,
        "second_hand": item.second_hand,
        "note": item.note,
        "warning": item.warning,
    }
