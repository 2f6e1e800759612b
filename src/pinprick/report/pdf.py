"""The report as a tagged PDF, set by typst."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, date, datetime, time
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pinprick.errors import MissingExtraError
from pinprick.planning.plan_record import Plan
from pinprick.report.translation import titled, translated_parts

if TYPE_CHECKING:
    import xarray as xr

FONT = "Libertinus Serif"  # comes with typst, so that the same plan looks the same everywhere

_ABOUT = "Treatment plan"
_FOOT = "Supports a professional’s decision; not a medical device."


def plan_document(plan: Plan, block: xr.Dataset | None = None, language: str = "en") -> bytes:
    """Return the report of a plan as PDF with headings, tables, alternative texts and reading order marked.

    Args:
        plan: what to explain.
        block: from `plan_block`, of which a still is shown.
        language: code of the reader's language.

    Raises:
        MissingExtraError: typst is not installed.
    """
    _needs_typst()
    from pinprick.report.document import blocks
    from pinprick.report.page import plan_view

    return document(
        blocks(plan, plan_view(plan, block)),
        title=plan.case.title or "Treatment plan",
        on=plan.screening.on,
        version=str(plan.provenance.get("version", "")),
        language=language,
    )


def document(blocks: list[dict[str, Any]], *, title: str, on: date, version: str, language: str = "en") -> bytes:
    """Return blocks of a report as PDF, for instance those kept with a plan; the same blocks give the same bytes.

    Args:
        blocks: from `document.blocks`; their drawings are taken out of them.
        title: title of the document.
        on: the day it speaks of, which is also the date of the file.
        version: version of the product that made the blocks.
        language: code of the language they are set in; the blocks are English.

    Raises:
        MissingExtraError: typst is not installed.
    """
    _needs_typst()
    blocks = translated_parts(blocks, language)
    words = {"title": titled(title, language)} | translated_parts({"about": _ABOUT, "foot": _FOOT}, language)
    facts = {"font": FONT, "day": on.isoformat(), "version": version, "language": language.split("-")[0]}
    content = {**words, **facts, "blocks": blocks}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _place_drawings(blocks, root)
        (root / "data.json").write_text(json.dumps(content), encoding="utf-8")
        source = (files("pinprick.report") / "templates" / "report.typ").read_text(encoding="utf-8")
        (root / "report.typ").write_text(source, encoding="utf-8")
        stamp = int(datetime.combine(on, time(), UTC).timestamp())
        return _set(root, stamp)


def _needs_typst() -> None:
    try:
        import_module("typst")
    except ModuleNotFoundError as fault:
        raise MissingExtraError(
            "a PDF report needs typst, which is not installed",
            remedy='pip install "pinprick[pdf]", or write the report as .html',
        ) from fault


def _set(root: Path, stamp: int) -> bytes:
    """Set the document, with fonts of the machine only where a text needs letters that the package's font lacks.

    The accessibility standard forbids a letter that no font has, for instance an emoji in a title; such a plan is set
    without the claim to the standard rather than not at all. Tags and reading order stay.
    """
    import typst

    ways: tuple[tuple[bool, Literal["ua-1"] | None], ...] = ((True, "ua-1"), (False, "ua-1"), (False, None))
    for alone, standard in ways:
        try:
            made = typst.compile(
                str(root / "report.typ"), root=str(root), format="pdf", ignore_system_fonts=alone,
                pdf_standards=standard, timestamp=stamp,
            )  # fmt: skip
            return bytes(made)
        except typst.TypstError as fault:
            if "could not be displayed" not in str(fault) or standard is None:
                raise
    raise AssertionError("the last way either sets the document or raises")


def _place_drawings(blocks: list[dict[str, Any]], root: Path) -> None:
    """Write every drawing to a file of its own and put the file's name in its place."""
    from pinprick.report.drawing_file import file_text

    drawings = [
        item
        for block in blocks
        for item in (block, *(i for i in block.get("items", ()) if isinstance(i, dict)))
        if "svg" in item
    ]
    for number, item in enumerate(drawings):
        name = f"drawing-{number}.svg"
        (root / name).write_text(file_text(item.pop("svg"), FONT), encoding="utf-8")
        item["file"] = name
