"""Side effects: counts, phototype and honesty where nobody counted."""

import numpy as np
import pytest

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.outcome import risks, side_effect_counts

PIH = "post_inflammatory_hyperpigmentation"


def risk(modality, name=PIH, phototype=4, draws=4000):
    return next(item for item in risks(modality, phototype, draws=draws, seed=0) if item.name == name)


def test_every_count_is_possible_and_cited():
    for count in side_effect_counts():
        assert 0 <= count.events <= count.people
        assert (count.use == "pool") == (count.people > 0), count.id
        assert count.use == "pool" or count.text
        for source in count.sources:
            evidence.source(source)


def test_counts_shown_are_the_sum_of_the_pooled():
    found = risk("fractional_co2")
    assert (found.events, found.people) == (9 + 29 + 0, 30 + 65 + 7)
    assert "3.04 times" in found.note and "from 0 to 45 percent" in found.note


def test_probability_is_near_the_pooled_rate_at_the_phototype_of_the_trials():
    needling = risk("microneedling")
    assert np.mean(needling.probability) == pytest.approx(needling.events / needling.people, abs=0.03)


def test_laser_leaves_more_dark_marks_than_needling_at_every_phototype():
    for phototype in range(1, 7):
        laser, needling = risk("fractional_co2", phototype=phototype), risk("microneedling", phototype=phototype)
        assert np.median(laser.probability) > 2 * np.median(needling.probability)


def test_darker_skin_never_has_less_risk_draw_by_draw():
    found = [risk("microneedling", phototype=phototype).probability for phototype in range(1, 7)]
    assert np.all(np.diff(np.array(found), axis=0) >= -1e-12)


def test_unknown_phototype_is_wider_than_a_known_one():
    unknown, known = risk("fractional_co2", phototype=None), risk("fractional_co2", phototype=4)
    assert unknown.probability.std() > known.probability.std()
    assert "unknown" in unknown.note


def test_where_nobody_counted_it_says_so():
    found = risk("fractional_eryag")
    assert (found.events, found.people) == (0, 0)
    assert "No count" in found.note
    assert np.quantile(found.probability, 0.95) > 0.2


def test_doing_nothing_injures_nothing():
    found = risks("no_treatment", 5, draws=10, seed=0)
    assert [item.name for item in found] == [PIH]
    assert not found[0].probability.any()


def test_granuloma_only_where_a_product_is_needled_in():
    names = {item.name for item in risks("microneedling_plus_topical", 3, draws=10, seed=0)}
    assert "granuloma" in names
    assert "granuloma" not in {item.name for item in risks("microneedling", 3, draws=10, seed=0)}


def test_burns_belong_to_radiofrequency_and_tram_tracks_to_needles():
    assert "burn" in {item.name for item in risks("rf_microneedling", 3, draws=10, seed=0)}
    assert "burn" not in {item.name for item in risks("microneedling", 3, draws=10, seed=0)}
    assert risk("microneedling", "tram_track_scar").events == 2


def test_no_such_phototype():
    with pytest.raises(InputError, match="phototype"):
        risks("microneedling", 7, draws=10, seed=0)
