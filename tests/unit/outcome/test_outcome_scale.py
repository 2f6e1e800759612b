"""Scales: ranges, directions, steps, and the table of printed names."""

import numpy as np
import pytest

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.outcome import scale, scale_named, scale_names, scales


def test_every_scale_has_its_parameters_and_cites_sources():
    for id, measure in scales().items():
        assert evidence.parameter(f"outcome.scale_slope.{id}").value > 0
        if not measure.rated:
            assert measure.usual_baseline() > 0
        for source in measure.sources:
            evidence.source(source)


def test_every_usual_baseline_is_one_the_scale_can_print():
    for measure in scales().values():
        if not measure.rated:
            low = -np.inf if measure.floor is None else measure.floor
            high = np.inf if measure.top is None else measure.top
            assert low <= measure.usual_baseline() <= high, measure.id


def test_a_grade_is_whole_and_stays_within_one_and_four():
    final = scale("goodman_baron_qualitative").final(np.linspace(-100, 100, 41), baseline=3.0)
    assert set(final) <= {1.0, 2.0, 3.0, 4.0}
    assert np.all(np.diff(final) <= 0)


def test_a_quarter_off_a_grade_of_four_is_grade_three():
    assert scale("goodman_baron_qualitative").final(np.array([25.0]), baseline=4.0)[0] == 3.0


def test_ecca_moves_less_than_the_grade_for_the_same_improvement():
    slope = evidence.value("outcome.scale_slope.ecca")
    fall = -scale("ecca").change(np.array([30.0]), slope, 100.0)[0]
    assert 0 < fall < 30.0


def test_hair_density_rises_and_never_passes_its_ceiling():
    hair = scale("hair_density")
    assert hair.final(np.array([10.0]), baseline=150.0)[0] == pytest.approx(165.0)
    assert hair.final(np.array([100.0]), baseline=300.0)[0] == hair.top
    assert hair.largest_improvement(hair.top) == 0.0


def test_largest_improvement_of_a_grade_leaves_the_floor():
    assert scale("goodman_baron_qualitative").largest_improvement(4.0) == pytest.approx(75.0)
    assert scale("goodman_baron_qualitative").largest_improvement(1.0) == 0.0


def test_levels_of_the_global_scale():
    gais = scale("gais")
    final = gais.final(np.array([-50.0, 0.0, 20.0, 50.0, 90.0]))
    assert [gais.level_name(value) for value in final] == [
        "worse", "no change", "improved", "much improved", "very much improved",
    ]  # fmt: skip


def test_quarters_follow_their_definition():
    final = scale("improvement_class").final(np.array([0.0, 10.0, 30.0, 60.0, 80.0]))
    assert list(final) == [0, 1, 2, 3, 4]


def test_repigmentation_is_never_negative_nor_above_all():
    assert list(scale("repigmentation").final(np.array([-20.0, 140.0]))) == [0.0, 100.0]


def test_a_share_of_people_is_no_score_of_one_person():
    share = scale("responder_share")
    assert share.responders(np.array([10.0, 60.0, 50.0, 20.0])) == 0.5
    with pytest.raises(InputError):
        share.final(np.array([10.0]))


def test_unknown_scale_says_which_there_are():
    with pytest.raises(InputError, match="ecca"):
        scale("beauty_points")


def test_every_outcome_name_of_every_trial_is_in_the_table_with_a_scale_or_a_reason():
    printed = {outcome.scale for arm in evidence.arms() for outcome in arm.outcomes}
    table = {entry.name: entry for entry in scale_names()}
    assert printed <= set(table)
    for entry in table.values():
        assert (entry.scale is None) == bool(entry.why), entry.name
        if entry.scale is not None:
            assert entry.scale in scales(), entry.name


def test_at_least_95_percent_of_names_are_named_scales_or_measure_tissue_volume_or_symptoms():
    named = [entry for entry in scale_names() if entry.scale is not None]
    left = [entry.name for entry in scale_names() if entry.scale is None and "not named" in entry.why]
    assert len(named) >= 0.85 * len(scale_names())
    assert len(left) <= 0.05 * len(scale_names()), left


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Goodman-Baron qualitative grade", "goodman_baron_qualitative"),
        ("  goodman-baron QUALITATIVE   grade ", "goodman_baron_qualitative"),
        ("Goodman & Baron quantitative, blinded", "goodman_baron_quantitative"),
        ("hemi-mMASI", "mmasi"),
        ("hemi-MASI", "masi"),
        ("mMASI at week 12", "mmasi"),
        ("hair count per inch2", "hair_density"),
        ("ECCA", "ecca"),
        ("VASI category", "vasi"),
        ("Vancouver scar scale (VSS)", "vss"),
        ("POSAS observer", "posas"),
        ("boxcar scar reduction", "acne_scar_type"),
        ("HDSS", "hdss"),
        ("FWES upper lip", "fitzpatrick_wrinkle"),
    ],
)
def test_names_find_their_scale(printed, expected):
    assert scale_named(printed).scale == expected


@pytest.mark.parametrize("printed", ["histometry", "facial elasticity", "DLQI", "pain score"])
def test_what_is_no_scale_of_appearance_says_why(printed):
    assert scale_named(printed).scale is None
    assert scale_named(printed).why


def test_a_name_nobody_knows_is_unknown():
    assert scale_named("happiness of the dog") is None


@pytest.mark.parametrize(
    ("printed", "id"),
    [
        ("Goodman\u2013Baron qualitative grading", "goodman_baron_qualitative"),
        ("Goodman & Baron's Quantitative score", "goodman_baron_quantitative"),
        ("\u00c9chelle d'\u00c9valuation Clinique des Cicatrices d'acn\u00e9", "ecca"),
        ("modified MASI", "mmasi"),
        ("Melasma Area Severity Index", "masi"),
        ("Lemperle wrinkle score", "lemperle"),
        ("Wrinkle Severity Rating Scale", "wrinkle_grade"),
        ("% improvement", "percent_improvement"),
        ("patient-rated improvement", "patient_rating"),
        ("hairs/cm\u00b2", "hair_density"),
        ("CGAIS", "gais"),
    ],
)
def test_a_name_in_another_spelling_is_the_same_scale(printed, id):
    assert scale_named(printed).scale == id


def test_hairs_on_a_square_inch_are_known_by_name():
    assert scale_named("hairs per square inch").unit == "per_square_inch"
    assert scale_named("hairs per cm2").unit == ""


@pytest.mark.parametrize("printed", ["Splendid score", "DLQI score of joy", "IGA", "Goodman-Baron", ""])
def test_a_name_that_says_too_little_is_no_scale(printed):
    assert scale_named(printed) is None
