"""`pinprick clinic`: what an administrator does with the clinic's data at a terminal."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.serve import Data
from pinprick.cli.terminal import paragraph, show
from pinprick.errors import InputError

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


@app.command("remove-second-factor")
def remove_second_factor(
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="With which the person signs in.")], data: Data = None
) -> None:
    """Take away the second factor of somebody who has lost it; they set up a new one when they sign in."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from pinprick.clinic.people import services
        from pinprick.clinic.people.models import Membership

        found = Membership.objects.select_related("user").filter(user__email__iexact=email).first()
        if found is None:
            raise InputError("Nobody signs in with this address.", field="EMAIL", given=email, remedy="Check it.")
        try:
            services.remove_second_factor(None, found)
        except services.Refused as fault:
            raise InputError("This person has no second factor.", field="EMAIL", given=email) from fault
        show(paragraph(f"{email}: signed out; a new second factor is set up at the next sign-in."))


@app.command("renew-keys")
def renew_keys(data: Data = None) -> None:
    """Replace the key that signs cookies and every clinic's seal; the server takes them up when it starts again."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from django.conf import settings

        from pinprick.clinic import keys
        from pinprick.clinic.consent import seal
        from pinprick.clinic.people.models import Organisation

        if settings.ENVIRONMENT.secret_key:
            show(paragraph("PINPRICK_SECRET_KEY is set: replace the key that signs cookies there."))
        else:
            keys.renew(settings.DATA / keys.COOKIE)
            show(paragraph("The key that signs cookies is new; the old one is believed for a week."))
        for organisation in Organisation.objects.order_by("created_at"):
            seal.renew(settings.DATA, organisation.pk, organisation.name)
            show(paragraph(f"{organisation.name}: the seal is new; consents sealed before stay sound."))


@app.command("retention")
def retention(
    years: Annotated[float, typer.Option(min=0, help="Years without anything written; your own rules name them.")],
    data: Data = None,
) -> None:
    """List the numbers of patients whose records nothing was written to for some years; nothing is deleted."""
    with ExitStack() as stack:
        _prepared(stack, data)
        from django.utils import timezone

        from pinprick.clinic.patients.retention import untouched
        from pinprick.clinic.people import tenancy
        from pinprick.clinic.people.models import Organisation

        before = timezone.now() - timedelta(days=365.25 * years)
        for organisation in Organisation.objects.order_by("created_at"):
            with tenancy.entered(organisation.pk):
                found = untouched(organisation, before)
            show(paragraph(f"{organisation.name}: {len(found)} records without a change for {years:g} years."))
            for one in found:
                archived = ", archived" if one.is_archived else ""
                show(paragraph(f"  patient {one.number}: last written on {one.since:%Y-%m-%d}{archived}"))


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
