"""The audit of libraries never calls unchecked what is sound, nor sound what is unchecked."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
spec = importlib.util.spec_from_file_location("audit", ROOT / "requirements" / "audit.py")
audit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audit)

GOOD = {"name": "a", "version": "1", "vulns": []}
SILENT = {"name": "b", "skip_reason": "Dependency not found on PyPI and could not be audited: b (1)"}
FAULTY = {"name": "c", "version": "1", "vulns": [{"id": "PYSEC-2026-1", "fix_versions": ["2"]}]}


def answer(*rows):
    return json.dumps({"dependencies": rows, "fixes": []})


@pytest.mark.parametrize("said", ["", "Traceback", "[]", "{}", answer(), answer(SILENT, SILENT)])
def test_where_nobody_answers_it_says_that_nothing_was_checked_and_does_not_fail(said):
    lines, code = audit.judged(said)
    assert code == 0 and "NOTHING WAS CHECKED" in lines[0] and "not known" in lines[0]


def test_what_was_not_checked_is_named():
    lines, code = audit.judged(answer(GOOD, SILENT))
    assert code == 0 and lines == ["audit: 1 of 2 libraries checked, 0 known faults", "  not checked: b"]


def test_a_known_fault_fails():
    lines, code = audit.judged(answer(GOOD, FAULTY, SILENT))
    assert code == 1 and lines[-1] == "  c: PYSEC-2026-1" and "2 of 3" in lines[0]


def test_without_a_network_the_program_itself_does_not_fail():
    # An address that answers nothing stands for a machine without a network.
    away = {"PATH": "/usr/bin:/bin", "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = subprocess.run(
        [sys.executable, str(ROOT / "requirements" / "audit.py")], env=away, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 and "NOTHING WAS CHECKED" in done.stdout
