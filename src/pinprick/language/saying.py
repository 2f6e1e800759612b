"""Texts of the engine said in a language.

A text is looked up as a whole, then as a text with places, then sentence by sentence, then item by item of a list. What
is not known stays as it is, marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pinprick.language.catalogue import CANONICAL, Catalogue, catalogue
from pinprick.language.number import dated, localised
from pinprick.language.pattern import PLACE, Pattern

_SENTENCE_END = re.compile(r"(?<=[.?!:;)])\s+")
_ITEMS = (re.compile(r"(; )"), re.compile(r"(, )"), re.compile(r"( and | or )"))
_JOINTS = {"es": {" and ": " y ", " or ": " o "}}
_SIGNS = frozenset(";:,.")
_MOST_SENTENCES = 24
_DEEPEST = 6
_KEPT = 16_384


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one language.

    Attributes:
        text: the run.
        language: code of its language.
    """

    text: str
    language: str


@dataclass(frozen=True)
class Translation:
    """A text as it is shown.

    Attributes:
        pieces: runs of one language each; joined they are the whole.
        language: code of the language asked for.
    """

    pieces: tuple[Piece, ...]
    language: str

    @cached_property
    def text(self) -> str:
        """The whole."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_complete(self) -> bool:
        """Whether all of it is in the language asked for."""
        return all(piece.language == self.language for piece in self.pieces)


def said(text: str, language: str) -> str:
    """Return a text of the engine in a language; what is not known is returned as it is, English always is.

    Args:
        text: English, as the engine wrote it, with all its numbers, dates and names.
        language: code, for instance "es" or "es-mx".
    """
    return translation(text, language).text


def translation(text: str, language: str) -> Translation:
    """Return a text of the engine in a language, with what could not be translated marked as English.

    Args:
        text: English, as the engine wrote it.
        language: code, for instance "es" or "es-mx".
    """
    known = catalogue(language)
    if not known.entries or not text:
        code = known.language if known.language == CANONICAL or not text else CANONICAL
        return Translation((Piece(text, code),) if text else (), known.language)
    return _translation(text, known.language)


@lru_cache(maxsize=_KEPT)
def _translation(text: str, language: str) -> Translation:
    pieces = _pieces(text, catalogue(language).narrowed(text), 0)
    if pieces is None:
        pieces = [Piece(text, language if _is_wordless(text) else CANONICAL)]
    return Translation(tuple(_joined(pieces)), language)


def _is_wordless(text: str) -> bool:
    return not any(letter.isalpha() for letter in text)


def _pieces(text: str, known: Catalogue, depth: int) -> list[Piece] | None:
    """Return a text in pieces, or None where nothing of it is known."""
    core = text.strip()
    if core != text:
        inner = _pieces(core, known, depth) if core else [Piece("", known.language)]
        before, _, after = text.partition(core) if core else (text, "", "")
        return None if inner is None else [Piece(before, known.language), *inner, Piece(after, known.language)]
    found = _text(text, known)
    if found is not None:
        return [Piece(found, known.language)]
    if _is_wordless(text):
        return [Piece(localised(text, known.language), known.language)]
    if depth >= _DEEPEST:
        return None
    return _best((way(text, known, depth) for way in (_by_pattern, _by_sentence, _by_item, _before_sign)), known)


def _best(found: Iterable[list[Piece] | None], known: Catalogue) -> list[Piece] | None:
    """Return the first that is wholly known, else the one of which most is."""
    best: list[Piece] | None = None
    most = 0
    for pieces in found:
        if pieces is None:
            continue
        if _is_whole(pieces, known):
            return pieces
        length = sum(len(piece.text) for piece in pieces if piece.language == known.language)
        if length > most:
            best, most = pieces, length
    return best


def _is_whole(pieces: Iterable[Piece], known: Catalogue) -> bool:
    return all(piece.language == known.language for piece in pieces)


def _before_sign(text: str, known: Catalogue, depth: int) -> list[Piece] | None:
    """Return a text that is known without the sign it ends in."""
    if text[-1] not in _SIGNS:
        return None
    found = _pieces(text[:-1], known, depth + 1)
    return None if found is None else [*found, Piece(text[-1], known.language)]


def _text(text: str, known: Catalogue) -> str | None:
    """Return a text without places, whatever its first letter's case and whether or not it ends in a full stop."""
    for given, ending in ((text, ""), (text.removesuffix("."), "."), (f"{text}.", "")):
        for form in (given, given[:1].swapcase() + given[1:]):
            found = known.texts.get(form)
            if found is not None:
                if given is not text and not ending:
                    found = found.removesuffix(".")
                return _cased(found, form, text) + (ending if text.endswith(".") and ending else "")
    return None


def _cased(found: str, form: str, text: str) -> str:
    """Return a translation whose first letter follows that of the text where its entry is written otherwise."""
    if form[:1] == text[:1]:
        return found
    change = str.upper if text[:1].isupper() else str.lower
    return change(found[:1]) + found[1:]


def _by_pattern(text: str, known: Catalogue, depth: int) -> list[Piece] | None:
    found = _best(_patterned(text, known, depth), known)
    # A frame of a word or two around what is not known would only make a mixture of languages.
    said_length = sum(len(piece.text) for piece in found or () if piece.language == known.language)
    return found if 4 * said_length >= len(text) else None


def _patterned(text: str, known: Catalogue, depth: int) -> Iterator[list[Piece]]:
    """Yield a text by each pattern that it fits, the most specific first, whatever its first letter's case."""
    for form in (text, text[:1].swapcase() + text[1:]):
        for one in known.patterns:
            held = one.match(form)
            if held is None:
                continue
            pieces = _filled(one, held, known, depth)
            if form is not text and not one.es.startswith("{"):
                first = _cased(pieces[0].text, form, text)
                pieces = [Piece(first, pieces[0].language), *pieces[1:]]
            yield pieces


def _filled(one: Pattern, held: dict[str, str], known: Catalogue, depth: int) -> list[Piece]:
    parts = PLACE.split(one.es)
    pieces = [Piece(parts[0], known.language)]
    for name, literal in zip(parts[1::3], parts[3::3], strict=True):
        pieces += _held(held[name], one.kinds[name], known, depth)
        pieces.append(Piece(literal, known.language))
    return pieces


def _held(text: str, kind: str, known: Catalogue, depth: int) -> list[Piece]:
    if not text:
        return []
    if kind == "date":
        return [Piece(dated(text, known.language), known.language)]
    if kind == "number":
        return [Piece(localised(text, known.language), known.language)]
    pieces = _pieces(text, known, depth + 1)
    if kind in ("words", "typed"):
        # What a person typed is in the language it was typed in, and a name in none.
        pieces = [Piece(piece.text, known.language) for piece in pieces or [Piece(text, known.language)]]
    return pieces if pieces is not None else [Piece(text, CANONICAL)]


def _by_sentence(text: str, known: Catalogue, depth: int) -> list[Piece] | None:
    """Return a text said sentence by sentence, the longest known run of sentences first."""
    bounds = [(0, 0), *((found.start(), found.end()) for found in _SENTENCE_END.finditer(text)), (len(text), len(text))]
    last = len(bounds) - 1
    if not 1 < last <= _MOST_SENTENCES:
        return None
    pieces: list[Piece] = []
    place, any_known = 0, False
    while place < last:
        for end in range(last, place, -1):
            if place == 0 and end == last:
                continue
            run = text[bounds[place][1] : bounds[end][0]]
            found = _run(run, known, depth + 1, alone=end == place + 1)
            if found is not None or end == place + 1:
                any_known |= found is not None
                pieces += found if found is not None else [Piece(run, CANONICAL)]
                pieces.append(Piece(text[bounds[end][0] : bounds[end][1]], known.language))
                place = end
                break
    return pieces if any_known else None


def _run(text: str, known: Catalogue, depth: int, *, alone: bool) -> list[Piece] | None:
    """Return a run of sentences that is wholly known as one; a sentence alone also where only part of it is known."""
    core = text[:-1] if text[-1] in _SIGNS else text
    for given in dict.fromkeys((text, core)):
        sign = Piece(text[len(given) :], known.language)
        plain = _text(given, known)
        if plain is not None:
            return [Piece(plain, known.language), sign]
        if _is_wordless(given):
            return [Piece(localised(given, known.language), known.language), sign]
        ways = (_by_pattern, _by_item) if alone else (_by_pattern,)
        found = _best((way(given, known, depth) for way in ways), known) if depth < _DEEPEST else None
        if found is not None and (alone or _is_whole(found, known)):
            return [*found, sign]
    return None


def _by_item(text: str, known: Catalogue, depth: int) -> list[Piece] | None:
    """Return a list of known items, or None where one of them is not known."""
    for joint in _ITEMS:
        parts = joint.split(text)
        if len(parts) == 1:
            continue
        pieces: list[Piece] = []
        for place, part in enumerate(parts):
            if place % 2:
                shown = _JOINTS.get(known.language, {}).get(part, part)
                found: list[Piece] | None = [Piece(shown, known.language)]
            else:
                found = _pieces(part, known, depth + 1)
            if found is None:
                return None
            pieces += found
        return pieces
    return None


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield pieces with neighbours of one language put together."""
    held: Piece | None = None
    for piece in pieces:
        if not piece.text:
            continue
        if held is not None and (held.language == piece.language or not piece.text.strip()):
            held = Piece(held.text + piece.text, held.language)
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held
