"""Our own small FHIR records: current, past and planned relative to the day, and what is left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pinprick.interop import read_fhir
from pinprick.safety import Facts, Screening, Treatment, screen
from pinprick.skin import Zone

RECORDS = Path(__file__).parents[2] / "fixtures" / "fhir"
ON = date(2026, 11, 21)


def facts(name: str, on: date = ON) -> Facts:
    return read_fhir(RECORDS / f"{name}.json", on=on)


def screening(name: str, on: date = ON, **options: object) -> Screening:
    return screen(facts(name, on), on=on, **options)  # type: ignore[arg-type]


def rules_of(result: Screening) -> dict[str, str]:
    return {item.rule: item.verdict for item in result.findings}


def test_isotretinoin_stopped_at_a_date_gives_the_earliest_date() -> None:
    result = screening("isotretinoin-stopped")
    assert result.verdict == "not-before"
    assert result.earliest_date == date(2027, 1, 28)
    assert rules_of(result) == {"SR001": "not-before"}
    assert result.findings[0].disagreement
    assert len(result.findings[0].positions) == 10
    assert any("Nasal Spray" in text for text in result.unrecognised)


def test_isotretinoin_is_current_while_it_was_taken_and_absent_before() -> None:
    assert rules_of(screening("isotretinoin-stopped", date(2026, 5, 1))) == {"SR001": "refer"}
    assert rules_of(screening("isotretinoin-stopped", date(2026, 1, 1))) == {}
    assert rules_of(screening("isotretinoin-stopped", date(2027, 1, 28))) == {}


def test_medicines_behind_references_are_found() -> None:
    found = rules_of(screening("isotretinoin-by-reference"))
    assert found == {"SR001": "refer", "SR005": "conditions", "SR010": "refer"}


def test_keloid_of_the_chest_forbids_the_chest_and_refers_elsewhere() -> None:
    assert rules_of(screening("keloid", treatment=Treatment(zones=(Zone.CHEST,))))["SR019"] == "do-not-treat"
    assert rules_of(screening("keloid", treatment=Treatment(zones=(Zone.CHEEK,))))["SR019"] == "refer"


def test_healed_herpes_waits_and_needs_prevention() -> None:
    result = screening("herpes", treatment=Treatment(zones=(Zone.UPPER_LIP,)))
    assert rules_of(result) == {"SR022": "not-before", "SR023": "conditions"}
    assert result.earliest_date == date(2026, 11, 26)
    later = screening("herpes", date(2026, 11, 26), treatment=Treatment(zones=(Zone.UPPER_LIP,)))
    assert rules_of(later) == {"SR023": "conditions"}


def test_phototype_and_weight_are_read() -> None:
    known = facts("phototype-v")
    assert known.person.phototype == 5
    assert known.weight_kg == pytest.approx(65.0, abs=0.05)
    assert set(rules_of(screening("phototype-v"))) == {"SR015", "SR035"}


def test_recent_laser_planned_toxin_and_what_was_not_done() -> None:
    result = screening("recent-laser", treatment=Treatment(zones=(Zone.FOREHEAD,)))
    assert rules_of(result) == {"SR056": "not-before", "SR054": "conditions"}
    assert result.earliest_date == date(2027, 1, 18)
    # Once the planned day has come, its interval counts.
    later = screening("recent-laser", date(2026, 12, 12), treatment=Treatment(zones=(Zone.FOREHEAD,)))
    assert rules_of(later)["SR054"] == "not-before"


def test_child() -> None:
    result = screening("child")
    assert rules_of(result) == {"SR018": "refer"}
    cosmetic = screening("child", treatment=Treatment(indication="photoageing_wrinkles"))
    assert cosmetic.verdict == "do-not-treat"
    assert not any(item.rule == "SR016" for item in result.unknown)


def test_somebody_who_has_died_is_not_treated() -> None:
    result = screening("died")
    assert result.verdict == "do-not-treat"
    assert result.earliest_date is None
    assert "died on 2026-03-04" in result.reason
    assert result.unknown == ()
    alive = screening("died", date(2026, 3, 3))
    assert "died" not in alive.reason


def test_what_is_in_error_refuted_cancelled_denied_or_long_over_is_no_finding() -> None:
    result = screening("left-out")
    assert result.findings == ()
    assert result.verdict == "proceed"
    assert [item.rule for item in result.unknown if "clear status" in item.question] == ["SR032"]
    asked = {item.rule for item in result.unknown}
    assert "SR016" in asked, "a pregnancy of years ago says nothing about today"
    assert not asked & {"SR048", "SR049"}, "no known allergies was stated"
    assert "SR001" not in asked, "not taken was stated"


def test_measured_values() -> None:
    result = screening("measured")
    assert rules_of(result) == {
        "SR016": "do-not-treat",
        "SR005": "not-before",
        "SR042": "not-before",
        "SR043": "conditions",
    }
    assert not any("Latex" in text for text in (*result.noted, *result.unrecognised))
    before = screening("measured", date(2026, 9, 1))
    assert rules_of(before) == {"SR005": "conditions", "SR042": "conditions"}
    assert "INR" in next(item for item in before.findings if item.rule == "SR005").ask[0].question


def test_before_birth_is_refused() -> None:
    from pinprick.errors import InputError

    with pytest.raises(InputError, match="not born"):
        facts("child", date(2010, 1, 1))
