"""Predicted injury, barrier and early course against published measurements; every tolerance says why."""

from dataclasses import replace

import numpy as np
import pytest

from pinprick import evidence, skin
from pinprick.device import device
from pinprick.injury import Technique, barrier, closure_times, delivery, early, pain_ratio, puncture
from pinprick.skin import Person

DRAWS = 1000
YOUNG = Person(age_years=30, sex=None, phototype=None)


def injure(id, length, passes=4, zone="cheek", person=YOUNG):
    on = skin.describe(zone, person, draws=DRAWS)
    # Published arrays and rollers were not sold in every length of the record, so its range is opened to them.
    used = device(id)
    used = replace(
        used,
        needle_length_min_mm=min(used.needle_length_min_mm, length),
        needle_length_max_mm=max(used.needle_length_max_mm, length),
    )
    return puncture(on, used, Technique(on.zone, length, passes))


def interval(values, level=0.95):
    return np.quantile(values, [(1 - level) / 2, (1 + level) / 2])


def inside(value, values, level=0.95):
    low, high = interval(values, level)
    return low <= value <= high


def test_roller_of_192_needles_leaves_12_to_17_punctures_a_pass():
    one = injure("dermaroller-192", 1.5, passes=1).puncture_density_per_cm2
    # 12-13 from the pitch of the drum at its tips, 16.7 from 250 after 15 passes: no draw lies outside.
    assert one.min() >= 12 and one.max() <= 17


def test_fifteen_passes_leave_about_250_per_cm2():
    found = injure("dermaroller-192", 0.5, passes=15).puncture_density_per_cm2
    reported = evidence.experiment("roller_density_15")
    assert reported.value == 250
    assert inside(reported.value, found)
    # The quoted number is round and its primary source was not readable: 20 percent.
    assert np.median(found) == pytest.approx(reported.value, rel=0.2)


def test_depth_of_a_roller_in_rat_lies_inside_the_prediction():
    reported = evidence.experiment("kalluri2011_depth")
    # Another species and a thinner skin: inside the 95 percent interval is all that can be asked.
    assert inside(reported.value / 1000, injure("dermaroller-192", 0.77).penetration_mean_mm)


def test_depth_of_an_array_in_people_lies_inside_the_prediction():
    reported = evidence.experiment("donnelly2011_depth600")
    # An array pressed by hand stands for a stamp; inside the 95 percent interval.
    assert inside(reported.value / 1000, injure("stamp-generic", 0.6).penetration_mean_mm)


def test_depth_of_long_rollers_in_pig_lies_inside_the_prediction():
    # Remembered: a 3 mm needle reaches 1.5-2 mm. Both ends must lie inside.
    found = injure("roller-540", 3.0, zone="back").penetration_mean_mm
    assert inside(1.5, found) and inside(2.0, found)


def test_mouth_of_a_microchannel_is_that_of_the_rat_study():
    reported = evidence.experiment("kalluri2011_diameter")
    found = injure("dermaroller-192", 0.77)
    width = 2000 * found.mouth_radius_mm * 0.14 / found.device.needle_base_diameter_mm
    # The ratio is taken from this study, so the mean must fit to rounding and the spread to half.
    assert np.mean(width) == pytest.approx(reported.value, rel=0.02)
    assert np.std(width) == pytest.approx(reported.sd, rel=0.5)


def test_quoted_density_with_rat_pores_opens_about_one_percent():
    # 250 channels of 70.7 um over 1 cm2 is 0.98 percent; here a thicker needle base, so it is scaled to that pore.
    found = injure("dermaroller-192", 0.5, passes=15)
    scaled = found.stratum_corneum_open_fraction * (0.0707 / 2 / found.mouth_radius_mm) ** 2
    assert np.median(scaled) == pytest.approx(0.0098, rel=0.25)


@pytest.mark.parametrize(
    ("id", "zone"), [("ogunjimi2021_close_abdomen", "abdomen"), ("ogunjimi2021_close_upper_arm", "upper_arm")]
)
def test_impedance_closure_of_volunteers_is_the_slow_position(id, zone):
    reported = evidence.experiment(id)
    times = closure_times(injure("stamp-generic", 0.6, zone=zone), position="slow").sel(readout="ion").values
    # The upper arm is the anchor and the abdomen is not; both within half of the reported spread between people.
    assert np.median(times) == pytest.approx(reported.value, abs=0.5 * reported.sd)
    assert 0.7 * reported.sd < times.std() < 2 * reported.sd


@pytest.mark.parametrize(
    "id", ["ogunjimi2021_half_abdomen", "ogunjimi2021_half_upper_arm", "ogunjimi2021_half_volar_forearm"]
)
def test_half_life_of_the_slow_position(id):
    reported = evidence.experiment(id)
    times = closure_times(injure("stamp-generic", 0.6, zone="upper_arm"), 0.5, position="slow").sel(readout="ion")
    # 13-18 percent left at closure was derived from these, so a quarter is a check of consistency, not of prediction.
    assert np.median(times) == pytest.approx(reported.value, rel=0.25)


def test_darker_skin_keeps_its_pores_longer_as_in_volunteers():
    def median(phototype):
        person = Person(30, None, phototype)
        times = closure_times(injure("stamp-generic", 0.6, zone="upper_arm", person=person), position="slow")
        return float(np.median(times.sel(readout="ion")))

    reported = evidence.experiment("ogunjimi2020_black").value / evidence.experiment("ogunjimi2020_asian").value
    # Race is not phototype: the ratio between phototypes VI and III has to come within a fifth of the one reported.
    assert median(6) / median(3) == pytest.approx(reported, rel=0.2)


def test_impedance_without_a_cover_recovers_within_two_hours_in_the_fast_position():
    reported = evidence.experiment("gupta2011_open")
    times = closure_times(injure("stamp-generic", 0.6, zone="upper_arm"), position="fast").sel(readout="ion")
    assert np.median(times) < reported.value
    # Reported for all sites; colour and age of ours are spread wider than among the volunteers.
    assert np.quantile(times, 0.9) < 1.5 * reported.value


def test_both_positions_on_impedance_lie_inside_the_default():
    times = closure_times(injure("stamp-generic", 0.6, zone="upper_arm")).sel(readout="ion").values
    assert inside(1.5, times) and inside(60.3, times)


@pytest.mark.parametrize(("id", "length"), [("kalluri2011_tewl_370", 0.37), ("kalluri2011_tewl_770", 0.77)])
def test_water_loss_recovery_in_rat_lies_inside_the_prediction(id, length):
    low, high = evidence.experiment(id).range
    times = closure_times(injure("dermaroller-192", length, zone="back")).sel(readout="water").values
    # Rat against people: inside the 95 percent interval.
    assert inside(low, times) and inside(high, times)


@pytest.mark.parametrize(("id", "length"), [("kalluri2011_calcein_370", 0.37), ("kalluri2011_calcein_770", 0.77)])
def test_dye_closure_in_rat_lies_inside_the_prediction(id, length):
    times = closure_times(injure("dermaroller-192", length, zone="back")).sel(readout="dye").values
    assert inside(evidence.experiment(id).value, times)


def test_dye_closes_later_with_length_as_in_rat():
    def median(length):
        return float(np.median(closure_times(injure("dermaroller-192", length)).sel(readout="dye")))

    reported = (
        evidence.experiment("kalluri2011_calcein_770").value / evidence.experiment("kalluri2011_calcein_370").value
    )
    # The dye exponent is this ratio; water adds a little of its own, so 15 percent.
    assert median(0.77) / median(0.37) == pytest.approx(reported, rel=0.15)


def test_face_recovers_its_water_loss_within_three_days_of_short_rollers():
    reported = evidence.experiment("han2012_face")
    times = closure_times(injure("home-roller", 0.25, passes=10)).sel(readout="water").values
    # An upper bound over the group: nearly all draws below it.
    assert np.mean(times < reported.value) > 0.97


def test_water_loss_after_arrays_recovers_within_a_day_in_most():
    reported = evidence.experiment("donnelly2014_tewl")
    times = closure_times(injure("stamp-generic", 0.3, zone="upper_arm")).sel(readout="water").values
    # Fifteen volunteers all below 24 h: with a spread over all ages and colours, four in five.
    assert np.mean(times < reported.value) > 0.8


def test_pores_are_still_seen_when_water_loss_is_normal():
    # Donnelly 2014: normal water loss at 24 h with pores visible. Dye has more left than water in every draw.
    left = barrier(injure("stamp-generic", 0.3, zone="upper_arm"), [24.0])["open_share"].isel(time=0)
    assert np.all(left.sel(readout="dye") > left.sel(readout="water"))


def test_water_loss_after_radiofrequency_peaks_on_days_one_to_three_and_is_back_on_day_seven():
    heated = injure("rf-noninsulated-generic", 1.5)
    assert np.median(closure_times(heated).sel(readout="water")) == pytest.approx(7 * 24, rel=0.1)
    hours = np.arange(12, 240, 2.0)
    water = barrier(heated, hours)["open_share"].sel(readout="water").values
    assert 24 <= np.median(hours[np.argmax(water, axis=1)]) <= 72


def test_pain_law_exponents():
    length, number = evidence.experiment("gill2008_length"), evidence.experiment("gill2008_number")
    # Printed as seven-fold, and as just over two-fold: a tenth each.
    assert np.median(pain_ratio(3.0, 1.0)) == pytest.approx(length.value, rel=0.1)
    assert np.median(pain_ratio(1.0, 10.0)) == pytest.approx(number.value, rel=0.1)


def test_reported_roller_pain_lies_inside_the_prediction():
    # The whole face was treated; the forehead stands for its mean. The three are the anchor's own positions.
    found = early(injure("dermaroller-192", 1.0, zone="forehead")).pain_0_10
    for id in ("alam2014_pain", "luz2017_pre", "luz2017_ctrl"):
        assert inside(evidence.experiment(id).value, found)


def test_pain_of_striae_needled_without_a_strong_topical_lies_inside():
    # 5.23 of 10 on the abdomen (Naspolini), needle length not read: 1.5 mm by pen.
    assert inside(5.23, early(injure("skinpen-precision", 1.5, zone="abdomen")).pain_without_anaesthetic_0_10)


def test_reported_downtime_lies_inside_the_prediction():
    found = early(injure("dermaroller-192", 1.5)).downtime_days
    # 1-2 days in a trial on the face, 3.0 days of adverse events on the abdomen.
    for days in (1.0, 2.0, 3.0):
        assert inside(days, found)
    assert 1 <= np.median(found) <= 3


def test_redness_after_small_arrays_is_hours_and_after_clinical_needles_days():
    small, clinical = (
        early(injure("stamp-generic", 0.3)).erythema_days,
        early(injure("dermaroller-192", 1.5)).erythema_days,
    )
    # Bal: below 2 h; Hackethal: up to 24 h. The second must lie inside, the first near the shortest draws.
    assert inside(1.0, small) and small.min() < 4 / 24
    assert inside(2.0, clinical) and inside(3.0, clinical)


@pytest.mark.parametrize(
    ("id", "device_id", "length", "mass"),
    [
        ("nal_500", "skinpen-precision", 0.5, 364.0),
        ("nal_250", "skinpen-precision", 0.25, 364.0),
        ("tpma_calcein", "stamp-generic", 0.6, 622.5),
        ("vitc_roller", "dermaroller-192", 0.5, 176.1),
    ],
)
def test_permeation_gains_lie_inside_the_prediction(id, device_id, length, mass):
    # Ex vivo and animal figures against living people: inside the 95 percent interval.
    assert inside(evidence.experiment(id).value, delivery(injure(device_id, length, passes=9), mass).enhancement)


def test_permeation_grows_with_length_as_measured():
    reported = evidence.experiment("nal_500").value / evidence.experiment("nal_250").value
    ratio = (
        delivery(injure("skinpen-precision", 0.5), 364.0).enhancement
        / delivery(injure("skinpen-precision", 0.25), 364.0).enhancement
    )
    # The exponent is this ratio.
    assert np.median(ratio) == pytest.approx(reported, rel=0.1)


@pytest.mark.parametrize(("zone", "total"), [("upper_arm", "vanmulder2017_deltoid"), ("cheek", "iyengar2018_face")])
def test_skin_thickness_of_other_series_lies_inside(zone, total):
    # Neither series gave the thickness of these zones, another did.
    found = skin.describe(zone, Person(45, None, None), draws=DRAWS).thickness_mm[:, :4].sum(axis=1)
    assert inside(evidence.experiment(total).value, found)
