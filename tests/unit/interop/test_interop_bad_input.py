"""What cannot be read is refused with file, field, value, limit and next step."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pinprick.errors import InputError
from pinprick.interop import document, read_fhir
from pinprick.safety import screen

ON = date(2026, 11, 21)
PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1990-01-01"}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": item} for item in resources]}


def refused(source: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        read_fhir(source, on=ON)
    text = str(caught.value)
    assert len(text.splitlines()) <= 24
    assert caught.value.remedy
    assert caught.value.file
    return caught.value


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "middle"),
        ("hello", "JSON"),
        ("[1, 2]", "not a FHIR record"),
        ('{"resourceType": "Bundle", "entry": [', "middle"),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patie', "middle"),
        ("[" * 100_000, "nested"),
        ('{"resourceType": "Bundle", "total": ' + "9" * 5000 + "}", "number too long"),
        ('{"resourceType": "Patient"}', "not a FHIR Bundle"),
        ("{}", "not a FHIR Bundle"),
        ('{"resourceType": "Bundle"}', "no patient"),
        ('{"resourceType": 5}', "not a text"),
        ('{"resourceType": "Bundle", "entry": {}}', "not a list"),
        ('{"resourceType": "Bundle", "entry": [7]}', "not an object"),
    ],
)
def test_files_that_are_no_record(tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "record.json"
    file.write_text(content, encoding="utf-8")
    assert words in str(refused(file))


def test_latin_1_is_named_with_the_way_out(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_bytes('{"resourceType": "Bundle", "name": "Müller"}'.encode("latin-1"))
    fault = refused(file)
    assert "UTF-8" in str(fault)
    assert "iconv" in str(fault)


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(bundle(PATIENT)).encode())
    assert read_fhir(file, on=ON).birth_date == date(1990, 1, 1)


def test_large_file_is_refused_by_its_size_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "record.json"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read although too large"))
    fault = refused(file)
    assert "100 MB" in str(fault)
    assert f"{document.MAX_BYTES / 1e6:.0f} MB" in str(fault)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "cannot read" in str(refused(tmp_path / "nowhere.json"))
    assert "folder" in str(refused(tmp_path))
    assert "cannot read" in str(refused("bad\0name"))


def test_several_patients_are_refused_and_one_given_twice_is_not() -> None:
    assert "2 patients" in str(refused(bundle(PATIENT, {**PATIENT, "id": "q"})))
    assert read_fhir(bundle(PATIENT, PATIENT), on=ON).birth_date


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        ({"resourceType": "Condition", "clinicalStatus": "active", "code": {"text": "Psoriasis"}}, "clinicalStatus"),
        ({"resourceType": "AllergyIntolerance", "clinicalStatus": "active"}, "clinicalStatus"),
        ({"resourceType": "MedicationOrder"}, "resourceType"),
        ({"resourceType": "MedicationRequest", "status": "active", "medication": {"concept": {}}}, "medication"),
        ({"resourceType": "Condition", "onsetDateTime": "2026-02-30"}, "onsetDateTime"),
        ({"resourceType": "Condition", "onsetDateTime": "yesterday"}, "onsetDateTime"),
        ({"resourceType": "Condition", "onsetDateTime": 20260101}, "onsetDateTime"),
        ({"resourceType": "Condition", "code": "psoriasis"}, "code"),
        ({"resourceType": "Condition", "code": {"coding": {"code": "1"}}}, "coding"),
        ({"resourceType": "Condition", "code": {"coding": ["1"]}}, "coding"),
        ({"resourceType": "Procedure", "status": "finished"}, "status"),
        ({"resourceType": "MedicationRequest", "status": 7}, "status"),
        ({"resourceType": "MedicationRequest", "status": "active", "doNotPerform": "no"}, "doNotPerform"),
        ({"resourceType": "Observation", "code": {"text": "INR"}, "valueQuantity": {"value": "4"}}, "value"),
        ({"resourceType": "Condition", "onsetAge": {"value": 1e11, "code": "a"}}, "value"),
    ],
)
def test_malformed_fields_are_named(resource: dict[str, Any], field: str) -> None:
    fault = refused(bundle(PATIENT, resource))
    assert fault.field is not None
    assert fault.field.endswith(field)
    assert "entry[1].resource" in fault.field
    assert fault.limit


@pytest.mark.parametrize("patient", [{"birthDate": "1990-13-01"}, {"birthDate": ["1990"]}, {"deceasedBoolean": "yes"}])
def test_malformed_patient(patient: dict[str, Any]) -> None:
    refused(bundle({"resourceType": "Patient", "id": "p", **patient}))


def test_birth_year_alone_counts_as_the_youngest_it_can_mean() -> None:
    known = read_fhir(bundle({"resourceType": "Patient", "birthDate": "2008"}), on=date(2026, 6, 1))
    assert known.age_years(date(2026, 6, 1)) == 17


def test_resources_of_somebody_else_are_shown_and_not_screened() -> None:
    record = bundle(
        PATIENT,
        {"resourceType": "Condition", "code": {"text": "Psoriasis"}, "subject": {"reference": "Patient/other"}},
        {"resourceType": "Condition", "code": {"text": "Vitiligo"}, "subject": {"reference": "Patient/p"}},
        {"resourceType": "Condition", "code": {"text": "Melasma"}, "subject": {"reference": "Patient?identifier=x|1"}},
    )
    known = read_fhir(record, on=ON)
    assert [fact.concept for fact in known.facts] == ["vitiligo", "melasma"]
    assert any("another person" in text for text in known.unrecognised)


def test_supply_that_ran_out_ends_a_medicine() -> None:
    dosage = {"timing": {"repeat": {"boundsPeriod": {"start": "2026-01-01", "end": "2026-08-01"}}}}
    request = {
        "resourceType": "MedicationRequest", "status": "completed", "intent": "order", "authoredOn": "2026-01-01",
        "medicationCodeableConcept": {"text": "Isotretinoin 20 MG"}, "dosageInstruction": [dosage],
    }  # fmt: skip
    (fact,) = read_fhir(bundle(PATIENT, request), on=ON).facts
    assert (fact.status, fact.end) == ("past", date(2026, 8, 1))


def test_stop_at_an_unknown_time_is_no_stop_on_an_earlier_day() -> None:
    record = bundle(
        PATIENT,
        {
            "resourceType": "MedicationRequest", "status": "stopped", "authoredOn": "2026-01-01",
            "medicationCodeableConcept": {"text": "Methotrexate"},
        },
        {"resourceType": "Procedure", "status": "completed", "code": {"text": "X"}, "performedDateTime": "2026-10-01"},
    )  # fmt: skip
    assert read_fhir(record, on=date(2026, 3, 1)).facts[0].status == "unknown"
    assert read_fhir(record, on=ON).facts[0].status == "past"


def test_history_and_suspicion_are_read_from_the_words_of_a_problem_list() -> None:
    active = {"coding": [{"code": "active"}]}
    texts = ("Personal history of malignant melanoma", "Suspected sarcoidosis", "Influenza vaccination", "Psoriasis")
    record = bundle(
        PATIENT, *({"resourceType": "Condition", "clinicalStatus": active, "code": {"text": text}} for text in texts)
    )
    known = read_fhir(record, on=ON)
    assert [(fact.concept, fact.status) for fact in known.facts] == [
        ("skin_cancer", "past"),
        ("sarcoidosis", "unknown"),
        ("psoriasis", "current"),
    ]
    assert known.unrecognised == ("condition: Influenza vaccination",)


def test_words_overrule_the_code_of_an_ingredient() -> None:
    code = [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "8638"}]
    record = bundle(
        PATIENT,
        *(
            {"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": item}
            for item in ({"coding": code, "text": "Prednisolone eye drops"}, {"coding": code, "text": "20 mg daily"})
        ),
    )
    assert [fact.text for fact in read_fhir(record, on=ON).facts] == ["20 mg daily"]


def test_an_acute_illness_left_open_for_years_is_over() -> None:
    record = bundle(
        PATIENT, {"resourceType": "Condition", "code": {"text": "Influenza"}, "onsetDateTime": "2020-01-01"}
    )
    assert screen(read_fhir(record, on=ON), on=ON).findings == ()
    assert [item.rule for item in screen(read_fhir(record, on=date(2020, 1, 9)), on=date(2020, 1, 9)).findings] == [
        "SR044"
    ]
