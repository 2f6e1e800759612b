from datetime import date

import pytest

from pinprick.safety import Fact, Facts, screen
from pinprick.safety.calendar import later
from pinprick.skin import Person


def test_days_are_added():
    assert later(date(2024, 2, 28), 2) == date(2024, 3, 1)
    assert later(date(2024, 3, 1), -1) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("day", "count", "expected"), [(date(9999, 12, 31), 1, date.max), (date(1, 1, 1), -1, date.min)]
)
def test_the_calendar_has_an_end(day, count, expected):
    assert later(day, count) == expected


def test_an_end_written_as_the_end_of_time_is_screened():
    fact = Fact("ablative_laser", "current", start=date(2026, 10, 20), end=date(9999, 12, 31))
    assert screen(Facts(Person(30), facts=(fact,)), on=date(2026, 11, 21)).findings
