"""The model against trials it has not seen: what is recorded is found again, and no study leaks into its prediction."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from jsonschema import validate as check

from pinprick import evidence
from pinprick.calibration import PlainMean, Settings, data_digest, folds, holds, train, validate, validate_trials
from pinprick.calibration.cross_validation import own_effects
from pinprick.calibration.experiment import compare_all, compared, experiment_summary, measurements, why_unused
from pinprick.calibration.experiment_file import FiledExperiment
from pinprick.calibration.standing import standings
from pinprick.outcome import indications

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def found():
    return validate_trials(settings=Settings(draws=1000))


@pytest.fixture(scope="module")
def experiments():
    return compare_all(evidence.experiments(), seed=0)


def test_the_document_follows_its_schema(found):
    schema = json.loads((ROOT / "docs/reference/validate.schema.json").read_text("utf-8"))
    whole = validate(indication="melasma", settings=Settings(draws=400))
    check(whole, schema)
    check(found | {"experiments": [], "experiment_summary": experiment_summary([])}, schema)


def test_every_arm_on_record_is_counted_once(found):
    assert [item["id"] for item in found["arms"]] == [arm.id for arm in evidence.arms()]
    assert all(item["scored"] or item["why_not"] for item in found["arms"])
    assert all(item["why_not"] is None for item in found["arms"] if item["scored"])


def test_the_summary_is_the_mean_of_the_arms(found):
    scored = [arm for arm in found["arms"] if arm["scored"]]
    overall = found["summary"]
    assert overall["n_scored"] == len(scored)
    assert overall["crps"] == pytest.approx(np.mean([arm["crps"] for arm in scored]))
    assert overall["coverage90"] == pytest.approx(np.mean([arm["covered90"] for arm in scored]))
    assert overall["skill"] == pytest.approx(overall["crps"] / overall["crps_plain"])
    assert sum(part["n_scored"] for part in overall["by_indication"].values()) == len(scored)


def test_seventy_percent_of_arms_with_figures_are_scored(found):
    assert found["summary"]["n_scored"] >= 0.7 * found["summary"]["n_with_numbers"]


def test_coverage_and_score_are_within_the_recorded_limits(found):
    # 117 arms: the standard error of a share of 0.90 is 0.03. That of the ratio to the plain mean is 0.05, so that a
    # ratio at most 1 is what the record says and no more.
    assert 0.83 <= found["summary"]["coverage90"] <= 0.96
    assert holds(found)


def test_coverage_is_not_bought_by_width(found):
    # A forecast that is uniform on 0 to 100 percent has a 90 percent interval of 90 points, 4.5 spreads of 20.
    widths = [
        (arm["predicted"]["p95"] - arm["predicted"]["p05"]) / arm["spread"]
        for arm in found["arms"]
        if arm["scored"] and arm["observed_as"] != "responder share"
    ]
    assert np.median(widths) < 4.3


def test_folds_hold_every_study_once():
    names = {arm.trial for arm in evidence.arms()}
    dealt = folds(names, 10, seed=3)
    assert set().union(*dealt) == names
    assert sum(len(fold) for fold in dealt) == len(names)
    assert max(len(fold) for fold in dealt) - min(len(fold) for fold in dealt) <= 1


def test_nothing_of_a_left_out_study_is_trained_on():
    trials = sorted({effect.trial for _, effect in own_effects()})
    left = frozenset(trials[::7])
    for training in train(left, indications()).values():
        assert not left & {effect.trial for effect in training.fit.effects}


def test_the_plain_mean_does_not_see_what_it_predicts():
    effects = [effect for id, effect in own_effects() if id == "melasma"]
    one = effects[0]
    rest = [effect for effect in effects if effect.trial != one.trial]
    first = PlainMean(rest, rest).true_mean(one, 500, seed=0)
    from dataclasses import replace

    second = PlainMean(rest, rest).true_mean(replace(one, percent=-50.0), 500, seed=0)
    assert np.array_equal(first, second)


def test_the_plain_mean_of_many_like_arms_is_near_their_mean():
    from dataclasses import replace

    one = next(effect for id, effect in own_effects() if id == "melasma")
    many = [replace(one, arm=f"a{i}", trial=f"t{i}", percent=40.0 + (i % 5), standard_error=2.0) for i in range(60)]
    drawn = PlainMean(many, many).true_mean(one, 2000, seed=0)
    assert np.mean(drawn) == pytest.approx(42.0, abs=1.0)
    assert np.std(drawn) < 6.0


def test_the_same_arms_from_a_file_are_predicted_by_fits_without_them(tmp_path, found):
    import yaml

    arm = next(item for item in evidence.arms() if item.id == "alam2014_mn")
    raw = {
        "id": arm.id,
        "trial": "renamed",
        "citation": {"doi": "https://doi.org/10.1001/jamadermatol.2013.8687".removeprefix("https://doi.org/")},
        "indication": arm.indication,
        "intervention_class": arm.intervention_class,
        "design": arm.design,
        "blinding": arm.blinding,
        "n_enrolled": arm.n_enrolled,
        "n_completed": arm.n_completed,
        "sessions": arm.sessions,
        "interval_weeks": arm.interval_weeks,
        "follow_up_weeks_after_last": arm.follow_up_weeks_after_last,
        "outcomes": [
            {"scale": row.scale, "change": row.change, "timepoint": row.timepoint, "note": row.note}
            for row in arm.outcomes
        ],
        "verified": "read",
    }
    file = tmp_path / "arms.yaml"
    file.write_text(yaml.safe_dump([raw]), encoding="utf-8")
    scored = validate_trials(file, settings=Settings(draws=1000))
    assert scored["provenance"]["studies_on_record"] == ["alam2014"]
    own = next(item for item in found["arms"] if item["id"] == arm.id)
    assert scored["arms"][0]["predicted"] == own["predicted"]


def test_the_same_seed_gives_the_same_document():
    first, second = (validate_trials(indication="rosacea", settings=Settings(draws=300)) for _ in range(2))
    assert first == second


def test_the_recorded_standing_is_current():
    record = evidence.calibration_provenance()
    assert record.data == data_digest(), "run: python -m pinprick.calibration.document"
    for page in ("trials.md", "experiments.md"):
        assert (ROOT / "docs/validation" / page).exists()
    assert data_digest() in (ROOT / "docs/validation/trials.md").read_text("utf-8")


def test_the_recorded_standing_of_an_indication_is_what_is_found():
    fresh = validate_trials(indication="melasma", settings=Settings(fold_count=1000))
    made = next(item for item in standings(fresh["arms"]) if item["id"] == "melasma")
    kept = evidence.calibration_standing("melasma")
    assert kept is not None
    assert (made["n_arms"], made["n_studies"]) == (kept.n_arms, kept.n_studies)
    assert made["crps"] == pytest.approx(kept.crps, abs=0.02)
    assert made["crps_plain"] == pytest.approx(kept.crps_plain, abs=0.02)


def test_an_indication_without_a_scored_arm_has_no_standing():
    assert evidence.calibration_standing("active_acne") is None


def test_every_measurement_is_compared_or_says_why_not(experiments):
    assert len(experiments) == len(evidence.experiments())
    assert all(item.used or item.why_not for item in experiments)
    assert not [item.id for item in evidence.experiments() if why_unused(item).startswith("no observation model")]
    assert set(measurements()) <= {item.id for item in evidence.experiments()}


def test_at_least_25_measurements_are_reproduced(experiments):
    made = experiment_summary(
        compared([FiledExperiment(item.experiment.id, item.experiment, "") for item in experiments], seed=0)
    )
    assert made["n_reproduced"] >= 25
    # Where no parameter of the prediction was read in the same source, agreement is prediction: most, not all.
    assert 0.5 <= made["n_other_sources_reproduced"] / made["n_other_sources"] <= 1.0


def test_a_wrong_prediction_is_not_reproduced():
    # The same measurement with a tenth of its value must be missed: the comparison can fail.
    from dataclasses import replace

    for id in ("roller_density_15", "laurent2007_thigh", "ogunjimi2021_close_abdomen", "kalluri2011_diameter"):
        real = evidence.experiment(id)
        assert compare_all([real], seed=0)[0].covered90
        assert not compare_all([replace(real, value=real.value / 10)], seed=0)[0].covered90


def test_known_misses_are_still_shown(experiments):
    missed = {item.experiment.id for item in experiments if item.used and not item.covered90}
    # Total elastin falls in people while the model lets it rise a little; macrophages come a day late.
    assert {"eldomyati2015_acne_total_elastin", "engelhardt1998_macrophage_peak"} <= missed
    page = (ROOT / "docs/validation/experiments.md").read_text("utf-8").split("## Reproduced")[0]
    assert {id for id in missed if f"| {id} |" in page} == missed


def test_the_file_is_named_by_its_hash(tmp_path):
    file = tmp_path / "arms.yaml"
    file.write_text("- {id: a}\n", encoding="utf-8")
    found = validate_trials(file)
    assert found["provenance"]["trials_sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert holds(found | {"experiments": []}) is False
