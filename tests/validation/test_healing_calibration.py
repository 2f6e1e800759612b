"""The shipped posterior of the healing network: current, converged, physical, joint, and found again by a refit."""

import hashlib
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from pinprick import evidence
from pinprick.calibration.healing_calibration import shipped_ids
from pinprick.calibration.healing_data import healing_data, studies, why_left_out
from pinprick.calibration.healing_digest import healing_digest
from pinprick.calibration.healing_document import figures, page
from pinprick.calibration.healing_prediction import held_out_summary, judged
from pinprick.calibration.healing_prior import candidates, prior, quantile
from pinprick.calibration.healing_ranks import Ranks, uniformity
from pinprick.calibration.healing_stability import LOOP, loop_gain
from pinprick.cascade import Ensemble, Impulses
from pinprick.cascade.network import CONSTANTS, INDEX
from pinprick.cascade.physiology import derive, physiology
from pinprick.evidence.posterior import TABLE, joint_posterior, posterior_name, posterior_record


@pytest.fixture(scope="module")
def every_draw():
    """Return the physiology of each joint draw, the other constants from their records."""
    found = joint_posterior()
    rows = len(found.draws)
    constants = {}
    for symbol, name in CONSTANTS.items():
        column = found.column(f"cascade.{name}")
        record = evidence.parameter(f"cascade.{name}")
        drawn = record.quantile(evidence.stratified(record.id, rows, seed=5))
        constants[symbol] = drawn if column is None else column
    return derive(constants)


def test_the_shipped_posterior_is_current():
    # A record, a measurement or the network changed: pinprick calibrate -o …/evidence/data/calibration/posterior.csv
    assert posterior_record()["provenance"]["data"] == healing_digest()


def test_table_and_record_belong_together():
    text = (files("pinprick.evidence") / "data").joinpath(TABLE).read_bytes()
    assert hashlib.sha256(text).hexdigest() == posterior_record()["provenance"]["table_sha256"]
    constants = [item["id"] for item in posterior_record()["constants"]]
    assert [*constants, *posterior_record()["carried"]] == list(joint_posterior().ids)
    assert joint_posterior().draws.shape == (1000, len(joint_posterior().ids))


def test_the_chains_converged():
    quality = posterior_record()["diagnostics"]
    assert quality["largest_r_hat"] <= 1.01
    assert quality["divergences"] == 0
    assert quality["least_ess"] >= 400


def test_between_12_and_25_uncertain_constants_are_calibrated():
    ids = shipped_ids()
    assert 12 <= len(ids) <= 25
    assert set(ids) <= set(candidates())


def test_every_draw_lies_within_the_recorded_range():
    for id in joint_posterior().ids:
        low, high = prior(id).spread.low, prior(id).spread.high
        column = joint_posterior().column(id)
        assert column.min() > 0
        assert low is None or column.min() >= low * (1 - 1e-5)
        assert high is None or column.max() <= high * (1 + 1e-5)


def test_healthy_skin_is_stable_in_every_draw():
    assert loop_gain({id: joint_posterior().column(id) for id in LOOP}).max() < 1.0
    assert posterior_record()["diagnostics"]["unstable_share"] < 0.02


def test_all_but_one_draw_in_a_thousand_heal_within_a_year():
    # Stable at rest does not mean that a large injury cannot reach another steady state, where myofibroblasts live on
    # the TGF-beta that they make. No measurement here rules that out, so those draws stay; they must stay rare.
    body = physiology(20_000, seed=1)
    hits = Impulses(np.zeros(1), np.ones((body.draws, 1)))
    end = Ensemble(1e-5, 1e-7).solve(body.parameters, body.rest, hits, np.array([365.0, 3650.0]))[..., INDEX["Y"]]
    assert (end[:, 0] > 0.01).mean() < 2e-3
    assert (end[:, 1] > 0.01).mean() < 1e-3


def test_the_prior_keeps_the_recorded_value_as_its_median_and_is_no_narrower():
    for id in joint_posterior().ids:
        assert quantile(id, np.array([0.5]))[0] == pytest.approx(evidence.value(id))
        assert prior(id).spread.sd >= evidence.parameter(id).spread.sd


def test_healthy_skin_is_an_exact_fixed_point_of_every_draw(every_draw):
    untouched = Impulses(np.zeros(0), np.empty((every_draw.draws, 0)))
    after = Ensemble().solve(every_draw.parameters, every_draw.rest, untouched, np.array([0.0, 365.0]))[:, -1]
    np.testing.assert_allclose(after, every_draw.rest, rtol=1e-9, atol=1e-12)


def test_nothing_turns_negative_in_any_draw(every_draw):
    days = np.array([0.0, 14.0, 28.0])
    times = np.unique(np.concatenate([start + np.geomspace(0.01, 13.9, 25) for start in days] + [[60.0, 180.0]]))
    for strength in (0.1, 1.0):
        hits = Impulses(days, np.full((every_draw.draws, 3), strength))
        states = Ensemble(1e-6, 1e-9).solve(every_draw.parameters, every_draw.rest, hits, times)
        assert np.isfinite(states).all()
        # An absolute tolerance of 1e-9 is all that a state may fall below nought by.
        assert states.min() >= -1e-8
        assert states[..., INDEX["R"]].max() <= 1 + 1e-6


def test_predictions_draw_the_constants_jointly():
    posterior = joint_posterior()
    columns = np.stack([evidence.draw(id, 300, seed=7) for id in posterior.ids], axis=1)
    rows = {tuple(row) for row in posterior.draws}
    assert all(tuple(row) in rows for row in columns)
    symbols = {f"cascade.{name}": symbol for symbol, name in CONSTANTS.items()}
    body = physiology(300, seed=7)
    for place, id in enumerate(posterior.ids):
        if id in symbols:
            np.testing.assert_array_equal(body.constant(symbols[id]), columns[:, place])


def test_a_few_draws_cover_the_posterior():
    # Rows are ordered by collagen and chosen by strata: a hundred draws hold one of every ten rows.
    posterior = joint_posterior()
    column = evidence.draw(posterior.ids[0], 100, seed=1)
    places = np.sort([int(np.flatnonzero(posterior.draws[:, 0] == value)[0]) for value in column])
    assert (places // 10 == np.arange(100)).mean() > 0.95  # equal values in two rows may be found in the other


def test_a_draw_cites_the_measurements_behind_it():
    with evidence.recording() as ledger:
        evidence.draw(joint_posterior().ids[0], 10, seed=0)
    assert set(joint_posterior().sources) <= set(ledger.sources)
    assert "engelhardt1998" in ledger.sources


def test_every_measurement_is_used_or_has_its_reason():
    used = {item.id for item in healing_data()}
    assert used == set(posterior_record()["measurements"])
    for found in evidence.experiments():
        assert (found.id in used) != bool(why_left_out(found)), found.id


def test_a_plan_names_the_posterior():
    from datetime import date

    from pinprick.planning.provenance import provenance

    assert provenance(date(2026, 1, 1), draws=10, seed=0)["posterior"] == posterior_name()
    assert posterior_record()["provenance"]["data"][:12] in posterior_name()


def test_predictions_need_neither_jax_nor_numpyro():
    code = (
        "import sys; sys.modules['jax'] = sys.modules['numpyro'] = None\n"
        "import pinprick.calibration, pinprick.planning\n"
        "from pinprick.cascade import physiology\n"
        "assert physiology(10, seed=0).draws == 10\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_a_refit_without_the_extra_says_what_to_install(monkeypatch):
    from pinprick.calibration.healing_calibration import calibrate
    from pinprick.errors import MissingExtraError

    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="calibration") as fault:
        calibrate()
    assert "pinprick[calibration]" in fault.value.details()["do"]


def test_a_reduced_refit_finds_the_shipped_posterior():
    pytest.importorskip("numpyro", exc_type=ImportError)
    from pinprick.calibration.healing_calibration import calibrate, reduced
    from pinprick.calibration.healing_record import agreement, record

    found = calibrate(reduced(seed=3))
    made = record(found, command="test", recorded="2026-01-01")
    assert made["provenance"]["data"] == posterior_record()["provenance"]["data"]
    assert made["diagnostics"]["largest_r_hat"] <= 1.02  # half the chains of the full fit, a third of its draws
    assert made["diagnostics"]["divergences"] == 0
    compared = agreement(found)
    assert compared["agrees"], compared
    shipped = {item["id"]: item for item in posterior_record()["constants"]}
    for item in made["constants"]:
        # Standard deviations of a thousand draws are known to a fortieth.
        assert item["score_sd"] == pytest.approx(shipped[item["id"]]["score_sd"], abs=0.15), item["id"]


# How far it can be trusted: the record that `python -m pinprick.calibration.healing_checks` writes.


@pytest.fixture(scope="module")
def checks():
    return evidence.load("calibration/posterior_checks.yaml")


def test_the_checks_are_those_of_the_shipped_draws(checks):
    assert checks["provenance"]["table_sha256"] == joint_posterior().sha256
    assert checks["provenance"]["data"] == posterior_record()["provenance"]["data"]


def test_known_constants_are_found_again(checks):
    # Of 27 ranks the least even must be expected at one in a hundred by chance, 0.01 / 27 for one alone.
    found = checks["ranks"]
    assert found["sets"] >= 100
    assert set(found["ranks"]) == {*shipped_ids(), "study_sd", "discrepancy_sd"}
    ranks = np.array(list(found["ranks"].values()))
    assert ranks.shape[1] == found["sets"]
    assert ranks.min() >= 0
    assert ranks.max() <= found["draws"]
    again = uniformity(Ranks(tuple(found["ranks"]), ranks.T, found["draws"], 0))
    for name, chance in again.items():
        assert chance == pytest.approx(found["chance"][name], rel=0.01)
    assert min(again.values()) * len(again) > 0.01


def test_uneven_ranks_are_noticed():
    generator = np.random.default_rng(0)
    even, low = generator.integers(0, 128, 128), generator.integers(0, 64, 128)
    centred = generator.binomial(127, 0.5, 128)
    found = uniformity(Ranks(("even", "low", "centred"), np.stack([even, low, centred], axis=1), 127, 0))
    assert found["even"] > 0.01
    assert found["low"] < 1e-6
    assert found["centred"] < 1e-6


def test_every_study_is_left_out_once_and_whole(checks):
    rows = checks["held_out"]["measurements"]
    assert {row["id"] for row in rows} == {item.id for item in healing_data()}
    again = held_out_summary(rows)
    assert again["n_studies"] == len(studies(healing_data()))
    assert again["log_score_gain"] == pytest.approx(checks["held_out"]["summary"]["log_score_gain"], abs=2e-3)


def test_a_left_out_study_that_is_predicted_worse_lowers_the_score():
    rows = [
        {"study": name, "scale": scale, "prior": judged(item, draws), "posterior": judged(item, draws + shift)}
        for name, scale, item, draws, shift in _two_predictions()
    ]
    made = held_out_summary(rows)
    assert made["log_score_gain"] < 0
    assert made["posterior"]["crps"] > made["prior"]["crps"]


def _two_predictions():
    draws = np.random.default_rng(2).standard_normal(2000)
    value = next(item for item in healing_data() if item.scale == "log")
    side = next(item for item in healing_data() if item.scale == "direction" and item.value == 1)
    yield "one", "log", value, value.value + draws, 3.0
    yield "two", "direction", side, 1.0 + draws, -3.0


def test_the_page_is_current():
    root = Path(__file__).parents[2]
    assert (root / "docs/validation/calibration.md").read_text("utf-8") == page()
    for name, text in figures().items():
        assert (root / "docs/validation" / name).read_text("utf-8") == text
