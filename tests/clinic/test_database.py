"""The embedded PostgreSQL lets in the account that owns its data, and no other account of the machine."""

import os
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from pinprick.clinic.backup import _program
from pinprick.clinic.database import Embedded, write_access

TRUSTING = "local all all trust\n"


def sockets(url):
    return Path(parse_qs(urlsplit(url).query)["host"][0])


@pytest.fixture
def folder():
    """A folder that the server's account reaches; pytest closes its own to others whenever one more run begins."""
    with tempfile.TemporaryDirectory(prefix="pinprick-embedded-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def running():
    with tempfile.TemporaryDirectory(prefix="pinprick-embedded-") as name, Embedded(Path(name)) as server:
        yield server


def test_it_listens_on_no_address_and_trusts_nobody(running):
    with psycopg.connect(running.url) as link:
        assert link.execute("SHOW listen_addresses").fetchone() == ("",)
        rules = link.execute("SELECT type, auth_method, options FROM pg_hba_file_rules").fetchall()
        assert rules == [("local", "peer", ["map=pinprick"])]
        let_in = {name for (name,) in link.execute("SELECT sys_name FROM pg_ident_file_mappings")}
    assert let_in == {running.folder.owner(), "root"}


def test_its_folder_and_its_socket_are_closed_to_others(running):
    for folder in (running.folder, sockets(running.url)):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("pg_hba.conf", "pg_ident.conf"):
        assert stat.S_IMODE((running.folder / name).stat().st_mode) == 0o600


def test_a_role_that_is_not_the_owner_of_the_tables_cannot_sign_in(running):
    with psycopg.connect(running.url, autocommit=True) as link:
        link.execute("CREATE ROLE intruder LOGIN SUPERUSER")
    with pytest.raises(psycopg.OperationalError, match=r"[Pp]eer authentication failed"):
        psycopg.connect(running.url.replace("postgres@", "intruder@"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")
def test_another_account_is_refused_even_where_it_reaches_the_socket(running):
    def ask():
        command = [str(_program("psql")), "-Atc", "SELECT 1", running.url]
        return subprocess.run(command, user="nobody", group="nogroup", capture_output=True, text=True, check=False)

    assert "Permission denied" in ask().stderr
    folder = sockets(running.url)
    above = [running.folder.parent, *running.folder.parent.parents]
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (folder, *above)}
    try:
        for path, mode in modes.items():
            path.chmod(mode | 0o011)
        refused = ask()
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    assert refused.returncode and "eer authentication failed" in refused.stderr


def test_a_folder_of_an_earlier_version_is_taken_over_while_its_server_runs(folder):
    before = Embedded(folder)
    url = before.start()
    with psycopg.connect(url, autocommit=True) as link:
        link.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (7); CREATE ROLE intruder LOGIN")
        (before.folder / "pg_hba.conf").write_text(TRUSTING)
        link.execute("SELECT pg_reload_conf()")
    guest = url.replace("postgres@", "intruder@")
    # It trusts everybody, as the first version did; the rules are read again within moments.
    _until(lambda: _opens(guest))
    with Embedded(folder) as after:
        _until(lambda: not _opens(guest))
        with psycopg.connect(after.url) as link:
            assert link.execute("SELECT n FROM kept").fetchone() == (7,)


def _opens(url):
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


def _until(holds):
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_long_path_puts_the_socket_elsewhere_behind_the_same_door(folder):
    deep = folder / ("a-long-name-of-a-folder-" * 4)
    with Embedded(deep) as server:
        place = sockets(server.url)
        assert place != server.folder and stat.S_IMODE(place.stat().st_mode) == 0o700
        assert place.owner() == server.folder.owner()
        with psycopg.connect(server.url) as link:
            assert link.execute("SELECT 1").fetchone() == (1,)


def test_the_rules_are_written_once(running):
    assert write_access(running.folder) is False
