"""Proper scores, and what a figure is on its own scale."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from pinprick import evidence
from pinprick.calibration import crps, observation, score
from pinprick.calibration.cross_validation import observations
from pinprick.outcome import effects_of


def arm(id):
    return next(item for item in evidence.arms() if item.id == id)


def first(id):
    return observations(arm(id))[0]


def exact(mean, sd, observed):
    z = (observed - mean) / sd
    return sd * (z * (2 * norm.cdf(z) - 1) + 2 * norm.pdf(z) - 1 / np.sqrt(np.pi))


@pytest.mark.parametrize("observed", [-2.0, 0.0, 0.7, 3.0])
def test_crps_of_normal_draws_is_that_of_the_normal_distribution(observed):
    draws = 0.5 + 1.5 * norm.ppf((np.arange(20000) + 0.5) / 20000)
    assert crps(draws, observed) == pytest.approx(exact(0.5, 1.5, observed), abs=2e-3)


def test_crps_of_certainty_is_the_distance():
    assert crps(np.full(50, 3.0), 5.0) == pytest.approx(2.0)


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=40), st.floats(-1e3, 1e3))
def test_crps_equals_its_definition_by_pairs(values, observed):
    draws = np.array(values)
    pairs = np.abs(draws[:, None] - draws[None, :]).mean() / 2
    assert crps(draws, observed) == pytest.approx(np.abs(draws - observed).mean() - pairs, abs=1e-6)


@pytest.mark.parametrize(
    ("id", "kind", "value"),
    [
        ("conf2026_hq_txa_mn_txa", "mean", 2.66),
        ("alam2014_mn", "change", -3.4),
        ("kumar2018_mn_minoxidil", "change", 12.52),
        ("leheta2011_tca_cross", "percentage", 75.3),
        ("mohammedali2017_mda", "category counts", None),
        ("mina2018_mn_5fu", "responder share", 0.48),
    ],
)
def test_a_figure_is_kept_on_the_scale_it_was_printed_on(id, kind, value):
    found = first(id)
    assert found.kind == kind
    if value is not None:
        assert found.value == pytest.approx(value)


def test_category_counts_keep_their_classes():
    found = first("mohammedali2017_mda")
    assert sum(people for _, people in found.counts) == pytest.approx(arm("mohammedali2017_mda").n_enrolled)


@pytest.mark.parametrize("id", ["conf2026_hq_txa_mn_txa", "kumar2018_mn_minoxidil", "leheta2011_tca_cross"])
def test_the_observed_improvement_maps_back_to_the_printed_figure(id):
    found = first(id)
    assert found.true_value(np.array([found.effect.percent]))[0] == pytest.approx(found.value)


def test_a_share_is_higher_for_more_improvement_and_stays_a_share():
    share = first("mina2018_mn_5fu").true_value(np.linspace(-100, 100, 50))
    assert np.all(np.diff(share) >= 0) and share.min() >= 0 and share.max() <= 1


@pytest.mark.parametrize("id", ["conf2026_hq_txa_mn_txa", "mina2018_mn_5fu", "mohammedali2017_mda"])
def test_a_sharp_right_prediction_beats_a_wide_one_and_a_wrong_one(id):
    found = first(id)
    generator = np.random.default_rng(0)
    truth = found.effect.percent
    right = score(found, truth + 3 * generator.standard_normal(2000), seed=0)
    wide = score(found, truth + 60 * generator.standard_normal(2000), seed=0)
    wrong = score(found, truth - 70 + 3 * generator.standard_normal(2000), seed=0)
    assert right.crps < wide.crps < wrong.crps
    assert right.log_score > wide.log_score > wrong.log_score
    assert right.covered90 and not wrong.covered90


def test_quantiles_are_in_order_and_within_the_scale():
    found = first("conf2026_hq_txa_mn_txa")
    made = score(found, np.random.default_rng(1).normal(90, 60, 2000), seed=0)
    low, high = found.bounds
    assert low <= made.p05 <= made.p25 <= made.median <= made.p75 <= made.p95 <= high


def test_the_interval_of_a_larger_arm_is_narrower():
    small = arm("conf2026_hq_txa_mn_txa")
    large = replace(small, n_enrolled=5000)
    widths = []
    for item in (small, large):
        found = observation(effects_of(item, "melasma")[0], item, "melasma")
        made = score(found, np.full(2000, 50.0), seed=0)
        widths.append(made.p95 - made.p05)
    assert widths[1] < 0.2 * widths[0]
