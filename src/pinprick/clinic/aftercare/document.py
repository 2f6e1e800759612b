"""The aftercare sheet as a PDF to print or keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pinprick.clinic.aftercare.content import told
from pinprick.clinic.consent.phrases import Words, plain
from pinprick.clinic.consent.typeset import Block, Sheet, pdf

Content = Mapping[str, Any]


def sheet_pdf(content: Content, at: datetime) -> bytes:
    """Return a sheet as a tagged PDF.

    Args:
        content: as generated.
        at: the time written into the file.
    """
    words, clinic = content["words"], content["parties"]["clinic"]
    found: list[Block] = [{"kind": "text", "text": content["intro"]}, {"kind": "text", "text": content["counted"]}]
    found += [{"kind": "text", "text": text, "strong": True} for text in content["calls"]]
    found += [{"kind": "text", "text": text} for text in content["advice"]]
    if content["signs"]:
        found.append({"kind": "heading", "level": 1, "text": words["signs"]})
        table = {"head": [words["sign"], words["action"]], "rows": content["signs"], "shares": [1.0, 1.0]}
        found.append({"kind": "table", **table})
    for band in told(content):
        found.append({"kind": "heading", "level": 1, "text": band["title"]})
        for kind in ("do", "expect"):
            if band[kind]:
                found.append({"kind": "heading", "level": 2, "text": words[kind]})
                found.append({"kind": "bullets", "items": [_line(row) for row in band[kind]]})
    found.append({"kind": "heading", "level": 1, "text": words["basis"]})
    found.append({"kind": "bullets", "items": [text for row in content["rows"] for text in _basis(words, row)]})
    foot = f"{clinic} · {content['parties']['phone']} · {content['foot']}"
    return pdf(Sheet(content["title"], content["language"], clinic, foot, found, at))


def _line(row: Content) -> Words:
    text = row["text"]
    if not row["when"]:
        return text  # type: ignore[no-any-return]
    if isinstance(text, str):
        return f"{text} ({row['when']})"
    return {**text, "text": f"{text['text']} ({row['when']})"}


def _basis(words: Content, row: Content) -> list[Words]:
    """Return what one row rests on: how it is known, from where, and where sources differ."""
    found: list[Words] = [f"“{row['record']}” {words['mark.' + row['status']]}: {', '.join(row['sources'])}"]
    if row["differ"]:
        found.append(words["differ"].format(text=plain(row["differ"])))
    return found
