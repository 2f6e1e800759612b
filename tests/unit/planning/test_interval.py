"""What is said of sessions that come too close."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import device
from pinprick.planning import Case, Setting, answer_json, plan, prepare_what_if, what_if
from pinprick.planning.evaluation import Evaluation
from pinprick.planning.interval import interval_cautions
from pinprick.planning.patient import Statement
from pinprick.planning.screening import screen_with
from pinprick.planning.settings import Settings, spacing_of, usual_interval_days

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY, DRAWS = date(2026, 11, 21), 20
CASE = Case.load(EXAMPLES / "acne-scars.toml")
USUAL = usual_interval_days(CASE)


def _told(case: Case, days: float, sessions: int = 3, length: float = 1.0) -> tuple[str, ...]:
    zones = len(case.concern.zones)
    item = Settings(device("pen-12"), (length,) * zones, 6, Course(sessions, days), ())
    one = Evaluation(case, DRAWS, 0)
    one.prepare((item.course,))
    return interval_cautions(case, item, one, screen_with(case, "pen-12", DAY, needle_length_mm=length))


def _patient(**change: object) -> Case:
    return CASE.model_copy(update={"patient": CASE.patient.model_copy(update=change)})


def test_the_usual_interval_needs_no_caution_and_one_session_has_none() -> None:
    assert USUAL == 28.0
    assert _told(_patient(phototype=2), USUAL) == ()
    assert _told(_patient(phototype=2), 3.0, sessions=1) == ()


def test_a_short_interval_is_set_beside_the_usual_one() -> None:
    default, stacked = _told(_patient(phototype=2), 14.0)
    assert "14 days is shorter than the 28 days of our default" in default
    assert "14 days apart" in stacked and "with 28 days it is" in stacked
    share = float(stacked.split("apart, ")[1].split(" %")[0])
    usual = float(stacked.split("it is ")[1].split(" %")[0])
    assert share > 100 * evidence.value("planning.myofibroblast_share_high") > usual > 0


def test_the_share_falls_with_the_interval() -> None:
    shares = [float(_told(_patient(phototype=2), days)[-1].split("apart, ")[1].split(" %")[0]) for days in (7, 14, 21)]
    assert shares[0] > shares[1] > shares[2]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"phototype": 5}, "SR035 asks for in this phototype"),
        ({"phototype": None}, "the phototype is not stated"),
    ],
)
def test_the_screening_rule_is_named(change: dict[str, object], words: str) -> None:
    assert words in _told(_patient(**change), 21.0)[0]
    assert not any("SR035" in text for text in _told(_patient(**change), 28.0))


def test_marks_that_stayed_dark_count_without_a_dark_phototype() -> None:
    history = Statement(name="post-inflammatory hyperpigmentation", status="past")
    case = _patient(phototype=2, conditions=(*CASE.patient.conditions, history))
    assert "marks have stayed dark before" in _told(case, 21.0)[0]


def _concern(indication: str) -> Case:
    concern = CASE.concern.model_copy(update={"indication": indication, "scale": None, "baseline": None})
    return _patient(phototype=2).model_copy(update={"concern": concern})


def test_without_a_default_only_more_than_half_is_said() -> None:
    laxity = _concern("skin_laxity")
    assert usual_interval_days(laxity) is None
    (told,) = _told(laxity, 10.0)
    assert "10 days apart" in told and "it is" not in told
    assert _told(laxity, 28.0) == ()


def test_nothing_is_said_of_cells_where_healing_is_not_simulated() -> None:
    assert _told(_concern("melasma"), 14.0) == ()


def test_a_what_if_says_it_and_stays_quick_to_ask() -> None:
    setting = Setting("pen-12", (1.0,) * len(CASE.concern.zones), 6, 3, 14.0)
    prepare_what_if(CASE, draws=DRAWS)
    found = what_if(CASE, setting, on=DAY, draws=DRAWS)
    assert any("14 days apart" in text for text in found.cautions)
    assert answer_json(found)["cautions"] == list(found.cautions)
    assert {"planning.myofibroblast_share_high"} <= set(found.parameters)
    assert what_if(CASE, replace(setting, interval_days=28.0), on=DAY, draws=DRAWS).cautions == ()


def test_the_interval_of_a_published_protocol_is_kept_and_flagged() -> None:
    made = plan(Case.load(EXAMPLES / "navyadevi-2024-radiofrequency.toml"), on=DAY, draws=DRAWS)
    assert made.prescription is not None and made.prescription.course.interval_days == 21.0
    rule, default, stacked = made.prescription.cautions
    assert "SR035" in rule and "28 days of our default" in default and "21 days apart" in stacked


def test_only_the_requested_interval_escapes_the_default() -> None:
    case = CASE.model_copy(update={"request": CASE.request.model_copy(update={"interval": 21.0})})
    assert spacing_of(case, Course(3, 21.0)) == ""
    assert "outside the 28-42 days" in spacing_of(case, Course(3, 14.0))
