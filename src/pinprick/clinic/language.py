"""The languages of the interface."""

from __future__ import annotations

import os
from pathlib import Path

_BASE = os.environ.get("XDG_CACHE_HOME")
CACHE = (Path(_BASE) if _BASE else Path.home() / ".cache") / "pinprick" / "locale"


def compile_stale() -> None:
    """Compile the translations that are newer than their compiled form."""
