"""Which predicts: the fitted model, or the plain mean where the model does not beat it."""

from dataclasses import replace

import numpy as np
import pytest

from pinprick import evidence
from pinprick.evidence import calibration_standing
from pinprick.outcome import Concern, PlainMean, Treatment, arm_effects, improvement, outlook, own_effects
from pinprick.outcome.improvement import predictor
from pinprick.outcome.plain import Cell

WRINKLES = Concern("photoageing_wrinkles")


@pytest.fixture
def standing_of_wrinkles(monkeypatch):
    """Let the recorded standing of wrinkles be what a test says, with every cached prediction forgotten."""
    import sys

    module = sys.modules["pinprick.outcome.improvement"]
    spoken = sys.modules["pinprick.outcome.statement"]
    recorded = calibration_standing("photoageing_wrinkles")

    def set_to(used, share):
        def found(id="all"):
            if id != "photoageing_wrinkles":
                return calibration_standing(id)
            return replace(recorded, used=used, probability_better=share)

        for one in (module, spoken):
            monkeypatch.setattr(one, "calibration_standing", found)
        module._drawn.cache_clear()

    yield set_to
    module._drawn.cache_clear()


def spread_of_gain(gain):
    return Treatment("microneedling", sessions=4, interval_days=28, device_class="pen"), np.full(200, gain)


def test_a_plan_uses_the_plain_mean_where_the_model_does_not_beat_it(standing_of_wrinkles):
    standing_of_wrinkles("plain", 0.3)
    course, gain = spread_of_gain(0.5)
    found = outlook(WRINKLES, course, draws=200, seed=0, gain=gain)
    assert found.predictor == "plain" and found.basis != "trials-and-mechanism"
    assert any("plain mean of" in text and "30 of 100 resamples" in text for text in found.says)
    # Neither technique nor any other part of the model moves it.
    other = outlook(WRINKLES, course, draws=200, seed=0, gain=2.0 * gain)
    assert np.array_equal(found.improvement_percent, other.improvement_percent)


def test_a_plan_uses_the_model_where_it_beats_the_plain_mean(standing_of_wrinkles):
    standing_of_wrinkles("model", 0.99)
    course, gain = spread_of_gain(0.5)
    found = outlook(WRINKLES, course, draws=200, seed=0, gain=gain)
    assert found.predictor == "model"
    assert not any("plain mean of" in text for text in found.says)
    other = outlook(WRINKLES, course, draws=200, seed=0, gain=2.0 * gain)
    assert np.median(other.improvement_percent) > np.median(found.improvement_percent)


def test_the_plain_prediction_is_the_plain_mean_of_like_arms(standing_of_wrinkles):
    standing_of_wrinkles("plain", 0.3)
    found = improvement(WRINKLES, "microneedling", draws=4000, seed=0)
    mean = PlainMean(arm_effects("photoageing_wrinkles"), [effect for _, effect in own_effects()])
    centre, _ = mean.centre(Cell("lemperle", "microneedling"), 4000, seed=0)
    # At the usual course the ratio of courses is 1, so only symmetric deviations are added.
    assert np.mean(found) == pytest.approx(np.mean(centre), abs=1.5)


def test_only_the_sources_of_the_mean_are_cited_for_it(standing_of_wrinkles):
    standing_of_wrinkles("plain", 0.3)
    with evidence.recording() as ledger:
        improvement(WRINKLES, "microneedling", draws=100, seed=0)
    mean = PlainMean(arm_effects("photoageing_wrinkles"), [effect for _, effect in own_effects()])
    own = {source for effect in mean.members(Cell("lemperle", "microneedling")) for source in effect.sources}
    cited = {id for id in ledger.sources if any(id in arm.sources for arm in evidence.arms())}
    parameters = {s for id in ledger.parameters for s in evidence.parameter(id).sources}
    assert own <= set(ledger.sources)
    assert cited - parameters <= own


def test_an_indication_without_a_standing_follows_that_of_all():
    assert calibration_standing("active_acne") is None
    assert predictor("active_acne") == calibration_standing().used


def test_the_recorded_choice_follows_from_the_recorded_probability():
    least = evidence.value("calibration.least_probability_better")
    overall = calibration_standing()
    for id in {id for id, _ in own_effects()}:
        standing = calibration_standing(id)
        if standing is None:
            continue
        share = overall.probability_better if standing.probability_better is None else standing.probability_better
        assert standing.used == ("model" if share >= least else "plain")
