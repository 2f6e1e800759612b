"""Secrets that an installation makes for itself, once, and keeps in its data folder for its owner's eyes only."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def kept(path: Path) -> str:
    """Return the secret in a file; it is made, readable by its owner alone, where there is none.

    Two processes that start at the same moment end with the same secret.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w") as file:
        file.write(made := secrets.token_urlsafe(64))
    return made
