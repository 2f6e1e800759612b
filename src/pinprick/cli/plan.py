"""`pinprick plan`: the whole way from a case file to a plan and its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.listing import Json
from pinprick.cli.output import check_target
from pinprick.cli.screen import On, read_day
from pinprick.cli.terminal import console, paragraph, show, write_json

Progress = Callable[[str, float], None]
_REPORTS = (".html", ".pdf")


def command(
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case file: .toml, .yaml or .json.")],
    report: Annotated[Path | None, typer.Option(help="Write the report to FILE.html or FILE.pdf.")] = None,
    json: Json = False,
    on: On = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same plan.")] = 0,
    draws: Annotated[int, typer.Option(min=10, max=100_000, help="People drawn for every prediction.")] = 100,
    sources: Annotated[bool, typer.Option("--sources", help="List every source behind the plan.")] = False,
) -> None:
    """Screen, simulate, search, compare and explain: the plan for one case."""
    day = read_day(on)
    check_target(report, _REPORTS, "--report")
    from pinprick.planning import Case, plan, to_json

    written = Case.load(case)
    with _progress() as progress:
        made = plan(written, on=day, draws=draws, seed=seed, progress=progress)
        if report is not None:
            from pinprick.report import plan_block, write

            block = plan_block(made, progress=progress)
            progress("writing the report", 0.0)
            write(made, report, block=block)
    if json:
        write_json(to_json(made))
    else:
        from pinprick.cli.plan_view import view

        show(*view(made, with_sources=sources))
        if report is not None:
            show(paragraph(f"\nReport: {report}", "bold"))
    if made.prescription is None:
        raise typer.Exit(ANSWER_IS_NO)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show the stage and the share done, on standard error and only on a terminal."""
    if not sys.stderr.isatty():
        yield lambda stage, fraction: None
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("{task.description}", markup=False), BarColumn(), console=console(sys.stderr), transient=True
    ) as bar:
        task = bar.add_task("starting", total=1.0)
        yield lambda stage, fraction: bar.update(task, description=stage, completed=fraction)
