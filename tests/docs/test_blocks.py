"""Every command and every Python block of the README and the documentation runs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

from pinprick.cli import main
from pinprick.planning import Case

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"#\s*exit code (\d)\s*$")

# Commands that a test cannot run, each with the reason. Nothing else is left out.
NOT_RUN = {
    "make demo": "installs into .venv from the network; its last step, `pinprick plan`, is run from the pages",
    "make install": "installs into .venv from the network",
    "make test": "would run this suite inside itself",
    "make test-slow": "would run a suite inside this one",
    "make test-browser": "would run a suite inside this one",
    "make check": "run by continuous integration beside this suite",
    "pip install 'pinprick[jax]' 'jax[cuda12]'": "installs from the network, for a GPU",
    "python benchmarks/gpu.py --full": "for a machine with a GPU; takes minutes",
    "make bench": "measures speed; what is timed does not belong into a test",
}


@dataclass(frozen=True)
class Line:
    page: str
    text: str
    expected: int


def blocks(language: str) -> list[tuple[str, int, str]]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for place, match in enumerate(FENCE.finditer(text)):
            if match.group(1) == language:
                found.append((str(page.relative_to(ROOT)), place, match.group(2)))
    return found


def commands() -> list[Line]:
    found: dict[str, Line] = {}
    for page, _, block in blocks("sh"):
        for line in block.splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            said = EXPECTED.search(line)
            text = line[: said.start()].strip() if said else line.strip()
            found.setdefault(text, Line(page, text, int(said.group(1)) if said else 0))
    return list(found.values())


@pytest.fixture
def folder_of_examples(tmp_path, monkeypatch):
    for folder in ("examples", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "SECURITY.md", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_pages_are_found():
    assert {"README.md", "docs/reference/cli.md"} <= {str(page.relative_to(ROOT)) for page in PAGES}
    assert len(commands()) > 20
    assert len(blocks("python")) > 5


def test_every_block_names_a_language_that_is_checked():
    for page in PAGES:
        languages = {match.group(1) for match in FENCE.finditer(page.read_text("utf-8"))}
        assert languages <= {"sh", "python", "toml", ""}, page


def test_nothing_is_left_out_silently():
    shown = {line.text for line in commands() if not line.text.startswith(("pinprick ", "python "))}
    assert shown <= set(NOT_RUN)


@pytest.mark.parametrize(
    "line", [line for line in commands() if line.text.startswith("pinprick ")], ids=lambda line: line.text
)
def test_command_runs(line, folder_of_examples, capsys):
    code = main.main(shlex.split(line.text)[1:])
    captured = capsys.readouterr()
    assert code == line.expected, f"{line.page}: {captured.err}"
    assert captured.out if code < 2 else captured.err


@pytest.mark.parametrize(
    "line",
    [line for line in commands() if line.text.startswith("python ") and line.text not in NOT_RUN],
    ids=lambda line: line.text,
)
def test_script_runs(line, folder_of_examples):
    done = subprocess.run(
        [sys.executable, *shlex.split(line.text)[1:]], capture_output=True, text=True, timeout=110, env={**os.environ}
    )
    assert done.returncode == line.expected, f"{line.page}: {done.stderr}"


@pytest.mark.parametrize("page", sorted({page for page, _, _ in blocks("python")}))
def test_python_of_a_page_runs_in_order(page, folder_of_examples, capsys):
    names: dict[str, object] = {"__name__": "__main__"}
    for found, place, code in blocks("python"):
        if found == page:
            exec(compile(code, f"{page}, block {place}", "exec"), names)


@pytest.mark.parametrize(("page", "place", "text"), blocks("toml"))
def test_toml_parses_and_a_whole_case_is_one(page, place, text):
    table = tomllib.loads(text)
    if {"patient", "concern"} <= set(table):
        assert Case.read(table).patient.age is not None
    else:
        whole = {"patient": {}, "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}, **table}
        whole.setdefault("clinic", {"jurisdiction": "US", "devices": ["skinpen-precision"]})
        Case.read(whole)
