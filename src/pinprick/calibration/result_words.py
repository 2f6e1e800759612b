"""Words and names that the pages of single results share."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping

from pinprick import evidence
from pinprick.errors import EvidenceError


def escaped(text: str) -> str:
    """Return a text that stays in its cell of a table and opens no tag, link or emphasis."""
    plain = re.sub(r"\s+", " ", text).replace("|", "/").replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([*_`\[\]])", r"\\\1", plain)


def name_of(kind: str, id: str) -> str:
    """Return the name of a result's page and figure, without its ending."""
    plain = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-")
    # Ids that differ only in what a file name cannot hold keep apart.
    lost = "" if re.fullmatch(r"[a-z0-9]+(?:[_-][a-z0-9]+)*", id) else f"-{zlib.crc32(id.encode()):08x}"
    return f"{kind}-{plain}{lost}"


def cited(id: str) -> str:
    """Return a source as a line of Markdown, by its id alone where it is not on record."""
    try:
        found = evidence.source(id)
    except EvidenceError:
        return f"`{id}`"
    said = ", ".join(escaped(part) for part in (found.authors, found.title, found.journal) if part)
    year = f" ({found.year})" if found.year else ""
    link = f" [{found.address}]({found.address})" if found.address else ""
    return f"`{id}`: {said}{year}. Status: {found.status}.{link}"


def span(part: Mapping[str, float]) -> str:
    """Return a median with its 90 percent interval."""
    return f"{part['median']:.3g} ({part['p05']:.3g} to {part['p95']:.3g})"
