"""`pinprick claims`: what popular articles say about microneedling, and what the evidence here says to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinprick.cli.listing import Json, Search, count_line, matches, one_of, words
from pinprick.cli.terminal import bullets, heading, paragraph, show, table, write_json

if TYPE_CHECKING:
    from rich.text import Text

    from pinprick.evidence import Claim, Place

VerdictOption = Annotated[
    str | None,
    typer.Option(
        "--verdict", metavar="supported|partly|contradicted|unknown", help="Only claims answered with this verdict."
    ),
]
Topic = Annotated[str | None, typer.Option("--topic", help="Only this topic: mechanism, device, indication, safety …")]

_STYLES = {"supported": "green", "partly": "yellow", "contradicted": "red", "unknown": "magenta"}


def command(
    search: Search = None,
    verdict: VerdictOption = None,
    topic: Topic = None,
    json: Json = False,
) -> None:
    """Browse and search what popular articles claim, each answered with its evidence."""
    from pinprick import evidence

    known = evidence.claims()
    one_of(verdict, evidence.VERDICT_NAMES, "--verdict")
    one_of(topic, evidence.claim_topics(), "--topic")
    wanted = words(search)
    found = [one for one in evidence.claims(topic, verdict) if matches(wanted, _texts(one))]
    if json:
        write_json({"count": len(found), "claims": [as_json(one) for one in found]})
        return
    if len(found) == 1:
        _show_one(found[0])
    elif found:
        rows = [(one.id, _verdict(one.verdict), _grade(one), one.claim) for one in found]
        show(table(("id", "verdict", "evidence", "claim"), rows, wide="claim"))
    show(paragraph(count_line(len(found), len(known), "claims", wanted), "dim"))


def _texts(one: Claim) -> tuple[object, ...]:
    return (one.id, one.topic, one.claim, one.verdict, one.answer, one.would_settle, *one.sources)


def _verdict(word: str) -> Text:
    from rich.text import Text

    return Text(word, style=_STYLES[word])


def _grade(one: Claim) -> str:
    return "–" if one.verdict == "unknown" else one.grade


def _show_one(one: Claim) -> None:
    from rich.text import Text

    show(Text.assemble((f"{one.id}: {one.claim}", "bold"), "  ", _verdict(one.verdict)))
    show(paragraph(one.answer))
    show(heading("Evidence"))
    rows = [(item.bearing, item.grade, item.reference.text, item.reference.says) for item in one.evidence]
    show(table(("bearing", "grade", "record", "says"), rows, wide="says"))
    show(heading("Where it is found here"), *bullets(_place(item) for item in one.place))
    if one.would_settle:
        show(heading("What would settle it"), paragraph(one.would_settle))


def _place(item: Place) -> str:
    return f"{item.does}: {item.kind} {item.name}" + (f", {item.item}" if item.item else "")


def as_json(one: Claim) -> dict[str, Any]:
    """Return one claim as the JSON output shows it."""
    return {
        "id": one.id,
        "topic": one.topic,
        "claim": one.claim,
        "asks": one.asks,
        "verdict": one.verdict,
        "grade": None if one.verdict == "unknown" else one.grade,
        "answer": one.answer,
        "evidence": [
            {
                "bearing": item.bearing,
                "reference": item.reference.text,
                "grade": item.grade,
                "says": item.reference.says,
                "sources": list(item.reference.sources),
            }
            for item in one.evidence
        ],
        "place": [{"does": item.does, "kind": item.kind, "name": item.name, "item": item.item} for item in one.place],
        "would_settle": one.would_settle,
        "scope": {side: list(values) for side, values in one.scope.sides.items()},
        "sources": list(one.sources),
    }
