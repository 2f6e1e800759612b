"""Texts with places for what varies, matched as patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from pinprick.errors import EvidenceError

PLACE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([a-z]+))?\}")
# Within a sentence, so that a place never swallows the sentence before or after.
_WITHIN = r"(?:(?![.?!]\s+[A-Z¿¡]).)"
# What a place may hold. `text` is said in the language in its turn, and so is `passage`, which may be of any length.
# `words` is too where it is known, and may stand as it is where it is not: a name, a code, what a person typed. `typed`
# is the like, of any length. `tail` is a clause that may be left out.
KINDS = {
    "text": f"{_WITHIN}+?",
    "words": f"{_WITHIN}+?",
    "tail": f"{_WITHIN}*?",
    "passage": r".+",
    "typed": r".+",
    "number": r"[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?",
    "date": r"\d{4}-\d{2}-\d{2}",
}


@dataclass(frozen=True)
class Pattern:
    """One text with places, and its translation.

    Attributes:
        en: English, for instance `{days:number} days after {what}`.
        es: the same in the other language, with the same places (without kinds).
        kinds: kind by place.
    """

    en: str
    es: str
    kinds: dict[str, str]

    @cached_property
    def literals(self) -> tuple[str, ...]:
        """The fixed parts of the English text, longest first."""
        parts = PLACE.split(self.en)[::3]
        return tuple(sorted((part for part in parts if part), key=len, reverse=True))

    @cached_property
    def anchor(self) -> str:
        """The longest fixed part, without regard to capitals: a text that lacks it is another."""
        return self.literals[0].casefold()

    @property
    def weight(self) -> tuple[int, int]:
        """How specific it is: more fixed letters first, then fewer places."""
        return (-sum(map(len, self.literals)), len(self.kinds))

    @cached_property
    def _expression(self) -> re.Pattern[str]:
        parts = PLACE.split(self.en)
        built = [re.escape(parts[0])]
        seen: set[str] = set()
        for name, literal in zip(parts[1::3], parts[3::3], strict=True):
            built.append(f"(?P={name})" if name in seen else f"(?P<{name}>{KINDS[self.kinds[name]]})")
            built.append(re.escape(literal))
            seen.add(name)
        return re.compile("".join(built), re.DOTALL)

    def match(self, text: str) -> dict[str, str] | None:
        """Return what the places hold in a text, or None where the text is another."""
        if not all(literal in text for literal in self.literals):
            return None
        found = self._expression.fullmatch(text)
        return found.groupdict() if found else None


def has_places(text: str) -> bool:
    """Whether a text has places."""
    return PLACE.search(text) is not None


def pattern(en: str, es: str, file: str) -> Pattern:
    """Return the pattern of an entry.

    Raises:
        EvidenceError: a kind is unknown, the two texts have different places, or nothing in the English text is fixed.
    """
    kinds: dict[str, str] = {}
    for name, kind in PLACE.findall(en):
        kinds.setdefault(name, kind or "text")
    unknown = sorted(set(kinds.values()) - set(KINDS))
    if unknown:
        raise EvidenceError("unknown kind of place", file=file, given=en, limit=" | ".join(KINDS))
    if set(kinds) != {name for name, _ in PLACE.findall(es)}:
        raise EvidenceError("the translation has other places than the text", file=file, field=en, given=es,
                            remedy="write every {place} of the English text, and no other")  # fmt: skip
    made = Pattern(en, es, kinds)
    if not any(any(letter.isalpha() for letter in literal) for literal in made.literals):
        raise EvidenceError("a text of places alone would match anything", file=file, given=en)
    return made
