"""The face and body chart: `{% load zone_chart %}{% zone_chart zones selected "zones" %}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from pinprick.clinic.interface.chart import VIEWS, View
from pinprick.clinic.interface.words import VIEW_LABELS, ZONE_LABELS
from pinprick.skin import Zone

register = template.Library()


@register.inclusion_tag("interface/zone_chart.html")
def zone_chart(
    zones: Iterable[str], selected: Iterable[str] = (), name: str = "zones", **options: Any
) -> dict[str, Any]:
    """Drawings of face and body on which zones are chosen; without JavaScript a list of checkboxes does the same.

    Args:
        zones: the zones that may be chosen, values of `pinprick.skin.Zone`; only views that show one are drawn.
        selected: the chosen ones.
        name: name of the checkboxes in the form.
        options: `label`; `notes`, a text for each zone, such as its planned depth; `readonly`; `points_name`, the name
            of a field that holds marked points as JSON `[{"view", "zone", "x", "y"}]` in fractions of the drawing, and
            `points`, what it holds now; `chart`, a prefix of identifiers where a page has several charts.
    """
    offered = [Zone(zone) for zone in zones]
    chosen = {str(zone) for zone in selected}
    notes: Mapping[str, str] = options.get("notes") or {}
    rows = [_row(zone, chosen, notes) for zone in offered]
    return {
        "views": [_view(view, rows) for view in VIEWS if any(zone in view.zones for zone in offered)],
        "choices": rows,
        "chosen": [row for row in rows if row["selected"]],
        "name": name,
        "chart": options.get("chart", name),
        "label": options.get("label") or _("Zones"),
        "hide_label": options.get("hide_label", False),
        "readonly": options.get("readonly", False),
        "points_name": options.get("points_name", ""),
        "points": options.get("points") or "[]",
    }


def _row(zone: Zone, chosen: set[str], notes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "value": zone.value,
        "label": ZONE_LABELS[zone],
        "selected": zone.value in chosen,
        "note": notes.get(zone.value, ""),
    }


def _view(view: View, rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = [row | {"path": view.zones[Zone(row["value"])]} for row in rows if Zone(row["value"]) in view.zones]
    return {
        "name": view.name,
        "label": VIEW_LABELS[view.name],
        "width": view.width,
        "height": view.height,
        "under": view.under,
        "over": view.over,
        "zones": shown,
    }
