"""Browsing: search, filters, JSON and its schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from pinprick import evidence
from pinprick.cli import listing, main
from pinprick.errors import InputError

REFERENCE = Path(__file__).parents[3] / "docs" / "reference"
LISTS = sorted({"sources", "parameters", "devices", "rules", "claims"} & set(main.COMMANDS))


def run(capsys, *arguments):
    code = main.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.mark.parametrize("name", LISTS)
def test_whole_output_follows_its_schema(capsys, name):
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    code, out, _ = run(capsys, name, "--json")
    assert code == 0
    document = json.loads(out)
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["count"] == len(document[name]) > 0


@pytest.mark.parametrize("name", LISTS)
def test_every_field_of_the_output_is_in_the_schema(capsys, name):
    schema = json.loads((REFERENCE / f"{name}.schema.json").read_text("utf-8"))
    described = set(schema["properties"][name]["items"]["properties"])
    document = json.loads(run(capsys, name, "--json")[1])
    assert {key for record in document[name] for key in record} == described


@pytest.mark.parametrize("name", LISTS)
def test_text_output_lists_every_record(capsys, name):
    code, out, err = run(capsys, name)
    assert (code, err) == (0, "")
    count = json.loads(run(capsys, name, "--json")[1])["count"]
    assert f"{count} of {count} {name}" in out


@pytest.mark.parametrize("name", LISTS)
def test_nothing_found_is_said_plainly(capsys, name):
    code, out, _ = run(capsys, name, "zzz-no-such-thing")
    assert code == 0
    assert "None of the" in out
    assert "zzz-no-such-thing" in out


def test_search_needs_every_word_in_any_case():
    assert listing.matches(listing.words(["Acne ROLLER"]), ["a roller", "for acne"])
    assert not listing.matches(listing.words(["acne", "laser"]), ["a roller", "for acne"])
    assert listing.matches((), [])


def test_parameter_filters_agree_with_the_records(capsys):
    document = json.loads(run(capsys, "parameters", "--status", "read", "--topic", "skin", "--json")[1])
    expected = {key for key, record in evidence.parameters("skin").items() if record.status == "read"}
    assert {record["id"] for record in document["parameters"]} == expected != set()


def test_bibtex_has_one_entry_a_source(capsys):
    _, out, _ = run(capsys, "sources", "kalluri2011", "--bibtex")
    assert out.count("@article{") == 1


@pytest.mark.parametrize("arguments", [("--status", "certain"), ("--topic", "astrology")])
def test_a_wrong_filter_names_the_choices(capsys, arguments):
    code, _, err = run(capsys, "parameters", *arguments)
    assert code == 2
    assert arguments[1] in err
    assert "limit:" in err


def test_one_of_passes_what_is_allowed():
    assert listing.one_of(None, ("a",), "--x") is None
    assert listing.one_of("a", ("a",), "--x") == "a"
    with pytest.raises(InputError):
        listing.one_of("b", ("a",), "--x")
