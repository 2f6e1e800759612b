"""The table of security requirements is whole, current, and names only what exists."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Numbers of the requirements of OWASP ASVS 5.0.0 by section: those of level 1, those of level 2.
STANDARD = {
    "1.1": ([], [1, 2]),
    "1.2": ([1, 2, 3, 4, 5], [6, 7, 8, 9]),
    "1.3": ([1, 2], [3, 4, 5, 6, 7, 8, 9, 10, 11]),
    "1.4": ([], [1, 2, 3]),
    "1.5": ([1], [2]),
    "2.1": ([1], [2, 3]),
    "2.2": ([1, 2], [3]),
    "2.3": ([1], [2, 3, 4]),
    "2.4": ([], [1]),
    "3.2": ([1, 2], []),
    "3.3": ([1], [2, 3, 4]),
    "3.4": ([1, 2], [3, 4, 5, 6]),
    "3.5": ([1, 2, 3], [4, 5]),
    "3.7": ([], [1, 2]),
    "4.1": ([1], [2, 3]),
    "4.2": ([], [1]),
    "4.3": ([], [1, 2]),
    "4.4": ([1], [2, 3, 4]),
    "5.1": ([], [1]),
    "5.2": ([1, 2], [3]),
    "5.3": ([1, 2], []),
    "5.4": ([], [1, 2, 3]),
    "6.1": ([1], [2, 3]),
    "6.2": ([1, 2, 3, 4, 5, 6, 7, 8], [9, 10, 11, 12]),
    "6.3": ([1, 2], [3, 4]),
    "6.4": ([1, 2], [3, 4]),
    "6.5": ([], [1, 2, 3, 4, 5]),
    "6.6": ([], [1, 2, 3]),
    "6.8": ([], [1, 2, 3, 4]),
    "7.1": ([], [1, 2, 3]),
    "7.2": ([1, 2, 3, 4], []),
    "7.3": ([], [1, 2]),
    "7.4": ([1, 2], [3, 4, 5]),
    "7.5": ([], [1, 2]),
    "7.6": ([], [1, 2]),
    "8.1": ([1], [2]),
    "8.2": ([1, 2], [3]),
    "8.3": ([1], []),
    "8.4": ([], [1]),
    "9.1": ([1, 2, 3], []),
    "9.2": ([1], [2, 3, 4]),
    "10.1": ([], [1, 2]),
    "10.2": ([], [1, 2]),
    "10.3": ([], [1, 2, 3, 4]),
    "10.4": ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10, 11]),
    "10.5": ([], [1, 2, 3, 4, 5]),
    "10.6": ([], [1, 2]),
    "10.7": ([], [1, 2, 3]),
    "11.1": ([], [1, 2]),
    "11.2": ([], [1, 2, 3]),
    "11.3": ([1, 2], [3]),
    "11.4": ([1], [2, 3, 4]),
    "11.5": ([], [1]),
    "11.6": ([], [1]),
    "12.1": ([1], [2, 3]),
    "12.2": ([1, 2], []),
    "12.3": ([], [1, 2, 3, 4]),
    "13.1": ([], [1]),
    "13.2": ([], [1, 2, 3, 4, 5]),
    "13.3": ([], [1, 2]),
    "13.4": ([1], [2, 3, 4, 5]),
    "14.1": ([], [1, 2]),
    "14.2": ([1], [2, 3, 4]),
    "14.3": ([1], [2, 3]),
    "15.1": ([1], [2, 3]),
    "15.2": ([1], [2, 3]),
    "15.3": ([1], [2, 3, 4, 5, 6, 7]),
    "16.1": ([], [1]),
    "16.2": ([], [1, 2, 3, 4, 5]),
    "16.3": ([], [1, 2, 3, 4]),
    "16.4": ([], [1, 2, 3]),
    "16.5": ([], [1, 2, 3]),
    "17.1": ([], [1]),
    "17.2": ([], [1, 2, 3, 4]),
    "17.3": ([], [1, 2]),
}  # fmt: skip


def generator():
    spec = importlib.util.spec_from_file_location("generate_asvs", ROOT / "docs" / "generate_asvs.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ROWS = generator().rows()


def test_every_requirement_of_levels_1_and_2_is_there_once_in_order():
    expected = []
    for section, (first, second) in STANDARD.items():
        levels = dict.fromkeys(first, 1) | dict.fromkeys(second, 2)
        expected += [(f"{section}.{number}", levels[number]) for number in sorted(levels)]
    assert [(row["id"], row["level"]) for row in ROWS] == expected
    assert len(expected) == 253


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_row_says_what_how_and_where(row):
    assert set(row) <= {"id", "level", "what", "state", "why", "tests", "code"}
    assert row["state"] in generator().STATES and row["what"].strip() and row["why"].strip()
    proof = [*row.get("tests", ()), *row.get("code", ())]
    assert bool(proof) == (row["state"] in ("met", "partly"))
    assert (" Gap: " in f" {row['why']}") == (row["state"] == "partly")
    assert "|" not in row["what"] + row["why"]
    for path in row.get("code", ()):
        assert (ROOT / path).is_file(), path


def test_every_named_test_is_collected():
    named = sorted({test for row in ROWS for test in row.get("tests", ())})
    command = [sys.executable, "-m", "pytest", "--collect-only", "-p", "no:cacheprovider", *named]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    found = {line.split("[")[0] for line in done.stdout.splitlines() if "::" in line}
    assert set(named) <= found


def test_a_test_that_is_not_there_would_be_noticed():
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "tests/docs/test_asvs.py::test_of_nothing"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode != 0


def test_page_and_summary_are_current():
    made = generator()
    assert made.PAGE.read_text("utf-8") == made.page()
    text = made.SUMMARY.read_text("utf-8")
    assert made.summarised(text) == text and "(docs/reference/asvs.md)" in text
