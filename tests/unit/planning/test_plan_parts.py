"""The parts of a plan by themselves: limits of a zone, price, dates, aftercare, guide, questions, choice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import device
from pinprick.injury import Technique, closure_times, early, puncture
from pinprick.planning import Case, plan
from pinprick.planning.adjunct import adjuncts, adjuncts_for
from pinprick.planning.aftercare import aftercare
from pinprick.planning.choice import best
from pinprick.planning.front import pareto_front
from pinprick.planning.open_question import red_flags, unknowns
from pinprick.planning.price import item_price
from pinprick.planning.quote import course_price, quote
from pinprick.planning.schedule import calendar, last_day
from pinprick.planning.screening import screen
from pinprick.planning.settings import course_ranges, space
from pinprick.planning.zone_limit import zone_limit
from pinprick.skin import Zone, describe


def _case(**tables: Any) -> Case:
    base: dict[str, Any] = {
        "patient": {"age": 29},
        "concern": {"indication": "atrophic_acne_scars", "zones": ["cheek"]},
        "clinic": {"jurisdiction": "US", "currency": "USD", "devices": ["skinpen-precision"]},
    }
    return Case.read({**base, **tables})


def test_the_label_limits_the_pen_on_the_cheek() -> None:
    limit = zone_limit(device("skinpen-precision"), Zone.CHEEK, "US")
    assert limit.hard_max_mm == 1.5
    assert (limit.low_mm, limit.high_mm) == (1.0, 1.5)
    assert zone_limit(device("skinpen-precision"), Zone.CHEEK, "US", off_label=True).hard_max_mm == 2.5
    assert any("1.5-2.5 mm" in text for text in limit.disagreement)


def test_the_nose_is_planned_for_its_stricter_part() -> None:
    limit = zone_limit(device("pen-12"), Zone.NOSE, None)
    assert (limit.low_mm, limit.high_mm, limit.hard_max_mm) == (0.25, 0.5, 0.75)


def test_radiofrequency_follows_its_own_depths_only() -> None:
    forehead = zone_limit(device("rf-insulated-generic"), Zone.FOREHEAD, None)
    assert forehead.low_mm == 1.5
    assert zone_limit(device("rf-insulated-generic"), Zone.THIGH, None).low_mm is None


def test_no_length_is_defended_on_the_palm() -> None:
    limit = zone_limit(device("pen-12"), Zone.PALM, None)
    assert limit.set_length(0.5) is None
    assert "palm" in limit.note


def test_settings_outside_a_defended_range_say_so() -> None:
    found = space(_case(), most=20_000).settings
    for item in found:
        inside = 1.0 <= item.lengths_mm[0] <= 1.5
        assert inside or "defended on the cheek" in item.why_not
        if item.course.sessions >= 3 and item.course.interval_days == 14:
            assert "interval of 14 days" in item.why_not


def test_thinning_keeps_the_bound() -> None:
    assert len(space(_case(), most=50).settings) <= 50


def test_course_ranges_hold_the_published_protocols() -> None:
    sessions, interval = course_ranges("atrophic_acne_scars")
    assert sessions[0] <= 3 <= 6 <= sessions[1]
    assert interval[0] <= 14 <= 42 <= interval[1]


def test_the_clinics_price_comes_first_and_nothing_is_converted() -> None:
    own = _case(clinic={"currency": "USD", "devices": [], "prices": {"microneedling_session": 310}})
    price = item_price(own, "microneedling_session")
    assert price is not None
    assert (price.low, price.high, price.source) == (310, 310, "clinic")
    published = item_price(_case(), "microneedling_session")
    assert published is not None
    assert (published.low, published.high, published.status) == (200, 700, "read")
    assert item_price(_case(clinic={"currency": "CHF", "devices": []}), "microneedling_session") is None
    assert item_price(_case(clinic={"devices": []}), "microneedling_session") is None


def test_a_quote_adds_up_and_names_what_has_no_price() -> None:
    prices = {"microneedling_session": 300, "consultation": 50, "anaesthetic": 20}
    clinic = {"currency": "USD", "devices": ["skinpen-precision"], "prices": prices}
    clinic["anaesthetic"] = "lidocaine-prilocaine-cream"
    case = _case(clinic=clinic)
    made = quote(case, device("skinpen-precision"), Course(3, 28.0), ("prp",))
    assert made is not None
    assert made.low == made.high == 3 * 300 + 50 + 3 * 20
    assert "platelet-rich plasma" in made.note
    assert course_price(case, device("skinpen-precision"), Course(3, 28.0), ()) == 3 * 300 + 50 + 3 * 20
    assert quote(_case(clinic={"devices": []}), device("skinpen-precision"), Course(3, 28.0), ()) is None


def test_the_calendar_holds_every_session_and_follow_up() -> None:
    start = date(2026, 11, 21)
    items = calendar(start, Course(3, 28.0))
    assert [item.day for item in items] == sorted(item.day for item in items)
    sessions = [item.day for item in items if item.kind == "session"]
    assert sessions == [start + timedelta(days=28 * n) for n in range(3)]
    assert [item.day - sessions[-1] for item in items if item.kind == "follow_up"] == [
        timedelta(days=90),
        timedelta(days=180),
    ]
    assert [item.day for item in items if item.kind == "rescreen"] == [day - timedelta(days=7) for day in sessions[1:]]
    assert len({(item.day, item.kind, item.text) for item in items}) == len(items)
    assert last_day(start, Course(3, 28.0), 2.0) == sessions[-1] + timedelta(days=2)


def test_aftercare_waits_for_the_later_of_practice_and_read_out() -> None:
    skin = describe(Zone.CHEEK, draws=50, seed=0)
    injury = puncture(skin, device("skinpen-precision"), Technique(Zone.CHEEK, 1.0, 4))
    items = {item.topic: item for item in aftercare((injury,), (early(injury),)) if item.topic != "expect"}
    advice = {record.id: record for record in evidence.aftercare_advice()}
    closed = closure_times(injury)
    dye = float(np.quantile(closed.sel(readout="dye").values, 0.75))
    assert items["make-up"].from_hours == max(float(advice["C07"].hours[0] or 0), np.ceil(dye))
    assert items["sunscreen"].to_hours is not None
    assert items["sunscreen"].to_hours >= items["sunscreen"].from_hours
    assert items["actives"].from_hours >= items["cleanser"].from_hours
    assert "differ" in items["exercise"].disagreement
    assert all(item.to_hours is None or item.to_hours > item.from_hours for item in items.values())
    assert all(item.sources for item in items.values())


def test_aftercare_never_says_to_stop_a_prescribed_drug() -> None:
    texts = [raw["text"].lower() for raw in evidence.load_records("planning/aftercare.yaml")]
    assert not any("stop" in text or "do not take" in text for text in texts)
    assert any("keep taking what a doctor has prescribed" in text for text in texts)


def test_the_guide_names_each_zone_the_skin_preparation_and_the_endpoint() -> None:
    concern = {"indication": "atrophic_acne_scars", "zones": ["cheek", "nose"]}
    made = plan(_case(concern=concern), on=date(2026, 11, 21), draws=12)
    guide = "\n".join(made.session_guide)
    for part in ("Screen again", "Anaesthetic", "povidone-iodine", "Cheek:", "Nose:", "Stop at once", "Record device"):
        assert part in guide
    assert "On the body" not in guide
    # Thin skin comes first.
    assert guide.index("Nose:") < guide.index("Cheek:")


def test_red_flags_of_radiofrequency_stay_apart() -> None:
    mechanical, thermal = red_flags(mechanical=True), red_flags(mechanical=False)
    assert set(mechanical) < set(thermal)
    assert "emergency" in mechanical[0][1]


def test_unknown_fields_are_said() -> None:
    case = _case(patient={})
    said = " ".join(unknowns(case, screen(case)))
    for word in ("Age", "Sex", "Phototype"):
        assert f"{word} is not stated" in said


def test_adjuncts_resolve() -> None:
    indications = {id for item in adjuncts().values() for id in item.indications}
    from pinprick import outcome

    assert indications <= set(outcome.indications())
    assert "topical_tranexamic_acid" in [item.id for item in adjuncts_for("melasma")]
    assert adjuncts_for("hyperhidrosis") == ()
    known = {raw["id"] for raw in evidence.load_records("planning/price_items.yaml")}
    for item in adjuncts().values():
        assert item.price_item in known
        assert [evidence.source(source).id for source in item.sources]
        outcome.modality(f"microneedling_plus_{item.outcome}")


def test_the_front_of_three() -> None:
    costs = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    assert pareto_front(costs).tolist() == [True, True, False]


def test_among_equals_the_gentler_is_chosen() -> None:
    points, burden = np.array([1.05, 1.15, 0.5]), np.array([1.0, 2.0, 0.1])
    allowed = np.array([True, True, True])
    assert best(points, burden, allowed) == 0
    assert best(points, burden, np.array([False, True, True])) == 1
    assert best(points, burden, np.zeros(3, dtype=bool)) is None


@pytest.mark.parametrize(
    ("devices", "kind"),
    [(["skinpen-precision"], "mechanical"), (["rf-insulated-generic"], "radiofrequency"), (["home-roller"], "home")],
)
def test_each_kind_of_device_has_its_own_rules(devices: list[str], kind: str) -> None:
    found = screen(_case(clinic={"devices": devices, "jurisdiction": "US"}), on=date(2026, 11, 21))
    asked = {item.rule for item in found.unknown} | {item.rule for item in found.findings}
    plain = screen(_case(), on=date(2026, 11, 21))
    same = asked == {item.rule for item in plain.unknown} | {item.rule for item in plain.findings}
    assert same == (kind == "mechanical")


def test_a_way_that_screening_forbids_is_not_offered_as_an_alternative() -> None:
    pacemaker = {"age": 60, "conditions": [{"name": "pacemaker", "status": "current"}]}
    clinic = {"devices": ["skinpen-precision", "rf-insulated-generic"]}
    made = plan(_case(patient=pacemaker, clinic=clinic), on=date(2026, 11, 21), draws=20)
    ways = {item.modality for item in made.alternatives}
    assert made.prescription is not None
    assert made.prescription.device.mechanical
    assert not any(way.startswith("rf_") for way in ways)
    assert "fractional_co2" in ways
    told = " ".join(made.unknowns)
    assert "Radiofrequency microneedling is not compared: screening forbids it" in told
    assert "rf-insulated" not in told
    assert "not screened" in told


def test_alternatives_keep_radiofrequency_where_nothing_forbids_it() -> None:
    made = plan(_case(), on=date(2026, 11, 21), draws=20)
    assert any(item.modality.startswith("rf_") for item in made.alternatives)
