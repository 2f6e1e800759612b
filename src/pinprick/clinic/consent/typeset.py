"""A document for a patient as a tagged PDF, set by typst."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pinprick.report.pdf import FONT

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a PDF says.

    Attributes:
        title: of the document.
        language: two letters.
        author: who gives it out.
        footer: at the foot of each page.
        blocks: heading, text, bullets, table, facts and image, in order.
        at: the time written into the file, so that the same content gives the same bytes.
        drawings: SVG texts by file name, for the images.
    """

    title: str
    language: str
    author: str
    footer: str
    blocks: Sequence[Block]
    at: datetime
    drawings: Mapping[str, str] = field(default_factory=dict)


def blocks(items: Iterable[Mapping[str, Any]]) -> list[Block]:
    """Return the blocks of a part's items; bullets that follow each other become one list."""
    found: list[Block] = []
    for item in items:
        kind = item["kind"]
        if kind == "bullet":
            if not found or found[-1]["kind"] != "bullets":
                found.append({"kind": "bullets", "items": []})
            found[-1]["items"].append(item["text"])
        elif kind == "table":
            # The first column holds names and is the widest.
            shares = [1.6] + [1.0] * (len(item["head"]) - 1)
            rows = [row["cells"] for row in item["rows"]]
            found.append({"kind": "table", "head": item["head"], "rows": rows, "shares": shares})
        elif kind == "heading":
            found.append({"kind": "heading", "level": 2, "text": item["text"]})
        else:
            found.append({"kind": "text", "text": item["text"]})
    return found


def pdf(sheet: Sheet) -> bytes:
    """Return a document as a PDF with headings, lists, tables and reading order marked.

    A letter that the font of the package lacks is taken from the fonts of the machine. The accessibility standard
    forbids a letter that no font has at all; such a document is set without the claim to the standard rather than not.
    """
    import typst

    content = {
        "title": sheet.title,
        "lang": sheet.language,
        "author": sheet.author,
        "footer": sheet.footer,
        "font": FONT,
        "blocks": list(sheet.blocks),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "data.json").write_text(json.dumps(content), encoding="utf-8")
        source = (files("pinprick.clinic.consent") / "data" / "document.typ").read_text(encoding="utf-8")
        (root / "document.typ").write_text(source, encoding="utf-8")
        for name, text in sheet.drawings.items():
            (root / name).write_text(text, encoding="utf-8")
        ways: tuple[tuple[bool, Literal["ua-1"] | None], ...] = ((True, "ua-1"), (False, "ua-1"), (False, None))
        for alone, standard in ways:
            try:
                made = typst.compile(
                    str(root / "document.typ"), root=str(root), format="pdf", ignore_system_fonts=alone,
                    pdf_standards=standard, timestamp=int(sheet.at.timestamp()),
                )  # fmt: skip
                return bytes(made)
            except typst.TypstError as fault:
                if "could not be displayed" not in str(fault) or standard is None:
                    raise
    raise AssertionError("the last way either sets the document or raises")
