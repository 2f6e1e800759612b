"""Backup and restore through the program itself: another data folder ends with the same content, or nothing happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

SEED = """
import os
from contextlib import ExitStack
from pathlib import Path
from pinprick.clinic import server
with ExitStack() as stack:
    server.prepare(server.Place(data=Path(os.environ["DATA"])), stack, lambda line: None)
    from datetime import date
    from pinprick.clinic.people import tenancy
    from pinprick.clinic.people.models import Membership, Organisation, Site, User
    from pinprick.clinic.patients import services
    place = Organisation.objects.create(name="North", jurisdiction="GB", currency="GBP")
    site = Site.objects.create(organisation=place, name="One", time_zone="Europe/Madrid")
    user = User.objects.create_user("a@b.example", "a long password for the tests", name="Ä \\t \\\\ ß")
    member = Membership.objects.create(user=user, organisation=place, role="owner", site=site)
    with tenancy.acting_as(member):
        for number in range(30):
            values = {"given_names": f"Ñandú {number}", "family_names": "O'Brien", "birth_date": date(1990, 1, 1)}
            services.register(member, values)
    files = Path(os.environ["DATA"]) / "files"
    files.mkdir()
    (files / "picture.bin").write_bytes(bytes(range(256)))
    from pinprick.clinic import backup
    print(backup.content_hash())
"""


def run(*words: str, data: Path, script: str = "") -> subprocess.CompletedProcess[str]:
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PINPRICK", "DJANGO", "DATABASE"))
    }
    command = (
        [sys.executable, "-c", script]
        if script
        else [sys.executable, "-c", "from pinprick.cli.main import run; run()", "clinic", *words]
    )
    return subprocess.run(command, env={**surroundings, "DATA": str(data)}, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, str]:
    """A data folder with a clinic, its backup, and the hash of its content."""
    folder = tmp_path_factory.mktemp("clinic")
    seeded = run(data=folder / "a", script=SEED)
    assert seeded.returncode == 0, seeded.stderr
    content = seeded.stdout.split()[-1]
    done = run("backup", str(folder / "clinic.zip"), "--data", str(folder / "a"), data=folder)
    assert done.returncode == 0, done.stderr
    assert content in done.stdout.replace("\n", "")
    return folder / "a", folder / "clinic.zip", content


def test_a_restored_clinic_has_the_same_content(made: tuple[Path, Path, str], tmp_path: Path) -> None:
    old, file, content = made
    done = run("restore", str(file), "--data", str(tmp_path / "b"), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert content in done.stdout.replace("\n", "")
    assert (tmp_path / "b/files/picture.bin").read_bytes() == bytes(range(256))
    assert (tmp_path / "b/secret.key").read_text() == (old / "secret.key").read_text()
    # What a machine made for itself stays there.
    assert not any(
        name.startswith(("files/machine-code", "files/serving")) for name in zipfile.ZipFile(file).namelist()
    )
    # Row-level security, triggers and rights came along: the trail still verifies and a second backup is the same.
    assert run("verify-audit", "--data", str(tmp_path / "b"), data=tmp_path).returncode == 0
    again = run("backup", str(tmp_path / "again.zip"), "--data", str(tmp_path / "b"), data=tmp_path)
    assert again.returncode == 0, again.stderr
    first, second = (json.loads(zipfile.ZipFile(path).read("manifest.json")) for path in (file, tmp_path / "again.zip"))
    assert first["tables"] == second["tables"]
    assert first["tables"]["patients_patient"]["rows"] == 30
    assert "django_session" not in first["tables"]


def test_a_clinic_is_never_overwritten(made: tuple[Path, Path, str], tmp_path: Path) -> None:
    old, file, _content = made
    refused = run("restore", str(file), "--data", str(old), data=tmp_path)
    assert refused.returncode == 2
    assert "already holds a clinic" in refused.stderr
    refused = run("backup", str(file), "--data", str(old), data=tmp_path)
    assert refused.returncode == 2
    assert "exists already" in refused.stderr


def test_the_file_is_for_its_owner_s_eyes(made: tuple[Path, Path, str]) -> None:
    assert made[1].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("what", ["a changed byte", "cut short", "no archive", "a newer version"])
def test_a_damaged_file_is_refused_and_nothing_is_written(
    made: tuple[Path, Path, str], tmp_path: Path, what: str
) -> None:
    content = bytearray(made[1].read_bytes())
    file = tmp_path / "bad.zip"
    if what == "a changed byte":
        with zipfile.ZipFile(made[1]) as archive:
            place = archive.getinfo("database.dump").header_offset + 3000
        content[place] ^= 1
        file.write_bytes(content)
    elif what == "cut short":
        file.write_bytes(content[: len(content) // 2])
    elif what == "no archive":
        file.write_text("hello")
    else:
        with zipfile.ZipFile(made[1]) as old, zipfile.ZipFile(file, "w") as new:
            for name in old.namelist():
                text = old.read(name)
                if name == "manifest.json":
                    manifest = json.loads(text)
                    manifest["migrations"].append("patients.9999_from_the_future")
                    text = json.dumps(manifest).encode()
                new.writestr(name, text)
    refused = run("restore", str(file), "--data", str(tmp_path / "b"), data=tmp_path)
    assert refused.returncode == 2, refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "b/files").exists()
