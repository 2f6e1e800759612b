"""`pinprick plan`: what is shown, written and answered, on coarse settings."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from pinprick.cli import main

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
QUICK = ("--on", "2026-11-21", "--draws", "10")


def run(capsys, *arguments):
    code = main.main(("plan", *map(str, arguments)))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_text_answers_in_order(capsys):
    code, out, err = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--sources")
    assert (code, err) == (0, "")
    parts = ["Proceed", "Prescription", "What to expect", "Against the alternatives", "Price", "Dates", "Aftercare",
             "What applies", "What is not known", "Behind this", "Sources"]  # fmt: skip
    places = [out.index(part) for part in parts]
    assert places == sorted(places)


def test_json_follows_the_schema_and_its_own_seed(capsys):
    schema = json.loads((ROOT / "docs/reference/plan.schema.json").read_text("utf-8"))
    code, out, err = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["screening"]["verdict"] == "conditions"
    assert {zone["zone"] for zone in document["prescription"]["zones"]} == {"cheek", "temple"}
    assert run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--json")[1] == out


@pytest.mark.parametrize("name", ["keloid-history", "child", "scleroderma"])
def test_no_plan_says_why_and_whom_to_ask_and_answers_no(capsys, name, tmp_path):
    report = tmp_path / "plan.html"
    code, out, _ = run(capsys, EXAMPLES / f"{name}.toml", *QUICK, "--report", report)
    assert code == 1
    assert "No plan" in out
    assert "Prescription" not in out
    assert "<html" in report.read_text("utf-8")


def test_a_plan_from_a_later_date_is_still_a_plan(capsys):
    code, out, _ = run(capsys, EXAMPLES / "isotretinoin-recent.toml", *QUICK, "--json")
    document = json.loads(out)
    assert code == 0
    earliest = document["screening"]["earliest_date"]
    assert earliest == "2027-03-19"
    assert min(item["date"] for item in document["calendar"] if item["kind"] == "session") >= earliest


def test_the_report_is_written_whole_and_named(capsys, tmp_path):
    report = tmp_path / "plan.html"
    code, out, _ = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--report", report)
    assert code == 0
    assert "Report:" in out
    assert [item.name for item in tmp_path.iterdir()] == ["plan.html"]


def test_the_report_can_be_a_pdf(capsys, tmp_path):
    pytest.importorskip("typst", reason="the pdf extra is not installed")
    report = tmp_path / "plan.pdf"
    assert run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--report", report)[0] == 0
    assert report.read_bytes().startswith(b"%PDF")


def test_a_published_protocol_is_shown_beside_its_prediction(capsys):
    _, out, _ = run(capsys, EXAMPLES / "dogra-2014-acne-scars.toml", *QUICK)
    assert "dogra2014" in out
    assert "45 %" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--report", "plan.doc"), ".html or .pdf"),
        (("--report", "no-such-folder/plan.html"), "no such folder"),
        (("--draws", "1"), "draws"),
        (("--on", "yesterday"), "--on"),
        (("--seed", "-1"), "seed"),
    ],
)
def test_bad_options_write_nothing(capsys, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(capsys, EXAMPLES / "acne-scars.toml", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_faulty_case_names_every_fault(capsys, tmp_path):
    path = tmp_path / "case.toml"
    text = '[patient]\nage = -3\nshoe_size = 44\n[concern]\nindication = "acne"\nzones = []\n'
    path.write_text(text, "utf-8")
    code, out, err = run(capsys, path)
    assert (code, out) == (2, "")
    for word in ("age", "shoe_size", "zones"):
        assert word in err


def test_progress_goes_to_a_terminal_only(capsys, monkeypatch):
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    code, out, err = run(capsys, EXAMPLES / "keloid-history.toml", *QUICK, "--json")
    assert code == 1
    json.loads(out)
    assert err != ""


def test_the_terminal_speaks_in_names_not_ids(capsys):
    _, out, _ = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK)
    flat = " ".join(out.split())
    for stumble in ("(s)", "1 arms", "0 arms", "1200 to 1200", "goodman baron", "fractional co2", "fractional eryag",
                    "rf microneedling", "plus prp", "tram track"):  # fmt: skip
        assert stumble not in flat
    assert "Goodman and Baron qualitative grade" in flat
    # The clinic names its own price, so that the whole course costs one sum and no range.
    assert re.search(r"Price: \d+ USD", flat)


def test_sources_alone_as_text_and_as_bibtex_and_in_a_file(capsys, tmp_path):
    file = tmp_path / "sources.bib"
    code, text, err = run(
        capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--sources-format", "text", "--sources-file", file
    )
    assert (code, err) == (0, "")
    document = json.loads(run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--json")[1])
    keys = re.findall(r"^@\w+\{([^,]+),$", file.read_text("utf-8"), re.MULTILINE)
    assert keys == document["sources"]
    assert len(text.splitlines()) == len(keys)
    code, out, _ = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--sources-format", "bibtex")
    assert code == 0 and out == file.read_text("utf-8")


def test_a_file_of_sources_of_an_unknown_kind_is_refused(capsys, tmp_path):
    code, _, err = run(capsys, EXAMPLES / "acne-scars.toml", *QUICK, "--sources-file", tmp_path / "sources.ris")
    assert code == 2 and ".bib or .txt" in err
