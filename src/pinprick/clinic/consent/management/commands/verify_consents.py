"""Check one sealed file, or every consent that is stored."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from pinprick.clinic.consent.integrity import faults
from pinprick.clinic.consent.models import SignedFile
from pinprick.clinic.consent.verify import verify


class Command(BaseCommand):
    """Exits with 1 where anything was altered, with 2 where a file cannot be opened."""

    help = "Check a signed consent (PDF), or every stored one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", nargs="?", type=Path, help="a signed consent; without it, all that are stored")

    def handle(self, *args: Any, file: Path | None = None, **options: Any) -> None:
        """Check and say what was found."""
        if file is None:
            self._all()
            return
        try:
            document = file.read_bytes()
        except OSError as fault:
            raise CommandError(f"{file}: {fault.strerror}", returncode=2) from fault
        known = SignedFile.objects.values_list("certificate", flat=True).distinct()
        found = verify(document, known)
        self.stdout.write(f"sound, sealed {found.sealed_at:%Y-%m-%d %H:%M:%S %Z}" if found.sound else found.reason)
        if not found.sound:
            sys.exit(1)

    def _all(self) -> None:
        listed = list(faults())
        for fault in listed:
            self.stdout.write(f"{fault.consent} {fault.what}")
        self.stdout.write(f"{SignedFile.objects.count()} signed consents checked, {len(listed)} faults")
        if listed:
            sys.exit(1)
