"""Texts of the engine said in a language."""

from __future__ import annotations

import pytest

from pinprick.language import Catalogue, Piece, catalogue, languages, localised, said, translation
from pinprick.language.pattern import pattern
from pinprick.language.saying import _pieces


def of(pairs: dict[str, str]) -> Catalogue:
    patterns = sorted((pattern(en, es, "test") for en, es in pairs.items() if "{" in en), key=lambda one: one.weight)
    return Catalogue("es", (), {en: es for en, es in pairs.items() if "{" not in en}, tuple(patterns))


def shown(text: str, pairs: dict[str, str]) -> str:
    pieces = _pieces(text, of(pairs), 0)
    return text if pieces is None else "".join(piece.text for piece in pieces)


def languages_of(text: str, pairs: dict[str, str]) -> set[str]:
    return {piece.language for piece in _pieces(text, of(pairs), 0) or [Piece(text, "en")] if piece.text.strip()}


def test_english_is_identity_and_an_unknown_text_stays_as_it_is() -> None:
    assert languages()[0] == "en" and "es" in languages()
    assert said("Do not treat.", "en") == "Do not treat."
    unknown = translation("qwertz uiop", "es")
    assert unknown.text == "qwertz uiop" and not unknown.is_complete and unknown.pieces == (Piece("qwertz uiop", "en"),)
    assert translation("qwertz", "en").is_complete
    assert said("", "es") == "" and translation("", "es").is_complete
    assert said("Do not treat.", "xx") == "Do not treat."


def test_a_region_reads_the_catalogue_of_its_language() -> None:
    assert catalogue("es-mx") is catalogue("es")


def test_the_most_specific_pattern_wins_and_its_places_are_said_in_turn() -> None:
    pairs = {
        "{days:number} days after {what}": "{days} días después de {what}",
        "{days:number} days after the last {what}": "{days} días después del último {what}",
        "peel": "peeling",
    }
    assert shown("7.5 days after the last peel", pairs) == "7,5 días después del último peeling"
    assert shown("7 days after peel", pairs) == "7 días después de peeling"


def test_what_a_person_typed_is_not_called_untranslated_but_an_unknown_text_of_ours_is() -> None:
    pairs = {"{fact:words}: avoid.": "{fact}: evitar.", "Avoid {what}.": "Evite {what}."}
    assert languages_of("Lunar raro: avoid.", pairs) == {"es"}
    assert languages_of("Avoid nothing known.", pairs) == {"es", "en"}


def test_sentences_are_said_one_by_one_and_only_the_unknown_one_is_english() -> None:
    pairs = {"Not yet.": "Todavía no.", "{fact:words}: avoid.": "{fact}: evitar."}
    pieces = _pieces("Not yet. Nobody knows this. Mole: avoid.", of(pairs), 0) or []
    text = [(piece.text, piece.language) for piece in pieces if piece.text.strip()]
    assert text == [("Todavía no.", "es"), ("Nobody knows this.", "en"), ("Mole", "es"), (": evitar.", "es")]


def test_a_place_never_swallows_a_sentence() -> None:
    pairs = {"{fact:words}: avoid.": "{fact}: evitar.", "Set aside: {why:typed}": "Apartado: {why}"}
    assert shown("Not known at all. Mole: avoid.", pairs) == "Not known at all. Mole: evitar."
    assert shown("Set aside: One. Two: avoid.", pairs) == "Apartado: One. Two: evitar."


def test_the_first_letter_and_the_full_stop_follow_the_text() -> None:
    pairs = {
        "oral isotretinoin": "isotretinoína oral",
        "Do nothing.": "No hacer nada.",
        "treat {what}": "tratar {what}",
    }
    assert shown("Oral isotretinoin", pairs) == "Isotretinoína oral"
    assert shown("oral isotretinoin.", pairs) == "isotretinoína oral."
    assert shown("Do nothing", pairs) == "No hacer nada"
    assert shown("Treat oral isotretinoin", pairs) == "Tratar isotretinoína oral"


def test_lists_of_known_items_are_said_item_by_item() -> None:
    pairs = {"forehead": "frente", "cheek": "mejilla", "nose": "nariz"}
    assert shown("forehead, cheek and nose", pairs) == "frente, mejilla y nariz"
    assert shown("forehead and wing", pairs) == "forehead and wing"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("0.5 mm", "0,5 mm"), ("1,234.5 g", "1234,5 g"), ("12,345", "12\u202f345"), ("version 1.2.3", "version 1.2.3"),
     ("2026-08-01", "2026-08-01"), ("SR005", "SR005"), ("-0.25", "-0,25"), ("0.5 to 1.5.", "0,5 to 1,5.")],
)  # fmt: skip
def test_numbers_are_written_as_in_spanish(text: str, wanted: str) -> None:
    assert localised(text, "es") == wanted
    assert localised(text, "en") == text
