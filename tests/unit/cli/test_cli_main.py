"""The command line as a whole: help, version, exit codes, faults."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pinprick import __version__
from pinprick.cli import faults, main, sources
from pinprick.errors import EvidenceError, InputError, MissingExtraError, SolverError


def run(capsys, *arguments):
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_version(capsys):
    assert run(capsys, "--version") == (0, f"pinprick {__version__}\n", "")


def test_help_names_every_command(capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    for name in main.COMMANDS:
        assert f"\n  {name} " in out


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_command_has_help(capsys, name):
    code, out, _ = run(capsys, name, "--help")
    assert code == 0
    assert f"pinprick {name}" in out
    # A server answers in a browser.
    assert "--json" in out or name == "serve"


@pytest.mark.parametrize(
    "arguments", [(), ("no-such-command",), ("sources", "--no-such-option"), ("sources", "--kind", "x")]
)
def test_a_wrong_command_line_is_bad_input(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert out == ""
    assert "Traceback" not in err
    assert len(err.splitlines()) < 30


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (InputError("too long", field="needle_length", limit="1.5 mm"), 2, "limit: 1.5 mm"),
        (MissingExtraError("no PDF", remedy="pip install 'pinprick[pdf]'"), 2, "pinprick[pdf]"),
        (EvidenceError("record is broken"), 3, "record is broken"),
        (SolverError("did not converge"), 3, "did not converge"),
        (ZeroDivisionError("division"), 3, "this is a bug in Pinprick"),
        (PermissionError(13, "Permission denied", "/x/y"), 2, "/x/y"),
        (KeyboardInterrupt(), 130, "interrupted"),
    ],
)
def test_every_failure_is_a_message_and_a_code(capsys, monkeypatch, fault, code, said):
    def fail(**_):
        raise fault

    monkeypatch.delenv("PINPRICK_DEBUG", raising=False)
    monkeypatch.setattr(main, "app", lambda **_: fail())
    assert main.main(["sources"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_debug_adds_the_traceback(capsys, monkeypatch):
    monkeypatch.setenv("PINPRICK_DEBUG", "1")
    assert faults.tell(ZeroDivisionError("division")) == 3
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_bug_names_the_place(capsys, monkeypatch):
    monkeypatch.delenv("PINPRICK_DEBUG", raising=False)
    monkeypatch.setattr(sources, "words", lambda search: 1 / 0)
    assert main.main(["sources"]) == 3
    assert "sources.py" in capsys.readouterr().err


def child(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", "from pinprick.cli.main import run; run()", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        timeout=60,
    )


def test_no_colour_in_a_pipe():
    done = child("sources", "kalluri", PINPRICK_DEBUG="")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr


def test_an_ascii_terminal_does_not_crash():
    done = child("sources", "kalluri", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert done.returncode == 0, done.stderr


def test_a_reader_that_leaves_early_is_no_fault():
    shell = f'"{sys.executable}" -c "from pinprick.cli.main import run; run()" sources --json | head -n 1'
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)
    assert done.stdout == "{\n"
    assert done.stderr == ""


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom pinprick.cli.main import main\nmain(['--help'])\n"
        "heavy = {'numpy', 'scipy', 'numba', 'xarray', 'pydantic', 'yaml', 'pint', 'jinja2', 'rich'}\n"
        "heavy &= set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"


def test_json_is_one_document(capsys):
    code, out, err = run(capsys, "sources", "kalluri", "--json")
    assert code == 0
    assert err == ""
    document = json.loads(out)
    assert document["count"] == len(document["sources"]) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_no_bug_of_ours():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from pinprick.cli.main import run; run()", "rules", "keloid"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "cannot write the output" in done.stderr
    assert "bug" not in done.stderr
