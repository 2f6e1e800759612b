"""What can keep the clinic from starting: each is refused with what was found and what to do."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from pinprick.errors import InputError

HOLD = "serving.lock"
# PostgreSQL writes its log of changes in files of 16 MB and stops without room for the next ones.
LEAST_FREE_MB = 200
# Clocks of machines that keep time by the network differ by far less.
CLOCK_SLACK = timedelta(hours=1)
# The embedded server is started through a shell, and its address names the folder.
_ODD = re.compile(r"[^\w./+@:,~-]")


def usable(data: Path, *, embedded: bool) -> None:
    """Make the data folder where missing, and try whether it can be worked in.

    Args:
        data: the data folder.
        embedded: whether PostgreSQL's own data lie in it.

    Raises:
        InputError: it cannot be made or written to, its path cannot be used, or the disk is full.
    """
    if embedded and (odd := _ODD.search(str(data))):
        raise InputError(
            "PostgreSQL cannot work in a folder of this name.", field="--data", given=str(data),
            limit=f"the path holds {odd[0]!r}",
            remedy="Choose a folder whose whole path has letters, digits and . _ - only, with --data FOLDER.",
        )  # fmt: skip
    try:
        data.mkdir(parents=True, exist_ok=True)
        trial = data / f".pinprick-trial-{os.getpid()}"
        trial.touch()
        trial.unlink()
        free = shutil.disk_usage(data).free
    except OSError as fault:
        raise InputError(
            "The data folder cannot be used.", field="--data", given=str(data), limit=str(fault.strerror),
            remedy="Choose a folder that you may write to, with --data FOLDER.",
        ) from fault  # fmt: skip
    if embedded and free < LEAST_FREE_MB * 1_000_000:
        raise InputError(
            "The disk of the data folder is full.", field="--data", given=str(data),
            limit=f"{free // 1_000_000} MB are free; PostgreSQL needs {LEAST_FREE_MB} MB to work in",
            remedy="Make room on this disk, or choose a folder on another with --data FOLDER.",
        )  # fmt: skip


def free_port(host: str, port: int) -> None:
    """Try whether an address can be listened on.

    Raises:
        InputError: it cannot.
    """
    try:
        family, kind, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as fault:
        own = isinstance(fault, socket.gaierror) or fault.errno == errno.EADDRNOTAVAIL
        raise InputError(
            f"Cannot listen on {host}:{port}: {fault.strerror}.",
            field="--host" if own else "--port",
            given=host if own else port,
            remedy="Name an address of this machine with --host." if own
            else "Choose another with --port, or stop what uses it.",
        ) from fault  # fmt: skip


@contextmanager
def alone(data: Path, address: str) -> Iterator[None]:
    """Hold a data folder against a second server while this one runs; a command such as backup may still join.

    Args:
        data: the data folder.
        address: where this server is reached, for the message to a second one.

    Raises:
        InputError: another server holds it.
    """
    # The lock goes with the process that holds it, however that ends; what the file says is for people alone.
    with (data / HOLD).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            file.seek(0)
            raise InputError(
                "This data folder is served already.", field="--data", given=str(data), limit=file.read().strip(),
                remedy="Use that server or stop it, or choose another folder with --data FOLDER.",
            ) from fault  # fmt: skip
        file.truncate(0)
        file.write(f"process {os.getpid()} at {address}\n")
        file.flush()
        yield


@contextmanager
def database_told(url: str) -> Iterator[None]:
    """Turn what PostgreSQL refuses while it is prepared into a message for whoever starts the server.

    Args:
        url: DATABASE_URL as given, or "" for the embedded server.

    Raises:
        InputError: in place of the database's own error.
    """
    from django.db import Error

    try:
        yield
    except Error as fault:
        said = " ".join(str(fault).split())
        raise InputError(
            "The database cannot be used.", field="DATABASE_URL" if url else "--data",
            given=_without_password(url) if url else None, limit=said[:400],
            remedy="Check that PostgreSQL runs there, that DATABASE_URL names it, and that its user owns the database."
            if url else "Look into the file postgres/log of the data folder; restore a backup if it is damaged.",
        ) from fault  # fmt: skip


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or '(socket)'}{f':{parts.port}' if parts.port else ''}{parts.path}"


def known_version() -> None:
    """Check that the database was not migrated by a newer Pinprick.

    Raises:
        InputError: it was; this version does not know how the records lie there.
    """
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    newer = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in loader.disk_migrations
    )
    if newer:
        raise InputError(
            "This database is of a newer version of Pinprick.", limit=f"unknown: {', '.join(newer[:3])}",
            remedy="Install that version, or a later one.",
        )  # fmt: skip


def sane_clock(now: datetime | None = None) -> None:
    """Check that the clock is not behind what was recorded already: new entries would be dated before old ones.

    Args:
        now: the present; the machine's clock unless given.

    Raises:
        InputError: the clock is behind by more than an hour.
    """
    from pinprick.clinic.audit.models import Entry

    here = now or datetime.now(UTC)
    newest = Entry.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest is not None and here < newest - CLOCK_SLACK:
        raise InputError(
            "The clock of this machine is behind the records.", given=f"{here:%Y-%m-%d %H:%M} UTC",
            limit=f"the newest entry is of {newest:%Y-%m-%d %H:%M} UTC",
            remedy="Set the clock; entries must not be dated before those that are there.",
        )  # fmt: skip


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the preparation as Ctrl-C does, so that PostgreSQL is stopped and not left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
