"""Outlooks: from healing, from arms, and of nothing."""

import numpy as np
import pytest
import xarray as xr

from pinprick.cascade import Course, heal
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.injury import Technique, puncture
from pinprick.outcome import Concern, Treatment, comparators, indications, outlook, predict, reference_technique
from pinprick.skin import Person, Zone, describe

SCARS = Concern("atrophic_acne_scars")
DRAWS = 24


def healed(length=1.5, passes=4, sessions=3, name="pen-12"):
    skin = describe("cheek", Person(30, "female", 4), draws=DRAWS, seed=0)
    injured = puncture(skin, device(name), Technique(Zone.CHEEK, length, passes))
    return heal(skin, injured, Course(sessions, 28.0), follow_up_days=90.0)


@pytest.fixture(scope="module")
def healing():
    return healed()


def test_predict_gives_an_outlook_of_the_simulated_course(healing):
    found = predict(healing, SCARS)
    assert found.modality == "microneedling" and found.basis == "trials-and-mechanism"
    assert found.improvement_percent.shape == (DRAWS,)
    assert found.improvement_course_percent.shape == (DRAWS, found.time_days.size)
    assert found.time_days[-1] == 2 * 28 + 90
    assert found.improvement_course_percent[:, -1] == pytest.approx(found.improvement_percent)
    assert found.improvement_course_percent[:, 0] == pytest.approx(np.zeros(DRAWS))
    assert np.array_equal(found.downtime_days, healing["downtime_days"].values)
    assert np.array_equal(found.pain_0_10, healing["pain_0_10"].values)
    assert any("exponent is assumed" in sentence for sentence in found.cannot_say)
    assert found.arms >= 15 and found.people > 300 and "dogra2014" in found.sources


def test_the_reference_technique_itself_moves_nothing():
    technique = reference_technique("atrophic_acne_scars")
    same = healed(technique.needle_length_mm, technique.pass_count, name=technique.device)
    plain = outlook(SCARS, Treatment("microneedling", 3, 28.0, 90.0, 4), draws=DRAWS)
    assert predict(same, SCARS).improvement_percent == pytest.approx(plain.improvement_percent, rel=1e-6)


def test_a_reference_given_is_used_instead_of_one_simulated(healing):
    given = predict(healing, SCARS, reference=healing)
    plain = outlook(SCARS, Treatment("microneedling", 3, 28.0, 90.0, 4), draws=DRAWS)
    assert given.improvement_percent == pytest.approx(plain.improvement_percent)


def test_a_much_gentler_technique_predicts_no_more(healing):
    gentle = predict(healed(0.5, 1), SCARS)
    assert np.median(gentle.improvement_percent) <= np.median(predict(healing, SCARS).improvement_percent)


def test_an_adjunct_names_the_modality(healing):
    assert predict(healing, SCARS, adjuncts=("prp",)).modality == "microneedling_plus_prp"


def test_healing_without_settings_is_refused():
    with pytest.raises(InputError, match="lacks"):
        predict(xr.Dataset(), SCARS)


def test_score_is_on_the_scale_of_the_concern():
    on_grade = Concern("atrophic_acne_scars", None, (), "goodman_baron_qualitative", 4.0)
    found = outlook(on_grade, Treatment("microneedling"), draws=500)
    assert found.scale == "goodman_baron_qualitative" and set(found.scale_final) <= {1.0, 2.0, 3.0, 4.0}
    on_ecca = Concern("atrophic_acne_scars", None, (), "ecca", 100.0)
    ecca = outlook(on_ecca, Treatment("microneedling"), draws=500)
    fall = 100.0 - np.median(ecca.scale_final)
    assert 5 < fall < np.median(ecca.improvement_percent)


def test_no_arm_is_said_and_empty():
    found = outlook(SCARS, Treatment("subcision"), draws=50)
    assert found.basis == "none" and found.improvement_percent.shape == (0,)
    assert found.improvement_course_percent.shape == (0, found.time_days.size)
    assert found.scale_final.shape == (0,)
    assert found.downtime_days.shape == (50,)
    assert "no trial arm" in found.says[0]


@pytest.mark.parametrize("id", sorted(indications()))
def test_comparators_of_every_indication(id):
    record = indications()[id]
    found = comparators(Concern(id), Person(None, None, None), draws=40, seed=1)
    assert [item.modality for item in found] == list(record.comparators)
    for item in found:
        assert (item.improvement_percent.size == 0) == (item.basis == "none" and item.modality != "no_treatment")
        assert item.downtime_days.shape == item.pain_0_10.shape == (40,)
        assert np.all(item.downtime_days >= 0) and np.all((item.pain_0_10 >= 0) & (item.pain_0_10 <= 10))
        assert item.says and item.time_days[0] == 0 and np.all(np.diff(item.time_days) > 0)
        for risk in item.risks:
            assert np.all((risk.probability >= 0) & (risk.probability <= 1))


def test_comparators_can_leave_out_the_plan():
    found = comparators(SCARS, Person(30, "female", 4), leave_out=("rf_microneedling",), draws=10)
    assert "rf_microneedling" not in [item.modality for item in found]


def test_laser_costs_more_downtime_than_needling():
    laser = outlook(SCARS, Treatment("fractional_co2"), draws=200)
    needling = outlook(SCARS, Treatment("microneedling"), draws=200)
    assert np.median(laser.downtime_days) > np.median(needling.downtime_days)


def test_women_are_told_that_trials_in_men_are_borrowed():
    found = outlook(Concern("androgenetic_alopecia_female"), Treatment("microneedling_plus_minoxidil"), draws=20)
    assert any("borrowed from male pattern hair loss" in sentence for sentence in found.says)
    assert found.basis == "few-trials"


def test_direct_comparisons_are_said_beside_the_number_and_cited():
    laser = outlook(SCARS, Treatment("fractional_co2"), draws=20)
    assert any("no difference from needling in mean scar score" in sentence for sentence in laser.says)
    assert "co2_mn_meta2026" in laser.sources
    subcision = outlook(SCARS, Treatment("subcision"), draws=20)
    assert any("no arm of subcision alone" in sentence for sentence in subcision.says)
