"""A session's record as one plain document, and the changes between two states of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinprick.clinic.treatment.models import Session

Document = dict[str, Any]
ZONE_FIELDS = (
    "state",
    "needle_length_mm",
    "pass_count",
    "glide_speed_mm_s",
    "endpoint",
    "device",
    "reason",
    "note",
)
ITEM_FIELDS: Mapping[str, tuple[str, ...]] = {
    "anaesthetics": ("product", "mass_g", "area_cm2", "lot", "expiry", "started_at", "removed_at"),
    "cartridges": ("code",),
    "topicals": ("name", "kind", "moment", "lot", "expiry", "reason"),
    "pains": ("value", "zone", "at"),
}
HEAD_FIELDS = ("device", "weight_kg", "notes")


class Anything:
    """Stands for a former value that the sender does not state: whatever is there is replaced."""


ANYTHING = Anything()


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a session's record.

    Attributes:
        path: `notes`, `zones/cheek/pass_count`, `topicals/<id>` or `anaesthetics/<id>/removed_at`.
        was: value that the sender saw before, or `ANYTHING`.
        now: value that the sender gives; None takes an item away or empties a field.
    """

    path: str
    was: Any
    now: Any


def plain(value: Any) -> Any:
    """Return a value as JSON holds it, so that what is equal compares equal."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def of_session(session: Session) -> Document:
    """Return the whole record of a session; what was not stated is None or ""."""
    return {
        **{name: plain(getattr(session, name)) for name in HEAD_FIELDS},
        "zones": {row.zone: {name: plain(getattr(row, name)) for name in ZONE_FIELDS} for row in session.zones.all()},
        "anaesthetics": _items(session.anaesthetics.all(), "anaesthetics"),
        "cartridges": {
            str(row.pk): {
                "code": row.cartridge.code,
                "gtin": row.cartridge.gtin,
                "lot": row.cartridge.lot,
                "serial": row.cartridge.serial,
                "expiry": plain(row.cartridge.expiry),
            }
            for row in session.cartridges.select_related("cartridge")
        },
        "topicals": _items(session.topicals.all(), "topicals"),
        "pains": _items(session.pains.all(), "pains"),
    }


def _items(rows: Iterable[Any], part: str) -> dict[str, dict[str, Any]]:
    return {str(row.pk): {name: plain(getattr(row, name)) for name in ITEM_FIELDS[part]} for row in rows}


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes that lead from one document to another; a part that the new one leaves out stays as it is.

    Args:
        old: from `of_session`.
        new: what is wanted, in the same shape.
    """
    for name in HEAD_FIELDS:
        if name in new and new[name] != old[name]:
            yield Change(name, old[name], new[name])
    for zone, wanted in new.get("zones", {}).items():
        before = old["zones"].get(zone, {})
        for name in ZONE_FIELDS:
            if name in wanted and wanted[name] != before.get(name, "open" if name == "state" else None):
                yield Change(f"zones/{zone}/{name}", ANYTHING, wanted[name])
    for part in ITEM_FIELDS:
        if part in new:
            yield from _item_differences(part, old[part], new[part])


def _item_differences(part: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for id, wanted in new.items():
        if id not in old:
            yield Change(f"{part}/{id}", None, wanted)
        elif part == "anaesthetics" and wanted.get("removed_at") != old[id]["removed_at"]:
            yield Change(f"{part}/{id}/removed_at", old[id]["removed_at"], wanted.get("removed_at"))
    for id in old:
        if id not in new:
            yield Change(f"{part}/{id}", ANYTHING, None)


def digest(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document in its one canonical text."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=plain)
    return hashlib.sha256(text.encode()).hexdigest()
