"""`pinprick claims`: search, filters, one claim in full, JSON and its schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from pinprick import evidence
from pinprick.cli import main

SCHEMA = Path(__file__).parents[3] / "docs" / "reference" / "claims.schema.json"


def run(capsys, *arguments):
    code = main.main(["claims", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture(scope="module")
def validator():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_whole_output_follows_its_schema(capsys, validator):
    code, out, err = run(capsys, "--json")
    document = json.loads(out)
    assert (code, err) == (0, "")
    validator.validate(document)
    assert document["count"] == len(document["claims"]) == len(evidence.claims())
    assert {key for one in document["claims"] for key in one} == set(
        validator.schema["properties"]["claims"]["items"]["properties"]
    )


@pytest.mark.parametrize(
    "change", [{"verdict": "maybe"}, {"answer": ""}, {"place": []}, {"verdict": "unknown", "would_settle": ""}]
)
def test_the_schema_refuses_what_is_no_answer(capsys, validator, change):
    document = json.loads(run(capsys, "C26", "--json")[1])
    assert validator.is_valid(document)
    document["claims"][0].update(change)
    assert not validator.is_valid(document)


def test_table_lists_every_claim_with_its_verdict(capsys):
    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    assert f"{len(evidence.claims())} of {len(evidence.claims())} claims" in out
    for one in evidence.claims():
        row = next(line for line in out.splitlines() if line.startswith(one.id))
        assert one.verdict in row
        assert (one.grade if one.verdict != "unknown" else "–") in row


def test_filters_agree_with_the_records(capsys):
    document = json.loads(run(capsys, "--verdict", "unknown", "--topic", "mechanism", "--json")[1])
    expected = {one.id for one in evidence.claims("mechanism", "unknown")}
    assert {one["id"] for one in document["claims"]} == expected != set()


def test_search_needs_every_word(capsys):
    document = json.loads(run(capsys, "HOME", "roller", "--json")[1])
    found = {one["id"] for one in document["claims"]}
    assert "C19" in found
    assert "C17" not in found


def test_one_claim_is_shown_whole(capsys):
    code, out, _ = run(capsys, "C14")
    words = " ".join(out.split())
    one = evidence.claim("C14")
    assert code == 0
    assert one.answer in words
    assert one.would_settle in words
    assert "What would settle it" in words
    assert "injury.eta.pen" in words
    assert "1 of 62 claims" in words


def test_nothing_found_is_said_plainly(capsys):
    code, out, _ = run(capsys, "zzz-no-such-thing")
    assert code == 0
    assert "None of the 62 claims" in out


@pytest.mark.parametrize("arguments", [("--verdict", "certain"), ("--topic", "astrology")])
def test_a_wrong_filter_names_the_choices(capsys, arguments):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert arguments[1] in err
    assert "limit:" in err
