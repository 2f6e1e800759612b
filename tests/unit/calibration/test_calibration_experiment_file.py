"""Files of measurements: bad ones are refused with their reason, the others are compared."""

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinprick.calibration import read_experiments, validate
from pinprick.errors import InputError

GOOD = {
    "id": "roller_density_15",
    "topic": "geometry",
    "quantity": "channel density after 15 rollings over an area",
    "unit": "per cm2",
    "value": 250,
    "n": 8,
    "verified": "read",
    "study": "another2027",
}


def write(tmp_path, *records):
    file = tmp_path / "experiments.yaml"
    file.write_text(yaml.safe_dump(list(records)), encoding="utf-8")
    return file


def test_a_known_measurement_is_compared_with_the_figure_of_the_file(tmp_path):
    near, far = (validate(experiments=write(tmp_path, GOOD | {"value": value})) for value in (240, 2500))
    assert near["experiments"][0]["covered90"] is True
    assert near["experiments"][0]["observed"] == 240
    assert far["experiments"][0]["covered90"] is False
    assert near["arms"] == []


def test_an_unknown_measurement_says_why_not(tmp_path):
    found = validate(
        experiments=write(tmp_path, GOOD | {"id": "new2027_charm", "topic": "charm", "quantity": "charm"})
    )["experiments"]
    assert found[0]["used"] is False and "no observation model" in found[0]["why_not"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"unit": None}, "unit is missing"),
        ({"n": -4}, "n must be a whole number of people above 0"),
        ({"sd": -1}, "sd cannot be negative"),
        ({"value": "many"}, "value must be a number"),
        ({"value": None, "range": [5, 2]}, "the lower first"),
        ({"time_course": [[1, 2, -3]]}, "cannot be negative"),
        ({"time_course": [3]}, "must be [time, value, sd]"),
        ({"quantity": ""}, "no quantity"),
        ({"value": -250}, "cannot be negative"),
        ({"time_unit": "fortnight"}, "time_unit must be d or h"),
        ({"id": None}, "no id"),
    ],
)
def test_a_bad_measurement_is_refused_and_the_good_one_compared(changes, reason, tmp_path):
    found = validate(experiments=write(tmp_path, GOOD | changes, GOOD | {"id": "gill2008_length", "value": 7}))
    bad, good = found["experiments"]
    assert bad["used"] is False and reason in bad["why_not"]
    assert good["used"] is True


UNSEEN = GOOD | {"id": "nobody2027", "topic": "penetration", "needle_mm": 0.6, "site": "forearm"}


@pytest.mark.parametrize(
    ("changes", "low", "high"),
    [
        ({"quantity": "penetration depth of the needles", "unit": "um", "value": 350, "device": "array"}, 50, 600),
        ({"quantity": "TEWL recovery", "topic": "barrier", "unit": "h", "value": 20, "device": "roller"}, 0.1, 200),
        ({"quantity": "pain during treatment", "topic": "pain", "unit": "0-10", "value": 3}, 0, 10),
        ({"quantity": "epidermal thickness", "topic": "anatomy", "unit": "um", "value": 80}, 20, 300),
        ({"quantity": "transepidermal water loss", "topic": "anatomy", "unit": "g/m2/h", "value": 8}, 0.5, 60),
        (
            {"quantity": "neutrophils", "topic": "cell", "unit": "cells", "value": None,
             "time_course": [[0, 1, None], [1, 50, None], [7, 5, None]]}, 0, 7,
        ),
    ],
)  # fmt: skip
def test_a_measurement_that_nobody_has_entered_is_simulated_from_its_words(changes, low, high, tmp_path):
    found = validate(experiments=write(tmp_path, UNSEEN | changes))["experiments"][0]
    assert found["used"] is True, found["why_not"]
    assert low <= found["predicted"]["median"] <= high
    assert found["covered90"] in (True, False) and found["crps"] >= 0
    assert "read from its words" in found["note"]


def test_the_unit_changes_the_figure_and_nothing_else(tmp_path):
    micro = UNSEEN | {"quantity": "penetration depth", "unit": "um", "value": 350}
    milli = UNSEEN | {"id": "again2027", "quantity": "penetration depth", "unit": "mm", "value": 0.35}
    one, other = validate(experiments=write(tmp_path, micro, milli))["experiments"]
    assert one["predicted"]["median"] == pytest.approx(1000 * other["predicted"]["median"], rel=0.05)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quantity": "penetration depth", "unit": "um", "needle_mm": None}, "needle length is not stated"),
        ({"quantity": "penetration depth", "unit": "percent"}, "unit 'percent' is not one of"),
        ({"quantity": "epidermal thickness", "unit": "um", "site": "somewhere"}, "no zone for the site"),
        ({"quantity": "collagen III", "unit": "direction", "value": 1}, "the day of the measurement is not stated"),
        ({"quantity": "smell", "topic": "charm"}, "no observation model for 'smell'"),
        ({"quantity": "penetration depth", "unit": "um", "verified": "remembered"}, "remembered, not read"),
    ],
)
def test_a_measurement_that_cannot_be_simulated_says_what_is_missing(changes, reason, tmp_path):
    found = validate(experiments=write(tmp_path, UNSEEN | changes, GOOD))["experiments"]
    assert found[0]["used"] is False and reason in found[0]["why_not"]
    assert found[1]["used"] is True


def test_times_and_figures_in_words_are_kept_apart_from_numbers(tmp_path):
    course = [["before", [10, 15], None], ["6 h", "almost closed", None], ["0.5 d", 75, 5], [2, "80", None]]
    found = read_experiments(write(tmp_path, GOOD | {"time_course": course, "needle_mm": "0.25 or 2.0"}))[0].experiment
    assert [point.time for point in found.time_course] == [None, 0.25, 0.5, 2]
    assert [point.value for point in found.time_course] == [None, None, 75, 80]
    assert found.time_course[0].low == 10 and found.time_course[1].text == "almost closed"
    assert found.needle_length_mm == (0.25, 2.0)


@pytest.mark.parametrize("unit", ["9**9**9**9", "1/0", "cm -2", "um; import os", "(((um", "um**"])
def test_a_unit_that_is_arithmetic_is_refused_and_not_computed(unit, tmp_path):
    found = validate(experiments=write(tmp_path, UNSEEN | {"quantity": "penetration depth", "unit": unit}))[
        "experiments"
    ]
    assert found[0]["used"] is False and "is not one of" in found[0]["why_not"]


def test_a_repeated_measurement_is_refused(tmp_path):
    assert "duplicate id" in read_experiments(write(tmp_path, GOOD, GOOD))[1].why_not


def test_a_file_without_measurements_is_one_clear_error(tmp_path):
    file = tmp_path / "experiments.yaml"
    file.write_text("arms: []", encoding="utf-8")
    with pytest.raises(InputError, match="holds no experiments"):
        read_experiments(file)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
FIELDS = sorted([*GOOD, "range", "time_course", "treatment", "needle_mm", "sd", "time_unit"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(FIELDS), junk=JUNK)
def test_any_value_in_any_field_is_read_or_refused(tmp_path, field, junk):
    file = tmp_path / "experiments.yaml"
    file.write_text(yaml.safe_dump([GOOD | {field: junk}], allow_unicode=True), encoding="utf-8")
    found = read_experiments(file)
    assert found[0].experiment is not None or found[0].why_not
