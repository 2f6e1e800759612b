"""Figures and names as the pages of sessions show them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.http import urlencode

from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.clinic.treatment.document import plain
from pinprick.clinic.treatment.models import Session, ZoneRecord
from pinprick.clinic.treatment.page import ZoneCard

register = template.Library()


@register.filter
def figure(value: Any, otherwise: str = "") -> str:
    """Return a number without needless zeros, with the reader's decimal sign."""
    if value in (None, ""):
        return otherwise
    try:
        number = float(plain(value))
    except (TypeError, ValueError):
        return str(value)
    text = f"{number:.6g}"
    return number_format(text, decimal_pos=len(text.partition(".")[2]))


@register.filter
def zone_name(zone: str) -> str:
    """Return what a zone is called."""
    return str(ZONE_LABELS.get(zone, zone))


@register.filter
def at(given: Mapping[str, str], path: str) -> str:
    """Return what a mapping holds at a path, or ""."""
    return given.get(path, "")


@register.filter
def planned_json(card: ZoneCard) -> str:
    """Return what the plan says of a zone as the fields take it."""
    if card.planned is None:
        return "{}"
    return json.dumps(
        {
            "needle_length_mm": card.planned.needle_length_mm,
            "pass_count": card.planned.pass_count,
            "glide_speed_mm_s": card.planned.glide_speed_mm_s,
            "endpoint": card.planned.stop_at,
        }
    )


@register.filter
def last_json(card: ZoneCard) -> str:
    """Return what was done in a zone last time as the fields take it."""
    names = ("needle_length_mm", "pass_count", "glide_speed_mm_s", "endpoint")
    return json.dumps({name: card.boxes[name].last or None for name in names if card.boxes[name].last})


@register.filter
def endpoint_name(card: ZoneCard) -> str:
    """Return the sign at which the operator stopped, in words."""
    return str(dict(ZoneRecord.Endpoint.choices).get(card.boxes["endpoint"].value, "–"))


def _address(name: str, back: str, *arguments: Any) -> str:
    try:
        return f"{reverse(name, args=arguments)}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""


@register.simple_tag
def screening_url(screening: Any, session: Session) -> str:
    """Return where the questions of today are answered, leading back here."""
    return _address("screening:screening", reverse("treatment:session", args=[session.pk]), screening.pk)


@register.simple_tag
def consent_url(plan: Any) -> str:
    """Return where the consent of a plan is offered and signed."""
    return _address("consent:plan", "", plan.pk)
