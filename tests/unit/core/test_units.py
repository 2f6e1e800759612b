import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick import units
from pinprick.errors import InputError

PAIRS = [
    ("um", "mm"),
    ("week", "day"),
    ("ng/mL", "ug/L"),
    ("MPa", "kPa"),
    ("um**2/s", "mm**2/day"),
    ("1/hour", "1/day"),
]


@pytest.mark.parametrize(("unit", "to"), PAIRS)
@given(value=st.floats(1e-6, 1e6))
def test_round_trip(unit, to, value):
    assert units.convert(units.convert(value, unit, to), to, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "to", "expected"),
    [
        (1.5, "mm", 1.5),
        ("1.5", "mm", 1.5),
        ("770 um", "mm", 0.77),
        ("4 weeks", "day", 28.0),
        ("1 month", "day", 30.4375),
    ],
)
def test_parse(text, to, expected):
    assert units.parse_quantity(text, to) == pytest.approx(expected)


@pytest.mark.parametrize(
    "text", ["3 kg", "deep", "", "1.5 mm mm", "mm 1.5 /", "1e", "__import__('os')", True, None, "5 %%"]
)
def test_what_is_no_length_is_refused_with_the_field(text):
    with pytest.raises(InputError) as caught:
        units.parse_quantity(text, "mm", field="technique.needle_length_mm")
    assert caught.value.field == "technique.needle_length_mm"


@given(st.text(max_size=30))
def test_any_text_is_a_quantity_or_an_input_error(text):
    with contextlib.suppress(InputError):
        assert isinstance(units.parse_quantity(text, "mm"), float)


def test_another_dimension_is_refused():
    with pytest.raises(InputError):
        units.convert(1.0, "kg", "mm")
