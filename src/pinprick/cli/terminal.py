"""Where output goes: results to standard output, everything else to standard error, colour only on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

# A pipe has no width; this one keeps tables readable in a log and in the documentation.
PIPE_WIDTH = 110
# Beside a column of running text the others take at most this share of the width each. (A least width of that column
# would push the table over the edge of a narrow terminal, and words would be lost.)
_NARROW = 0.2

STATUS_STYLES = {"read": "green", "clinic": "green", "remembered": "yellow", "assumed": "magenta"}
VERDICT_STYLES = {
    "proceed": "bold green",
    "conditions": "bold green",
    "not-before": "bold yellow",
    "refer": "bold red",
    "do-not-treat": "bold red",
}


def console(stream: TextIO | None = None) -> Console:
    """Return a console on a stream (standard output unless said); NO_COLOR and pipes switch colour off."""
    from rich.console import Console

    target = stream if stream is not None else sys.stdout
    terminal = target.isatty()
    return Console(
        file=target,
        width=None if terminal else pipe_width(),
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )


def pipe_width() -> int:
    """Return the width of text that does not go to a terminal: COLUMNS where that is set."""
    given = os.environ.get("COLUMNS", "")
    return max(40, int(given)) if given.isdecimal() and len(given) < 5 else PIPE_WIDTH


def show(*parts: RenderableType) -> None:
    """Print texts and tables on standard output."""
    screen = console()
    for part in parts:
        screen.print(part)


def heading(text: str) -> RenderableType:
    """Return a section heading with an empty line before it."""
    from rich.text import Text

    return Text(f"\n{text}", style="bold")


def paragraph(text: str, style: str = "") -> RenderableType:
    """Return plain words; nothing in them is read as markup."""
    from rich.text import Text

    return Text(text, style=style)


def bullets(lines: Iterable[str], style: str = "") -> list[RenderableType]:
    """Return one hanging-indented item a line."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    rows: list[RenderableType] = []
    for line in lines:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(width=1)
        grid.add_column(ratio=1)
        grid.add_row("•", Text(line, style=style))
        rows.append(Padding(grid, (0, 0, 0, 1)))
    return rows


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[str] = (), wide: str = ""
) -> Table:
    """Return a table without side borders.

    Args:
        columns: headings.
        rows: cells; a rich text keeps its style, anything else is shown as plain text.
        right: headings of the columns set flush right.
        wide: heading of the column that takes the room the others leave.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    most = max(8, int(_NARROW * console().width)) if wide else None
    grid = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in columns:
        grid.add_column(
            name,
            justify="right" if name in right else "left",
            overflow="fold",
            max_width=None if name == wide else most,
        )
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(str(cell)) for cell in row))
    return grid


def status(word: str) -> Any:
    """Return an evidence status in its colour; the word itself carries the meaning."""
    from rich.text import Text

    return Text(word, style=STATUS_STYLES.get(word, ""))


def write_json(document: Mapping[str, Any]) -> None:
    """Write one JSON document on standard output; a number that is not finite is a fault of ours."""
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write(f"{text}\n")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that long work is going on, on standard error and only on a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    with console(sys.stderr).status(f"{what} …"):
        yield
