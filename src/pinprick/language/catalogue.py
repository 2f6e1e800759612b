"""The catalogues: English texts of the engine and what they are in another language, by topic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from pinprick.errors import EvidenceError
from pinprick.language.pattern import Pattern, has_places, pattern

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
CANONICAL = "en"


@dataclass(frozen=True, slots=True)
class Entry:
    """One text and its translation.

    Attributes:
        en: English, as the engine writes it.
        es: the same in the language of the catalogue.
        topic: name of its file.
    """

    en: str
    es: str
    topic: str


@dataclass(frozen=True)
class Catalogue:
    """Everything known in one language.

    Attributes:
        language: code, for instance "es".
        entries: in the order of the files.
        texts: translation of every text without places.
        patterns: texts with places, most specific first.
    """

    language: str
    entries: tuple[Entry, ...]
    texts: dict[str, str]
    patterns: tuple[Pattern, ...]

    def narrowed(self, text: str) -> Catalogue:
        """Return the catalogue without the patterns that neither a text nor any part of it can fit.

        Looking for one fixed part of each is what makes hundreds of patterns cheap.
        """
        folded = text.casefold()
        return replace(self, patterns=tuple(one for one in self.patterns if one.anchor in folded))


def _folder() -> Traversable:
    return files("pinprick.language") / "data"


@cache
def languages() -> tuple[str, ...]:
    """Return the codes of the languages there are, English first."""
    return (CANONICAL, *sorted(one.name for one in _folder().iterdir() if one.is_dir() and one.name.isalpha()))


@cache
def catalogue(language: str) -> Catalogue:
    """Return the catalogue of a language; that of English, and of a language without one, is empty.

    Args:
        language: code, for instance "es" or "es-mx".

    Raises:
        EvidenceError: an entry is malformed.
    """
    code = language.split("-")[0]
    if code == CANONICAL or code not in languages():
        return Catalogue(code, (), {}, ())
    if code != language:
        return catalogue(code)
    entries = tuple(
        entry
        for file in sorted((_folder() / code).iterdir(), key=lambda one: one.name)
        if file.name.endswith(".yaml")
        for entry in _read(file, code)
    )
    texts: dict[str, str] = {}
    for entry in entries:
        # Where two topics hold one text, the first counts; a test keeps them from differing.
        texts.setdefault(entry.en, entry.es)
    patterns = {entry.en: pattern(entry.en, texts[entry.en], entry.topic) for entry in entries if has_places(entry.en)}
    plain = {en: es for en, es in texts.items() if en not in patterns}
    return Catalogue(code, entries, plain, tuple(sorted(patterns.values(), key=lambda one: one.weight)))


def _read(file: Traversable, code: str) -> list[Entry]:
    name = f"language/data/{code}/{file.name}"
    rows = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)
    if not isinstance(rows, list):
        raise EvidenceError("a catalogue is a list of entries", file=name)
    entries = []
    for row in rows:
        if (
            not isinstance(row, dict)
            or set(row) != {CANONICAL, code}
            or not all(isinstance(text, str) and text.strip() for text in row.values())
        ):
            raise EvidenceError("an entry has two texts", file=name, given=row, limit=f"{CANONICAL} and {code}")
        entries.append(Entry(row[CANONICAL], row[code], file.name.removesuffix(".yaml")))
    return entries
