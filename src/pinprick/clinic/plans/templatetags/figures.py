"""The report's figures inside the clinic's pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import template

from pinprick.clinic.plans import page
from pinprick.report.figure import Figure

register = template.Library()


@register.inclusion_tag("plans/figure.html")
def figure(item: Figure) -> dict[str, Any]:
    """A drawing with its key, its caption and its numbers, as the plan's page shows a frozen one."""
    return {"drawn": page.drawn(asdict(item))}


@register.filter
def place(value: float) -> float:
    """Return a percentage clipped to where a bar from 0 to 100 can show it."""
    return round(min(max(float(value), 0.0), 100.0), 1)
