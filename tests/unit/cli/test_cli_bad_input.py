"""What people get wrong: each a one-screen message that says what to do, and nothing is written."""

import json
import subprocess
import sys

import pytest

from pinprick.cli import main

CASE = """
[patient]
age = 30
[concern]
indication = "atrophic_acne_scars"
zones = ["cheek"]
[clinic]
jurisdiction = "US"
devices = ["skinpen-precision"]
"""

WRONG = {
    "unknown field": (CASE.replace("age = 30", "age = 30\nshoe_size = 44"), "shoe_size"),
    "wrong unit": (CASE + '[request]\nneedle_length = "1.5 kg"\n', "needle_length"),
    "impossible date": (CASE.replace("age = 30", 'birth_date = "2001-02-30"'), "birth_date"),
    "negative age": (CASE.replace("age = 30", "age = -30"), "age"),
    "absurd age": (CASE.replace("age = 30", "age = 1e9"), "age"),
    "needle beyond the device": (CASE + '[request]\nneedle_length = "9 mm"\n', "needle_length"),
    "needle beyond the label": (CASE + '[request]\nneedle_length = "2.0 mm"\n', "needle_length"),
    "zone that does not exist": (CASE.replace('"cheek"', '"eyelid"'), "zones"),
    "zone of another indication": (CASE.replace('"cheek"', '"palm"'), "zones"),
    "empty zones": (CASE.replace('["cheek"]', "[]"), "zones"),
    "contradictory preferences": (CASE + "[preferences]\nmin_sessions = 5\nmax_sessions = 2\n", "min_sessions"),
    "unknown device": (CASE.replace("skinpen-precision", "skinpen-3000"), "skinpen-3000"),
    "unknown indication": (CASE.replace("atrophic_acne_scars", "scars_of_acne"), "indication"),
    "truncated": (CASE[: CASE.index('"cheek"') + 3], "not valid TOML"),
    "no concern": ("[patient]\nage = 30\n", "concern"),
    "empty": ("", "patient"),
    "not a number": (CASE.replace("age = 30", "age = nan"), "age"),
    "control characters": (CASE.replace("age = 30", 'age = 30\n"\\u001b[31mred" = 1'), "red"),
}


@pytest.mark.parametrize("command", ["plan", "screen"])
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_case(capsys, tmp_path, command, name):
    text, said = WRONG[name]
    case, report = tmp_path / "case.toml", tmp_path / "plan.html"
    case.write_text(text, "utf-8")
    more = ("--report", str(report)) if command == "plan" else ()
    code = main.main((command, str(case), *more))
    captured = capsys.readouterr()
    assert (code, captured.out) == (2, ""), captured.err
    assert said in captured.err
    assert "case.toml" in captured.err
    assert "Traceback" not in captured.err
    assert "bug" not in captured.err
    assert len(captured.err.splitlines()) <= 40
    assert not report.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("latin-1 text", CASE.replace("[patient]", 'title = "Müller"\n[patient]').encode("latin-1")),
        ("binary", bytes(range(256)) * 10),
        ("zero bytes", b"\0" * 100),
    ],
)
def test_a_file_that_is_no_text(capsys, tmp_path, name, content):
    case = tmp_path / "case.toml"
    case.write_bytes(content)
    for command in ("plan", "screen"):
        assert main.main((command, str(case))) == 2
        captured = capsys.readouterr()
        assert captured.out == ""
        assert "case.toml" in captured.err
        assert "Traceback" not in captured.err


def test_deeply_nested_json_is_refused(capsys, tmp_path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, "utf-8")
    assert main.main(("screen", str(path))) == 2
    path.write_text('{"resourceType":' * 5_000, "utf-8")
    assert main.main(("screen", str(path))) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_case_given_as_yaml_and_json_screens_alike(capsys, tmp_path):
    case = {"patient": {"age": 30}, "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
    found = []
    for ending in ("json", "yaml"):
        path = tmp_path / f"case.{ending}"
        path.write_text(json.dumps(case), "utf-8")
        assert main.main(("screen", str(path), "--on", "2026-11-21", "--json")) == 0
        found.append(capsys.readouterr().out)
    assert found[0] == found[1]


def test_an_interrupted_run_leaves_no_file_and_says_so(tmp_path):
    code = (
        "import os, signal, time\n"
        # Whoever starts the tests in the background has them ignore interrupts.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "import pinprick.planning as planning\n"
        "planning.plan = lambda *a, **k: (os.kill(os.getpid(), signal.SIGINT), time.sleep(30))\n"
        "from pinprick.cli.main import run\n"
        "run()"
    )
    case, report = tmp_path / "case.toml", tmp_path / "plan.html"
    case.write_text(CASE, "utf-8")
    done = subprocess.run(
        [sys.executable, "-c", code, "plan", str(case), "--report", str(report)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 130
    assert "interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert not report.exists()
