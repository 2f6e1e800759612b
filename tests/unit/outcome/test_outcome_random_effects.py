"""The random-effects model against closed forms and made-up data with a known answer."""

import numpy as np
import pytest

from pinprick.outcome.random_effects import Design, fit


def design(y, se, study, slope=None, prior_sd=100.0, slopes=0, gain=None):
    n = len(y)
    slope = -np.ones(n, dtype=np.int64) if slope is None else np.array(slope)
    return Design(
        y=np.array(y, dtype=float),
        noise=np.diag(np.array(se, dtype=float) ** 2),
        x=np.ones((n, 1)),
        gain=np.ones(n) if gain is None else np.array(gain),
        slope=slope,
        study=np.array(study),
        arm=np.arange(n),
        extra_sd=np.zeros(n),
        prior_mean=np.array([30.0] + [0.0] * slopes),
        prior_sd=np.array([prior_sd] + [0.5] * slopes),
    )


def test_no_data_gives_back_the_prior():
    empty = design([], [], [])
    posterior = fit(empty, prior_scale=20, arm_ratio=0.4)
    assert posterior.mean[:, 0] == pytest.approx(np.full(24, 30.0))
    assert posterior.factor[:, 0, 0] == pytest.approx(np.full(24, 100.0))
    assert posterior.weight.sum() == pytest.approx(1.0)
    assert posterior.weight == pytest.approx(np.exp(-0.5 * (posterior.between_study_sd / 20) ** 2)
                                             / np.exp(-0.5 * (posterior.between_study_sd / 20) ** 2).sum())  # fmt: skip


def test_each_grid_point_is_the_normal_normal_posterior():
    y, se = [20.0, 40.0, 33.0], [4.0, 5.0, 3.0]
    posterior = fit(design(y, se, [0, 1, 2]), prior_scale=20, arm_ratio=0.4)
    for tau, mean, factor in zip(posterior.between_study_sd, posterior.mean, posterior.factor, strict=True):
        variance = np.array(se) ** 2 + tau**2 * (1 + 0.4**2)
        precision = (1 / variance).sum() + 1 / 100.0**2
        assert mean[0] == pytest.approx(((np.array(y) / variance).sum() + 30.0 / 100.0**2) / precision)
        assert factor[0, 0] ** 2 == pytest.approx(1 / precision)


def test_agreeing_studies_give_a_small_between_study_sd_and_disagreeing_a_large_one():
    def typical(y):
        posterior = fit(design(y, [3] * len(y), list(range(len(y)))), prior_scale=20, arm_ratio=0.4)
        return float(posterior.weight @ posterior.between_study_sd)

    assert typical([30, 31, 29, 30, 30, 31]) < 5
    assert 10 < typical([10, 50, 30, 5, 60, 40]) < 40


def test_two_arms_of_one_study_count_as_one_study_for_the_mean():
    same = fit(design([50, 50, 20], [1, 1, 1], [0, 0, 1]), prior_scale=20, arm_ratio=0.0)
    apart = fit(design([50, 50, 20], [1, 1, 1], [0, 1, 2]), prior_scale=20, arm_ratio=0.0)
    assert same.weight @ same.mean[:, 0] < apart.weight @ apart.mean[:, 0]
    assert same.weight @ same.mean[:, 0] == pytest.approx(35.0, abs=0.5)


def test_a_scale_that_moves_half_as_far_is_found_and_not_pooled():
    rng = np.random.Generator(np.random.PCG64(4))
    truth = 40 + rng.normal(0, 5, 12)
    y = np.concatenate([truth, 0.5 * truth])
    made = design(y, [1.5] * 24, [*range(12), *range(12)], slope=[-1] * 12 + [0] * 12, slopes=1)
    posterior = fit(made, prior_scale=20, arm_ratio=0.1)
    slope = np.exp(posterior.weight @ posterior.mean[:, 1])
    assert slope == pytest.approx(0.5, abs=0.03)
    assert posterior.weight @ posterior.mean[:, 0] == pytest.approx(truth.mean(), abs=2)


def test_gain_scales_what_was_seen_early():
    early = fit(design([15, 16, 15], [1, 1, 1], [0, 1, 2], gain=[0.5] * 3), prior_scale=20, arm_ratio=0.4)
    assert early.weight @ early.mean[:, 0] == pytest.approx(30.7, abs=0.5)
