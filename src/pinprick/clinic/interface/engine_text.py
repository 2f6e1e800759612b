"""Texts of the engine, which are English where they are computed and kept, in the language of the page."""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pinprick import language


def active() -> str:
    """Return the code of the language of the page, without its region."""
    return (get_language() or "en").split("-")[0]


def said(text: object) -> str:
    """Return a text of the engine in the language of the page; what is not known stays English."""
    return language.said("" if text is None else str(text), active())


def marked(text: object) -> SafeString:
    """Return a text of the engine as HTML, with what is not in the language of the page marked as English."""
    found = language.translation("" if text is None else str(text), active())
    if found.is_complete:
        return format_html("{}", found.text)
    return format_html_join("", "{}", ((_piece(piece, found.language),) for piece in found.pieces))


def _piece(piece: language.Piece, shown: str) -> SafeString:
    if piece.language == shown or not any(letter.isalpha() for letter in piece.text):
        return format_html("{}", piece.text)
    return format_html('<span lang="{}">{}</span>', piece.language, piece.text)
