"""Reads a JSON document from a file, and refuses what cannot be a record before it costs anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pinprick.errors import InputError

# A life-long record of one person is a few megabytes. The bound keeps a dump of a whole server from being read.
MAX_BYTES = 64 * 1024 * 1024


def read_document(source: str | Path | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return a JSON object and the name to use for it in messages.

    Args:
        source: path of the file, or the object itself.

    Raises:
        InputError: missing, no file, too large, not UTF-8, not JSON, or not an object.
    """
    if isinstance(source, Mapping):
        return source, "(given as data)"
    file = str(source)
    text = _text(Path(source), file)
    try:
        content = json.loads(text)
    except json.JSONDecodeError as fault:
        raise _not_json(fault, text, file) from None
    except (RecursionError, ValueError):
        raise InputError(
            "JSON that no record system writes: nested too deeply, or a number too long",
            file=file,
            limit="JSON of ordinary depth, as record systems write it",
            remedy="export the record again",
        ) from None
    if not isinstance(content, Mapping):
        raise InputError(
            "not a FHIR record",
            file=file,
            given=type(content).__name__,
            limit="a JSON object whose resourceType is Bundle",
            remedy="export one patient as a FHIR R4 Bundle",
        )
    return content, file


def _text(path: Path, file: str) -> str:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise InputError("this is a folder, not a file", file=file, remedy="name the file in it")
        if size > MAX_BYTES:
            raise InputError(
                "file too large to be the record of one person",
                file=file,
                given=f"{size / 1e6:.0f} MB",
                limit=f"{MAX_BYTES / 1e6:.0f} MB",
                origin="bound set by Pinprick, checked before reading",
                remedy="export one patient, and leave out images and documents",
            )
        raw = path.read_bytes()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or "not a usable file name"
        raise InputError(f"cannot read the file: {reason}", file=file, remedy="check its name and rights") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(
            "the text is not UTF-8",
            file=file,
            given=raw[max(0, fault.start - 20) : fault.start + 20],
            limit="UTF-8, as FHIR demands",
            remedy="if it is Latin-1, convert it: iconv -f LATIN1 -t UTF-8 OLD > NEW",
        ) from None


def _not_json(fault: json.JSONDecodeError, text: str, file: str) -> InputError:
    # A string or a value that is still open when the text ends was cut off, unless it was never JSON at all.
    cut = fault.msg.startswith("Unterminated string") or fault.pos >= len(text.rstrip()) - 1
    return InputError(
        "the file ends in the middle: it was not copied whole" if cut else f"not valid JSON: {fault.msg}",
        file=file,
        field=f"line {fault.lineno}, column {fault.colno}",
        given=text[max(0, fault.pos - 30) : fault.pos + 10],
        limit="JSON",
        remedy="copy or export the record again",
    )
