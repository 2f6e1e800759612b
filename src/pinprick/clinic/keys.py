"""Secrets that an installation makes for itself, once, and keeps in its data folder for its owner's eyes only."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

# The key that signs cookies, in the data folder.
COOKIE = "secret.key"
# So long a key that was replaced is still believed: longer than any session, and than a patient's questionnaire.
_BELIEVED_DAYS = 7


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


def renew(path: Path) -> None:
    """Replace the secret in a file by a new one; the old one is kept beside it, in place of an older one.

    Raises:
        FileNotFoundError: there is none.
    """
    old = _old(path)
    path.replace(old)
    os.utime(old)
    kept(path)


def before(path: Path) -> list[str]:
    """Return the secret that a file held before it was renewed, if that was less than a week ago."""
    old = _old(path)
    if not old.exists() or time.time() - old.stat().st_mtime > _BELIEVED_DAYS * 24 * 3600:
        return []
    return [old.read_text("ascii").strip()]


def _old(path: Path) -> Path:
    return path.with_name(f"{path.name}.old")
