"""Keys of responder tables that nobody has entered, read by their words."""

import pytest

from pinprick import evidence
from pinprick.outcome.responder import response_class
from pinprick.outcome.responder_key import read_keys


def read(table, people=20):
    return {
        key: (item.kind, item.low, item.high, item.unit, item.given) for key, item in read_keys(table, people).items()
    }


@pytest.mark.parametrize(
    ("key", "low"),
    [("gt75", 75), (">50%", 50), ("at_least_50_percent_improvement", 50), ("week_12_ge_50", 50), ("ge_50_12w", 50)],
)
def test_a_threshold(key, low):
    assert read({key: 12}) == {key: ("share", low, None, "percent", "count")}


def test_a_share_in_percent_is_said_or_seen():
    assert read({"repigmentation_gt_75_pct": 12})["repigmentation_gt_75_pct"][4] == "percent"
    assert read({">75%": 62})[">75%"][4] == "percent"


def test_the_share_above_the_highest_class_is_a_class():
    found = read({"lt25": 2, "r25_50": 3, "r50_75": 10, "gt75": 5})
    assert [found[key][:3] for key in found] == [
        ("class", 0, 25), ("class", 25, 50), ("class", 50, 75), ("class", 75, 100),
    ]  # fmt: skip


def test_the_number_of_a_class_is_no_bound():
    assert read({"grade3_50_75": 8, "grade4_gt75": 12})["grade3_50_75"][:3] == ("class", 50, 75)


def test_classes_that_add_up_to_a_hundred_are_percentages():
    found = read({"0-25%": 10, "26-50%": 40, "51-75%": 30, "76-100%": 20}, 30)
    assert {item[4] for item in found.values()} == {"percent"}


def test_grades_at_least_are_a_share_and_grades_one_by_one_are_classes():
    assert read({"improved_by_two_grades_or_more": 3})["improved_by_two_grades_or_more"][:3] == ("share", 2, None)
    found = read({"improved_1_grade": 9, "improved_2_grades": 4, "no_improvement": 7})
    assert [item[:3] for item in found.values()] == [("class", 1, 1), ("class", 2, 2), ("class", 0, 0)]


@pytest.mark.parametrize("key", ["excellent", "good", "quartile_4", "relapse_6m", "satisfied", "", "150_200", "75_25"])
def test_a_key_without_a_bound_says_nothing(key):
    assert read({key: 5}) == {}


def test_every_key_on_record_is_entered_so_that_none_is_guessed():
    assert all(response_class(arm.trial, key) for arm in evidence.arms() for key in arm.responders)
