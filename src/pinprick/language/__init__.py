"""Texts of the engine in the language of the reader; English is what is computed, stored, hashed and exchanged."""

from pinprick.language.catalogue import Catalogue, Entry, catalogue, languages
from pinprick.language.number import dated, localised
from pinprick.language.saying import Piece, Translation, said, translation

__all__ = [
    "Catalogue",
    "Entry",
    "Piece",
    "Translation",
    "catalogue",
    "dated",
    "languages",
    "localised",
    "said",
    "translation",
]
