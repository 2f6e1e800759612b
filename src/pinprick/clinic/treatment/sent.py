"""What a browser sends about a session: changes as JSON, or the whole form where there is no JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from pinprick.clinic.interface import autosave
from pinprick.clinic.treatment.document import ANYTHING, HEAD_FIELDS, ITEM_FIELDS, ZONE_FIELDS, Change
from pinprick.clinic.treatment.page import shown, valid_uuid


class Malformed(ValueError):
    """The request is not in the form that the page sends."""


def body(request: HttpRequest) -> Mapping[str, Any]:
    """Return the JSON object of a request.

    Raises:
        Malformed: it is none.
    """
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Malformed(_("The request cannot be read.")) from error
    if not isinstance(content, dict):
        raise Malformed(_("The request cannot be read."))
    return content


def key_of(content: Mapping[str, Any]) -> UUID:
    """Return the identifier of a request.

    Raises:
        Malformed: it has none.
    """
    key = valid_uuid(content.get("key"))
    if key is None:
        raise Malformed(_("The request has no key."))
    return key


def typed_changes(change: autosave.Change) -> tuple[Change, ...]:
    """Return the changes that a page saves by itself: a field by its path, an item as JSON, emptied where taken away.

    Raises:
        autosave.Invalid: an item is not in the form that the page sends.
    """
    return tuple(Change(path, ANYTHING, _typed(path, change.data.get(path, ""))) for path in change.changed)


def _typed(path: str, value: str) -> Any:
    part, _slash, rest = path.partition("/")
    if part not in ITEM_FIELDS:
        return value
    if not value:
        return None
    if "/" in rest:
        return value
    try:
        item = json.loads(value)
    except (ValueError, RecursionError):
        item = None
    if not isinstance(item, dict):
        raise autosave.Invalid({path: [_("The request cannot be read.")]})
    return item


def standing(record: Mapping[str, Any], changed: Iterable[str]) -> dict[str, str]:
    """Return what stands in every field of a record now, and in the items that somebody wants to change.

    All of it, not only what clashes: the page shows the newer values, so that nobody overwrites one unseen later.
    """
    zones = (f"zones/{zone}/{name}" for zone in record["zones"] for name in ZONE_FIELDS)
    return {path: stands(record, path) for path in (*HEAD_FIELDS, *zones, *changed)}


def stands(record: Mapping[str, Any], path: str) -> str:
    """Return what stands at a path of a record now, as a field of the page holds it."""
    part, _slash, rest = path.partition("/")
    if part in HEAD_FIELDS:
        return shown(record[part])
    if part == "zones":
        zone, _slash, name = rest.partition("/")
        return shown(record["zones"].get(zone, {}).get(name, "open" if name == "state" else ""))
    id, _slash, name = rest.partition("/")
    item = record.get(part, {}).get(id)
    if item is None:
        return ""
    return shown(item.get(name)) if name else json.dumps(item)


def whole_record(request: HttpRequest) -> tuple[UUID, int, Mapping[str, Any]]:
    """Return key, version seen and record of a request that saves a whole session.

    Raises:
        Malformed: it is not in that form.
    """
    content = body(request)
    version, record = content.get("version"), content.get("record")
    if not isinstance(version, int) or not isinstance(record, dict):
        raise Malformed(_("The request cannot be read."))
    for part in ("zones", *ITEM_FIELDS):
        rows = record.get(part, {})
        if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
            raise Malformed(_("The request cannot be read."))
    return key_of(content), version, record


def form_changes(form: QueryDict) -> tuple[Change, ...]:
    """Return the changes that a posted form tells: each field carries what it held when the page was made.

    Args:
        form: fields named by their path, `was:` and the path for what stood there, and one button.
    """
    found = [
        Change(path, form.get(f"was:{path}", ANYTHING), value)
        for path, value in form.items()
        if _is_field(path) and value != form.get(f"was:{path}")
    ]
    return (*found, *_button(form))


def _is_field(path: str) -> bool:
    parts = path.split("/")
    return path in HEAD_FIELDS or (len(parts) == 3 and parts[0] == "zones" and parts[2] in ZONE_FIELDS)


def _button(form: QueryDict) -> tuple[Change, ...]:
    """Return what the pressed button adds, takes back or sets."""
    do, _colon, what = form.get("do", "").partition(":")
    if do == "add" and what in ITEM_FIELDS:
        prefix = f"new/{what}/"
        item = {path.removeprefix(prefix): value for path, value in form.items() if path.startswith(prefix)}
        id = item.pop("id", "") or str(uuid4())
        stamped = {"anaesthetics": "started_at", "pains": "at"}.get(what)
        if stamped and not item.get(stamped):
            item[stamped] = timezone.now().isoformat()
        return (Change(f"{what}/{id}", ANYTHING, item),)
    if do == "remove":
        return (Change(what, ANYTHING, None),)
    if do == "off":
        return (Change(f"anaesthetics/{what}/removed_at", ANYTHING, timezone.now().isoformat()),)
    if do == "zone":
        return (Change(f"zones/{form.get('new/zone', '')}/state", ANYTHING, "treated"),)
    if do in ("planned", "last", "clear", "left_out"):
        return tuple(_fill(form, do, what))
    return ()


def _fill(form: QueryDict, do: str, zone: str) -> list[Change]:
    if do == "left_out":
        return [Change(f"zones/{zone}/state", ANYTHING, "left_out")]
    if do == "clear":
        empty = {"needle_length_mm": None, "pass_count": None, "glide_speed_mm_s": None, "endpoint": ""}
        return [
            *(Change(f"zones/{zone}/{name}", ANYTHING, value) for name, value in empty.items()),
            Change(f"zones/{zone}/state", ANYTHING, "open"),
        ]
    given = json.loads(form.get(f"{do}:{zone}", "{}"))
    rows = [Change(f"zones/{zone}/{name}", ANYTHING, value) for name, value in given.items() if name in ZONE_FIELDS]
    return [*rows, Change(f"zones/{zone}/state", ANYTHING, "treated")]
