"""Effects of arms: signs, units, flags and responders."""

import pytest

from pinprick import evidence
from pinprick.evidence import Arm, TrialOutcome
from pinprick.outcome import arm_effects, indications
from pinprick.outcome.arm_effect import usable
from pinprick.outcome.responder import response, response_class


def effect(indication, arm, scale, subtype=""):
    found = [e for e in arm_effects(indication) if (e.arm, e.scale, e.subtype) == (arm, scale, subtype)]
    assert len(found) == 1, found
    return found[0]


def test_fall_of_a_score_is_improvement_in_percent_of_the_baseline():
    found = effect("atrophic_acne_scars", "vietnam2019_mn", "goodman_baron_qualitative")
    assert found.percent == pytest.approx(100 * (3.29 - 1.77) / 3.29)
    assert found.basis == "means"


def test_a_rated_severity_that_falls_is_improvement():
    assert effect("atrophic_acne_scars", "idoj2024_co2", "patient_rating").percent == pytest.approx(49.4, abs=0.1)


def test_hair_per_square_inch_becomes_per_square_centimetre():
    found = effect("androgenetic_alopecia_male", "kumar2018_mn_minoxidil", "hair_density")
    baseline = evidence.value("outcome.scale_baseline.hair_density")
    assert found.percent == pytest.approx(100 * 12.52 / 6.4516 / baseline)


def test_a_printed_interval_gives_the_standard_error():
    found = effect("atrophic_acne_scars", "dalwignolda2020_mn", "goodman_baron_qualitative")
    baseline = evidence.value("outcome.scale_baseline.goodman_baron_qualitative")
    own = 100 * (1.05 - 0.78) / 2 / 1.959964 / baseline
    guessed = evidence.parameter("outcome.scale_baseline.goodman_baron_qualitative").spread.sd * found.percent
    assert found.standard_error == pytest.approx((own**2 + guessed**2) ** 0.5, rel=1e-3)


def test_percent_by_scar_type_keeps_its_type():
    assert effect("atrophic_acne_scars", "garg_ijord_mn", "acne_scar_type", "ice_pick").percent == pytest.approx(5.88)


def test_a_trait_reported_in_another_trial_informs_the_second_indication_only():
    laxity = {e.arm for e in arm_effects("skin_laxity") if e.scale == "alexiades_armenakas"}
    assert laxity == {"ablon2018_mn"}


def test_women_borrow_from_men_and_it_is_marked():
    effects = arm_effects("androgenetic_alopecia_female")
    assert {e.arm for e in effects if not e.borrowed} == {"fphl_china2022_mn_minoxidil", "fphl_china2022_minoxidil"}
    assert any(e.borrowed for e in effects)


@pytest.mark.parametrize("id", sorted(indications()))
def test_no_dropped_or_remembered_arm_calibrates(id):
    arms = {arm.id: arm for arm in evidence.arms()}
    for found in arm_effects(id):
        arm = arms[found.arm]
        assert arm.status == "read"
        assert not {"do_not_calibrate", "implausible_scale", "confounded_by_severity"} & set(arm.flags)
        assert found.standard_error > 0 and found.course > 0 and found.people > 0
        assert -100 <= found.percent <= 100


def test_flagged_arms_weigh_a_quarter():
    flagged = effect("atrophic_acne_scars", "sharma_jpad_mn_saline", "goodman_baron_qualitative")
    sd = (0.4**2 + 0.56**2 - 0.4 * 0.56) ** 0.5
    assert flagged.flagged
    assert flagged.standard_error == pytest.approx(2 * 100 * sd / 3.2 / 40**0.5)


def test_every_responder_key_of_every_trial_is_known():
    for arm in evidence.arms():
        for key in arm.responders:
            assert response_class(arm.trial, key) is not None, (arm.id, key)


def arm_with(responders, **more):
    return Arm(
        id="x", trial="x", sources=("idoj2024",), indication="striae_distensae", intervention_class="microneedling",
        design="", status="read", read_depth="abstract", has_numbers=True, responders=responders, **more,
    )  # fmt: skip


def test_classes_give_the_mean_of_their_middles():
    found = response(arm_with({"none_pct": 50, "minimal_pct": 50}), size=20, patient_sd=20, baseline=100)
    assert found.percent == pytest.approx(6.25)


def test_half_the_people_above_half_means_half():
    found = response(arm_with({"ge_50_pct": 50}), size=40, patient_sd=20, baseline=100)
    assert found.percent == pytest.approx(50.0)


def test_everybody_above_a_threshold_stays_finite():
    found = response(arm_with({"gt_75_pct": 100}), size=25, patient_sd=20, baseline=100)
    assert 75 < found.percent < 150


def test_nobody_responding_is_not_certain():
    found = response(arm_with({"none_pct": 100}), size=50, patient_sd=25, baseline=100)
    assert found.percent == 0
    assert found.standard_error == pytest.approx(0.5)


def test_an_arm_without_known_responders_gives_nothing():
    assert response(arm_with({"excellent": 5}), size=10, patient_sd=20, baseline=100) is None


def test_remembered_and_dropped_arms_are_not_usable():
    outcome = (TrialOutcome(scale="ECCA", unit="", percent_improvement=30.0),)
    assert usable(arm_with({}, outcomes=outcome))
    assert not usable(arm_with({}, outcomes=outcome, flags=("do_not_calibrate",)))
