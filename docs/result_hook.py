"""Makes a page and a figure for each single result of validation while the documentation is built.

They follow from `docs/validation/results.json`, which `python -m pinprick.calibration.document` writes, so that
hundreds of generated files need not be kept.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from pinprick import evidence
from pinprick.calibration.result_pages import result_files
from pinprick.calibration.result_words import name_of
from pinprick.evidence import load

STORED = Path(__file__).parent / "validation" / "results.json"
FOLDER = "validation/results"


def pages() -> dict[str, str]:
    """Return every page and figure by file name."""
    left_out = {row["id"]: row for row in load("calibration/posterior_checks.yaml")["held_out"]["measurements"]}
    arms = {arm.id: arm for arm in evidence.arms()}
    experiments = {item.id: item for item in evidence.experiments()}
    return result_files(_stored(), arms, experiments, left_out, tables=True)


def _stored() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(STORED.read_text("utf-8"))
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages and figures to what is built."""
    for name, text in pages().items():
        files.append(File.generated(config, f"{FOLDER}/{name}", content=text))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Link the rows of the tables of trials and of measurements to their pages."""
    if page.file.src_uri not in ("validation/trials.md", "validation/experiments.md"):
        return markdown
    found = _stored()
    names = {arm["id"]: name_of("study", arm["trial"] or arm["id"]) for arm in found["arms"]}
    names |= {item["id"]: name_of("experiment", item["id"]) for item in found["experiments"] if item["used"]}

    def linked(match: re.Match[str]) -> str:
        name = names.get(match[1])
        return match[0] if name is None else f"| [{match[1]}](results/{name}.md) |"

    return re.sub(r"^\| (\w+) \|", linked, markdown, flags=re.MULTILINE)
