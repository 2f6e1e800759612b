"""The engine: positions chosen, labels that bind, dates, anaesthetics, and the shape of what it prints."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.safety import Fact, Facts, Screening, Treatment, screen, to_json
from pinprick.skin import Person, Zone

ON = date(2026, 11, 21)
ADULT = Person(35, "female", 2)
SCHEMA = json.loads(
    (Path(__file__).parents[3] / "docs" / "reference" / "screening.schema.json").read_text(encoding="utf-8")
)
SKINPEN = Treatment(device="skinpen-precision")
STOPPED = Fact("oral_isotretinoin", "past", date(2026, 2, 1), date(2026, 8, 1), "isotretinoin", "medications[0]")
TAKING = Fact("oral_isotretinoin", "current", date(2026, 2, 1), None, "isotretinoin", "medications[0]")


def run(*facts: Fact, person: Person = ADULT, on: date = ON, **options: Any) -> Screening:
    return screen(Facts(person, facts=facts), on=on, **options)


def only(result: Screening) -> Any:
    (finding,) = result.findings
    return finding


def test_isotretinoin_by_default_waits_180_days_and_shows_every_position() -> None:
    finding = only(run(STOPPED))
    assert (finding.verdict, finding.until, finding.chosen) == ("not-before", date(2027, 1, 28), None)
    assert finding.rests_on == ("medications[0]: isotretinoin, past from 2026-02-01 until 2026-08-01",)
    assert len(finding.positions) == 10
    assert {item.kind for item in finding.positions} >= {"absolute", "caution"}


@pytest.mark.parametrize(
    ("index", "verdict", "until"),
    [
        (1, "not-before", date(2027, 1, 28)),  # package insert, 180 days
        (2, "not-before", date(2027, 1, 28)),  # 150 to 180 days: the longer end
        (3, "conditions", None),  # no delay
        (9, "not-before", date(2027, 8, 1)),  # up to a year
    ],
)
def test_clinic_can_choose_another_position_and_the_choice_is_recorded(
    index: int, verdict: str, until: date | None
) -> None:
    finding = only(run(STOPPED, choices={"SR001": index}))
    assert (finding.verdict, finding.until, finding.chosen) == (verdict, until, index)
    assert finding.positions[index].who in finding.reason


def test_longer_position_applies_after_the_default_has_passed() -> None:
    day = date(2027, 3, 1)
    assert run(STOPPED, on=day).findings == ()
    assert only(run(STOPPED, on=day, choices={"SR001": 9})).until == date(2027, 8, 1)


def test_label_binds_for_its_device_in_its_jurisdiction_only() -> None:
    bound = run(TAKING, treatment=SKINPEN, jurisdiction="US")
    assert bound.verdict == "do-not-treat"
    assert [item.binds for item in only(bound).positions].count(True) == 1
    assert run(TAKING, treatment=SKINPEN, jurisdiction="DE").verdict == "refer"
    assert run(TAKING, treatment=Treatment(device="dermaroller-192"), jurisdiction="US").verdict == "refer"
    assert run(TAKING, jurisdiction="US").verdict == "refer"


def test_choice_never_relaxes_a_label_that_binds() -> None:
    assert run(TAKING, choices={"SR001": 3}).verdict == "conditions"
    assert run(TAKING, treatment=SKINPEN, choices={"SR001": 3}).verdict == "do-not-treat"


def test_home_needling_is_forbidden_in_canada_and_conditional_elsewhere() -> None:
    home = Treatment("home", needle_length_mm=0.2)
    assert run(treatment=home, jurisdiction="US").verdict == "conditions"
    assert run(treatment=home, jurisdiction="CA").verdict == "do-not-treat"


def test_earliest_date_is_the_latest_of_all_deferrals() -> None:
    laser = Fact("ablative_laser", "past", None, date(2026, 11, 1))
    result = run(STOPPED, laser)
    assert result.earliest_date == max(date(2027, 1, 28), date(2026, 11, 1) + timedelta(90)) == date(2027, 1, 30)
    assert run(STOPPED, laser, Fact("herpes_simplex_active", "current")).earliest_date is None


def test_past_and_planned_are_told_apart_by_their_dates_whatever_the_word() -> None:
    toxin = Fact("botulinum_toxin", "planned", date(2026, 12, 1), date(2026, 12, 1))
    assert only(run(toxin)).verdict == "conditions"
    assert only(run(toxin, on=date(2026, 12, 5))).until == date(2026, 12, 15)
    assert run(toxin, on=date(2026, 12, 20)).findings == ()
    still = Fact("oral_isotretinoin", "past", None, date(2026, 12, 24))
    assert only(run(still)).verdict == "refer", "the course has not ended yet"


def test_end_that_is_planned_tells_when_the_wait_would_be_over() -> None:
    ending = Fact("oral_isotretinoin", "current", date(2026, 6, 1), date(2026, 12, 24))
    finding = only(run(ending))
    assert finding.verdict == "refer"
    assert "2027-06-22" in finding.reason
    assert "2027" not in only(run(TAKING)).reason


def test_planned_sun_holiday_defers_within_four_weeks_only() -> None:
    near = Fact("sun_exposure", "planned", ON + timedelta(10), ON + timedelta(17), "beach holiday")
    assert only(run(near)).until == ON + timedelta(17 + 14)
    far = Fact("sun_exposure", "planned", ON + timedelta(60), ON + timedelta(67))
    assert run(far).findings == ()


def test_darker_skin_waits_longer_after_sun() -> None:
    tan = Fact("recent_tan", "past", None, ON - timedelta(20))
    assert run(tan).findings == ()
    found = {item.rule: item for item in run(tan, person=Person(35, "female", 5)).findings}
    assert found["SR057"].until == ON - timedelta(20) + timedelta(28)


def test_two_platelet_inhibitors_are_the_cardiologists_business() -> None:
    clopidogrel, aspirin = Fact("antiplatelet", "current"), Fact("aspirin_prescribed", "current")
    found = {item.rule: item.verdict for item in run(clopidogrel, aspirin).findings}
    assert found == {"SR008": "refer", "SR006": "conditions"}


def test_measurement_counts_until_there_is_a_newer_one() -> None:
    diabetes = Fact("diabetes", "current")
    day = date(2026, 10, 1)
    measured = Fact("hba1c", "past", day, day, value=9.1, unit="%")
    assert {item.verdict for item in run(diabetes, measured).findings} == {"not-before"}
    assert only(run(diabetes, Fact("hba1c", "past", day, day, value=63.0, unit="mmol/mol"))).ask == ()
    assert only(run(diabetes, Fact("hba1c", "past", day, day, value=9.1))).ask, "without a unit it says nothing"


def test_undated_end_is_asked_for() -> None:
    result = run(Fact("oral_isotretinoin", "past", text="isotretinoin"))
    assert result.findings == ()
    assert "isotretinoin" in next(item.question for item in result.unknown if item.rule == "SR001")


def test_age_bounds() -> None:
    verdicts = {age: [item.verdict for item in run(person=Person(age)).findings] for age in (17, 18, 21, 22, 64, 65)}
    assert verdicts == {17: ["refer"], 18: ["conditions"], 21: ["conditions"], 22: [], 64: [], 65: ["conditions"]}
    assert run(person=Person(20), jurisdiction="DE").findings == ()


def test_birth_date_gives_completed_years() -> None:
    born = Facts(Person(), birth_date=date(2008, 2, 29))
    assert born.age_years(date(2026, 2, 28)) == 17
    assert born.age_years(date(2026, 3, 1)) == 18


def test_unrecognised_statements_and_facts_without_a_rule_stay_visible() -> None:
    facts = Facts(ADULT, facts=(Fact("latex_allergy", "current", text="Latex"),), unrecognised=("Zyxomab",))
    result = screen(facts, on=ON)
    assert result.unrecognised == ("Zyxomab",)
    assert result.noted == ("Latex (current)",)


def test_answered_questions_are_not_asked() -> None:
    asked = Facts(ADULT, asked=frozenset({"pregnancy", "keloid"}))
    assert not {"SR016", "SR019"} & {item.rule for item in screen(asked, on=ON).unknown}


def test_questions_come_most_serious_first() -> None:
    order = ["proceed", "conditions", "not-before", "refer", "do-not-treat"]
    ranks = [order.index(item.could_become) for item in run(person=Person()).unknown]
    assert ranks == sorted(ranks, reverse=True)


def limit(result: Screening, product: str) -> Any:
    return next(item for item in result.anaesthetics if item.product == product)


@pytest.mark.parametrize(
    ("age", "area", "mass", "minutes"),
    [(35, 600, 60, 300), (8, 200, 20, 300), (3, 100, 10, 300), (0.5, 20, 2, 60), (0.1, 10, 1, 60)],
)
def test_lidocaine_prilocaine_limits_by_age(age: float, area: float, mass: float, minutes: float) -> None:
    found = limit(run(person=Person(age)), "lidocaine-prilocaine-cream")
    assert (found.max_area_cm2, found.max_mass_g, found.max_minutes) == (area, mass, minutes)
    assert evidence.source(found.sources[0]).status == "read"


def test_anaesthetic_limits_follow_the_findings() -> None:
    cream = "lidocaine-prilocaine-cream"
    assert limit(run(Fact("g6pd_deficiency", "current")), cream).max_area_cm2 == 0
    assert limit(run(Fact("amide_anaesthetic_allergy", "current")), cream).max_mass_g == 0
    assert limit(run(Fact("dermatitis", "current")), cream).max_minutes == 30
    assert limit(run(Fact("paba_allergy", "current")), "lidocaine-tetracaine-cream").max_area_cm2 == 0
    assert limit(run(Fact("paba_allergy", "current")), cream).max_area_cm2 == 600
    assert limit(run(person=Person()), cream).max_area_cm2 is None


@pytest.mark.parametrize(("area", "applies"), [(300, False), (400, False), (500, True), (700, True)])
def test_full_face_trap_is_caught_by_mass_before_area(area: float, applies: bool) -> None:
    treatment = Treatment(anaesthetic="lidocaine-prilocaine-cream", area_cm2=area)
    assert ("SR052" in {item.rule for item in run(treatment=treatment).findings}) is applies


@pytest.mark.parametrize(
    "options",
    [
        {"choices": {"SR999": 0}},
        {"choices": {"SR001": 99}},
        {"choices": {"SR001": -1}},
        {"choices": {"SR001": 6}},  # a cohort that states neither kind nor interval
        {"jurisdiction": "usa"},
        {"treatment": Treatment(anaesthetic="magic")},
    ],
)
def test_bad_choices_are_refused_with_a_remedy(options: dict[str, Any]) -> None:
    with pytest.raises(InputError) as caught:
        run(TAKING, **options)
    assert caught.value.field
    assert caught.value.remedy


def test_day_before_birth_is_refused() -> None:
    with pytest.raises(InputError, match="before birth"):
        screen(Facts(Person(), birth_date=date(2026, 11, 22)), on=ON)


@pytest.mark.parametrize(
    ("facts", "treatment"),
    [
        ((), Treatment()),
        ((STOPPED, Fact("vitamin_k_antagonist", "current", text="warfarin")), SKINPEN),
        ((Fact("active_implant", "current"), Fact("pregnancy", "unknown")), Treatment("radiofrequency", (Zone.CHIN,))),
        ((Fact("diabetes", "current"), Fact("hba1c", "current", value=9.1, unit="%")), Treatment("home")),
    ],
)
def test_json_fits_its_schema(facts: tuple[Fact, ...], treatment: Treatment) -> None:
    result = json.loads(json.dumps(to_json(run(*facts, treatment=treatment)), allow_nan=False))
    jsonschema.validate(result, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert set(result) == set(SCHEMA["required"])


def test_screening_cites_the_sources_of_its_findings() -> None:
    with evidence.recording() as ledger:
        run(STOPPED)
    assert "asds2017" in ledger.sources


def test_screening_does_not_load_the_simulator_or_heavy_libraries() -> None:
    code = (
        "import sys; import pinprick.safety, pinprick.interop; "
        "print(sorted({'scipy', 'xarray', 'pint', 'pandas', 'numba', 'pydantic', 'pinprick.cascade', "
        "'pinprick.injury', 'pinprick.outcome'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"


def test_a_verdict_says_how_much_of_the_record_it_does_not_cover() -> None:
    assert "not understood" not in run().reason
    one = screen(Facts(ADULT, unrecognised=("medications[0]: acitretin",)), on=ON)
    assert one.reason.endswith("1 entry was not understood, and so not screened.")
    two = screen(Facts(ADULT, unrecognised=("a", "b")), on=ON)
    assert "2 entries were not understood" in two.reason


@pytest.mark.parametrize(("age", "absent"), [(80, "guardian"), (19, "guardian"), (12, "off-label")])
def test_what_to_do_fits_the_age(age: int, absent: str) -> None:
    (finding,) = (item for item in run(person=Person(age, "female", 2)).findings if item.rule == "SR018")
    assert absent not in finding.action


def test_a_planned_pregnancy_is_not_told_as_a_pregnancy() -> None:
    finding = only(run(Fact("pregnancy", "planned", text="pregnancy")))
    assert finding.verdict == "conditions"
    assert "Do not treat" not in finding.action


def test_a_cold_sore_that_began_days_ago_is_not_mere_history() -> None:
    lip = Treatment(zones=(Zone.UPPER_LIP,))

    def at(began: date | None) -> Screening:
        return run(Fact("herpes_simplex", "current", began, None, "cold sore"), treatment=lip)

    assert (at(ON - timedelta(3)).verdict, at(ON - timedelta(3)).earliest_date) == ("not-before", ON + timedelta(11))
    assert at(ON - timedelta(13)).earliest_date == ON + timedelta(1)
    # The last day of the wait is over; a record of years ago, or without a day, tells a tendency and not a lesion.
    for began in (ON - timedelta(14), date(2016, 1, 1), None):
        assert at(began).verdict == "conditions"
