"""What the server says after an action, on the next page or on this one, with a way back where a person may slip."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

UNDO = "undo:"


def undoable(request: HttpRequest, text: str, undo_url: str) -> None:
    """Say on the next page that something was done, with a button that posts to `undo_url` and takes it back."""
    messages.success(request, text, extra_tags=UNDO + undo_url)


def toast(response: HttpResponse, text: str, undo_url: str = "", kind: str = "good") -> HttpResponse:
    """Say it in the corner of this page: for answers to htmx, whose page stays.

    Args:
        response: the answer; it is returned.
        text: what was done.
        undo_url: where a POST takes it back, or ''.
        kind: `good`, `note`, `warn` or `bad`.
    """
    said = {"pinprick:toast": {"text": text, "undo": undo_url, "kind": kind}}
    known = json.loads(response["HX-Trigger"]) if "HX-Trigger" in response else {}
    response["HX-Trigger"] = json.dumps(known | said)
    return response
