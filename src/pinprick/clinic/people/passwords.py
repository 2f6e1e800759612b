"""Passwords that would be guessed: of common passwords, names, rows of keys, dates, and the words of this place."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from pinprick.clinic.people.models import User
from pinprick.clinic.people.roles import Role

# What anybody would try here first, besides the names of person, clinic and site.
WORDS = (
    "pinprick", "microneedling", "microneedle", "dermapen", "collagen", "needle", "clinic", "clinica", "skin", "beauty",
    "password", "patient", "treatment", *Role.values,
)  # fmt: skip
# The library takes no longer ones, and a password is judged by its beginning well enough.
_MOST = 72
# The least length that the standard allows a password at all (OWASP ASVS 5.0.0, 6.2.1).
_OWN_LETTERS = 8


class Guessable:
    """Refuses a password that few tries would find.

    Args:
        least_score: 0 (found at once) to 4, as zxcvbn has it; 3 needs more than 10^8 tries (Wheeler, USENIX Security
            2016).
    """

    def __init__(self, least_score: int) -> None:
        self.least_score = least_score

    def validate(self, password: str, user: User | None = None) -> None:
        """Refuse the password if it is found too soon.

        Raises:
            ValidationError: it is.
        """
        words = context_words(user)
        guessed = zxcvbn(password[:_MOST], user_inputs=words)["score"] < self.least_score
        if guessed or made_of(password, words):
            raise ValidationError(self.get_help_text(), code="password_guessable")

    def get_help_text(self) -> str:
        """Return what is asked for."""
        return _(
            "Others would guess this: common passwords, names, rows of keys, dates or words of this clinic."
            " Take some words that have nothing to do with one another."
        )


def made_of(password: str, words: list[str]) -> bool:
    """Return whether a password is made of words of the context, with too little of its own.

    zxcvbn takes a row of several known words for hard to guess, whatever the words.

    Args:
        password: as typed.
        words: in small letters.
    """
    left = password.lower()
    for word in sorted(words, key=len, reverse=True):
        left = left.replace(word, "")
    return left != password.lower() and sum(map(str.isalpha, left)) < _OWN_LETTERS


def context_words(user: User | None) -> list[str]:
    """Return the words that somebody who knows the person and the clinic would try, in small letters, each once."""
    names = list(user.context_names) if user else []
    if user is not None:
        names += [user.name, user.email]
        if not user._state.adding:
            for one in user.memberships.select_related("organisation", "site"):
                names += [one.organisation.name, one.site.name]
    words = [word.lower() for name in names for word in (name, *re.split(r"[\W_]+", name)) if len(word) > 2]
    return list(dict.fromkeys([*WORDS, *words]))
