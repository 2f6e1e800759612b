"""What can be added to needling, as data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pinprick.evidence import Status, build, by_id, load_records

_FILE = "planning/adjuncts.yaml"


@dataclass(frozen=True, slots=True)
class Adjunct:
    """One adjunct.

    Attributes:
        id: record id.
        name: in words.
        indications: indications in which trials used it.
        outcome: suffix of the outcome model's modality.
        price_item: what it is charged as.
        how: how it is used.
        caution: what to know before.
        sources: source ids.
        status: `read`, `remembered` or `assumed`.
    """

    id: str
    name: str
    indications: tuple[str, ...]
    outcome: str
    price_item: str
    how: str
    caution: str
    sources: tuple[str, ...]
    status: Status


@cache
def adjuncts() -> dict[str, Adjunct]:
    """Return every adjunct by id."""
    return by_id((build(Adjunct, raw, _FILE) for raw in load_records(_FILE)), _FILE)


def adjuncts_for(indication: str) -> tuple[Adjunct, ...]:
    """Return the adjuncts that trials used in an indication."""
    return tuple(item for item in adjuncts().values() if indication in item.indications)
