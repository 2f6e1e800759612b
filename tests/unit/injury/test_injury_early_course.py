import numpy as np
import pytest

from pinprick import evidence, skin
from pinprick.device import device
from pinprick.injury import Technique, early, pain_ratio, puncture
from pinprick.skin import Person

PERSON = Person(35, "female", 3)


def course(id="dermaroller-192", length=1.0, zone="forehead", passes=4):
    on = skin.describe(zone, PERSON)
    return early(puncture(on, device(id), Technique(on.zone, length, passes)))


def test_pain_at_the_anchor_is_that_of_the_record():
    anchor = evidence.draw("early.pain.roller_topical", 100, seed=0)
    assert course().pain_0_10 == pytest.approx(anchor)


@pytest.mark.parametrize(
    ("id", "length"),
    [
        ("dermaroller-192", 2.5),
        ("skinpen-precision", 2.5),
        ("rf-insulated-generic", 3.0),
        ("rf-noninsulated-generic", 1.0),
        ("home-roller", 0.2),
    ],
)
def test_course_stays_on_its_scales(id, length):
    found = course(id, length)
    for pain in (found.pain_0_10, found.pain_without_anaesthetic_0_10):
        assert np.all((pain >= 0) & (pain <= 10))
    assert np.all(found.pain_without_anaesthetic_0_10 >= found.pain_0_10)
    for days in (found.erythema_days, found.oedema_days, found.downtime_days):
        assert np.all((days > 0) & (days < 15))
    assert np.all((found.pinpoint_bleeding_share >= 0) & (found.pinpoint_bleeding_share <= 1))


def test_longer_needles_hurt_and_redden_more():
    short, long = course(length=0.5), course(length=1.5)
    assert np.all(long.pain_0_10 > short.pain_0_10)
    assert np.all(long.erythema_days >= short.erythema_days)
    assert np.all(long.pinpoint_bleeding_share >= short.pinpoint_bleeding_share)


def test_fewer_needles_hurt_less():
    assert np.all(course("skinpen-precision").pain_0_10 < course("dermaroller-192").pain_0_10)


def test_cheek_hurts_more_than_glabella():
    assert np.all(course(zone="cheek").pain_0_10 > course(zone="glabella").pain_0_10)


def test_redness_is_bounded_by_the_longest_reported():
    assert course(length=2.5).erythema_days.max() <= evidence.value("early.erythema.max")


def test_radiofrequency_has_its_own_records():
    with evidence.recording() as ledger:
        found = course("rf-noninsulated-generic", 1.5)
    assert "early.rf.pain_noninsulated" in ledger.parameters
    assert "early.pain.roller_topical" not in ledger.parameters
    assert np.median(found.downtime_days) > np.median(course(length=1.5).downtime_days)
    assert np.median(found.pain_0_10) < np.median(course("rf-insulated-generic", 1.5).pain_0_10)


def test_lengths_outside_the_pain_law_are_said():
    assert any("pain law" in text for text in course(length=2.0).extrapolated)
    assert not any("pain law" in text for text in course(length=1.0).extrapolated)


def test_pain_ratio_of_nothing_changed_is_one():
    assert pain_ratio(1.0, 1.0) == pytest.approx(np.ones(100))


def test_more_passes_redden_no_less():
    assert np.all(course(passes=12).erythema_days >= course(passes=2).erythema_days)
