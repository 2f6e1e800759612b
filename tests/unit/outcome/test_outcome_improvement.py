"""Improvement of a new patient: what widens it, what moves it, what leaves it empty."""

import numpy as np
import pytest

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.outcome import Concern, improvement, indications, own_effects, scale, variation
from pinprick.outcome.fit import pool
from pinprick.outcome.improvement import basis, behind

SCARS = Concern("atrophic_acne_scars")


def test_needling_of_acne_scars_is_about_a_grade_with_a_wide_range():
    found = improvement(SCARS, "microneedling", draws=4000, seed=0)
    low, median, high = np.quantile(found, [0.05, 0.5, 0.95])
    # One grade of 3.3 is 30 percent; trials range from 9 to 68.
    assert 25 < median < 45
    assert low < 5 and high > 60


def test_doing_nothing_predicts_about_nothing_with_a_spread():
    for id in indications():
        found = improvement(Concern(id), "no_treatment", draws=2000, seed=0)
        assert abs(np.median(found)) < 2.0
        assert 3 < found.std() < 15


def test_same_seed_same_result_and_another_seed_another():
    first = improvement(SCARS, "microneedling", draws=64, seed=5)
    assert np.array_equal(first, improvement(SCARS, "microneedling", draws=64, seed=5))
    assert not np.array_equal(first, improvement(SCARS, "microneedling", draws=64, seed=6))


def test_no_arm_means_no_number():
    assert improvement(SCARS, "subcision").shape == (0,)
    assert improvement(SCARS, "home_roller").shape == (0,)
    assert improvement(Concern("active_acne"), "microneedling").shape == (0,)
    assert basis(SCARS, "subcision") == "none"


def test_improvement_stays_finite_and_within_the_scale():
    for id, record in indications().items():
        cap = scale(record.scale).largest_improvement() if record.scale else 100.0
        for name in (*record.modalities, *record.comparators):
            found = improvement(Concern(id), name, draws=300, seed=2)
            assert np.all(np.isfinite(found))
            assert np.all((found >= -100.0) & (found <= cap + 1e-9))


def test_ice_pick_scars_do_worst():
    median = {
        kind: np.median(improvement(Concern("atrophic_acne_scars", kind), "microneedling", draws=2000, seed=0))
        for kind in ("ice_pick", "boxcar", "rolling")
    }
    assert median["ice_pick"] < median["rolling"] - 10
    assert median["ice_pick"] < median["boxcar"] - 10


def test_mixed_scars_are_as_unknown_ones():
    mixed = improvement(Concern("atrophic_acne_scars", "mixed"), "microneedling", draws=50)
    assert mixed == pytest.approx(improvement(SCARS, "microneedling", draws=50))


def test_more_collagen_never_predicts_less_and_much_less_than_proportional():
    base = improvement(SCARS, "microneedling", draws=500, relative_gain=1.0)
    assert base == pytest.approx(improvement(SCARS, "microneedling", draws=500))
    double = improvement(SCARS, "microneedling", draws=500, relative_gain=np.full(500, 2.0))
    assert np.median(base) < np.median(double) < 1.9 * np.median(base)


def test_the_mechanism_does_not_move_pigment():
    melasma = Concern("melasma")
    moved = improvement(melasma, "microneedling_plus_topical", draws=50, relative_gain=np.full(50, 3.0))
    assert moved == pytest.approx(improvement(melasma, "microneedling_plus_topical", draws=50))


def test_many_candidates_at_once_are_as_one_by_one():
    gains = np.stack([np.full(40, 0.5), np.full(40, 1.0), np.full(40, 2.0)])
    together = improvement(SCARS, "microneedling", draws=40, relative_gain=gains)
    assert together.shape == (3, 40)
    for row, gain in zip(together, gains, strict=True):
        assert row == pytest.approx(improvement(SCARS, "microneedling", draws=40, relative_gain=gain))


def test_parts_of_the_spread_add_up_to_more_than_any_part():
    parts = variation(SCARS, "microneedling", draws=4000)
    whole = np.std(improvement(Concern("striae_distensae"), "microneedling", draws=4000))
    assert parts.people > 15 and parts.studies > 10 and 2 < parts.knowledge < 10
    striae = variation(Concern("striae_distensae"), "microneedling", draws=4000)
    assert whole < np.sqrt(striae.people**2 + striae.studies**2 + striae.knowledge**2) * 1.1


def test_fewer_trials_leave_the_mean_less_certain():
    kept = {"idoj2024", "dogra2014"}
    scars = [(id, e) for id, e in own_effects() if id == "atrophic_acne_scars"]
    every, few = (pool(part).fit("atrophic_acne_scars") for part in (scars, [p for p in scars if p[1].trial in kept]))

    def sd(one):
        posterior = one.pool.posterior
        k = int(np.argmax(posterior.weight))
        row = np.append(one.row("microneedling", design=()), [0] * (len(one.scales) + 1))
        return float(np.linalg.norm(posterior.factor[k].T @ row))

    assert sd(few) > 1.5 * sd(every)


def test_basis_and_counts_are_of_exactly_this_treatment():
    assert basis(SCARS, "microneedling") == "trials"
    assert basis(SCARS, "microneedling", mechanism=True) == "trials-and-mechanism"
    assert basis(SCARS, "fractional_co2") == "few-trials"
    arms, people, sources = behind(SCARS, "fractional_co2")
    assert (arms, people, sources) == (1, 30, ("idoj2024",))


def test_what_was_used_is_on_the_ledger_also_from_the_cache():
    for _ in range(2):
        with evidence.recording() as ledger:
            improvement(SCARS, "microneedling", draws=30, relative_gain=1.2)
        assert "outcome.coupling.collagen" in ledger.parameters
        assert "outcome.prior_between_study_sd_percent" in ledger.parameters
        assert "outcome.sessions_scale" in ledger.parameters
        assert "dogra2014" in ledger.sources


@pytest.mark.parametrize(
    "bad",
    [{"sessions": 0}, {"interval_days": -1.0}, {"follow_up_days": float("nan")}, {"follow_up_days": float("inf")}],
)
def test_impossible_courses_are_refused(bad):
    with pytest.raises(InputError, match="course"):
        improvement(SCARS, "microneedling", **bad)


def test_wrong_subtype_and_baseline_are_refused():
    with pytest.raises(InputError, match="subtype"):
        improvement(Concern("atrophic_acne_scars", "volcanic"), "microneedling")
    with pytest.raises(InputError, match="range"):
        improvement(Concern("atrophic_acne_scars", None, (), "goodman_baron_qualitative", 9.0), "microneedling")


def test_needling_harder_than_usual_is_not_rewarded_without_end():
    at_ceiling = evidence.value("outcome.relative_gain_ceiling")
    most = improvement(SCARS, "microneedling", draws=60, relative_gain=at_ceiling)
    assert np.array_equal(improvement(SCARS, "microneedling", draws=60, relative_gain=40.0), most)
    gentle = improvement(SCARS, "microneedling", draws=60, relative_gain=0.5)
    assert np.median(gentle) < np.median(improvement(SCARS, "microneedling", draws=60, relative_gain=1.0))
