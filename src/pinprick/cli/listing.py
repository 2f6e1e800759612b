"""What the commands that browse records share: options, search and the last line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from pinprick.errors import InputError

Search = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SEARCH]", show_default=False, help="Words that must all occur, in any letter case."),
]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON document instead of text.")]
StatusOption = Annotated[
    str | None, typer.Option("--status", metavar="read|remembered|assumed", help="Only records of this status.")
]


def words(search: Sequence[str] | None) -> tuple[str, ...]:
    """Return the words searched for, in lower case."""
    return tuple(" ".join(search or ()).lower().split())


def matches(wanted: Sequence[str], texts: Iterable[object]) -> bool:
    """Whether every word occurs in the texts taken together."""
    if not wanted:
        return True
    heap = " ".join(str(text) for text in texts if text).lower()
    return all(word in heap for word in wanted)


def one_of(given: str | None, allowed: Iterable[str], option: str) -> str | None:
    """Return the value when it is allowed or absent.

    Raises:
        InputError: it is neither.
    """
    choices = tuple(allowed)
    if given is None or given in choices:
        return given
    raise InputError(
        f"no such value for {option}",
        field=option,
        given=given,
        limit=" | ".join(choices),
        remedy="choose one of these, or leave the option out",
    )


def count_line(shown: int, known: int, what: str, search: Sequence[str]) -> str:
    """Return the closing line, which says plainly when nothing was found."""
    if shown == 0:
        sought = f" match {' '.join(search)!r}" if search else " match these options"
        return f"None of the {known} {what}{sought}."
    return f"{shown} of {known} {what}. `--json` gives every field."
