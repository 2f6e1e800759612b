"""`pinprick screen`: verdicts, exit codes, FHIR by content, refusals."""

import json
from pathlib import Path

import jsonschema
import pytest

from pinprick.cli import main

ROOT = Path(__file__).parents[3]
EXAMPLES = ROOT / "examples"
DAY = ("--on", "2026-11-21")


def run(capsys, *arguments):
    code = main.main(("screen", *map(str, arguments)))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def bundle(**patient):
    resource = {"resourceType": "Patient", "id": "p1", "birthDate": "1990-05-01", "gender": "female", **patient}
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:p1", "resource": resource}]}


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "record.json"
    path.write_text(json.dumps(bundle()), "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "verdict", "code"),
    [
        ("skinpen-2018-acne-scars", "proceed", 0),
        ("acne-scars", "conditions", 0),
        ("isotretinoin-recent", "not-before", 1),
        ("cold-sore", "not-before", 1),
        ("keloid-history", "refer", 1),
        ("child", "refer", 1),
        ("scleroderma", "refer", 1),
    ],
)
def test_verdict_and_exit_code_of_the_examples(capsys, name, verdict, code):
    got, out, err = run(capsys, EXAMPLES / f"{name}.toml", *DAY, "--json")
    document = json.loads(out)
    assert (got, document["verdict"], err) == (code, verdict, "")
    assert document["on"] == "2026-11-21"


def test_exit_code_is_the_same_without_json(capsys):
    code, out, _ = run(capsys, EXAMPLES / "isotretinoin-recent.toml", *DAY)
    assert code == 1
    assert "not before 2027-03-19" in out
    assert "SR001" in out
    assert "Where sources disagree" in out


def test_the_earliest_date_is_one_on_which_it_no_longer_defers(capsys):
    path = EXAMPLES / "isotretinoin-recent.toml"
    earliest = json.loads(run(capsys, path, *DAY, "--json")[1])["earliest_date"]
    later = json.loads(run(capsys, path, "--on", earliest, "--json")[1])
    assert later["verdict"] in ("proceed", "conditions")


def test_the_jurisdiction_can_be_named(capsys, record):
    assert json.loads(run(capsys, record, *DAY, "--jurisdiction", "DE", "--json")[1])["jurisdiction"] == "DE"
    case = EXAMPLES / "acne-scars.toml"
    assert json.loads(run(capsys, case, *DAY, "--jurisdiction", "DE", "--json")[1])["jurisdiction"] == "DE"


def test_the_modality_decides_which_rules_apply(capsys):
    case = EXAMPLES / "acne-scars.toml"
    found = {
        kind: json.loads(run(capsys, case, *DAY, "--modality", kind, "--json")[1])
        for kind in ("mechanical", "radiofrequency")
    }
    asked = {kind: {item["rule"] for item in document["unknown"]} for kind, document in found.items()}
    assert "SR045" in asked["radiofrequency"] - asked["mechanical"]


def test_a_bundle_is_known_by_its_content(capsys, record, tmp_path):
    other = tmp_path / "export.txt"
    other.write_bytes(record.read_bytes())
    assert run(capsys, record, *DAY, "--json")[1] == run(capsys, other, *DAY, "--json")[1]


def test_a_json_case_is_no_bundle(capsys, tmp_path):
    case = {"patient": {"age": 30}, "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
    path = tmp_path / "case.json"
    path.write_text(json.dumps(case), "utf-8")
    assert run(capsys, path, *DAY, "--json")[0] == 0


def test_someone_who_has_died_is_not_treated(capsys, tmp_path):
    path = tmp_path / "died.json"
    path.write_text(json.dumps(bundle(deceasedDateTime="2020-01-01")), "utf-8")
    code, out, _ = run(capsys, path, *DAY, "--json")
    assert (code, json.loads(out)["verdict"]) == (1, "do-not-treat")


@pytest.mark.parametrize("name", ["acne-scars", "isotretinoin-recent"])
def test_json_follows_the_schema(capsys, name):
    schema = json.loads((ROOT / "docs/reference/screening.schema.json").read_text("utf-8"))
    document = json.loads(run(capsys, EXAMPLES / f"{name}.toml", *DAY, "--json")[1])
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"resourceType": "Bundle", "entry": [', "middle"),
        (b'{"resourceType": "Bundle", "type": "collection", "entry": []}', "atient"),
        (b'{"resourceType": "Patient"}', "Bundle"),
        (b'{"a": 1}', "neither a case nor a FHIR record"),
        (b"[1, 2]", "JSON object"),
        (b"{}", "neither"),
        ('{"resourceType": "Bundle", "x": "Müller"}'.encode("latin-1"), "UTF-8"),
        (b'{"patient": {}, "concern": {"zones": []}}', "concern"),
    ],
)
def test_a_wrong_record_is_one_clear_message(capsys, tmp_path, content, said):
    path = tmp_path / "wrong.json"
    path.write_bytes(content)
    code, out, err = run(capsys, path, *DAY)
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert len(err.splitlines()) < 30


@pytest.mark.parametrize(
    "arguments", [("--on", "2026-02-30"), ("--on", "tomorrow"), ("--modality", "laser"), ("--jurisdiction", "usa")]
)
def test_a_wrong_option_is_bad_input(capsys, record, arguments):
    code, out, err = run(capsys, record, *arguments)
    assert (code, out) == (2, "")
    assert arguments[0] in err


@pytest.mark.parametrize("name", ["no-such-file.toml", "no-such-file.json", "."])
def test_a_missing_file_is_bad_input(capsys, name):
    code, out, err = run(capsys, name)
    assert (code, out) == (2, "")
    assert "Traceback" not in err
    assert "bug" not in err


def test_a_huge_file_is_not_read(capsys, tmp_path):
    for name in ("huge.toml", "huge.json"):
        path = tmp_path / name
        with path.open("wb") as stream:
            stream.truncate(100_000_000)
        code, _, err = run(capsys, path)
        assert code == 2
        assert "too large" in err


def test_what_no_rule_concerns_is_shown_and_not_passed_over(capsys, tmp_path):
    case = tmp_path / "case.toml"
    case.write_text(
        '[patient]\nage = 40\n[[patient.conditions]]\nname = "leukaemia"\nstatus = "current"\n'
        '[concern]\nindication = "atrophic_acne_scars"\nzones = ["cheek"]\n',
        "utf-8",
    )
    _, out, _ = run(capsys, case, *DAY)
    assert "no rule concerns it" in out
    assert "leukaemia (current)" in out


@pytest.mark.parametrize("day", ["9999-12-31", "1800-01-01", "2201-01-01"])
def test_a_day_out_of_any_life_is_refused(capsys, day):
    code, out, err = run(capsys, EXAMPLES / "acne-scars.toml", "--on", day)
    assert (code, out) == (2, "")
    assert "--on" in err and "limit:" in err and "do:" in err


@pytest.mark.parametrize("code_given", ["UK", "ZZ"])
def test_a_country_that_is_none_is_refused(capsys, record, code_given):
    # A wrong code would drop every label that binds, without a word.
    for given in (EXAMPLES / "acne-scars.toml", record):
        code, out, err = run(capsys, given, "--jurisdiction", code_given, *DAY)
        assert (code, out) == (2, "")
        assert "jurisdiction" in err and "ISO 3166" in err


def test_norway_is_a_country_and_not_the_word_no(capsys, record):
    assert run(capsys, record, "--jurisdiction", "NO", *DAY)[0] in (0, 1)
