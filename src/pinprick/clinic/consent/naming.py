"""Whether a typed name is that of a person on record."""

from __future__ import annotations

import unicodedata


def _words(name: str) -> set[str]:
    flat = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return {word for word in flat.replace("-", " ").replace("'", " ").split() if word}


def fits(typed: str, name: str) -> bool:
    """Return whether a typed name shares a word with the name on record, accents and capitals aside.

    Args:
        typed: by the person.
        name: on record.
    """
    return any(any(letter.isalpha() for letter in word) for word in _words(typed) & _words(name))


def another(typed: str, name: str) -> bool:
    """Return whether a typed name is a name at all, and of somebody else.

    Args:
        typed: by the person.
        name: of the other.
    """
    words = _words(typed)
    return any(any(letter.isalpha() for letter in word) for word in words) and words != _words(name)
