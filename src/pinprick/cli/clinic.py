"""`pinprick clinic`: what an administrator does with the clinic's data at a terminal."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.serve import Data
from pinprick.cli.terminal import paragraph, show

app = typer.Typer(
    name="clinic", help="Backup, restore and audit of the clinic's data.", no_args_is_help=True, rich_markup_mode=None
)


def _prepared(stack: ExitStack, data: Path | None) -> None:
    from pinprick.clinic import server

    server.prepare(server.Place(data=data), stack, server.say)


@app.command("verify-audit")
def verify_audit(
    data: Data = None,
    head: Annotated[
        str | None, typer.Option(help="A hash that an earlier run printed; it must still be there.")
    ] = None,
) -> None:
    """Recompute the audit trail of every clinic; exit code 1 where an entry does not fit."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from pinprick.clinic.audit.verify import verify
        from pinprick.clinic.people.models import Organisation

        broken = False
        for organisation in Organisation.objects.order_by("created_at"):
            found = verify(organisation.pk, head)
            broken = broken or not found.sound
            said = "whole" if found.sound else f"BROKEN at entry {found.broken_at}: {found.reason}"
            show(
                paragraph(
                    f"{organisation.name}: {found.entries} entries, {said}. Keep this hash elsewhere: {found.head}"
                )
            )
    if broken:
        raise typer.Exit(ANSWER_IS_NO)


@app.command("verify-consents")
def verify_consents(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="A signed consent; all that are stored if left out.")
    ] = None,
    data: Data = None,
) -> None:
    """Check the seals of signed consents; exit code 1 where one does not hold."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from django.core.management import call_command

        call_command("verify_consents", *([str(file)] if file else []))


@app.command("backup")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes; it must not exist yet.")],
    data: Data = None,
) -> None:
    """Write everything the clinic holds into one file, with a hash of its content."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from pinprick.clinic import backup as copies

        show(paragraph(f"{file}: content {copies.backup(file)}"))


@app.command("restore")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `pinprick clinic backup` wrote.")],
    data: Data = None,
) -> None:
    """Read a backup into a data folder without a clinic, and compare its content with the hash in the file."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from pinprick.clinic import backup as copies

        show(paragraph(f"{file}: restored, content {copies.restore(file)}"))
