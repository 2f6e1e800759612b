"""Django's own commands on the embedded database, for developers: `python -m pinprick.clinic.manage makemigrations`."""

from __future__ import annotations

import os
import sys

from pinprick.clinic import environment
from pinprick.clinic.database import Embedded


def main() -> None:
    """Start the database where none is given and run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pinprick.clinic.settings")
    given = environment.read()
    if not given.database_url:
        given.data.mkdir(parents=True, exist_ok=True)
        os.environ["DATABASE_URL"] = Embedded(given.data).start()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
