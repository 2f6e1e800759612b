"""Every parameter behind a plan: value, spread, where it was measured, status and sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinprick import evidence
from pinprick.errors import EvidenceError
from pinprick.report.words import amount, sentence


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter as shown.

    Attributes:
        id: record id.
        name: what it is.
        value: value with its unit.
        spread: distribution in words.
        measured: species and site.
        status: read, remembered or assumed.
        sources: source ids.
        note: what a user must know.
    """

    id: str
    name: str
    value: str
    spread: str
    measured: str
    status: str
    sources: tuple[str, ...]
    note: str


def parameter_rows(ids: Iterable[str], statuses: dict[str, str]) -> dict[str, tuple[Row, ...]]:
    """Return the rows by topic, both sorted by name; a parameter without a record keeps its id and status."""
    rows: dict[str, list[Row]] = {}
    for id in sorted(ids):
        rows.setdefault(id.split(".", 1)[0], []).append(_row(id, statuses.get(id, "unknown")))
    return {topic: tuple(found) for topic, found in sorted(rows.items())}


def _row(id: str, status: str) -> Row:
    try:
        record = evidence.parameter(id)
    except EvidenceError:
        return Row(id, id, "not known", "", "", status, (), "no record of that name")
    unit = "" if record.unit == "1" else f" {record.unit}"
    measured = ", ".join(part for part in (record.species, record.site) if part)
    return Row(
        id,
        sentence(record.name),
        f"{amount(record.value, 4)}{unit}",
        _spread(record.spread),
        measured,
        record.status,
        record.sources,
        record.note,
    )


def _spread(spread: evidence.Spread) -> str:
    low, high = (amount(bound, 3) if bound is not None else "" for bound in (spread.low, spread.high))
    bounds = f"{low}–{high}" if low or high else ""
    match spread.kind:
        case "none":
            return "single value"
        case "normal":
            return f"normal, sd {amount(spread.sd, 3)}" + (f", within {bounds}" if bounds else "")
        case "lognormal":
            return f"lognormal, log-sd {amount(spread.sd, 3)}" + (f", within {bounds}" if bounds else "")
        case _:
            return f"{spread.kind} {bounds}"
