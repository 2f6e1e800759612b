"""Numbers of a choice are told with the digits they carry, and a worsening is called one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinprick import evidence
from pinprick.planning import wording


@pytest.mark.parametrize(("count", "told"), [(1, "1 session"), (4, "4 sessions"), (0, "0 sessions")])
def test_a_count_agrees_with_its_noun(count: int, told: str) -> None:
    assert wording.counted(count, "session") == told


@given(st.floats(-80, 0), st.floats(0, 60), st.floats(60, 100))
def test_an_interval_that_includes_no_change_says_so(low: float, middle: float, high: float) -> None:
    assert "no change or a worsening is possible" in wording.improvement_span(low, middle, high)
    assert "worsening" not in wording.improvement_span(low + 81, middle + 81, high + 81)


def test_changes_too_small_to_tell_are_not_told() -> None:
    assert wording.points(0.4) == wording.days(0.2) == ""
    assert (
        wording.points(-2.7) == "3 percentage points less improvement" and wording.days(1.3) == "1.5 days more downtime"
    )
    assert wording.at_most(0.2) == "1 percentage point"


def test_every_warning_sign_has_words_for_the_person_treated() -> None:
    for flag in evidence.red_flags():
        assert flag.plain_sign.endswith(".") and flag.plain_action.endswith(".")
        assert not {"PIH", "biopsy", "vesicles", "methaemoglobinaemia"} & set(flag.plain_sign.split())
