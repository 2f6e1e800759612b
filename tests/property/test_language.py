"""Saying a text never fails, and English is what it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pinprick.language import catalogue, said, translation

_KNOWN = [entry.en for entry in catalogue("es").entries] or ["x"]
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(st.sampled_from(_KNOWN), st.text(max_size=20)), max_size=4).map(" ".join),
    st.lists(st.sampled_from(_KNOWN), max_size=4).map("; ".join),
)


@given(_TEXTS, st.sampled_from(["es", "es-mx", "fr", "", "en-gb"]))
def test_never_fails_and_the_pieces_are_the_whole(text: str, language: str) -> None:
    found = translation(text, language)
    assert found.text == said(text, language) == "".join(piece.text for piece in found.pieces)
    assert bool(found.text) == bool(text)


@given(_TEXTS)
def test_english_is_identity(text: str) -> None:
    assert said(text, "en") == text
    assert translation(text, "en").is_complete
