from dataclasses import replace

import numpy as np
import pytest

from pinprick import evidence, skin
from pinprick.device import device, device_ids
from pinprick.errors import InputError
from pinprick.injury import Technique, puncture, puncture_many
from pinprick.injury.density import unevenness
from pinprick.injury.profile import profile
from pinprick.skin import Person, Zone

PERSON = Person(age_years=35, sex="female", phototype=3)
CHEEK = skin.describe("cheek", PERSON)
ROLLER, PEN = device("dermaroller-192"), device("skinpen-precision")


def of(device_id, length, passes=4, on=CHEEK, **technique):
    return puncture(on, device(device_id), Technique(on.zone, length, passes, **technique))


@pytest.mark.parametrize("id", device_ids())
@pytest.mark.parametrize("zone", [Zone.FOREHEAD, Zone.ABDOMEN, Zone.PALM])
def test_every_device_works_on_every_kind_of_skin(id, zone):
    found = device(id)
    there = skin.describe(zone)
    for length in (found.needle_length_min_mm, found.needle_length_max_mm):
        injury = puncture(there, found, Technique(zone, length, 2))
        for values in (
            injury.puncture_density_per_cm2,
            injury.unevenness,
            injury.penetration_mean_mm,
            injury.penetration_sd_mm,
            injury.reaching_per_cm2,
            injury.injured_fraction,
            injury.injured_fraction_by_layer,
            injury.coagulated_fraction,
            injury.coagulated_fraction_by_layer,
            injury.plexus_share,
            injury.stratum_corneum_open_fraction,
        ):
            assert values.shape[0] == there.draws
            assert np.all(np.isfinite(values)) and np.all(values >= 0)
        assert np.all(injury.injured_fraction <= 1) and np.all(injury.plexus_share <= 1)
        reach = injury.penetration_mean_mm * (1 + 2 * evidence.value(f"injury.depth_cv.{_kind(found)}"))
        assert np.all(reach <= length + found.dial_tolerance_mm + 1e-9)
        assert np.all(reach <= there.thickness_mm.sum(axis=1) + 1e-9)


def _kind(found):
    return "roller" if found.device_class == "home_roller" else found.device_class


def test_pen_density_is_strokes_over_the_area_glided():
    injury = of("skinpen-precision", 1.0, passes=1, glide_speed_mm_s=50.0)
    expected = PEN.needle_count * PEN.stroke_frequency_hz / (50.0 * PEN.head_breadth_mm) * 100
    assert injury.puncture_density_per_cm2 == pytest.approx(expected)


def test_glide_speed_left_out_is_drawn():
    assert of("skinpen-precision", 1.0).puncture_density_per_cm2.std() > 0


def test_passes_superpose():
    one, five = of("dermaroller-192", 1.0, passes=1), of("dermaroller-192", 1.0, passes=5)
    assert five.puncture_density_per_cm2 == pytest.approx(5 * one.puncture_density_per_cm2)
    assert five.unevenness == pytest.approx(one.unevenness / np.sqrt(5))


def test_unevenness_of_a_sparse_lattice_is_that_of_one_or_none_on_a_tile():
    per_mm2 = np.array([0.15])
    assert unevenness(ROLLER, per_mm2, 1) == pytest.approx(np.sqrt(0.15 * 0.85) / 0.15)


def test_unevenness_of_pen_strokes_is_that_of_poisson():
    assert unevenness(PEN, np.array([4.0]), 4) == pytest.approx(1 / np.sqrt(16.0))


def test_mouth_is_half_the_needle_base():
    assert 2 * np.median(of("dermaroller-192", 1.0).mouth_radius_mm) == pytest.approx(0.25 * 0.505, rel=0.02)


def test_profile_is_that_of_cones():
    tables = profile(1e-6)
    depth = np.array([0.0, 0.25, 0.5, 0.9, 1.1])
    assert tables.look_up(tables.open_area, depth) == pytest.approx([1, 0.5625, 0.25, 0.01, 0], abs=2e-3)
    assert tables.look_up(tables.reaching, depth) == pytest.approx([1, 1, 1, 1, 0])


def test_injured_fraction_at_the_surface_is_the_area_opened():
    injury = of("dermaroller-192", 1.0)
    covered = injury.puncture_density_per_cm2 / 100 * np.pi * injury.mouth_radius_mm**2
    assert injury.stratum_corneum_open_fraction == pytest.approx(-np.expm1(-covered))
    assert np.array_equal(injury.stratum_corneum_open_fraction, injury.injured_fraction[:, 0])


def test_layer_means_agree_with_the_profile():
    injury = of("skinpen-precision", 1.5)
    boundary = CHEEK.boundary_mm
    fine = np.linspace(0, 1, 4001)[1:]
    for draw in (0, 17, 60):
        for layer in range(5):
            depth = boundary[draw, layer] + fine * (boundary[draw, layer + 1] - boundary[draw, layer])
            mean = np.interp(depth, injury.depth_mm, injury.injured_fraction[draw]).mean()
            assert injury.injured_fraction_by_layer[draw, layer] == pytest.approx(mean, rel=0.03, abs=2e-3)


def test_stiff_skin_is_pierced_less_deeply():
    soft = replace(CHEEK, stiffness_kpa=CHEEK.stiffness_kpa / 3)
    assert np.mean(of("dermaroller-192", 1.0, on=soft).penetration_mean_mm) > np.mean(
        of("dermaroller-192", 1.0).penetration_mean_mm
    )


def test_insulated_needles_spare_the_surface_and_bare_ones_do_not():
    insulated, bare = of("rf-insulated-generic", 1.0), of("rf-noninsulated-generic", 1.0)
    assert np.all(insulated.coagulated_fraction[:, 0] == 0)
    assert np.all(bare.coagulated_fraction[:, 0] > 0)
    assert np.median(insulated.coagulated_fraction_by_layer[:, 3]) > 0


def test_mechanical_needles_coagulate_nothing():
    assert not of("dermaroller-192", 1.0).coagulated_fraction.any()


def test_many_is_one_after_another():
    techniques = [Technique(CHEEK.zone, length, 3) for length in (0.5, 1.0, 1.5)]
    for single, technique in zip(puncture_many(CHEEK, PEN, techniques), techniques, strict=True):
        assert np.array_equal(single.injured_fraction, puncture(CHEEK, PEN, technique).injured_fraction)


def test_seed_none_takes_the_skin_and_another_seed_differs():
    technique = Technique(CHEEK.zone, 1.0, 3)
    assert np.array_equal(
        puncture(CHEEK, PEN, technique).penetration_mean_mm,
        puncture(CHEEK, PEN, technique, seed=CHEEK.seed).penetration_mean_mm,
    )
    assert not np.array_equal(
        puncture(CHEEK, PEN, technique).penetration_mean_mm, puncture(CHEEK, PEN, technique, seed=9).penetration_mean_mm
    )


def test_long_needles_are_flagged_and_short_ones_not():
    assert any("0.8 mm" in text for text in of("dermaroller-192", 1.5).extrapolated)
    assert not any("0.8 mm" in text for text in of("dermaroller-192", 0.5).extrapolated)
    assert any("pen" in text for text in of("skinpen-precision", 0.5).extrapolated)
    assert any("coagulated" in text for text in of("rf-insulated-generic", 1.0).extrapolated)


def test_records_reach_the_ledger_on_every_call():
    for _ in range(2):
        with evidence.recording() as ledger:
            of("dermaroller-192", 1.0)
        assert {"injury.eta.roller", "injury.mouth_ratio", "injury.roller.density_ratio"} <= set(ledger.parameters)
        assert "kalluri2011" in ledger.sources


@pytest.mark.parametrize(
    ("technique", "field"),
    [
        (Technique(Zone.CHEEK, 3.0, 4), "needle_length_mm"),
        (Technique(Zone.CHEEK, 0.1, 4), "needle_length_mm"),
        (Technique(Zone.CHEEK, float("nan"), 4), "needle_length_mm"),
        (Technique(Zone.CHEEK, -1.0, 4), "needle_length_mm"),
        (Technique(Zone.CHEEK, 1.0, -1), "pass_count"),
        (Technique(Zone.CHEEK, 1.0, 0), "pass_count"),
        (Technique(Zone.CHEEK, 1.0, 1.5), "pass_count"),  # type: ignore[arg-type]
        (Technique(Zone.CHEEK, 1.0, float("nan")), "pass_count"),  # type: ignore[arg-type]
        (Technique(Zone.CHEEK, 1.0, 10**9), "pass_count"),
        (Technique(Zone.CHEEK, 1.0, 4, 0.0), "glide_speed_mm_s"),
        (Technique(Zone.CHEEK, 1.0, 4, -5.0), "glide_speed_mm_s"),
        (Technique(Zone.NECK, 1.0, 4), "zone"),
    ],
)
def test_impossible_techniques_are_refused_with_field_and_limit(technique, field):
    with pytest.raises(InputError) as caught:
        puncture(CHEEK, PEN, technique)
    assert caught.value.field == field
    assert caught.value.limit
