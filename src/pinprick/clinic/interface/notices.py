"""What the server says after an action, on the next page or on this one, with a way back where a person may slip."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def undoable(request: HttpRequest, text: str, undo_url: str) -> None:
    """Say on the next page that something was done, with a button that posts to `undo_url` and takes it back."""
    messages.success(request, text, extra_tags=UNDO + undo_url)
