"""Clinics of every released version: restored on a real PostgreSQL, brought up to date, and all of it still holds."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

RELEASES = Path(__file__).parents[1] / "fixtures" / "releases"
CHANGES = Path(__file__).parents[2] / "CHANGELOG.md"
FIXTURES = sorted(path.parent for path in RELEASES.glob("*/clinic.zip"))
# Sealed PDFs and frozen plans hardly compress, and there is one of each for every state.
MOST_BYTES = 1_000_000
READ_BACK = (RELEASES / "read_back.py").read_text("utf-8")
PROGRAM = "from pinprick.cli.main import run; run()"
# Everything that PostgreSQL knows of the tables, one line each; where a column stands among the others does not matter.
SCHEMA = """
SELECT format('column %s.%s %s null:%s default:%s', c.table_name, c.column_name,
    format_type(a.atttypid, a.atttypmod), c.is_nullable, c.column_default)
  FROM information_schema.columns c
  JOIN pg_attribute a ON a.attrelid = format('public.%I', c.table_name)::regclass AND a.attname = c.column_name
  WHERE c.table_schema = 'public'
UNION SELECT format('constraint %s %s', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
UNION SELECT format('index %s', regexp_replace(indexdef, 'INDEX \\S+', 'INDEX')) FROM pg_indexes
  WHERE schemaname = 'public'
UNION SELECT format('trigger %s', pg_get_triggerdef(t.oid)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace
UNION SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION SELECT format('policy %s %s %s %s %s %s', tablename, policyname, roles, cmd, qual, with_check) FROM pg_policies
UNION SELECT format('row security %s %s', relname, relrowsecurity) FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION SELECT format('grant %s %s %s', table_name, grantee, privilege_type) FROM information_schema.role_table_grants
  WHERE table_schema = 'public' AND grantee = 'pinprick_app'
"""
LOOK = """
import json, sys
from contextlib import ExitStack
from pathlib import Path
from pinprick.clinic import server

with ExitStack() as stack:
    server.prepare(server.Place(data=Path(sys.argv[1])), stack, lambda line: None)
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute(sys.argv[2])
        print(json.dumps(sorted(line for (line,) in cursor.fetchall())))
"""


def run(script: str, *words: str) -> str:
    foreign = ("PINPRICK", "DJANGO", "DATABASE")
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        [sys.executable, "-c", script, *words], env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def schema(data: Path) -> set[str]:
    lines = json.loads(run(LOOK, str(data), SCHEMA).splitlines()[-1])
    # A restored rule is the same one with its casts written elsewhere.
    return {re.sub(r"::(character varying|text)(\[\])?|[()]", "", line) for line in lines}


def test_every_released_version_has_its_fixture() -> None:
    released = re.findall(r"^## (\S+) \(\d{4}-\d\d-\d\d\)", CHANGES.read_text("utf-8"), re.M)
    assert released
    assert [path.name for path in FIXTURES] == sorted(released)
    for path in FIXTURES:
        assert sum(file.stat().st_size for file in path.iterdir()) < MOST_BYTES
        assert json.loads((path / "holds.json").read_text("utf-8"))["version"] == path.name


def test_a_released_migration_stays(db: None) -> None:
    """What a clinic has applied must be there still: without it the next one does not know where it begins."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    here = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    for path in FIXTURES:
        assert not set(manifest(path)["migrations"]) - here, path.name


def manifest(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path / "clinic.zip") as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that PostgreSQL may enter, whoever runs the tests: pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="pinprick-release-") as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.parametrize("path", FIXTURES, ids=[path.name for path in FIXTURES])
def test_a_clinic_of_a_release_is_brought_up_to_date(path: Path, place: Path) -> None:
    holds, was = json.loads((path / "holds.json").read_text("utf-8")), manifest(path)
    data = place / "data"
    restored = run(PROGRAM, "clinic", "restore", str(path / "clinic.zip"), "--data", str(data))
    assert was["content"] in restored.replace("\n", "")

    # The same tables, rules and rights as in a clinic made today: nothing was changed without a migration.
    made_today = schema(place / "new")
    assert schema(data) == made_today
    assert len(made_today) > 500

    found = json.loads(run(READ_BACK, str(data), str(path / "holds.json")).splitlines()[-1])
    fewer = {
        name: (table["rows"], found["rows"].get(name))
        for name, table in was["tables"].items()
        if not name.startswith(("django_", "auth_")) and found["rows"].get(name, 0) < table["rows"]
    }
    assert fewer == {}
    closed = {name for name, stage in holds["stages"].items() if stage in ("archived", "merged")}
    assert found["patients"] == {name: name not in closed for name in holds["stages"]}
    assert found["plans"].count("approved") == 4
    assert {"draft", "superseded"} <= set(found["plans"])
    assert found["revisions"] == [1] * len(found["revisions"])
    assert found["revisions"]
    assert found["prescribed"] == "dr-pen"
    assert found["sessions"] == ["abandoned", "checked_in", "signed"]
    assert found["unaltered"] is True
    assert found["addenda"] == ["Called the next day: no complaints."]
    assert found["screenings"] is True
    assert found["intake"] == [True]
    assert found["consents"] == ["signed", "signed", "signed", "withdrawn"]
    assert found["consent_faults"] == []
    assert found["aftercare"] == [True]
    assert found["merges"] == ["Kim Beispiel"]
    assert found["found"] == ["Ana Núñez Ferrer"]
    assert found["password"] is True
    assert found["second_factor"] is True
    assert {page: status for page, status in found["pages"].items() if status != 200} == {}
    assert found["next"] == 1
    assert found["audit"][0] is True
    assert found["audit"][1] > was["tables"]["audit_entry"]["rows"]
