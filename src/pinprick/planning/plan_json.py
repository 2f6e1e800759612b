"""A plan as plain data for JSON; the shape is fixed by docs/reference/plan.schema.json."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.outcome import Outlook, Risk
from pinprick.planning.plan_record import (
    AftercareItem,
    Candidate,
    Plan,
    Prescription,
    Quote,
    ReportedNumber,
    Reproduction,
    Search,
)
from pinprick.safety import to_json as screening_to_json

_QUANTILES = (("p05", 0.05), ("p25", 0.25), ("median", 0.5), ("p75", 0.75), ("p95", 0.95))
_DIGITS = 4


def to_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as dictionaries, lists and scalars.

    Distributions are given as quantiles, numbers to four significant digits, dates in ISO 8601. The same case, day,
    seed, draws and data give the same content: nothing of it depends on how long anything took.
    """
    return {
        "title": plan.case.title,
        "screening": screening_to_json(plan.screening),
        "not_planned": list(plan.not_planned),
        "prescription": None if plan.prescription is None else _prescription(plan.prescription),
        "outlook": None if plan.outlook is None else outlook_json(plan.outlook),
        "alternatives": _alternatives(plan),
        "search": None if plan.search is None else _search(plan.search),
        "quote": None if plan.quote is None else quote_json(plan.quote),
        "session_guide": list(plan.session_guide),
        "aftercare": [_aftercare(item) for item in plan.aftercare],
        "red_flags": [{"sign": sign, "action": action} for sign, action in plan.red_flags],
        "calendar": [{"date": item.day.isoformat(), "kind": item.kind, "text": item.text} for item in plan.calendar],
        "unknowns": list(plan.unknowns),
        "disagreements": [{"question": what, "positions": list(who)} for what, who in plan.disagreements],
        "questions": [{"whom": whom, "question": question} for whom, question in plan.questions],
        "published": None if plan.published is None else _published(plan.published),
        "sources": list(plan.sources),
        "parameters": dict(plan.parameters),
        "provenance": dict(plan.provenance),
    }


def _number(value: float | None) -> float | None:
    """Round to significant digits; what is not a finite number is not known."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{float(value):.{_DIGITS}g}")


def distribution_json(values: NDArray[np.float64] | None) -> dict[str, float | None] | None:
    """Return the quantiles of a distribution over the draws, None where there is none."""
    if values is None or values.size == 0:
        return None
    return {name: _number(float(np.quantile(values, share))) for name, share in _QUANTILES}


def _prescription(item: Prescription) -> dict[str, Any]:
    return {
        "device": item.device.id,
        "device_name": item.device.name,
        "zones": [
            {
                "zone": zone.technique.zone.value,
                "needle_length_mm": _number(zone.technique.needle_length_mm),
                "pass_count": zone.technique.pass_count,
                "puncture_density_per_cm2": _number(zone.puncture_density_per_cm2),
                "endpoint": zone.endpoint,
                "limits": [
                    {"who": who, "limit_mm": _number(limit), "source": source} for who, limit, source in zone.limits
                ],
                "disagreement": list(zone.disagreement),
            }
            for zone in item.zones
        ],
        "sessions": item.course.sessions,
        "interval_days": _number(item.course.interval_days),
        "adjuncts": list(item.adjuncts),
        "reasons": list(item.reasons),
        "second_best": item.second_best,
        "cautions": list(item.cautions),
    }


def outlook_json(item: Outlook) -> dict[str, Any]:
    """Return an outlook as plain data."""
    course = item.improvement_course_percent
    over_time = [
        {"day": _number(float(day)), **(distribution_json(course[:, place]) or {})}
        for place, day in enumerate(item.time_days)
        if course.size
    ]
    return {
        "modality": item.modality,
        "sessions": item.sessions,
        "basis": item.basis,
        "predictor": item.predictor,
        "arms": item.arms,
        "people": item.people,
        "improvement_percent": distribution_json(item.improvement_percent),
        "improvement_over_time": over_time,
        "scale": item.scale,
        "scale_final": distribution_json(item.scale_final),
        "downtime_days": distribution_json(item.downtime_days),
        "pain_0_10": distribution_json(item.pain_0_10),
        "risks": [_risk(risk) for risk in item.risks],
        "says": list(item.says),
        "cannot_say": list(item.cannot_say),
        "sources": list(item.sources),
    }


def _risk(item: Risk) -> dict[str, Any]:
    return {
        "name": item.name,
        "probability": distribution_json(item.probability),
        "events": item.events,
        "people": item.people,
        "note": item.note,
        "sources": list(item.sources),
    }


def _alternatives(plan: Plan) -> list[dict[str, Any]]:
    prices = {name: (low, high) for name, low, high in plan.alternative_prices}
    better = dict(plan.better_than)
    found = []
    for item in plan.alternatives:
        low, high = prices.get(item.modality, (None, None))
        share = better.get(item.modality)
        found.append(
            {
                **outlook_json(item),
                "price_low": _number(low),
                "price_high": _number(high),
                "probability_plan_improves_more": None if share is None else _number(share),
            }
        )
    return found


def _search(item: Search) -> dict[str, Any]:
    return {
        "candidates": len(item.candidates),
        "allowed": sum(candidate.allowed for candidate in item.candidates),
        "draws": item.draws,
        "weights": {name: _number(value) for name, value in item.weights.items()},
        "front": [_candidate(candidate) for candidate in item.candidates if candidate.on_front],
    }


def _candidate(item: Candidate) -> dict[str, Any]:
    low, high = item.improvement_interval
    return {
        "device": item.device_id,
        "needle_length_mm": _number(item.needle_length_mm),
        "pass_count": item.pass_count,
        "sessions": item.sessions,
        "interval_days": _number(item.interval_days),
        "adjuncts": list(item.adjuncts),
        "improvement_percent": {"p05": _number(low), "median": _number(item.improvement_percent), "p95": _number(high)},
        "downtime_days": _number(item.downtime_days),
        "pih_probability": _number(item.pih_probability),
        "pain_0_10": _number(item.pain_0_10),
        "price": _number(item.price),
    }


def quote_json(item: Quote) -> dict[str, Any]:
    """Return a quote as plain data."""
    return {
        "currency": item.currency,
        "low": _number(item.low),
        "high": _number(item.high),
        "lines": [
            {
                "item": line.item,
                "count": line.count,
                "unit_low": _number(line.unit_low),
                "unit_high": _number(line.unit_high),
                "source": line.source,
                "status": line.status,
            }
            for line in item.lines
        ],
        "note": item.note,
    }


def _aftercare(item: AftercareItem) -> dict[str, Any]:
    return {
        "from_hours": _number(item.from_hours),
        "to_hours": _number(item.to_hours),
        "topic": item.topic,
        "text": item.text,
        "basis": item.basis,
        "sources": list(item.sources),
        "disagreement": item.disagreement,
        "status": item.status,
    }


def _published(item: Reproduction) -> dict[str, Any]:
    return {
        "source": item.source,
        "settings": item.settings,
        "assumed": list(item.assumed),
        "population": item.population,
        "calibrated_on": item.calibrated_on,
        "puncture_density_per_cm2": [
            _number(float(np.median(injury.puncture_density_per_cm2))) for injury in item.injuries
        ],
        "outlook": outlook_json(item.outlook),
        "reported": [_reported(number) for number in item.reported],
    }


def _reported(item: ReportedNumber) -> dict[str, Any]:
    def interval(values: tuple[float, float, float] | None) -> dict[str, float | None] | None:
        return None if values is None else dict(zip(("p05", "median", "p95"), map(_number, values), strict=True))

    return {
        "arm": item.arm,
        "scale": item.scale,
        "baseline": _number(item.baseline),
        "final": _number(item.final),
        "change": _number(item.change),
        "percent_improvement": _number(item.percent_improvement),
        "when": item.when,
        "note": item.note,
        "predicted_percent": interval(item.predicted_percent),
        "predicted_mean_percent": interval(item.predicted_mean_percent),
        "predicted_mean_change": interval(item.predicted_mean_change),
        "inside": item.inside,
    }
