"""A figure: a drawing for wide and narrow screens, words for those who cannot see it, and its numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

WIDE = 760.0
NARROW = 340.0


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers behind a drawing.

    Attributes:
        head: column names.
        rows: cells as shown, each row as long as the head; the first cell names the row.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the report.

    Attributes:
        id: anchor.
        title: what is shown, a few words.
        caption: what to see in it and what it rests on.
        description: the same for somebody who cannot see it.
        wide: drawing for a desktop or print; used everywhere where `narrow` is None.
        narrow: drawing for a phone.
        table: the numbers.
        legend: (class of the mark, words) pairs.
    """

    id: str
    title: str
    caption: str
    description: str
    wide: Markup
    table: Table
    narrow: Markup | None = None
    legend: tuple[tuple[str, str], ...] = field(default=())
