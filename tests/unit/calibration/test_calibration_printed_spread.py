"""Spreads of every kind that trials print, as standard deviations or standard errors."""

import numpy as np
import pytest

from pinprick.calibration.printed_spread import spreads_of
from pinprick.calibration.record_file import RecordFaultError


def spread(value, kind, people=40):
    found = spreads_of({"final_sd": value, "dispersion": kind}, "score", people)
    return found["final_sd"], found["dispersion"]


def test_a_standard_deviation_and_an_unnamed_spread_stay():
    assert spread(0.7, "sd") == (0.7, "sd")
    assert spread(0.7, "") == (0.7, "sd")


@pytest.mark.parametrize("kind", ["se", "SE", "SEM", "S.E.M.", "standard error of the mean"])
def test_a_standard_error_is_known_by_any_of_its_names(kind):
    assert spread(0.1, kind) == (0.1, "se")


@pytest.mark.parametrize("value", [[2.0, 4.0], "2-4", "2 to 4", "(2, 4)", 2.0])
def test_quartiles_of_a_normal_sample_give_its_standard_deviation(value):
    found, kind = spread(value, "median (IQR)")
    assert kind == "sd" and found == pytest.approx(2.0 / 1.349, rel=1e-3)


def test_the_range_of_a_normal_sample_gives_its_standard_deviation():
    rng = np.random.default_rng(1)
    samples = rng.normal(0.0, 3.0, size=(2000, 25))
    mean_range = float(np.mean(np.ptp(samples, axis=1)))
    assert spread([0.0, mean_range], "range", 25)[0] == pytest.approx(3.0, rel=0.03)
    assert spread([0.0, mean_range], "range", None)[0] is None


def test_confidence_limits_give_the_standard_error():
    assert spread([-1.96, 1.96], "95% CI") == (pytest.approx(1.0, rel=1e-3), "se")
    assert spread([-1.645, 1.645], "90% confidence interval")[0] == pytest.approx(1.0, rel=1e-3)


def test_what_cannot_be_told_is_left_out_and_not_guessed():
    assert spread(1.0, "95% CI")[0] is None
    assert spread(1.0, "MAD")[0] is None


@pytest.mark.parametrize(
    ("value", "reason"), [(-1.0, "negative"), ([3, 1], "swapped"), (["a", 1], "two ends"), ("wide", "a number")]
)
def test_what_is_no_spread_is_refused(value, reason):
    with pytest.raises(RecordFaultError, match=reason):
        spread(value, "iqr")
