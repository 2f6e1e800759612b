"""Outcome predictions against what they have not seen: left-out studies and pooled analyses.

The pooled analyses calibrate nothing. Coverage is reported as it is and guarded against change, not tuned.
"""

import numpy as np
import pytest

from pinprick import evidence
from pinprick.outcome import Concern, coverage, improvement, leave_one_study_out, risks
from pinprick.outcome.course_response import course_draws, late_share
from pinprick.outcome.fit import calibrated, fit_draws
from pinprick.units import DAYS_PER_WEEK

PIH = "post_inflammatory_hyperpigmentation"

# Recorded with: coverage(leave_one_study_out(ID)) at 1000 draws, seed 0. Nominal is 0.90. Hair loss falls short because
# two trials of one design print 91 and 2 more hairs on a square centimetre, and follicular units stand for hairs.
RECORDED = {
    "atrophic_acne_scars": 0.89,
    "surgical_burn_hypertrophic_scars": 0.89,
    "melasma": 1.00,
    "vitiligo": 0.94,
    "androgenetic_alopecia_male": 0.85,
}


def test_the_recorded_list_is_every_indication_with_eight_arms_or_more():
    from pinprick.outcome import arm_effects, indications

    own = {id: {e.arm for e in arm_effects(id) if not e.borrowed} for id in indications()}
    assert {id for id, arms in own.items() if len(arms) >= 8} == set(RECORDED)


@pytest.mark.parametrize("id", sorted(RECORDED))
def test_coverage_of_left_out_studies_is_as_recorded(id):
    # One arm moved in or out is allowed: an added trial or another library's rounding changes that much.
    held_out = leave_one_study_out(id)
    arms = len({item.effect.arm for item in held_out})
    assert coverage(held_out) == pytest.approx(RECORDED[id], abs=1.0 / arms + 0.01)


def test_coverage_over_all_arms_is_near_nominal():
    # 86 arms: the standard error of a share of 0.90 is 0.03, and arms of one study go together; 0.80 is three errors.
    every = [item for id in RECORDED for item in leave_one_study_out(id)]
    assert 0.80 <= coverage(every) <= 0.99


def test_left_out_predictions_are_not_merely_wide():
    # A model without between-arm information would need half of the range that trials print, 0 to 100, on either side.
    held_out = leave_one_study_out("atrophic_acne_scars")
    width = np.median([item.high - item.low for item in held_out])
    assert 30 < width < 90


def test_thirty_percent_of_the_gain_of_the_usual_course_comes_after_the_last_session():
    # vietnam2019: (2.23 - 1.77) / (3.29 - 1.77) = 0.30. Tolerance: the spread of the record, 0.15 to 0.45.
    _, mature, _ = course_draws(400, 0)
    share = late_share(4, 4 * DAYS_PER_WEEK, evidence.value("outcome.sessions_scale"), mature)
    assert np.median(share) == pytest.approx((2.23 - 1.77) / (3.29 - 1.77), abs=0.02)
    assert share.min() > 0.14 and share.max() < 0.46


def test_laser_against_needling_dark_marks_lie_in_the_pooled_interval():
    # co2_mn_meta2026: RR 3.04 (1.49 to 6.21); two of our three CO2 sources are not in head-to-head trials, so the
    # interval is the tolerance.
    def mean(modality):
        found = risks(modality, 4, draws=2000, seed=0)
        return np.mean(next(item for item in found if item.name == PIH).probability)

    assert 1.49 < mean("fractional_co2") / mean("microneedling") < 6.21


def test_minoxidil_with_needling_gains_hair_over_minoxidil_as_the_network_analysis_finds():
    # karger_nma: 13 hairs per cm2 more, no interval. Tolerance 8: percent rests on a remembered baseline of 150.
    hair = Concern("androgenetic_alopecia_male")
    both = improvement(hair, "microneedling_plus_minoxidil", draws=4000)
    alone = improvement(hair, "minoxidil_alone", draws=4000)
    gain = np.median(both - alone) / 100 * evidence.value("outcome.scale_baseline.hair_density")
    assert gain == pytest.approx(13, abs=8)


def test_melasma_falls_with_needled_topicals_as_the_pooled_analysis_finds():
    # feng2024: 4.73 (2.79 to 6.5) points of MASI at 12 weeks; from the 8.61 at which ismail2019 started.
    found = improvement(Concern("melasma"), "microneedling_plus_topical", follow_up_days=28.0, draws=4000)
    fall = np.median(found) / 100 * evidence.value("outcome.scale_baseline.masi")
    assert 2.79 < fall < 6.5


def test_ecca_moves_about_half_as_far_as_the_grade():
    # sohag2017, chae2015, rana2017 against the grades; tolerance is what one odd trial can move a slope of six arms.
    fitted = calibrated("atrophic_acne_scars")
    slope = np.exp(fit_draws(1000, 0).log_slopes[:, fitted.scales.index("ecca")])
    assert 0.35 < np.median(slope) < 0.8


def test_platelet_rich_plasma_does_no_harm_on_acne_scars():
    # kang_lu2022: 0.32 of a grade (0.20 to 0.44) better than needling alone, 10 percent of 3.3; within 10 points.
    scars = Concern("atrophic_acne_scars")
    added = improvement(scars, "microneedling_plus_prp", draws=4000) - improvement(scars, "microneedling", draws=4000)
    assert 0 < np.median(added) < 20
