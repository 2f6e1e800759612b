"""Planned against delivered: every departure is named, and nothing unstated is taken as done."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick import evidence
from pinprick.clinic.treatment.deviation import DeliveredZone, Deviation, contact_deviation, deviations, kind_name
from pinprick.clinic.treatment.planned import PlannedSession, PlannedZone, planned_session, stop_sign

CHEEK = PlannedZone("cheek", 1.5, 4, "pinpoint bleeding", "pinpoint_bleeding", 30.0, 900.0, 2.0, "label, US")
BROW = PlannedZone("forehead", 0.5, 3, "mild redness; do not wait for blood", "redness", None, None, 1.0, "zone limit")
PLAN = PlannedSession("skinpen-precision", "SkinPen", (CHEEK, BROW), 3, 28)
AS_PLANNED = (
    DeliveredZone("cheek", "treated", 1.5, 4, 30.0, "pinpoint_bleeding"),
    DeliveredZone("forehead", "treated", 0.5, 3, None, "redness"),
)


def kinds(*found: Deviation) -> list[tuple[str, str, str]]:
    return [(item.kind, item.zone, item.direction) for item in found]


def test_as_planned_departs_in_nothing() -> None:
    assert deviations(PLAN, AS_PLANNED, device="skinpen-precision", final=True) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"needle_length_mm": 1.25}, [("needle_length", "cheek", "less")]),
        ({"needle_length_mm": 1.54}, []),
        ({"needle_length_mm": 1.75}, [("needle_length", "cheek", "more")]),
        ({"needle_length_mm": 2.25}, [("needle_length", "cheek", "more"), ("limit", "cheek", "more")]),
        ({"pass_count": 3}, [("pass_count", "cheek", "less")]),
        ({"pass_count": 6}, [("pass_count", "cheek", "more")]),
        ({"glide_speed_mm_s": 37.0}, []),
        ({"glide_speed_mm_s": 60.0}, [("glide_speed", "cheek", "more")]),
        ({"endpoint": "redness"}, [("endpoint", "cheek", "less")]),
        ({"endpoint": "running_bleeding"}, [("endpoint", "cheek", "more")]),
        ({"device": "exceed"}, [("device", "cheek", "")]),
        ({"state": "left_out"}, [("left_out", "cheek", "")]),
        ({"needle_length_mm": None, "pass_count": None, "endpoint": ""}, []),
    ],
)
def test_each_departure_is_named(change: dict[str, object], expected: list[tuple[str, str, str]]) -> None:
    done = (replace(AS_PLANNED[0], **change), AS_PLANNED[1])  # type: ignore[arg-type]
    assert kinds(*deviations(PLAN, done)) == expected


def test_running_blood_and_a_length_beyond_the_limit_are_marked() -> None:
    done = replace(AS_PLANNED[0], needle_length_mm=2.5, endpoint="running_bleeding")
    marked = {item.kind: item.beyond_limit for item in deviations(PLAN, (done,))}
    assert marked == {"needle_length": True, "limit": True, "endpoint": True}


def test_an_added_zone_and_another_device_are_named() -> None:
    done = (*AS_PLANNED, DeliveredZone("chin", "treated", 1.0, 2, reason="asked for by the patient"))
    found = deviations(PLAN, done, device="dr-pen")
    assert kinds(*found) == [("device", "", ""), ("added", "chin", "")]
    assert found[1].reason == "asked for by the patient"


def test_a_zone_without_a_record_counts_only_when_the_record_is_complete() -> None:
    assert deviations(PLAN, AS_PLANNED[:1]) == ()
    assert kinds(*deviations(PLAN, AS_PLANNED[:1], final=True)) == [("not_recorded", "forehead", "")]
    still_open = replace(AS_PLANNED[1], state="open")
    assert kinds(*deviations(PLAN, (AS_PLANNED[0], still_open), final=True)) == [("not_recorded", "forehead", "")]


def test_the_tolerances_are_records() -> None:
    for name in ("needle_length", "pass_count", "glide_speed", "contact_time"):
        record = evidence.parameter(f"treatment.tolerance.{name}")
        assert record.sources
        assert record.note


@given(st.floats(0.1, 3.0), st.integers(1, 12))
def test_what_is_named_is_what_differs(length: float, passes: int) -> None:
    done = replace(AS_PLANNED[0], needle_length_mm=length, pass_count=passes)
    found = {item.kind for item in deviations(PLAN, (done,))}
    assert ("pass_count" in found) == (passes != 4)
    assert ("needle_length" in found) == (abs(length - 1.5) > 0.05 + 1e-9)


@pytest.mark.parametrize(
    ("minutes", "expected"), [(None, None), (60, None), (58.5, None), (45, "less"), (310, "more"), (301, None)]
)
def test_the_contact_of_the_cream_departs_from_its_label(minutes: float | None, expected: str | None) -> None:
    found = contact_deviation(minutes, 60, 300)
    assert (found.direction if found else None) == expected


def test_without_a_label_s_time_no_contact_departs() -> None:
    assert contact_deviation(5, None, None) is None


@pytest.mark.parametrize(
    ("words", "sign"),
    [
        ("slight redness; never blood.", "redness"),
        ("mild redness; at this length few needles reach the vessels, so do not wait for blood.", "redness"),
        (
            "pinpoint bleeding, mild redness, slight swelling; about 30 in 100 needles reach the vessels.",
            "pinpoint_bleeding",
        ),
        ("", "none"),
    ],
)
def test_the_words_of_a_plan_name_a_sign(words: str, sign: str) -> None:
    assert stop_sign(words) == sign


def test_a_departure_survives_the_record() -> None:
    found = Deviation("needle_length", "cheek", "1.5", "2", "more", True, "scar")
    assert Deviation.from_json(found.to_json()) == found
    assert kind_name("needle_length") != "needle_length"


def test_a_plan_that_prescribes_nothing_has_no_session() -> None:
    with pytest.raises(ValueError, match="prescribes nothing"):
        planned_session({"prescription": None})


def test_only_a_prescribed_speed_binds() -> None:
    result = {
        "prescription": {
            "device": "pen-12",
            "sessions": 1,
            "zones": [
                {"zone": "cheek", "needle_length_mm": 1.5, "pass_count": 4},
                {"zone": "chin", "needle_length_mm": 1, "pass_count": 2},
            ],
        }
    }
    speeds = [
        {"zone": "cheek", "glide_speed_mm_s": 30.0, "speed_status": "assumed"},
        {"zone": "chin", "glide_speed_mm_s": 20.0, "speed_status": "prescribed"},
    ]
    cheek, chin = planned_session(result, speeds).zones
    assert (cheek.glide_speed_mm_s, cheek.usual_speed_mm_s) == (None, 30.0)
    assert (chin.glide_speed_mm_s, chin.usual_speed_mm_s) == (20.0, None)


def test_a_real_plan_is_read() -> None:
    """The engine's own plan of an example, not a shape made up here."""
    from datetime import date

    import pinprick as pp
    from pinprick.planning.plan_json import to_json

    plan = pp.plan(pp.Case.load("examples/acne-scars.toml"), on=date(2026, 11, 21), draws=20)
    found = planned_session(to_json(plan))
    assert plan.prescription is not None
    assert [zone.zone for zone in found.zones] == [item.technique.zone.value for item in plan.prescription.zones]
    for zone, item in zip(found.zones, plan.prescription.zones, strict=True):
        assert zone.needle_length_mm == pytest.approx(item.technique.needle_length_mm, rel=1e-3)
        assert zone.pass_count == item.technique.pass_count
        assert zone.hard_max_mm is not None
        assert zone.needle_length_mm <= zone.hard_max_mm
    assert found.guide
