"""Countries and currencies by their codes, named in the reader's language (CLDR, through Babel)."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.numbers import list_currencies


def _locale(language: str | None) -> Locale:
    return Locale.parse((language or "en").replace("-", "_"))


@cache
def territories(language: str | None) -> list[tuple[str, str]]:
    """Return codes of two letters with the names of countries, in the order of the names."""
    names = _locale(language).territories
    known = [
        (code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    ]
    return sorted(known, key=lambda pair: pair[1])


_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


@cache
def currencies(language: str | None) -> list[tuple[str, str]]:
    """Return codes of three letters with the names of currencies, in the order of the codes."""
    locale = _locale(language)
    return [(code, f"{code} – {locale.currencies.get(code, code)}") for code in sorted(list_currencies(locale=locale))]
