"""Sentences, names and numbers of a patient's document in one language, from a template and not from the interface.

A signed document must read the same for ever: its words are looked up once, when it is made, and are kept with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from pinprick import language
from pinprick.report import names

LANGUAGES = ("en", "es")
Values = Mapping[str, Any]
# A text, or a text of the records that is in another language than the document, marked with its own.
Words = str | dict[str, str]


@cache
def data(name: str) -> dict[str, Any]:
    """Return a data file of this package.

    Args:
        name: file name in `consent/data`.
    """
    text = (files("pinprick.clinic.consent") / "data" / name).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def number(value: float, digits: int, language: str) -> str:
    """Return a number as it is written in a language, at most so many decimals, no idle zeros."""
    text = f"{value:,.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text.replace("-", "−")
    if language == "es":
        # Spanish groups by a narrow space, and only from five digits on.
        whole, _, rest = text.partition(".")
        whole = whole.replace(",", "" if len(whole) <= 5 else "\u202f")
        text = f"{whole},{rest}" if rest else whole
    return text


@dataclass(frozen=True)
class Phrases:
    """The sentences of one language of a template, and how names and numbers are written in it.

    Attributes:
        language: one of `LANGUAGES`.
        sentences: by key.
    """

    language: str
    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """Return a sentence with its slots filled.

        Raises:
            KeyError: the template has no such sentence, or a slot is not given.
        """
        return self.sentences[key].format(**values)

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number."""
        return number(value, digits, self.language)

    def span(self, values: Values, digits: int = 0, scale: float = 1.0) -> dict[str, str]:
        """Return median, low and high of a distribution, for the slots of a sentence."""
        pairs = {"median": "median", "low": "p05", "high": "p95"}
        return {slot: self.number(values[name] * scale, digits) for slot, name in pairs.items()}

    def name(self, kind: str, id: str) -> Words:
        """Return the name of a zone, indication, modality or risk; one without a translation is marked as English."""
        known = data("names.yaml")[self.language].get(kind, {}).get(id) or self.sentences.get(f"{kind}.{id}")
        if known:
            return str(known)
        finders = {"indication": names.indication, "modality": names.treatment}
        english = finders.get(kind, lambda given: given.replace("_", " "))(id)
        return self.recorded(english)

    def recorded(self, text: str) -> Words:
        """Return a text of the records: in plainer words where we have them, else translated, or marked as English."""
        known = data("names.yaml")[self.language]["said"].get(text)
        if known:
            return str(known)
        found = language.translation(text, self.language)
        return found.text if found.is_complete else {"text": text, "lang": "en"}

    def days(self, value: float) -> str:
        """Return a time in whole weeks where it is that, in days otherwise."""
        whole = round(value)
        unit, count = ("weeks", whole // 7) if whole and whole % 7 == 0 and abs(value - whole) < 0.01 else ("days", 0)
        shown = self.number(count if count else value, 0 if count else 1)
        return self.say(f"time.{unit}.{'one' if shown == '1' else 'many'}", n=shown)

    def price(self, currency: str, low: float, high: float) -> str:
        """Return a price or a range of prices."""
        digits = 0 if float(low).is_integer() and float(high).is_integer() else 2
        first, last = (f"{value:.{digits}f}" if digits else self.number(value) for value in (low, high))
        if self.language == "es" and digits:
            first, last = first.replace(".", ","), last.replace(".", ",")
        amount = first if first == last else self.say("range.to", low=first, high=last)
        return f"{currency} {amount}"


def plain(words: Words) -> str:
    """Return the text alone, whatever its language."""
    return words if isinstance(words, str) else words["text"]
