"""What the plan page shows, read from the frozen result; nothing is computed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pinprick import outcome
from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.interface.words import ZONE_LABELS
from pinprick.clinic.plans import frozen, wording
from pinprick.clinic.plans.models import Document, Plan, Revision
from pinprick.evidence import cite_text, sources
from pinprick.report import names
from pinprick.report.translation import translated_parts

FIGURES = ("fan", "comparison", "trade_off", "aftercare")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A frozen figure.

    Attributes:
        id, title, caption, description: as in `report.Figure`.
        wide, narrow: drawings for a desk and for a phone.
        head, rows: its numbers.
        legend: (class of the mark, words) pairs.
    """

    id: str
    title: str
    caption: str
    description: str
    wide: SafeString
    narrow: SafeString
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...]


def figures(revision: Revision, content: Mapping[str, Any]) -> dict[str, Drawn]:
    """Return the figures kept with a revision, by name.

    Raises:
        Altered: they are not the ones that were kept.
    """
    kept = document(revision, content, "figures")
    found = json.loads(kept) if kept else {}
    return {name: drawn(found[name]) for name in FIGURES if name in found}


def document(revision: Revision, content: Mapping[str, Any], name: str) -> str | None:
    """Return a document kept with a revision, or None where there is none.

    Raises:
        Altered: it is not the one that was kept.
    """
    row = Document.objects.filter(revision=revision, name=name).first()
    return frozen.document(content, name, bytes(row.packed)) if row is not None else None


def drawn(figure: Mapping[str, Any]) -> Drawn:
    """Return a figure of the report, as a dictionary, in the language of the reader."""
    item = translated_parts(dict(figure), get_language() or settings.LANGUAGE_CODE)
    # Drawings were made of escaped elements by report.svg and are checked against their hash.
    wide = mark_safe(item["wide"])
    return Drawn(
        id=item["id"],
        title=item["title"],
        caption=item["caption"],
        description=item["description"],
        wide=wide,
        narrow=mark_safe(item["narrow"]) if item["narrow"] else wide,
        head=tuple(item["table"]["head"]),
        rows=tuple(tuple(row) for row in item["table"]["rows"]),
        legend=tuple((mark, words) for mark, words in item["legend"]),
    )


def view(plan: Plan, revision: Revision) -> dict[str, Any]:
    """Return what the page shows of a revision.

    Raises:
        Altered: what is stored is not what was frozen.
    """
    content = revision.read()
    result = content["result"]
    return {
        "revision": revision,
        "content": content,
        "result": result,
        "figures": figures(revision, content),
        "prescription": _prescription(content, revision),
        "outlook": _outlook(result["outlook"]),
        "goal": goal(content, revision.draft.get("goal")),
        "price": wording.price(result["quote"]),
        "quote": result["quote"],
        "alternatives": result["alternatives"],
        "disagreements": result["disagreements"],
        "sources": [_cited(id) for id in result["sources"]],
        "calendar": [
            {"day": date.fromisoformat(row["date"]), "text": row["text"], "kind": row["kind"]}
            for row in result["calendar"]
        ],
        "concern": _concern(content["case"]),
        "provenance": content["provenance"],
    }


def _prescription(content: Mapping[str, Any], revision: Revision) -> dict[str, Any] | None:
    found = frozen.prescribed(content, revision.content_hash)
    if found is None:
        return None
    rows = content["result"]["prescription"]
    disagreements = {zone["zone"]: zone["disagreement"] for zone in rows["zones"]}
    return {
        "device": found.device_name,
        "chart_zones": [zone.zone for zone in found.zones],
        "chart_notes": {zone.zone: wording.length(zone.needle_length_mm) for zone in found.zones},
        "zones": [
            {
                "name": ZONE_LABELS.get(zone.zone, zone.zone),
                "length": wording.length(zone.needle_length_mm),
                "passes": zone.pass_count,
                "speed": None if zone.glide_speed_mm_s is None else f"{wording.number(zone.glide_speed_mm_s)} mm/s",
                "speed_status": zone.speed_status,
                "density": None
                if zone.puncture_density_per_cm2 is None
                else wording.number(zone.puncture_density_per_cm2, 0),
                "endpoint": zone.endpoint,
                "limits": zone.limits_mm,
                "disagreement": disagreements[zone.zone],
            }
            for zone in found.zones
        ],
        "course": wording.sessions(found.sessions),
        "interval": wording.days(found.interval_days) if found.sessions > 1 else "",
        "adjuncts": [wording.adjunct(id) for id in found.adjuncts],
        "reasons": rows["reasons"],
        "cautions": rows.get("cautions", []),
        "second_best": rows["second_best"],
    }


def _outlook(outlook: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if outlook is None:
        return None
    pain = outlook["pain_0_10"]
    return {
        "improvement": wording.percent_range(outlook["improvement_percent"]),
        "downtime": wording.days_range(outlook["downtime_days"]),
        "pain": _("not known") if pain is None else wording.days_range(pain),
        "basis": outlook["basis"],
        "arms": outlook["arms"],
        "people": outlook["people"],
        "says": outlook["says"],
        "cannot_say": outlook["cannot_say"],
        "risks": [
            {
                "name": wording.risk(row["name"]),
                "chance": wording.chance(row["probability"]),
                "note": row["note"],
                "sources": [_cited(id) for id in row["sources"]],
            }
            for row in outlook["risks"]
        ],
    }


def goal(content: Mapping[str, Any], wanted: float | None) -> str:
    """Say how likely the score hoped for is, as far as the kept quantiles tell; "" without a goal or a prediction.

    Args:
        content: frozen content.
        wanted: score hoped for on the scale of the case.
    """
    outlook, scale = content["result"]["outlook"], content["case"]["concern"]["scale"]
    if wanted is None or scale is None or outlook is None or outlook["scale_final"] is None:
        return ""
    ends, better = outlook["scale_final"], outcome.scale(scale).direction
    marks = ((0.05, "p05"), (0.25, "p25"), (0.5, "median"), (0.75, "p75"), (0.95, "p95"))
    if better == "lower":
        reached = [share for share, name in marks if ends[name] <= wanted]
        missed = [share for share, name in marks if ends[name] > wanted]
    else:
        reached = [1 - share for share, name in marks if ends[name] >= wanted]
        missed = [1 - share for share, name in marks if ends[name] < wanted]
    least, most = max(reached, default=0.0), min(missed, default=1.0)
    words = {
        "goal": wording.number(wanted),
        "scale": said(names.scale(scale)),
        "low": wording.number(100 * least, 0),
        "high": wording.number(100 * most, 0),
    }
    return (
        _("%(goal)s or better on %(scale)s is reached by %(low)s to %(high)s of 100 people predicted for this plan.")
        % words
    )


def _concern(case: Mapping[str, Any]) -> list[tuple[str, object]]:
    concern = case["concern"]
    wishes = {name: value for name, value in case["preferences"].items() if value not in (None, {}, [])}
    return [
        (_("Indication"), wording.indication(concern["indication"])),
        (_("Type"), wording.plain(concern.get("subtype")) or None),
        (_("Zones"), ", ".join(wording.zone(zone) for zone in concern["zones"])),
        (_("Before treatment"), wording.baseline(concern) or None),
        *((wording.wish_name(name), wording.wish(name, value)) for name, value in wishes.items()),
    ]


def _cited(id: str) -> str:
    known = sources()
    return cite_text(known[id]) if id in known else id
