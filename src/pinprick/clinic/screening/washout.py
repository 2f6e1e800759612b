"""When each washout ends, and when it would by the other positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pinprick.errors import EvidenceError
from pinprick.safety import rule
from pinprick.safety.calendar import later
from pinprick.safety.vocabulary import widened


@dataclass(frozen=True, slots=True)
class Mark:
    """The day by one position.

    Attributes:
        day: first day on which it no longer defers.
        who: whose position.
        jurisdiction: where it holds, "" where not stated.
    """

    day: date
    who: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Washout:
    """One finding that puts treatment off.

    Attributes:
        rule, subject: the finding.
        since: day from which it is counted, or None where no date is on record.
        until: first day on which it no longer defers, as applied here.
        marks: the same day by each position that names an interval, earliest first.
    """

    rule: str
    subject: str
    since: date | None
    until: date
    marks: tuple[Mark, ...]


def washouts(result: Mapping[str, Any], facts: Mapping[str, Any]) -> tuple[Washout, ...]:
    """Return every finding that puts treatment off to a day, the latest last.

    Args:
        result: the frozen result of a screening.
        facts: the facts it was made on.
    """
    found = [
        _washout(finding, facts.get("facts") or ()) for finding in result["findings"] if finding["until"] is not None
    ]
    return tuple(sorted(found, key=lambda item: (item.until, item.rule)))


def _washout(finding: Mapping[str, Any], facts: Sequence[Mapping[str, Any]]) -> Washout:
    since = _since(finding["rule"], facts)
    marks = [
        Mark(later(since, position["interval_days"][1]), position["who"], position["jurisdiction"] or "")
        for position in finding["positions"]
        # A negative interval asks for a medicine before needling, the opposite of waiting.
        if since is not None and position["interval_days"] is not None and position["interval_days"][1] >= 0
    ]
    until = date.fromisoformat(finding["until"])
    return Washout(finding["rule"], finding["subject"], since, until, tuple(sorted(marks, key=lambda mark: mark.day)))


def _since(id: str, facts: Sequence[Mapping[str, Any]]) -> date | None:
    try:
        wanted = rule(id).concepts
    except EvidenceError:
        return None
    days = [
        fact.get("end") or fact.get("start")
        for fact in facts
        if widened(fact["concept"]) & wanted and fact["status"] not in ("absent", "unknown")
    ]
    return max((date.fromisoformat(day) for day in days if day), default=None)


def span(items: Sequence[Washout], on: date) -> tuple[date, date]:
    """Return the first and last day that a picture of washouts shows, with a little room."""
    days = [on, *(item.until for item in items), *(item.since for item in items if item.since)]
    days += [mark.day for item in items for mark in item.marks]
    room = timedelta(max(3, (max(days) - min(days)).days // 20))
    return min(days) - room, max(days) + room
