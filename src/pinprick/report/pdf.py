"""The report as a tagged PDF, set by typst."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, time
from importlib.resources import files
from pathlib import Path
from typing import Any

from pinprick.errors import MissingExtraError
from pinprick.planning.plan_record import Plan

FONT = "Libertinus Serif"  # comes with typst, so that the same plan looks the same everywhere


def plan_document(plan: Plan) -> bytes:
    """Return the report of a plan as PDF with headings, tables, alternative texts and reading order marked.

    Raises:
        MissingExtraError: typst is not installed.
    """
    try:
        import typst
    except ModuleNotFoundError as fault:
        raise MissingExtraError(
            "a PDF report needs typst, which is not installed",
            remedy='pip install "pinprick[pdf]", or write the report as .html',
        ) from fault
    from pinprick.report.document import blocks

    content: dict[str, Any] = {
        "title": plan.case.title or "Treatment plan",
        "font": FONT,
        "day": plan.screening.on.isoformat(),
        "version": str(plan.provenance.get("version", "")),
        "blocks": blocks(plan),
    }
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _place_drawings(content["blocks"], root)
        (root / "data.json").write_text(json.dumps(content), encoding="utf-8")
        source = (files("pinprick.report") / "templates" / "report.typ").read_text(encoding="utf-8")
        (root / "report.typ").write_text(source, encoding="utf-8")
        stamp = int(datetime.combine(plan.screening.on, time(), UTC).timestamp())
        made = typst.compile(
            str(root / "report.typ"), root=str(root), format="pdf", ignore_system_fonts=True,
            pdf_standards=["ua-1"], timestamp=stamp,
        )  # fmt: skip
    return bytes(made)


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
