"""Units as trials print them."""

import pytest

from pinprick.outcome import scale
from pinprick.outcome.printed_unit import is_percent, is_stated, unit_factor

SAME = {
    "hair_density": ["1/cm^2", "per cm2", "hairs/cm\u00b2", "hairs per square centimetre", "cm-2", "as stated", ""],
    "hair_diameter": ["um", "\u00b5m", "\u03bcm", "microns", "micrometres"],
    "striae_size": ["mm", "points", "cm2"],
    "scar_vas": ["cm", "points"],
    "goodman_baron_qualitative": ["grade", "points", "1-4", "mean grade"],
    "erythema_index": ["AU", "units"],
}
OTHER = {
    "hair_density": ["kg", "count", "hairs", "score", "per cm", "9**9**9"],
    "hair_diameter": ["kg", "score", "1/cm2"],
    "scar_volume": ["mm", "kg"],
    "striae_size": ["kg", "days"],
    "goodman_baron_qualitative": ["kg", "mm", "years", "ng/ml", "per cm2", "hairs"],
}


@pytest.mark.parametrize(("id", "unit"), [(id, unit) for id, units in SAME.items() for unit in units])
def test_the_same_unit_in_other_words(id, unit):
    assert unit_factor(unit, scale(id)) == 1.0


@pytest.mark.parametrize(("id", "unit"), [(id, unit) for id, units in OTHER.items() for unit in units])
def test_a_unit_of_another_kind(id, unit):
    assert unit_factor(unit, scale(id)) is None


def test_units_of_the_same_kind_are_converted():
    assert unit_factor("hairs per square inch", scale("hair_density")) == pytest.approx(1 / 6.4516)
    assert unit_factor("mm", scale("hair_diameter")) == 1000.0
    assert unit_factor("ml", scale("scar_volume")) == 1000.0
    assert unit_factor("cm", scale("striae_size")) == 10.0


def test_percent_and_nothing_are_told_apart_from_points():
    assert is_percent("%") and is_percent(" per cent") and not is_percent("points")
    assert is_stated("mm") and not is_stated(" as stated ") and not is_stated("")
