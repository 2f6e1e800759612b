from dataclasses import replace

import numpy as np
import pytest

from pinprick import evidence, skin
from pinprick.errors import InputError
from pinprick.skin import Person, Zone, describe

WOMAN = Person(age_years=35, sex="female", phototype=3)


@pytest.mark.parametrize("zone", list(Zone))
def test_every_zone_has_five_positive_layers_and_a_plexus_inside_the_skin(zone):
    found = describe(zone, WOMAN)
    assert found.thickness_mm.shape == (100, 5)
    assert np.all(found.thickness_mm > 0)
    assert np.all(found.plexus_depth_mm >= found.boundary_mm[:, 3] - 1e-12)
    assert np.all(found.plexus_depth_mm <= found.boundary_mm[:, 4] + 1e-12)
    for values in (found.stiffness_kpa, found.tewl_g_m2_h, found.lightness_l_star, found.erythema_index):
        assert values.shape == (100,) and np.all(values > 0)


def test_zone_is_read_from_its_name():
    assert describe("upper_lip").zone is Zone.UPPER_LIP


def test_dermis_of_the_face_follows_the_sexes_of_the_source():
    woman, man = describe("forehead", WOMAN), describe("forehead", replace(WOMAN, sex="male"))
    ratio = np.median(man.thickness_mm[:, 2:4].sum(axis=1)) / np.median(woman.thickness_mm[:, 2:4].sum(axis=1))
    assert ratio == pytest.approx(1.17 / 0.86, rel=0.03)


def test_site_without_sexes_keeps_its_mean_over_both():
    both = [
        describe("thigh", replace(WOMAN, sex=sex, age_years=45)).thickness_mm[:, :4].sum(axis=1)
        for sex in ("male", "female")
    ]
    assert np.median(np.mean(both, axis=0)) == pytest.approx(1.55, rel=0.05)


def test_epidermis_thins_with_age():
    thickness = [
        describe("back", replace(WOMAN, age_years=age)).thickness_mm[:, :2].sum(axis=1).mean() for age in (20, 45, 80)
    ]
    assert thickness[0] > thickness[1] > thickness[2]


def test_child_has_thinner_skin_than_an_adult():
    child, adult = (
        describe("upper_arm", replace(WOMAN, age_years=8)),
        describe("upper_arm", replace(WOMAN, age_years=18)),
    )
    ratio = child.thickness_mm[:, :4].sum(axis=1).mean() / adult.thickness_mm[:, :4].sum(axis=1).mean()
    assert ratio == pytest.approx(evidence.value("skin.age.child_ratio"), abs=0.05)


def test_unknown_age_widens_the_spread_and_is_said():
    known = describe("back", replace(WOMAN, age_years=45), draws=1000)
    unknown = describe("back", replace(WOMAN, age_years=None), draws=1000)
    # In logarithms, because the mean differs too.
    assert np.log(unknown.stiffness_kpa).std() > np.log(known.stiffness_kpa).std()
    assert np.log(unknown.thickness_mm[:, 1]).std() > np.log(known.thickness_mm[:, 1]).std()
    assert any("age is not known" in note for note in unknown.notes)
    assert not any("not known" in note for note in known.notes)


def test_unknown_phototype_is_drawn_from_all_six():
    known, unknown = describe("cheek", WOMAN), describe("cheek", replace(WOMAN, phototype=None))
    assert unknown.lightness_l_star.std() > 2 * known.lightness_l_star.std()
    assert unknown.lightness_l_star.max() > 70 and unknown.lightness_l_star.min() < 40


def test_darker_phototypes_have_lower_lightness():
    medians = [
        np.median(describe("cheek", replace(WOMAN, phototype=number)).lightness_l_star) for number in range(1, 7)
    ]
    assert medians == sorted(medians, reverse=True)


def test_borrowing_zone_says_from_whom_and_is_assumed():
    chin = describe("chin", WOMAN)
    assert chin.status == "assumed"
    assert any("jawline" in note for note in chin.notes)


def test_borrowed_thickness_spreads_more_than_the_neighbour():
    chin, jawline = describe("chin", WOMAN, draws=400), describe("jawline", WOMAN, draws=400)
    assert np.log(chin.thickness_mm[:, 3]).std() > np.log(jawline.thickness_mm[:, 3]).std()


def test_same_seed_same_skin_other_seed_another():
    first, second, third = describe("cheek", WOMAN), describe("cheek", WOMAN), describe("cheek", WOMAN, seed=1)
    assert np.array_equal(first.thickness_mm, second.thickness_mm)
    assert not np.array_equal(first.thickness_mm, third.thickness_mm)


def test_sources_reach_the_ledger():
    with evidence.recording() as ledger:
        describe("cheek", WOMAN)
    assert "meng2022" in ledger.sources
    assert ledger.parameters["skin.dermis.cheek.female"] == "read"


@pytest.mark.parametrize(
    ("zone", "person", "field"),
    [
        ("elbow", WOMAN, "zone"),
        ("cheek", Person(age_years=-1), "age_years"),
        ("cheek", Person(age_years=121), "age_years"),
        ("cheek", Person(age_years=float("nan")), "age_years"),
        ("cheek", Person(phototype=7), "phototype"),
        ("cheek", Person(phototype=0), "phototype"),
        ("cheek", Person(sex="other"), "sex"),  # type: ignore[arg-type]
    ],
)
def test_impossible_people_and_zones_are_refused_with_the_limit(zone, person, field):
    with pytest.raises(InputError) as caught:
        describe(zone, person)
    assert caught.value.field == field
    assert caught.value.limit


def test_no_draws_is_refused():
    with pytest.raises(InputError):
        describe("cheek", WOMAN, draws=0)


def test_zone_without_anatomy_is_refused(monkeypatch):
    rows = {row["id"]: row for row in evidence.load_records("skin/zones.yaml") if row["id"] != "palm"}
    monkeypatch.setattr("pinprick.skin.anatomy._rows", lambda: rows)
    with pytest.raises(InputError, match="no anatomy"):
        describe("palm", WOMAN)


def test_every_record_named_by_a_zone_exists():
    known = evidence.parameters("skin")
    for row in evidence.load_records("skin/zones.yaml"):
        named = [row[key] for key in ("stratum_corneum", "subcutis", "stiffness", "tewl")]
        named += [id for key in ("epidermis", "dermis") for sex, id in row[key].items() if sex != "method"]
        assert not set(named) - set(known), row["id"]


def test_layers_are_ordered_from_the_outside():
    assert skin.LAYERS[0] == "stratum_corneum" and skin.LAYERS[-1] == "subcutis"
