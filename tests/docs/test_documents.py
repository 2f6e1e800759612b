"""The documents name everything there is, and nothing that is not."""

import importlib.util
import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

import pinprick
from pinprick.cli import main
from pinprick.device import device_ids

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])


def generator(name: str = "generate"):
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def headings(page: Path) -> set[str]:
    return {line.lstrip("# ").strip() for line in page.read_text("utf-8").splitlines() if line.startswith("#")}


def test_every_command_has_a_heading():
    assert {f"pinprick {name}" for name in main.COMMANDS} <= headings(REFERENCE / "cli.md")


@pytest.mark.parametrize("name", sorted(main.COMMANDS))
def test_every_option_is_in_the_reference(name, capsys):
    main.main([name, "--help"])
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help"}
    section = (REFERENCE / "cli.md").read_text("utf-8").split(f"## pinprick {name}\n")[1].split("\n## ")[0]
    assert {option for option in options if option not in section} == set()


def test_every_schema_is_linked_and_valid_json():
    text = (REFERENCE / "cli.md").read_text("utf-8") + (REFERENCE / "case.md").read_text("utf-8")
    for schema in REFERENCE.glob("*.schema.json"):
        json.loads(schema.read_text("utf-8"))
        assert f"({schema.name})" in text


def test_the_settings_of_the_clinic_are_those_of_the_program():
    assert (REFERENCE / "settings.md").read_text("utf-8") == generator("generate_settings").page()


def test_the_page_of_figures_is_that_of_the_records():
    made = generator("generate_performance")
    written = (ROOT / "docs" / "explanation" / "performance.md").read_text("utf-8")
    assert written == made.page(), "run: python docs/generate_performance.py"
    drawn = ROOT / "benchmarks" / "results" / "scaling.svg"
    assert made.CURVES.exists() == drawn.exists()
    assert not drawn.exists() or made.CURVES.read_bytes() == drawn.read_bytes()


def test_the_page_of_figures_names_what_is_missed_and_what_is_not_measured(monkeypatch):
    made = generator("generate_performance")
    record = {"machine": {"processor": "one", "cores": 2, "load_before": 0.0}}
    ours = {
        "double": {"error": 2e-4, "failed": 0, "us_a_patient": 50.0},
        "double, loose": {"error": 2e-3, "failed": 0, "us_a_patient": 1.0},
    }
    peers = {
        "quick and wrong": {"error": 5e-3, "failed": 0, "us_a_patient": 60.0},
        "right": {"error": 5e-4, "failed": 0, "us_a_patient": 500.0},
        "absent": "not installed",
    }
    monkeypatch.setattr(made, "records", lambda: {"ensemble": {**record, "ours": ours, "peers": peers}})
    row = next(line for line in made.page().splitlines() if line.startswith("| G5 1,000"))
    # 50 ms where 20 were asked; the peer that is right, not the quicker one that is wrong; and ours within the bound.
    assert "**no**, 2.5 times the limit" in row and "| right | 10 |" in row and "50 ms" in row
    assert "| absent | not installed |" in made.page()
    first = next(line for line in made.page().splitlines() if line.startswith("| G1"))
    assert "not measured" in first
    assert "No curves are recorded yet" in made.page()


def test_every_device_has_a_heading():
    assert set(device_ids()) <= headings(REFERENCE / "devices.md")


def test_every_field_of_a_case_is_described():
    made = generator()
    page = (REFERENCE / "case.md").read_text("utf-8")
    schema = json.loads((REFERENCE / "case.schema.json").read_text("utf-8"))
    tables = [schema, *(table for table in schema["$defs"].values() if "properties" in table)]
    for table in tables:
        words = made.attributes(table["description"])
        for name in table["properties"]:
            assert f"| `{name}`" in page
            assert words.get(name), name


def test_links_between_pages_lead_somewhere():
    # What the hook writes is there only once the site is built.
    hook = generator("result_hook")
    made = {ROOT / "docs" / hook.FOLDER / name for name in hook.pages()}
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if "://" not in target:
                place = page.parent / target
                assert place.exists() or place in made, f"{page.name}: {target}"


def test_every_page_is_in_the_navigation():
    text = (ROOT / "mkdocs.yml").read_text("utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        assert str(page.relative_to(ROOT / "docs")) in text


def test_the_site_fetches_nothing():
    settings = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))
    assert settings["theme"]["font"] is False
    assert not {"extra_javascript", "extra_css", "repo_url", "site_url"} & set(settings)


def test_versions_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert project["version"] == citation["version"] == pinprick.__version__
    assert f"## {pinprick.__version__} ({citation['date-released'].isoformat()})" in (ROOT / "CHANGELOG.md").read_text(
        "utf-8"
    )
    assert citation["license"] == project["license"]


def test_the_glossary_knows_the_public_names():
    text = (ROOT / "GLOSSARY.md").read_text("utf-8")
    for name in ("Case", "Course", "Technique"):
        assert f"`{name}`" in text
    for word in ("Zone", "Plan", "Finding", "Verdict"):
        assert word.lower() in text.lower()


def test_lock_files_hold_hashes_and_no_addresses():
    locks = [path for path in (ROOT / "requirements").iterdir() if path.suffix in (".txt", ".json")]
    assert {path.name for path in locks} >= {"run.txt", "dev.txt", "peers.txt", "uv.txt", "package-lock.json"}
    for path in locks:
        assert "://" not in path.read_text("utf-8"), path.name
    packages = json.loads((ROOT / "requirements" / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("integrity" in package and "resolved" not in package for name, package in packages.items() if name)
