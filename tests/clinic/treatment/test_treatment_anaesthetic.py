"""Anaesthetic creams: what the label allows, refused with the number that is exceeded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pinprick import evidence
from pinprick.clinic.treatment.anaesthetic import Application, Judgement, contact, judge, limits_for
from pinprick.errors import InputError
from pinprick.safety import product

CREAM = "lidocaine-prilocaine-cream"


def judged(mass: float, area: float, age: float | None = 30, **rest: object) -> Judgement:
    return judge(Application(CREAM, mass, area), age_years=age, **rest)  # type: ignore[arg-type]


def test_an_adult_s_face_within_the_label_is_taken() -> None:
    found = judged(30, 300)
    assert found.refused == ()
    assert (found.max_mass_g, found.max_area_cm2, found.min_minutes) == (60, 600, 60)
    assert found.sources


@pytest.mark.parametrize(
    ("mass", "area", "field", "number"),
    [(61, 500, "mass_g", "60 g"), (50, 601, "area_cm2", "600 cm²")],
)
def test_more_than_the_label_is_refused_with_the_number(mass: float, area: float, field: str, number: str) -> None:
    found = judged(mass, area)
    assert [name for name, _ in found.refused] == [field]
    assert number in found.refused[0][1]
    assert f"{mass:g}" in found.refused[0][1] or f"{area:g}" in found.refused[0][1]


def test_exactly_the_limit_is_allowed() -> None:
    assert judged(60, 600).refused == ()


def test_what_was_put_on_before_counts() -> None:
    before = (Application(CREAM, 40, 300),)
    assert judged(20, 300, earlier=before).refused == ()
    found = judged(21, 301, earlier=before)
    assert {name for name, _ in found.refused} == {"mass_g", "area_cm2"}
    assert "61 g" in found.refused[0][1]


def test_another_cream_on_top_is_cautioned() -> None:
    found = judge(Application(CREAM, 5, 50), (Application("lidocaine-4-cream", 5, 50),), age_years=30)
    assert found.refused == ()
    assert any("Another anaesthetic" in text for text in found.cautions)


@pytest.mark.parametrize(
    ("age", "weight", "mass", "area"),
    [
        (7, 25, 20, 200),
        (7, 15, 10, 100),
        (7, 8, 2, 20),
        (7, 4, 1, 10),
        (3, None, 10, 100),
        (0.1, 5, 1, 10),
        (30, 18, 10, 100),
    ],
)
def test_limits_follow_age_and_a_low_weight_lowers_them(
    age: float, weight: float | None, mass: float, area: float
) -> None:
    found = limits_for(product(CREAM), age, weight)
    assert (found.max_mass_g, found.max_area_cm2) == (mass, area)


def test_a_weight_never_raises_a_limit() -> None:
    item = product(CREAM)
    for age in (0.1, 0.5, 3, 8, 30):
        by_age = limits_for(item, age)
        for weight in (3, 6, 12, 19.9, 40, 90):
            both = limits_for(item, age, weight)
            assert by_age.max_mass_g is None or (both.max_mass_g or 0) <= by_age.max_mass_g


def test_where_the_label_states_no_number_it_is_said() -> None:
    found = judged(10, 100, age=14)
    assert found.refused == ()
    assert any("No number limits this" in text for text in found.cautions)


def test_an_unknown_age_is_said() -> None:
    assert any("age is not known" in text for text in judged(10, 100, age=None).cautions)


def test_a_product_for_adults_is_refused_to_the_young() -> None:
    application = Application("lidocaine-tetracaine-cream", 5, 40)
    assert [name for name, _ in judge(application, age_years=16).refused] == ["product"]
    assert any("adults only" in text for text in judge(application, age_years=None).cautions)


def test_what_screening_forbids_is_refused() -> None:
    found = judged(5, 50, forbidden="risk of methaemoglobinaemia (SR050)")
    assert "SR050" in found.refused[0][1]


def test_a_thicker_layer_than_the_label_s_is_cautioned() -> None:
    assert any("thicker layer" in text for text in judged(30, 100).cautions)
    assert not any("thicker layer" in text for text in judged(15, 100).cautions)


def test_an_unknown_product_is_a_fault() -> None:
    with pytest.raises(InputError):
        judge(Application("butter", 1, 1))


def test_the_timer_has_the_practice_mark_and_the_label_s() -> None:
    marks = contact(limits_for(product(CREAM), 30))
    assert (marks.practice, marks.label, marks.longest) == (45, 60, 300)
    start = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert marks.left(start, start + timedelta(minutes=20)) == timedelta(minutes=40)
    short = contact(limits_for(product("lidocaine-tetracaine-cream"), 30))
    assert (short.practice, short.label) == (20, 20)


def test_every_number_is_a_record_with_a_source() -> None:
    found = {id: item for id, item in evidence.parameters().items() if id.startswith("treatment.")}
    assert len(found) >= 9
    known = evidence.sources()
    assert all(source in known for item in found.values() for source in item.sources)
    assert found["treatment.anaesthetic.weight_small_child"].status == "remembered"
