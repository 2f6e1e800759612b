"""Finds English on a page that is in another language, where it is not marked as English.

Drawings of the report are left out: they are translated as a whole, and `tests/unit/report` looks at them.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from pinprick.language import catalogue

# Words that Spanish has not; two of them in one run of text are English.
_COMMON = re.compile(
    r"\b(the|of|and|is|are|with|not|from|was|were|this|that|by|than|which|when|on|in|for|has|have)\b", re.I
)
_SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-label")
_VOID = frozenset(("br", "img", "input", "meta", "link", "hr", "rect", "line", "path", "circle", "source", "wbr"))
_SHORTEST = 12


class _Runs(HTMLParser):
    """Collects what is read or spoken of a page and is not marked as English; publications are cited as they are."""

    def __init__(self) -> None:
        super().__init__()
        self.stack: list[tuple[str, bool]] = []
        self.runs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        classes = (given.get("class") or "").split()
        silent = bool(self.stack and self.stack[-1][1]) or tag in ("script", "style", "code", "figure")
        silent = silent or given.get("lang") == "en" or "source" in classes or "sources" in classes
        if not silent:
            self.runs += [given[name] or "" for name in _SPOKEN if name in given]
        if tag not in _VOID:
            self.stack.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        depth = len(self.stack)
        self.handle_starttag(tag, attrs)
        del self.stack[depth:]

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self.stack):
            if self.stack.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self.stack and self.stack[-1][1]):
            self.runs.append(" ".join(data.split()))


def runs(page: str) -> list[str]:
    """Return the runs of text of a page that pass for its own language."""
    reader = _Runs()
    reader.feed(page)
    return reader.runs


def english(page: str) -> list[str]:
    """Return the runs of a page in Spanish that hold a text of the engine in English, or read like English."""
    known = {
        one.en: one.es
        for one in catalogue("es").entries
        if "{" not in one.en and len(one.en) >= _SHORTEST and one.en.casefold() not in one.es.casefold()
    }
    found = []
    for run in dict.fromkeys(runs(page)):
        if len(_COMMON.findall(run)) >= 2 or any(en in run for en in known):
            found.append(run)
    return found
