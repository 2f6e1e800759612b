"""Reading a case: units, dates, unknown, the three formats, and the facts for screening."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pinprick.planning import Case
from pinprick.planning.case_schema import case_schema

ROOT = Path(__file__).parents[3]
EXAMPLES = sorted((ROOT / "examples").glob("*.toml"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _case(**tables: Any) -> Case:
    base: dict[str, Any] = {"patient": {}, "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]}}
    return Case.read({**base, **tables})


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_the_same_case_in_three_formats(file: Path, tmp_path: Path) -> None:
    table = _plain(tomllib.loads(file.read_text(encoding="utf-8")))
    jsonschema.validate(table, case_schema())
    (tmp_path / "case.json").write_text(json.dumps(table), encoding="utf-8")
    (tmp_path / "case.yaml").write_text(yaml.safe_dump(table), encoding="utf-8")
    cases = [Case.load(path) for path in (file, tmp_path / "case.json", tmp_path / "case.yaml")]
    assert cases[0] == cases[1] == cases[2]


def test_the_schema_in_the_docs_is_current() -> None:
    written = json.loads((ROOT / "docs" / "reference" / "case.schema.json").read_text(encoding="utf-8"))
    assert written == case_schema(), (
        "write it again: python -c 'import json; from pinprick.planning.case_schema import case_schema; "
        "print(json.dumps(case_schema(), indent=2, ensure_ascii=False))' > docs/reference/case.schema.json"
    )


def test_units_are_converted() -> None:
    case = _case(
        request={"needle_length": "1500 um", "interval": "4 weeks"},
        preferences={"downtime_days": "48 h", "budget": "1500 usd"},
        clinic={"devices": ["skinpen-precision"], "currency": "USD", "jurisdiction": "US"},
    )
    assert case.request.needle_length == pytest.approx(1.5)
    assert case.request.interval == pytest.approx(28)
    assert case.preferences.downtime_days == pytest.approx(2)
    assert case.preferences.budget == 1500


def test_unknown_is_kept_apart_from_no() -> None:
    unknown = _case(patient={"age": "unknown", "phototype": "unknown", "medications": "unknown"})
    assert unknown.patient.age is None
    assert unknown.patient.person().phototype is None
    none = _case(patient={"medications": "none"})
    assert "oral_isotretinoin" not in unknown.facts().asked
    assert "oral_isotretinoin" in none.facts().asked


def test_roman_phototype() -> None:
    assert _case(patient={"phototype": "IV"}).patient.phototype == 4


def test_month_only_dates_take_the_cautious_day() -> None:
    case = _case(patient={"medications": [{"name": "isotretinoin", "start": "2025-01", "end": "2025-06"}]})
    statement = case.patient.medications[0]
    assert (statement.start, statement.end) == (date(2025, 1, 1), date(2025, 6, 30))


@pytest.mark.parametrize(
    ("given", "on", "status"),
    [
        ({"name": "isotretinoin"}, date(2026, 1, 1), "current"),
        ({"name": "isotretinoin", "end": "2025-06-01"}, date(2026, 1, 1), "past"),
        ({"name": "isotretinoin", "end": "2025-06-01"}, date(2025, 1, 1), "current"),
        ({"name": "isotretinoin", "start": "2025-06-01"}, date(2025, 1, 1), "planned"),
        ({"name": "isotretinoin", "status": "absent"}, date(2025, 1, 1), "absent"),
    ],
)
def test_status_follows_the_dates(given: dict[str, str], on: date, status: str) -> None:
    case = _case(patient={"medications": [given]})
    (fact,) = case.facts(on).facts
    assert (fact.concept, fact.status, fact.origin) == ("oral_isotretinoin", status, "medications[0]")


def test_what_is_not_understood_is_kept_word_for_word() -> None:
    case = _case(patient={"conditions": ["quuxitis of the elbow"]})
    assert case.facts().facts == ()
    assert case.facts().unrecognised == ("conditions[0]: quuxitis of the elbow",)


def test_denied_names_are_absent_facts() -> None:
    case = _case(patient={"denied": ["keloid", "isotretinoin"]})
    assert {(fact.concept, fact.status) for fact in case.facts().facts} >= {
        ("keloid", "absent"),
        ("oral_isotretinoin", "absent"),
    }
    assert "keloid" in case.facts().asked


def test_an_allergy_is_not_the_drug() -> None:
    facts = _case(patient={"allergies": ["lidocaine"]}).facts().facts
    assert facts
    assert all("allergy" in fact.concept for fact in facts)


def test_age_on_a_day_comes_from_the_birth_date() -> None:
    case = _case(patient={"birth_date": "2000-06-15"})
    assert case.patient.person(date(2026, 6, 14)).age_years == 25
    assert case.patient.person(date(2026, 6, 15)).age_years == 26


def test_off_label_yields_only_when_asked() -> None:
    clinic = {"devices": ["skinpen-precision"], "jurisdiction": "US", "off_label": True}
    assert _case(request={"needle_length": 2.0}, clinic=clinic).request.needle_length == 2.0
