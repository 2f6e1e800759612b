"""Shares of variance against functions whose shares are known, and the page that is made of them, at a small size."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from pinprick.calibration.bar_chart import bar_chart
from pinprick.calibration.identifiability import covariance, learned
from pinprick.calibration.measurement_value import worthwhile
from pinprick.calibration.sensitivity import collagen_gain, mechanism_indices, planned_outcomes
from pinprick.calibration.sensitivity_page import Analysis, Size, figures, sensitivity_page
from pinprick.calibration.variance import chance_share, first_order, sobol
from pinprick.outcome.fit import calibrate

# Ishigami function with a = 7, b = 0.1: the closed forms of its indices.
FIRST, TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)


def ishigami(x):
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def angle(rank):
    return np.pi * (2.0 * rank - 1.0)


def test_sobol_indices_of_a_function_with_closed_forms():
    first, total = sobol(ishigami, [angle] * 3, count=4096, seed=0)
    assert first == pytest.approx(FIRST, abs=0.03)
    assert total == pytest.approx(TOTAL, abs=0.03)


def test_shares_from_draws_alone_agree_with_the_closed_forms():
    x = angle(np.random.default_rng(1).random((20_000, 3)))
    assert first_order(x, ishigami(x), bins=40) == pytest.approx(FIRST, abs=0.03)


def test_an_input_without_effect_has_a_share_below_chance_and_a_constant_one_none():
    rng = np.random.default_rng(2)
    outcome = rng.standard_normal(1000)
    found = first_order(np.column_stack([rng.random((1000, 200)), np.ones(1000)]), outcome)
    assert found[-1] == 0.0
    assert np.mean(found[:-1] > chance_share(1000)) < 0.08


@pytest.fixture(scope="module")
def panel():
    return planned_outcomes(draws=128, seed=0)


def test_the_panel_has_a_usual_plan_of_each_condition_and_what_departs_from_it(panel):
    usual = {plan.indication for plan in panel if plan.plan == "usual"}
    assert {"atrophic_acne_scars", "melasma", "vitiligo", "androgenetic_alopecia_male"} <= usual
    scars = {plan.plan: plan for plan in panel if plan.indication == "atrophic_acne_scars"}
    assert set(scars) == {"usual", "fewer sessions", "gentler technique"}
    assert np.median(scars["fewer sessions"].percent) < np.median(scars["usual"].percent)
    # The technique enters where it departs from the usual one, and nowhere else.
    assert np.std(scars["gentler technique"].factor) > 0
    assert scars["usual"].shares["technique"] == 0.0


def test_people_bring_a_large_share_of_what_one_patient_may_see(panel):
    scars = next(plan for plan in panel if plan.indication == "atrophic_acne_scars" and plan.plan == "usual")
    assert 0.4 < scars.shares["from person to person"] < 0.9
    assert sum(scars.shares.values()) == pytest.approx(1.0, abs=0.25)


def test_what_the_trials_teach_never_exceeds_what_there_was_to_learn():
    items = learned(calibrate())
    assert all(item.contraction <= 1.0 for item in items)
    assert next(item for item in items if item.name == "mean").contraction > 0.5
    assert all(-1.0 <= item.correlation <= 1.0 for item in items)


def test_the_ten_measurements_are_different_and_each_takes_less_than_the_one_before(panel):
    found = worthwhile(calibrate(), panel, count=10)
    assert len({item.id for item in found}) == 10
    taken = [item.reduction for item in found]
    assert taken == sorted(taken, reverse=True) and taken[-1] > 0 and sum(taken) < 1


def test_a_trial_takes_away_what_reading_it_would(panel):
    # The first trial of the list, read by the rule of the normal distribution, shrinks the spread by what was said.
    fitted = calibrate()
    best = worthwhile(fitted, panel, count=1)[0]
    assert best.kind == "trial"
    id, kind = best.id.split(":")
    known = covariance(fitted)[1][: len(fitted.columns), : len(fitted.columns)]
    row = fitted.fit(id).row(kind)
    before = row @ known @ row
    own = [plan for plan in panel if plan.indication == id and plan.modality == kind]
    total = sum(np.var(plan.percent, ddof=1) for plan in panel)
    most = sum(before * np.mean(plan.factor**2) for plan in own) / total
    assert own and best.reduction > 0
    # Never more from its own plans than all that is not known of them; the rest comes from related plans.
    assert best.reduction < most + 0.05


def test_more_collagen_is_made_where_myofibroblasts_make_more():
    base, more = collagen_gain({"y1": np.array([1.0, 2.0]) * _central("y1")})
    assert more > base > 0


def _central(symbol):
    from pinprick import evidence
    from pinprick.cascade.network import CONSTANTS

    return evidence.value(f"cascade.{CONSTANTS[symbol]}")


def test_the_page_and_its_figures_are_made_at_a_small_size(panel):
    fitted = calibrate()
    size = Size(draws=128, base=8, constants=3)
    indices = mechanism_indices(count=size.base, constants=size.constants, seed=0)
    made = Analysis(size, panel, indices, learned(fitted), worthwhile(fitted, panel))
    page = sensitivity_page(made)
    drawn = figures(made)
    for name, text in drawn.items():
        assert f"({name})" in page
        assert ET.fromstring(text).tag.endswith("svg")
    for item in made.list:
        assert f"`{item.id}`" in page
    assert "How it is reckoned" in page


def test_a_bar_is_as_long_as_its_share():
    made = bar_chart("t", ["a", "b"], [[0.2, 0.2], [0.8, 0.0]], ("x", "y"))
    bars = [float(item.attrib["width"]) for item in ET.fromstring(made).iter() if item.attrib.get("height") == "14"]
    assert bars[0] == pytest.approx(bars[1]) and bars[2] == pytest.approx(4 * bars[0], abs=0.2) and bars[3] == 0
