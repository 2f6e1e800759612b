"""Outside FHIR records (Synthea): what each person must get, by our own reading of the record.

They are not ours to commit. The folder is named by PINPRICK_FHIR_RECORDS, or lies beside the checkout.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from pinprick.errors import InputError
from pinprick.interop import read_fhir
from pinprick.safety import Screening, Treatment, screen, to_json

FOLDER = Path(os.environ.get("PINPRICK_FHIR_RECORDS") or Path(__file__).parents[4] / "shared" / "reference" / "fhir")
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"outside FHIR records are not here ({FOLDER}); name their folder in PINPRICK_FHIR_RECORDS",
)
ON = date(2021, 6, 1)


def path(name: str) -> Path:
    found = sorted(FOLDER.glob(f"{name}*.json"))
    assert len(found) == 1
    return found[0]


def screened(name: str, on: date = ON, treatment: Treatment = Treatment()) -> Screening:  # noqa: B008
    return screen(read_fhir(path(name), on=on), on=on, treatment=treatment)


def verdicts(result: Screening) -> dict[str, str]:
    return {item.rule: item.verdict for item in result.findings}


# By reading each record: who takes or has what on the day.
EXPECTED: dict[tuple[str, date], dict[str, str]] = {
    # Methotrexate and rheumatoid arthritis since 2019, naproxen, atopic dermatitis since infancy.
    ("Asa_Hermiston", ON): {"SR010": "refer", "SR040": "refer", "SR033": "not-before", "SR007": "conditions"},
    ("Asa_Hermiston", date(2015, 1, 1)): {"SR033": "not-before"},
    # Two years old; allergic to many things, none of them metal or anaesthetic; a latex antibody was only measured.
    ("Claudie_Walsh", ON): {"SR018": "refer"},
    ("Clemente_Kreiger", ON): {},
    # Colon cancer 2017-18 is no skin cancer and is over.
    ("Darin_Skiles", ON): {},
    ("Darin_Skiles", date(2017, 6, 1)): {},
    ("Darin_Skiles", date(2020, 8, 25)): {"SR044": "not-before"},
    ("Hershel_Marvin", ON): {"SR010": "refer", "SR040": "refer", "SR007": "conditions"},
    ("Hershel_Marvin", date(2018, 8, 1)): {},
    ("Hershel_Marvin", date(2014, 9, 10)): {"SR026": "do-not-treat"},
    # A miscarriage in 2000 is no pregnancy now.
    ("Joie_Morissette", ON): {},
    # Epilepsy since birth, diabetes since January 2020 with HbA1c 7.5 %, naproxen since January 2021.
    ("Louis_Maggio", ON): {"SR042": "conditions", "SR068": "conditions", "SR007": "conditions"},
    ("Louis_Maggio", date(2019, 1, 1)): {"SR068": "conditions"},
    # Warfarin for atrial fibrillation since September 2015; prediabetes is no diabetes.
    ("Mafalda_Turcotte", ON): {"SR005": "conditions", "SR045": "conditions", "SR007": "conditions"},
    ("Mafalda_Turcotte", date(2015, 9, 1)): {"SR007": "conditions"},
    # A burn from 12 January to 9 February 2021.
    ("Marc_Corkery", ON): {},
    ("Marc_Corkery", date(2021, 1, 20)): {"SR026": "do-not-treat"},
    ("Marc_Corkery", date(2021, 2, 9)): {},
    ("Max_Dicki", ON): {"SR005": "conditions", "SR018": "conditions", "SR045": "conditions"},
    ("Max_Dicki", date(2018, 3, 1)): {"SR018": "conditions"},
    # A tubal pregnancy recorded in June 1972 and never closed.
    ("Willia_Runolfsdottir", ON): {"SR018": "conditions"},
    ("Willia_Runolfsdottir", date(1972, 7, 1)): {"SR016": "do-not-treat"},
    ("Willia_Runolfsdottir", date(1974, 7, 1)): {},
}


@pytest.mark.parametrize(("name", "on"), EXPECTED, ids=lambda value: str(value))
def test_findings_are_those_that_the_record_supports(name: str, on: date) -> None:
    assert verdicts(screened(name, on)) == EXPECTED[name, on]


@pytest.mark.parametrize(
    ("name", "died"), [("Alejandro_Riojas", date(2008, 12, 14)), ("Garrett_Thompson", date(1973, 7, 19))]
)
def test_the_dead_are_not_treated(name: str, died: date) -> None:
    result = screened(name)
    assert result.verdict == "do-not-treat"
    assert died.isoformat() in result.reason
    assert not result.allows_planning


def test_clopidogrel_that_ended_is_no_finding_and_the_heart_attack_is_one() -> None:
    assert set(verdicts(screened("Alejandro_Riojas"))) == {"SR045"}


def test_questions_fit_the_person() -> None:
    asked = {name: {item.rule for item in screened(name).unknown} for name in ("Joie", "Clemente", "Willia", "Darin")}
    assert "SR016" in asked["Joie"]
    assert not asked["Clemente"] & {"SR016", "SR017", "SR018", "SR045", "SR046", "SR066"}
    assert "SR016" not in asked["Willia"], "at 98"
    assert {"SR012", "SR038"} <= asked["Darin"], "after cancer, chemotherapy and radiotherapy are asked about"
    assert not asked["Clemente"] & {"SR012", "SR038"}


def test_radiofrequency_asks_for_an_implant_in_atrial_fibrillation() -> None:
    found = verdicts(screened("Max_Dicki", treatment=Treatment("radiofrequency")))
    assert found["SR045"] == "refer"
    assert "SR047" in found


@pytest.mark.parametrize(
    "file", sorted(FOLDER.glob("*_*.json")) if FOLDER.is_dir() else [], ids=lambda file: file.stem[:16]
)
def test_nothing_is_dropped_and_no_rule_is_both_known_and_unknown(file: Path) -> None:
    if file.stem.startswith("practitioner"):
        pytest.skip("holds no patient")
    facts = read_fhir(file, on=ON)
    result = to_json(screen(facts, on=ON))
    assert not {item["rule"] for item in result["findings"]} & {item["rule"] for item in result["unknown"]}
    held = " ".join([*(fact.text for fact in facts.facts), *facts.unrecognised])
    for entry in json.loads(file.read_text(encoding="utf-8"))["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] in ("Condition", "AllergyIntolerance", "Procedure"):
            assert resource["code"]["text"] in held
        if resource["resourceType"] == "MedicationRequest":
            assert resource["medicationCodeableConcept"]["text"] in held


def test_bundle_without_a_patient_is_refused() -> None:
    with pytest.raises(InputError, match="no patient") as caught:
        read_fhir(path("practitionerInformation"), on=ON)
    assert caught.value.remedy
    assert len(str(caught.value).splitlines()) < 24
