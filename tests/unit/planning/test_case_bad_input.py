"""Every bad case is one screen of plain words with file, field, what was given, the limit and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pinprick.errors import InputError
from pinprick.planning import Case

GOOD = """
[patient]
age = 29
sex = "female"
phototype = 3

[concern]
indication = "atrophic_acne_scars"
zones = ["cheek"]

[clinic]
jurisdiction = "US"
currency = "USD"
devices = ["skinpen-precision"]
"""


def _load(tmp_path: Path, text: str, name: str = "case.toml") -> Case:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return Case.load(file)


def _fault(tmp_path: Path, text: str, name: str = "case.toml") -> str:
    with pytest.raises(InputError) as caught:
        _load(tmp_path, text, name)
    message = str(caught.value)
    assert len(message.splitlines()) <= 24, "more than one screen"
    assert name in message
    return message


def test_the_good_case_loads(tmp_path: Path) -> None:
    case = _load(tmp_path, GOOD)
    assert case.patient.age == 29
    assert case.patient.person().phototype == 3


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("age = 29", "agee = 29"), ["unknown field", "patient.agee", "did you mean age?"]),
        (("age = 29", "age = -3"), ["negative", "patient"]),
        (("age = 29", "age = 190"), ["impossible age", "patient.age", "190"]),
        (("age = 29", 'age = "29 mm"'), ["patient.age", "29 mm", "year"]),
        (("age = 29", "birth_date = 2150-01-01"), ["still to come", "2150"]),
        (("age = 29", "age = 29\nbirth_date = 1950-01-01"), ["contradict"]),
        (("phototype = 3", "phototype = 7"), ["phototype", "1 to 6"]),
        (('sex = "female"', 'sex = "femal"'), ["patient.sex", "did you mean female?"]),
        (('zones = ["cheek"]', "zones = []"), ["concern.zones", "too few"]),
        (('zones = ["cheek"]', 'zones = ["cheeks"]'), ["concern.zones[0]", "did you mean cheek?"]),
        (('zones = ["cheek"]', 'zones = ["eyelid"]'), ["concern.zones[0]", "eyelid"]),
        (('zones = ["cheek"]', 'zones = ["palm"]'), ["concern.zones[0]", "not treated in this zone"]),
        (('zones = ["cheek"]', 'zones = ["cheek", "cheek"]'), ["named twice"]),
        (('"atrophic_acne_scars"', '"acne_scar"'), ["concern.indication", "acne_scar"]),
        (('"skinpen-precision"', '"skinpen"'), ["clinic.devices[0]", "did you mean skinpen-precision?"]),
        (('currency = "USD"', 'currency = "dollars"'), ["clinic.currency"]),
        (('currency = "USD"', 'currency = "XXQ"'), ["clinic.currency", "no such currency", "ISO 4217"]),
        (('jurisdiction = "US"', 'jurisdiction = "UK"'), ["clinic.jurisdiction", "no such country", "GB"]),
        (("[clinic]", '[request]\nneedle_length = "3 mm"\n[clinic]'), ["request.needle_length", "3 mm", "limit:"]),
        (("[clinic]", '[request]\nneedle_length = "2 mm"\n[clinic]'), ["1.5 mm (label", "off_label"]),
        (("[clinic]", '[request]\nneedle_length = "2 days"\n[clinic]'), ["not a unit that converts to mm", "2 days"]),
        (("[clinic]", '[request]\nneedle_length = "9**9**9 mm"\n[clinic]'), ["not a quantity in mm"]),
        (("[clinic]", '[request]\ndevice = "exceed"\n[clinic]'), ["not among the clinic's devices"]),
        (("[clinic]", "[preferences]\nmin_sessions = 5\nmax_sessions = 2\n[clinic]"), ["contradict"]),
        (("[clinic]", '[preferences]\nbudget = "900 EUR"\n[clinic]'), ["EUR", "USD", "one currency"]),
        (("[clinic]", "[preferences]\ndowntime_days = -1\n[clinic]"), ["negative"]),
        (("[clinic]", "[preferences]\npain = 11\n[clinic]"), ["preferences.pain", "at most 10"]),
        (("[clinic]", "[preferences]\nstart = 2027-05-01\nfinish_by = 2027-01-01\n[clinic]"), ["start before"]),
        (("[clinic]", "[preferences.weights]\nimprovment = 2\n[clinic]"), ["preferences.weights"]),
        (("[clinic]", '[[patient.medications]]\nname = "x"\nend = "2025-02-30"\n[clinic]'), ["no such day"]),
        (("[clinic]", '[[patient.medications]]\nname = "x"\nend = "soon"\n[clinic]'), ["not a date", "soon"]),
        (
            ("[clinic]", '[[patient.medications]]\nname = "x"\nstart = 2025-03-01\nend = 2025-01-01\n[clinic]'),
            ["before it starts"],
        ),
        (("[clinic]", '[[patient.conditions]]\nname = "x"\nstatus = "maybe"\n[clinic]'), ["current | past | planned"]),
        (("[clinic]", '[[patient.conditions]]\nname = "x"\nstatus = "past"\nend = 2150-01-01\n[clinic]'), ["called"]),
        (("[concern]", '[concern]\nbaseline = 2'), ["needs the scale"]),
        (("[concern]", '[concern]\nscale = "goodman_baron_qualitative"\nbaseline = 9'), ["concern.baseline", "1 to 4"]),
        (("[concern]", '[concern]\nsubtype = "icepick"'), ["concern.subtype", "ice_pick"]),
        (("[clinic]", '[clinic.prices]\nsession = 3\n[clinic]\n'), ["clinic"]),
        (("[clinic]", '[published]\nsource = "nobody2020"\ndevice = "pen-12"\nsessions = 1\n'
          '[[published.technique]]\nzone = "cheek"\n[clinic]'), ["published.source", "nobody2020"]),
        (('currency = "USD"', 'currency = "USD"\nanaesthetic = "cocaine"'), ["clinic.anaesthetic", "none"]),
        (("[clinic]", "[clinic.screening_choices]\nSR999 = 0\n[clinic]"), ["SR999", "no such rule"]),
        (("[clinic]", "[clinic.screening_choices]\nSR001 = 99\n[clinic]"), ["SR001", "no such position"]),
        (("[clinic]", "[request]\nneedle_length = 0.1\n[clinic]"), ["shorter than any device", "0.25 mm"]),
        (("[clinic]", "[request]\nneedle_length = 5\n[clinic]"), ["longer than any device", "2.5 mm"]),
        (("[clinic]", "[request]\ninterval = 1e12\n[clinic]"), ["too far apart", "request.interval"]),
        (("age = 29", "birth_date = 1700-01-01"), ["not a year", "patient.birth_date"]),
        (("age = 29", "age = nan"), ["not a finite number", "patient.age"]),
        (('zones = ["cheek"]', 'zones = "cheek"'), ["concern.zones", "a list in square brackets"]),
    ],
)  # fmt: skip
def test_bad_field(tmp_path: Path, change: tuple[str, str], expected: list[str]) -> None:
    assert change[0] in GOOD
    message = _fault(tmp_path, GOOD.replace(change[0], change[1], 1))
    for part in (*expected, "field: ", "limit: ", "do:    "):
        assert part in message


def test_a_wrong_entry_is_not_also_called_too_few(tmp_path: Path) -> None:
    message = _fault(tmp_path, GOOD.replace('["cheek"]', '["knee"]'))
    assert "concern.zones[0]" in message
    assert "too few" not in message


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    message = _fault(tmp_path, GOOD.replace("phototype = 3", "phototype = 9").replace('["cheek"]', "[]"))
    assert "2 problems" in message
    assert "patient.phototype" in message
    assert "concern.zones" in message


def test_missing_table(tmp_path: Path) -> None:
    assert "field is missing" in _fault(tmp_path, "[patient]\nage = 3\n")


def test_truncated_json(tmp_path: Path) -> None:
    whole = json.dumps({"patient": {"age": 29}, "concern": {"indication": "melasma", "zones": ["cheek"]}})
    assert "not valid JSON" in _fault(tmp_path, whole[: len(whole) // 2], "case.json")


def test_json_field_written_twice(tmp_path: Path) -> None:
    assert "written twice" in _fault(tmp_path, '{"patient": {"age": 1, "age": 2}}', "case.json")


def test_yaml_field_written_twice_and_references(tmp_path: Path) -> None:
    assert "written twice" in _fault(tmp_path, "patient: {age: 1}\npatient: {age: 2}\n", "case.yaml")
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    assert "references" in _fault(tmp_path, bomb, "case.yaml")


@pytest.mark.parametrize("name", ["case.json", "case.yaml", "case.toml"])
def test_deep_nesting(tmp_path: Path, name: str) -> None:
    text = "[" * 5000 + "]" * 5000
    _fault(tmp_path, f"x = {text}" if name.endswith("toml") else text, name)


def test_a_list_is_not_a_case(tmp_path: Path) -> None:
    assert "must be a table" in _fault(tmp_path, "[1, 2]", "case.json")


def test_a_100_mb_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "film.toml"
    with file.open("wb") as stream:
        stream.truncate(100 * 1024 * 1024)
    with pytest.raises(InputError, match="too large") as caught:
        Case.load(file)
    assert "104,857,600" in str(caught.value)


def test_latin_1_is_named_with_its_cure(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_bytes('title = "Señora"\n'.encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8") as caught:
        Case.load(file)
    assert "iconv" in str(caught.value)


def test_directory_missing_file_and_other_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="directory"):
        Case.load(tmp_path)
    with pytest.raises(InputError, match="no such file"):
        Case.load(tmp_path / "absent.toml")
    with pytest.raises(InputError, match="what kind of file"):
        _load(tmp_path, "x", "case.docx")
