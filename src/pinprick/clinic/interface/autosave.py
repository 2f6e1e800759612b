"""The server's half of `autosave.js`: a form is saved as it is typed, each save once, and nobody overwrites unseen.

What the browser sends is a POST of a form (`application/x-www-form-urlencoded`) with the changed fields alone:

* `_changed`: the name of a changed field, once for each; a name without a value was emptied or unticked;
* header `Idempotency-Key`: a UUID made when the change was typed; the same key always means the same change;
* header `If-Match`: the version of the record that the person saw, in quotes, such as `"7"`;
* header `Accept: application/json` and `X-CSRFToken`.

What the server answers, always JSON:

* 200 `{"version": 8, "values": {name: value}}`: saved; `values` are fields whose stored form differs from the typed
  one and fields that changed with them. The same key again gives the same answer and does nothing.
* 409 `{"version": 9, "fields": {name: value}, "who": "Dr Ruiz"}`: not saved, the record is newer; `fields` holds the
  stored values of at least the changed fields. The browser sends again what does not clash, and shows both values
  where it does.
* 422 `{"errors": {name: [message]}}`: nothing of this save was kept; the browser sends the sound fields again under a
  new key and keeps the others in the form, marked.
* 401 `{"error": "locked", "confirm": address}`: the screen is locked; everything typed waits in the browser.

Any other answer, or none, is taken for a failing network: the save waits in the browser and is sent again in order.
A value is a string, or a list of strings for a field that holds several.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import HttpRequest, JsonResponse, QueryDict
from django.utils.translation import gettext as _

from pinprick.clinic.interface.models import SavedRequest

Value = str | list[str]
MOST_FIELDS = 500


@dataclass(frozen=True)
class Change:
    """What a person typed.

    Attributes:
        key: identifier of the save.
        version: the version of the record that the person saw, or None where the page has none.
        changed: names of the changed fields.
        data: their values; a name without a value was emptied.
    """

    key: UUID
    version: int | None
    changed: tuple[str, ...]
    data: QueryDict


@dataclass(frozen=True)
class Saved:
    """What was kept.

    Attributes:
        version: version of the record now.
        values: fields whose stored form the page should show.
    """

    version: int
    values: Mapping[str, Value] = field(default_factory=dict)


class Conflict(Exception):
    """The record is newer than what the person saw.

    Args:
        version: its version now.
        fields: its values now, at least of the changed fields.
        who: whose change it was, or ''.
    """

    def __init__(self, version: int, fields: Mapping[str, Value], who: str = "") -> None:
        super().__init__("changed since it was shown")
        self.version, self.fields, self.who = version, fields, who


class Invalid(Exception):
    """Some of what was typed cannot be kept.

    Args:
        errors: messages by field; '' for the form as a whole.
    """

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__("cannot be kept")
        self.errors = errors


def read(request: HttpRequest) -> Change:
    """Return what the browser sent.

    Raises:
        Invalid: it is not in the form described above.
    """
    try:
        key = UUID(request.headers.get("Idempotency-Key", ""))
        match = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
        version = int(match) if match else None
    except ValueError as fault:
        raise Invalid({"": [_("The request cannot be read.")]}) from fault
    changed = tuple(dict.fromkeys(request.POST.getlist("_changed")))
    if not changed or len(changed) > MOST_FIELDS:
        raise Invalid({"": [_("The request cannot be read.")]})
    return Change(key, version, changed, request.POST)


def answer(request: HttpRequest, organisation: UUID, perform: Callable[[Change], Saved]) -> JsonResponse:
    """Do a save once and answer it.

    Args:
        request: the browser's POST.
        organisation: whose record it is.
        perform: writes the change, inside the transaction that also keeps the key; it may raise Conflict or Invalid,
            and then nothing is written.
    """
    try:
        change = read(request)
        digest = _digest(change)
        with transaction.atomic():
            known = claim(organisation, change.key, digest)
            if known is not None:
                return _again(known, digest)
            saved = perform(change)
            said = {"version": saved.version, "values": dict(saved.values)}
            SavedRequest.objects.filter(organisation_id=organisation, key=change.key).update(answer=said)
            return JsonResponse(said)
    except Conflict as clash:
        return JsonResponse({"version": clash.version, "fields": dict(clash.fields), "who": clash.who}, status=409)
    except Invalid as fault:
        return JsonResponse({"errors": dict(fault.errors)}, status=422)


def claim(organisation: UUID, key: UUID, digest: str) -> SavedRequest | None:
    """Take a key for a request, within a transaction; return what was answered under it before, or None.

    Args:
        organisation: whose record it is.
        key: identifier of the request.
        digest: SHA-256 of what is asked.
    """
    # A second request with the same key waits here, in the unique index, until the first has been answered.
    try:
        with transaction.atomic():
            SavedRequest.objects.create(organisation_id=organisation, key=key, digest=digest)
    except IntegrityError:
        return SavedRequest.objects.get(organisation_id=organisation, key=key)
    return None


def _again(known: SavedRequest, digest: str) -> JsonResponse:
    if known.digest != digest:
        return JsonResponse({"errors": {"": [_("This save was already answered for something else.")]}}, status=422)
    return JsonResponse(known.answer)


def _digest(change: Change) -> str:
    # The version is left out: what was typed is the same wherever the record stood.
    typed = sorted((name, change.data.getlist(name)) for name in change.changed)
    return hashlib.sha256(repr(typed).encode()).hexdigest()


def forget(organisation: UUID, before: datetime) -> int:
    """Delete the kept answers of an organisation from before a moment; returns how many there were."""
    return int(SavedRequest.objects.filter(organisation_id=organisation, created_at__lt=before).delete()[0])


def merged(initial: Mapping[str, Any], change: Change) -> QueryDict:
    """Return the data of a whole form with a change laid over it, for a Django form to check.

    Args:
        initial: the stored values of all fields, as `form.initial` has them.
        change: what was typed.
    """
    whole = QueryDict(mutable=True)
    for name, value in initial.items():
        if name not in change.changed and value is not None:
            whole.setlist(name, [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)])
    for name in change.changed:
        if change.data.getlist(name):
            whole.setlist(name, change.data.getlist(name))
    return whole
