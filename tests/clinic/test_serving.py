"""`pinprick serve` under hostile settings: a plain message with what to do and exit code 2; and it stops in order."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from pinprick.clinic import starting
from pinprick.clinic.database import Embedded
from pinprick.errors import InputError

# Each starts processes of its own, which takes longer than the default suite has.
pytestmark = pytest.mark.slow
COMMAND = [sys.executable, "-c", "from pinprick.cli.main import run; run()", "serve"]


def surroundings(**settings: str) -> dict[str, str]:
    foreign = ("PINPRICK", "DJANGO", "DATABASE")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)} | settings


def refused(*words: str, **settings: str) -> str:
    """Return what a server that does not start says; it must say what to do."""
    done = subprocess.run(
        [*COMMAND, *words], env=surroundings(**settings), capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 2, (done.returncode, done.stderr[-2000:])
    assert "Traceback" not in done.stderr
    assert "do:" in done.stderr
    return done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("port", ["0", "70000", "-1", "eighty"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    assert "--port" in refused("--data", str(tmp_path), "--port", port)


def test_a_port_in_use(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = refused("--data", str(tmp_path), "--port", str(port))
    assert f"Cannot listen on 127.0.0.1:{port}" in said
    assert "Choose another with --port" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["192.0.2.1", "no such host"])
def test_an_address_of_another_machine(host: str) -> None:
    with pytest.raises(InputError, match="Cannot listen") as fault:
        starting.free_port(host, free_port())
    assert fault.value.field == "--host"


def test_this_machine_is_listened_on_in_either_form() -> None:
    starting.free_port("127.0.0.1", free_port())
    if socket.has_ipv6 and Path("/proc/net/if_inet6").exists():
        starting.free_port("::1", free_port())


def test_a_data_folder_that_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert "The data folder cannot be used" in refused("--data", str(file))
    assert "The data folder cannot be used" in refused("--data", "/proc/sys/pinprick")
    assert "cannot work in a folder of this name" in refused("--data", str(tmp_path / "two words"))


def test_another_version_of_postgresql(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    folder.mkdir()
    for mark in ("15", ""):
        (folder / "PG_VERSION").write_text(f"{mark}\n")
        said = refused("--data", str(tmp_path), "--port", str(free_port()))
        assert "another major version" in said
        assert "Make a backup with the Pinprick that used it last" in said
    assert sorted(path.name for path in folder.iterdir()) == ["PG_VERSION"]


def test_a_damaged_database_folder(tmp_path: Path) -> None:
    with Embedded(tmp_path):
        pass
    (tmp_path / "postgres/global/pg_control").unlink()
    said = refused("--data", str(tmp_path), "--port", str(free_port()))
    assert "PostgreSQL does not start in this folder" in said
    assert "pg_control" in said
    assert "Restore a backup" in said


def test_a_database_address_that_is_none(tmp_path: Path) -> None:
    assert "must begin with postgresql://" in refused("--data", str(tmp_path), DATABASE_URL="mysql://u:p@h/d")
    said = refused("--data", str(tmp_path), DATABASE_URL="postgresql://u:secret/more@h/d")
    assert "write / as %2F" in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:secret@127.0.0.1:1/d", "refused"),
        ("postgresql://u:secret@nowhere.invalid/d", "nowhere.invalid"),
        ("postgresql:///d?host=/nowhere", "No such file"),
        ("postgresql://u:secret@127.0.0.1:1/d?colour=blue", "colour"),
    ],
)
def test_a_database_that_does_not_answer(tmp_path: Path, url: str, words: str) -> None:
    said = refused("--data", str(tmp_path), "--port", str(free_port()), DATABASE_URL=url)
    assert "The database cannot be used" in said
    assert words in said
    assert "secret" not in said


def test_a_database_that_is_not_there(tmp_path: Path, organisation: object) -> None:
    described = connection.settings_dict
    said = refused("--data", str(tmp_path), DATABASE_URL=f"postgresql://postgres@/nothing?host={described['HOST']}")
    assert 'database "nothing" does not exist' in " ".join(said.split())


def test_a_full_disk(tmp_path: Path) -> None:
    """On a real small disk, where one may be mounted."""
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=20m", "none", str(tmp_path)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small disk cannot be mounted here")
    try:
        said = refused("--data", str(tmp_path / "data"), "--port", str(free_port()))
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert "The disk of the data folder is full" in said
    assert "Make room" in said


def test_a_setting_out_of_range(tmp_path: Path) -> None:
    assert "PINPRICK_WORKERS" in refused("--data", str(tmp_path), PINPRICK_WORKERS="0")


def test_a_clock_behind_the_records(organisation: object) -> None:
    starting.sane_clock()
    starting.sane_clock(datetime.now(UTC) - timedelta(minutes=50))
    with pytest.raises(InputError, match="clock of this machine is behind"):
        starting.sane_clock(datetime.now(UTC) - timedelta(hours=2))


def test_a_database_of_a_newer_version(db: None) -> None:
    starting.known_version()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('patients', '9999_from_the_future', now())"
        )
    with pytest.raises(InputError, match="newer version") as fault:
        starting.known_version()
    assert "9999_from_the_future" in str(fault.value)


class Server:
    """A server of its own in a data folder, with what it says."""

    def __init__(self, data: Path) -> None:
        self.data, self.port, self.said = data, free_port(), ""
        self.process = subprocess.Popen(
            [*COMMAND, "--data", str(data), "--port", str(self.port)],
            env=surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line

    def until(self, reached: Callable[[], bool], seconds: float = 180) -> None:
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, self.said
            time.sleep(0.05)

    def says(self, words: str) -> None:
        self.until(lambda: words in self.said or self.process.poll() is not None)
        assert words in self.said

    def get(self, path: str) -> int:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            link.request("GET", path)
            return link.getresponse().status
        finally:
            link.close()

    def answers(self) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.get("/ready") == 200
        return False

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self._reader.join(10)
        return code


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    """Return a maker of servers in one data folder; none is left running."""
    made: list[Server] = []

    def start() -> Server:
        made.append(Server(tmp_path / "data"))
        return made[-1]

    yield start
    for server in made:
        if server.process.poll() is None:
            server.end()


def test_sigterm_while_it_prepares_leaves_nothing_running(started: Callable[[], Server]) -> None:
    server = started()
    server.says("Bringing the database up to date")
    assert server.end() == 130
    assert "Traceback" not in server.said
    assert not (server.data / "postgres/postmaster.pid").exists()


def test_one_server_a_folder_and_what_it_answers_is_finished_before_it_stops(started: Callable[[], Server]) -> None:
    server = started()
    server.until(server.answers)
    said = refused("--data", str(server.data), "--port", str(free_port()))
    assert "This data folder is served already" in said
    assert f"at http://localhost:{server.port}" in said
    assert server.answers()

    socket_folder = (server.data / "postgres/postmaster.pid").read_text().splitlines()[4]
    answered: list[int] = []
    request = threading.Thread(target=lambda: answered.append(server.get("/ready")))
    with psycopg.connect(f"postgresql://postgres@/pinprick?host={socket_folder}") as holding:
        holding.execute("LOCK TABLE django_migrations IN ACCESS EXCLUSIVE MODE")
        request.start()
        with psycopg.connect(f"postgresql://postgres@/pinprick?host={socket_folder}", autocommit=True) as watching:
            server.until(lambda: watching.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount > 0)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(1.0)
        holding.commit()
    request.join(60)
    assert answered == [200]
    assert server.end() == 0
    assert "Stopped." in server.said
    assert "Traceback" not in server.said
    assert not (server.data / "postgres/postmaster.pid").exists()
    # Nothing is left that holds the folder or keeps it from starting again.
    again = started()
    again.until(again.answers)
    assert again.end() == 0
