"""`pinprick plan`: the whole way from a case file to a plan and its report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.listing import Json
from pinprick.cli.output import check_target
from pinprick.cli.screen import On, read_day
from pinprick.cli.terminal import console, paragraph, show, write_json

Progress = Callable[[str, float], None]
Format = Literal["text", "bibtex"]
Language = Literal["en", "es"]
_REPORTS, _LISTS = (".html", ".pdf"), (".bib", ".txt")


def command(  # noqa: PLR0913 - one argument an option
    case: Annotated[Path, typer.Argument(metavar="CASE", help="A case file: .toml, .yaml or .json.")],
    report: Annotated[Path | None, typer.Option(help="Write the report to FILE.html or FILE.pdf.")] = None,
    json: Json = False,
    language: Annotated[Language, typer.Option(help="Language of the report.")] = "en",
    on: On = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same plan.")] = 0,
    draws: Annotated[int, typer.Option(min=10, max=100_000, help="People drawn for every prediction.")] = 100,
    sources: Annotated[bool, typer.Option("--sources", help="List every source behind the plan.")] = False,
    sources_format: Annotated[
        Format | None, typer.Option("--sources-format", help="List the sources alone: as text or as BibTeX.")
    ] = None,
    sources_file: Annotated[
        Path | None, typer.Option("--sources-file", help="Write the sources to FILE.bib or FILE.txt.")
    ] = None,
) -> None:
    """Screen, simulate, search, compare and explain: the plan for one case."""
    day = read_day(on)
    check_target(report, _REPORTS, "--report")
    check_target(sources_file, _LISTS, "--sources-file")
    from pinprick.planning import Case, plan, to_json

    written = Case.load(case)
    with _progress() as progress:
        made = plan(written, on=day, draws=draws, seed=seed, progress=progress)
        if report is not None:
            from pinprick.report import plan_block, write

            block = plan_block(made, progress=progress)
            progress("writing the report", 0.0)
            write(made, report, block=block, language=language)
    if sources_file is not None:
        sources_file.write_text(
            source_list(made.sources, "bibtex" if sources_file.suffix == ".bib" else "text"), "utf-8"
        )
    if json:
        write_json(to_json(made))
    elif sources_format is not None:
        typer.echo(source_list(made.sources, sources_format), nl=False)
    else:
        from pinprick.cli.plan_view import view

        show(*view(made, with_sources=sources))
        if report is not None:
            show(paragraph(f"\nReport: {report}", "bold"))
    if made.prescription is None:
        raise typer.Exit(ANSWER_IS_NO)


def source_list(ids: Iterable[str], how: Format) -> str:
    """Return sources in full, one a line as text or an entry each as BibTeX.

    Args:
        ids: source ids.
        how: `text` or `bibtex`.
    """
    from pinprick import evidence

    written = evidence.bibtex if how == "bibtex" else evidence.cite_text
    return "".join(f"{written(evidence.source(id))}\n" for id in ids)


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
