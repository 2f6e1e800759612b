"""A finished report in the language of the reader.

A report is made once, in English; that is what is computed, hashed and kept. Its texts are said in another language
where they stand in the finished document: the runs of text and the named attributes of the page and of its drawings,
and the strings among the data of its scripts. Drawings and values are never touched, so both are the same report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from markupsafe import escape

from pinprick.language import translation
from pinprick.language.catalogue import CANONICAL

_TOKEN = re.compile(r"<!--.*?-->|<(?:script|style)\b[^>]*>.*?</(?:script|style)>|<[^>]*>|[^<]+", re.S)
_NAME = re.compile(r"<([a-zA-Z][\w-]*)")
_SPOKEN = re.compile(r'(?<=\s)(aria-label|aria-roledescription|title|alt|data-done)="([^"]*)"')
_SCRIPT = re.compile(r'(<script type="application/json"[^>]*>)(.*?)(</script>)', re.S)
# What is the same in every language: identifiers, titles of publications and their BibTeX.
_KEPT = re.compile(r'<(?:pre|code)\b|<ol class="references"')
# Elements that hold text alone, so that no part of it can be marked as being of another language.
_PLAIN = ("option", "svg")
# The note of a record is said as a whole or not at all: halves of two languages would help nobody.
_NOTE = '<span class="row-note">'
# Elements of a title, which somebody may have typed.
_TITLES = ("title", "h1")
# The names of the data under which the scripts of the pages find their texts.
_WORDED = frozenset(("t", "n", "w", "words", "layers", "brief", "label", "plain", "note", "unit", "told", "ticks"))
# Parts of a figure or of a block of the PDF that are not said, and those that are drawings.
_WORDLESS = frozenset(("id", "kind", "level", "number", "shares", "width"))
_DRAWN = frozenset(("svg", "wide", "narrow"))
_CITED = re.compile(r"(.*\S)(\s\[\d+(?:, \d+)*\])", re.S)
# Signs around or between texts that are known without them.
_AROUND = re.compile(r"([\s“(:,;·–✓→◷✕?◐]*)(.*?)([\s”),;:·–]*)", re.S)
_BETWEEN = re.compile(r"( · )")
_JOINTS = (_BETWEEN, re.compile(r"((?<=[.?!]) (?=[A-Z]))"), re.compile(r"(; )"))
_ASIDE = re.compile(r"([^()]+?) \(([^()]+)\)")
# "(US): what it says", "Not known: what (why).", and a list of names with their percentages.
_PLACE = re.compile(r"(\s*\([A-Z][A-Z, /]*\):? )(.+)", re.S)
_LEAD = re.compile(r"(On the front, among others:) (.+)")
_UNKNOWN = re.compile(r"Not known: (.+?) \((.+)\)\.")
_VALUE = re.compile(r"([^,;%]+?) ((?:under )?−?\d[\d.,]* %(?: \([^()]*\))?)([;,] |\.?$)")
_VALUES = re.compile(r"(?:(.+?:) )?((?:[^,;%]+? (?:under )?−?\d[\d.,]* %(?: \([^()]*\))?(?:[;,] |\.?$))+)")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DATE = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b")
_QUOTES = {"es": str.maketrans("“”", "«»")}
_WORD = re.compile(r"[a-z]{3}")


def translated(page: str, language: str) -> str:
    """Return a finished page of a report, or a drawing of it, in a language; what has no translation stays as it is.

    Args:
        page: HTML or SVG as this package writes it.
        language: code, for instance "es"; English gives the page itself.
    """
    code = language.split("-")[0]
    if code == CANONICAL:
        return page
    made: list[str] = []
    inside, kept = "", False
    for token in _TOKEN.findall(page):
        if not token.startswith("<"):
            if kept:
                made.append(token)
            elif inside in _TITLES:
                made.append(str(escape(titled(unescape(token), code))))
            else:
                made.append(_text(token, code, marked=not inside, whole=made[-1:] == [_NOTE]))
            continue
        if inside and token == f"</{inside}>":
            inside, kept = "", False
        elif not inside and (name := _NAME.match(token)) and not token.endswith(("/>", "</script>", "</style>")):
            kept = _KEPT.match(token) is not None
            inside = name[1] if kept or name[1] in (*_PLAIN, *_TITLES) else ""
        made.append(token if kept else _tag(token, code))
    return "".join(made)


def titled(title: str, language: str) -> str:
    """Return the title of a case in a language where it is known as a whole; what somebody typed stays as typed."""
    code = language.split("-")[0]
    return title if code == CANONICAL else "".join(_whole(part, code) for part in _BETWEEN.split(title))


def _whole(text: str, code: str) -> str:
    known = translation(text, code)
    return known.text if known.is_complete else text


def translated_parts(parts: Any, language: str) -> Any:
    """Return what a document is set from in a language: its strings said, its drawings translated, the rest as it is.

    Args:
        parts: blocks from `document.blocks`, or figures as dictionaries, of plain values.
        language: code, for instance "es"; English gives the parts themselves.
    """
    code = language.split("-")[0]
    return parts if code == CANONICAL else _part(parts, code)


def _part(value: Any, code: str) -> Any:
    if isinstance(value, dict):
        if value.get("kind") == "references":
            return value
        return {
            name: part
            if name in _WORDLESS
            else translated(part, code)
            if name in _DRAWN and isinstance(part, str)
            else _part(part, code)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return type(value)(_part(part, code) for part in value)
    if not isinstance(value, str):
        return value
    cited = _CITED.fullmatch(value)
    return _said(cited[1], code) + cited[2] if cited else _said(value, code)


def _tag(token: str, code: str) -> str:
    if token.startswith("<script"):
        return _SCRIPT.sub(lambda part: f"{part[1]}{_data(part[2], code)}{part[3]}", token)
    if token.startswith("<style") or '="' not in token:
        return token
    if token.startswith("<html"):
        return re.sub(r'lang="[^"]*"', f'lang="{code}"', token)
    return _SPOKEN.sub(lambda part: f'{part[1]}="{escape(_said(unescape(part[2]), code))}"', token)


def _text(raw: str, code: str, *, marked: bool, whole: bool) -> str:
    if raw.isspace():
        return raw
    if whole and not translation(unescape(raw), code).is_complete:
        return f'<span lang="{CANONICAL}">{raw}</span>'
    return "".join(
        f'<span lang="{language}">{escape(text)}</span>'
        if marked and language != code and _WORD.search(text)
        else str(escape(text))
        for text, language in _runs(unescape(raw), code)
    )


def _said(text: str, code: str) -> str:
    return "".join(part for part, _ in _runs(text, code))


def _runs(text: str, code: str) -> Iterator[tuple[str, str]]:
    """Yield a text as runs of one language; what is not known as a whole is looked up without the signs in it."""
    whole = translation(text, code)
    if not whole.is_complete and (plain := _plain_dates(text)) != text:
        whole = translation(plain, code)
    if whole.is_complete:
        yield whole.text, code
        return
    if unknown := _UNKNOWN.fullmatch(text):
        # The page draws what is not known and why into one sentence; the engine knows it as two parts of another.
        yield from _unknown(unknown[1], unknown[2], code)
        return
    parts = _apart(text)
    if parts is not None:
        for place, part in enumerate(parts):
            if place % 2:
                yield from _runs(part, code)
            elif part:
                yield part.translate(_QUOTES.get(code, {})), code
        return
    for piece in whole.pieces:
        if piece.language == code or len(piece.text) >= len(text):
            yield piece.text, piece.language
        else:
            yield from _runs(piece.text, code)


def _apart(text: str) -> list[str] | None:
    """Return a text as signs and texts by turns, signs first and last; None where it has none around or between."""
    if place := _PLACE.fullmatch(text):
        return [place[1], place[2], ""]
    for joint in _JOINTS:
        between = joint.split(text)
        if len(between) > 1:
            return ["", *between, ""]
    if lead := _LEAD.fullmatch(text):
        return ["", lead[1], " ", lead[2], ""]
    if values := _VALUES.fullmatch(text):
        parts = [part for found in _VALUE.finditer(values[2]) for part in (found[1], " ", found[2], found[3])]
        return ["", values[1], " ", *parts] if values[1] else ["", *parts]
    around = _AROUND.fullmatch(text)
    if around and around[2] and around[2] != text:
        before, core, after = around.groups()
        # A closing bracket belongs to the text where its opening one does.
        if core.count("(") > core.count(")") and after.startswith(")"):
            core, after = f"{core})", after[1:]
        if core != text:
            return [before, core, after]
    aside = _ASIDE.fullmatch(text)
    return ["", aside[1], " (", aside[2], ")"] if aside else None


def _unknown(what: str, why: str, code: str) -> Iterator[tuple[str, str]]:
    named = translation(f"{what[:1].upper()}{what[1:]}: {why}.", code)
    yield from _runs("Not known:", code)
    if named.is_complete:
        first, _, second = named.text.partition(": ")
        yield f" {first[:1].lower()}{first[1:]} ({second.rstrip('.')}).", code
    else:
        yield " ", code
        yield f"{what} ({why}).", CANONICAL


def _plain_dates(text: str) -> str:
    """Return a text with its written dates as the engine writes them, which is how they are said."""
    return _DATE.sub(lambda day: f"{day[3]}-{_MONTHS.index(day[2]) + 1:02}-{int(day[1]):02}", text)


def _data(raw: str, code: str) -> str:
    """Return the data of a script with its texts said, as JSON that cannot close its script element."""
    content = _worded(json.loads(raw), code, spoken=False)
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c")


def _worded(value: Any, code: str, *, spoken: bool) -> Any:
    if isinstance(value, dict):
        return {name: _worded(part, code, spoken=spoken or name in _WORDED) for name, part in value.items()}
    if isinstance(value, list):
        return [_worded(part, code, spoken=spoken) for part in value]
    return _said(value, code) if spoken and isinstance(value, str) else value
