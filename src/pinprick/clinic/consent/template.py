"""The text of the consent as it comes with the package, and with a clinic's own clauses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pinprick.clinic.consent.content import Template
from pinprick.clinic.consent.phrases import data
from pinprick.clinic.plans.frozen import canonical, digest

NEWEST = "consent-1.yaml"


def packaged(clauses: Mapping[str, list[str]] | None = None) -> str:
    """Return the canonical text of the newest version that comes with the package.

    Args:
        clauses: the clinic's own paragraphs, by language.
    """
    found = data(NEWEST)
    kept = {name: found[name] for name in ("version", "questions", "languages")}
    return canonical({**kept, "clauses": dict(clauses or {})})


def read(text: str, number: int) -> Template:
    """Return a template from its canonical text.

    Args:
        text: as stored.
        number: its version in the clinic.
    """
    found: dict[str, Any] = json.loads(text)
    return Template(number, digest(text), found["languages"], found["questions"], found["clauses"])
