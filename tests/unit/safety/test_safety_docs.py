"""The rules' reference page is current."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from pinprick.safety import rules

DOCS = Path(__file__).parents[3] / "docs"


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_rules", DOCS / "generate_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rules_page_is_current() -> None:
    written = (DOCS / "reference" / "rules.md").read_text(encoding="utf-8")
    assert written == generator().page(), "run: python docs/generate_rules.py"


def test_every_rule_has_a_heading() -> None:
    lines = (DOCS / "reference" / "rules.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("## ")] == [f"## {id}" for id in rules()]
