"""A screening as plain data for JSON; the shape is fixed by docs/reference/screening.schema.json."""

from __future__ import annotations

from typing import Any

from pinprick.evidence.record import to_dict
from pinprick.safety.screening import AnaestheticLimit, Finding, Position, Screening, Unknown


def to_json(screening: Screening) -> dict[str, Any]:
    """Return a screening as dictionaries, lists and scalars; dates are ISO 8601, every field is always present."""
    return {
        "on": screening.on.isoformat(),
        "verdict": screening.verdict,
        "earliest_date": screening.earliest_date.isoformat() if screening.earliest_date else None,
        "reason": screening.reason,
        "jurisdiction": screening.jurisdiction,
        "findings": [_finding(item) for item in screening.findings],
        "unknown": [_unknown(item) for item in screening.unknown],
        "rescreen": list(screening.rescreen),
        "anaesthetics": [_anaesthetic(item) for item in screening.anaesthetics],
        "noted": list(screening.noted),
        "unrecognised": list(screening.unrecognised),
    }


def _finding(item: Finding) -> dict[str, Any]:
    return {
        "rule": item.rule,
        "subject": item.subject,
        "kind": item.kind,
        "verdict": item.verdict,
        "reason": item.reason,
        "rests_on": list(item.rests_on),
        "until": item.until.isoformat() if item.until else None,
        "open_ended": item.open_ended,
        "action": item.action,
        "disagreement": item.disagreement,
        "ask": [_unknown(question) for question in item.ask],
        "chosen": item.chosen,
        "evidence": item.evidence,
        "positions": [_position(position) for position in item.positions],
    }


def _unknown(item: Unknown) -> dict[str, Any]:
    return {"rule": item.rule, "question": item.question, "whom": item.whom, "could_become": item.could_become}


def _position(item: Position) -> dict[str, Any]:
    return {
        "who": item.who,
        "says": item.says,
        "kind": item.kind or None,
        "interval_days": list(item.interval_days) if item.interval_days is not None else None,
        "jurisdiction": item.jurisdiction or None,
        "sources": list(item.sources),
        "evidence": item.evidence,
        "status": item.status,
        "second_hand": item.second_hand,
        "binds": item.binds,
        "note": item.note or None,
    }


def _anaesthetic(item: AnaestheticLimit) -> dict[str, Any]:
    fields: dict[str, Any] = to_dict(item)
    names = ("product", "max_area_cm2", "max_mass_g", "min_minutes", "max_minutes", "reason", "sources", "status")
    return {name: fields.get(name) for name in names}
