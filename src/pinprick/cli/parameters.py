"""`pinprick parameters`: every number the program uses, with its spread, source and status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from pinprick.cli.listing import Json, Search, StatusOption, count_line, matches, one_of, words
from pinprick.cli.terminal import bullets, paragraph, show, status, table, write_json

if TYPE_CHECKING:
    from pinprick.evidence import Parameter

Topic = Annotated[str | None, typer.Option("--topic", help="Only this topic, the first part of the id.")]


def command(search: Search = None, topic: Topic = None, status_wanted: StatusOption = None, json: Json = False) -> None:
    """Browse and search the numbers: value, unit, spread, sources and status."""
    from pinprick.evidence import Status, parameters, topics

    one_of(topic, topics("parameters"), "--topic")
    one_of(status_wanted, get_args(Status), "--status")
    known = parameters(topic)
    wanted = words(search)
    found = [
        record
        for record in known.values()
        if status_wanted in (None, record.status) and matches(wanted, _texts(record))
    ]
    if json:
        write_json({"count": len(found), "parameters": [as_json(record) for record in found]})
        return
    rows = [
        (
            record.id,
            f"{record.value:.6g}",
            record.unit,
            spread_words(record),
            status(record.status),
            ", ".join(record.sources),
        )
        for record in found
    ]
    if rows:
        show(table(("id", "value", "unit", "spread", "status", "sources"), rows, right=("value",)))
    if len(found) == 1:
        show(paragraph(found[0].name), *bullets([found[0].note] if found[0].note else []))
    show(paragraph(count_line(len(found), len(known), "parameters", wanted), "dim"))


def _texts(record: Parameter) -> tuple[object, ...]:
    return (record.id, record.name, record.symbol, record.species, record.site, record.note, *record.sources)


def spread_words(record: Parameter) -> str:
    """Return a parameter's spread in a few characters."""
    spread = record.spread
    bounds = f"{spread.low:g} to {spread.high:g}" if spread.low is not None and spread.high is not None else ""
    if spread.kind == "none":
        return "none"
    if spread.kind == "normal":
        return f"± {spread.sd:g}"
    if spread.kind == "lognormal":
        return f"×/÷ {_factor(spread.sd)}"
    return f"{spread.kind} {bounds}"


def _factor(log_sd: float | None) -> str:
    import math

    return "?" if log_sd is None else f"{math.exp(log_sd):.3g}"


def as_json(record: Parameter) -> dict[str, Any]:
    """Return one parameter as the JSON output shows it."""
    spread = record.spread
    return {
        "id": record.id,
        "name": record.name,
        "symbol": record.symbol,
        "value": record.value,
        "unit": record.unit,
        "spread": {"kind": spread.kind, "sd": spread.sd, "low": spread.low, "high": spread.high},
        "species": record.species,
        "site": record.site,
        "sources": list(record.sources),
        "status": record.status,
        "note": record.note,
        "recorded": record.recorded.isoformat() if record.recorded else None,
    }
