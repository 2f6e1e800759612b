"""Healing in a block from the command line: what it needs is stated first, progress is shown, a killed run goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pinprick.cli.terminal import console
from pinprick.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.cascade import BlockOptions, Course
    from pinprick.injury import Injury

# The bar moves with the square root of time, because most steps follow a session and the last months take few.
_ROOT = 0.5


def block_options(side: str | None, spacing: str | None, geometry: str) -> BlockOptions:
    """Return the options of a block.

    Raises:
        InputError: a length that cannot be used, or one given for another geometry.
    """
    from pinprick.cascade import BlockOptions
    from pinprick.units import parse_quantity

    lengths: dict[str, float] = {}
    for option, field, text in (("--side", "side_mm", side), ("--spacing", "spacing_mm", spacing)):
        if text is None:
            continue
        if geometry != "block":
            raise InputError(
                "only a block has a side and cells",
                field=option,
                given=text,
                limit="with --geometry block",
                remedy=f"leave out {option}, or add --geometry block",
            )
        lengths[field] = parse_quantity(text, "mm", field=option)
        if lengths[field] <= 0:
            raise InputError(
                "a length must be above 0",
                field=option,
                given=text,
                limit="above 0 mm",
                remedy=f"write for instance {option} '{'1.5 mm' if field == 'side_mm' else '50 um'}'",
            )
    return BlockOptions(**lengths)  # type: ignore[arg-type]  # every length is a number


def continues(output: Path | None, geometry: str) -> bool:
    """Return whether an interrupted run of a block lies at the place of output."""
    from pinprick.cascade.block_store import checkpoint_of

    return geometry == "block" and output is not None and output.is_dir() and checkpoint_of(output).is_file()


def simulate_block(
    injury: Injury, course: Course, options: BlockOptions, follow_up_days: float, output: Path | None
) -> xr.Dataset:
    """State what the block needs, then let it heal with progress on a terminal.

    Raises:
        InputError: it would not fit into memory, or cannot be used otherwise.
    """
    from pinprick.cascade import block_requirement, heal_block

    store = output if output is not None and output.suffix.lower() == ".zarr" else None
    needed = block_requirement(injury, course, options, follow_up_days=follow_up_days, stored=store is not None)
    going_on = ", going on from where it stopped" if continues(store, "block") else ""
    sys.stderr.write(f"block of {needed}{going_on}\n")
    sys.stderr.flush()
    with _bar() as progress:
        return heal_block(
            injury.skin, injury, course, options, follow_up_days=follow_up_days, store=store, progress=progress
        )


@contextmanager
def _bar() -> Iterator[Callable[[float, float], None] | None]:
    """Show a bar on standard error where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("healing"), BarColumn(), TextColumn("{task.fields[day]}"), TimeElapsedColumn())
    with Progress(*columns, console=console(sys.stderr), transient=True) as shown:
        task = shown.add_task("healing", total=1.0, day="")

        def progress(day: float, end: float) -> None:
            shown.update(task, completed=(day / end) ** _ROOT if end > 0 else 1.0, day=f"day {day:.3g} of {end:.4g}")

        yield progress
