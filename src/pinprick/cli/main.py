"""The `pinprick` command line: registers the commands and turns every failure into a message and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from pinprick import __version__
from pinprick.cli import (
    calibrate,
    claims,
    clinic,
    devices,
    parameters,
    plan,
    rules,
    screen,
    serve,
    simulate,
    sources,
    validate,
)
from pinprick.cli.faults import DONE, INTERRUPTED, READER_LEFT, tell

app = typer.Typer(
    name="pinprick",
    help="Treatment planning, simulation and records for microneedling.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

_EPILOG = "Exit codes: 0 done, 1 the answer is no, 2 bad input, 3 Pinprick itself failed. Not a medical device."


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"pinprick {__version__}")
        raise typer.Exit


@app.callback(epilog=_EPILOG)
def _top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    pass


COMMANDS: dict[str, tuple[Callable[..., None], str]] = {
    "plan": (plan.command, "The whole way from a case to a plan and its report."),
    "screen": (screen.command, "May this person be treated, from when, and why."),
    "simulate": (simulate.command, "What happens in the skin, for one device and course."),
    "serve": (serve.command, "The clinic application, in a browser."),
    "validate": (validate.command, "The model against published trials it has not seen, or against your own."),
    "calibrate": (calibrate.command, "The constants of healing, fitted anew to published measurements."),
    "devices": (devices.command, "Rollers, pens, stamps and radiofrequency heads, with their labels."),
    "rules": (rules.command, "Screening rules, with every position behind them."),
    "sources": (sources.command, "Publications, labels and pages that are cited."),
    "claims": (claims.command, "What popular articles say, each answered with its evidence."),
    "parameters": (parameters.command, "Every number, with unit, spread, source and status."),
}
for _name, (_command, _summary) in COMMANDS.items():
    app.command(_name, short_help=_summary)(_command)
app.add_typer(clinic.app, name="clinic", short_help="Backup, restore and audit of the clinic's data.")


def main(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; never raises.

    Args:
        arguments: what follows `pinprick`.
    """
    try:
        answer = app(args=list(arguments), prog_name="pinprick", standalone_mode=False)
        sys.stdout.flush()
    except (typer.Abort, KeyboardInterrupt):
        return tell(KeyboardInterrupt())
    except SystemExit:
        # Only Rich leaves this way here, and only when the reader of a pipe has gone.
        return READER_LEFT
    except Exception as fault:
        return tell(fault)
    if answer == INTERRUPTED:
        # Typer takes Ctrl-C for itself and answers with the code alone.
        return tell(KeyboardInterrupt())
    return answer if isinstance(answer, int) else DONE


def run() -> None:
    """Entry point of the console script."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets a replacement for it, not a crash.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
