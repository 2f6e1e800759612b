"""What the models say and what the migrations make are one."""

from io import StringIO

import pytest
from django.core.management import call_command


def test_models_and_migrations_agree(db: None) -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1, stdout=said)
    except SystemExit:
        pytest.fail(f"a migration is missing: {said.getvalue()}")
