"""Numbers and days as a language writes them."""

from __future__ import annotations

import re
from datetime import date

_NUMBER = re.compile(r"(?<![\w.,])([-+−]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?![\w]|[.,]\d)")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre",
)  # fmt: skip
_GROUPED_FROM_DIGITS = 5
_NARROW_SPACE = "\u202f"


def localised(text: str, language: str) -> str:
    """Return a text with its numbers as a language writes them; what only looks like a number (a version) is left.

    Args:
        text: with numbers as the engine writes them, for instance "1,234.5 mm".
        language: code, for instance "es".
    """
    if language.split("-")[0] != "es" or not any(letter.isdigit() for letter in text):
        return text
    return _NUMBER.sub(_spanish, text)


def dated(text: str, language: str) -> str:
    """Return a day as a language writes it.

    Args:
        text: ISO 8601, for instance "2026-08-01"; anything else is returned as it is.
        language: code, for instance "es".
    """
    if language.split("-")[0] != "es":
        return text
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day} de {_MONTHS[day.month - 1]} de {day.year}"


def _spanish(found: re.Match[str]) -> str:
    sign, whole, decimals = found.groups()
    digits = whole.replace(",", "")
    if "," in whole and len(digits) >= _GROUPED_FROM_DIGITS:
        # Spanish groups by a narrow space, and only from five digits on.
        first = len(digits) % 3 or 3
        groups = [digits[:first], *(digits[place : place + 3] for place in range(first, len(digits), 3))]
        digits = _NARROW_SPACE.join(groups)
    return f"{sign}{digits},{decimals}" if decimals else f"{sign}{digits}"
