import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick import skin
from pinprick.device import device, device_ids
from pinprick.injury import Technique, barrier, closure_times, coordinates, delivery, early, puncture
from pinprick.skin import Person, Zone

DRAWS = 24
ROUND = 1e-9  # rounding of sums, relative to fractions of at most 1

people = st.builds(
    Person,
    age_years=st.one_of(st.none(), st.floats(0, 100)),
    sex=st.sampled_from([None, "female", "male"]),
    phototype=st.one_of(st.none(), st.integers(1, 6)),
)
skins = st.builds(
    lambda zone, person, seed: skin.describe(zone, person, draws=DRAWS, seed=seed),
    st.sampled_from(list(Zone)),
    people,
    st.integers(0, 50),
)
ids = st.sampled_from(device_ids())
shares = st.floats(0, 1)
passes = st.integers(1, 20)


def length(found, share):
    return found.needle_length_min_mm + share * (found.needle_length_max_mm - found.needle_length_min_mm)


@settings(max_examples=60, deadline=None)
@given(skins, ids, shares, passes)
def test_nothing_is_negative_and_fractions_are_fractions(on, id, share, count):
    found = device(id)
    injury = puncture(on, found, Technique(on.zone, length(found, share), count))
    fractions = (
        injury.injured_fraction,
        injury.injured_fraction_by_layer,
        injury.coagulated_fraction,
        injury.coagulated_fraction_by_layer,
        injury.plexus_share,
        injury.stratum_corneum_open_fraction,
    )
    for values in fractions:
        assert np.all((values >= 0) & (values <= 1 + ROUND))
    for values in (
        injury.puncture_density_per_cm2,
        injury.penetration_mean_mm,
        injury.unevenness,
        injury.reaching_per_cm2,
    ):
        assert np.all(np.isfinite(values)) and np.all(values >= 0)
    assert np.all(injury.reaching_per_cm2 <= injury.puncture_density_per_cm2[:, None] * (1 + ROUND))


@settings(max_examples=60, deadline=None)
@given(skins, ids, shares, passes)
def test_injury_never_grows_with_depth(on, id, share, count):
    found = device(id)
    injury = puncture(on, found, Technique(on.zone, length(found, share), count))
    assert np.all(np.diff(injury.injured_fraction, axis=1) <= ROUND)
    assert np.all(np.diff(injury.reaching_per_cm2, axis=1) <= ROUND)
    assert np.all(np.diff(injury.injured_fraction_by_layer, axis=1) <= ROUND)


@settings(max_examples=60, deadline=None)
@given(skins, ids, shares, passes, passes)
def test_more_passes_never_make_fewer_punctures(on, id, share, first, second):
    found = device(id)
    few, many = (
        puncture(on, found, Technique(on.zone, length(found, share), count)) for count in sorted((first, second))
    )
    assert np.all(many.puncture_density_per_cm2 >= few.puncture_density_per_cm2)
    assert np.all(many.unevenness <= few.unevenness + ROUND)
    assert np.all(many.injured_fraction >= few.injured_fraction - ROUND)
    assert np.all(many.coagulated_fraction >= few.coagulated_fraction - ROUND)


@settings(max_examples=60, deadline=None)
@given(skins, ids, shares, shares, passes)
def test_longer_needle_is_never_shallower_nor_injures_any_layer_less(on, id, first, second, count):
    found = device(id)
    short, long = (
        puncture(on, found, Technique(on.zone, length(found, share), count)) for share in sorted((first, second))
    )
    assert np.all(long.penetration_mean_mm >= short.penetration_mean_mm)
    assert np.all(long.reaching_per_cm2 >= short.reaching_per_cm2 - ROUND * long.reaching_per_cm2.max())
    assert np.all(long.injured_fraction >= short.injured_fraction - ROUND)
    assert np.all(long.injured_fraction_by_layer >= short.injured_fraction_by_layer - ROUND)
    assert np.all(long.plexus_share >= short.plexus_share - ROUND)


@settings(max_examples=30, deadline=None)
@given(skins, ids, shares, passes, st.integers(0, 1000))
def test_same_seed_same_result(on, id, share, count, seed):
    found = device(id)
    technique = Technique(on.zone, length(found, share), count)
    first, second = (puncture(on, found, technique, seed=seed) for _ in range(2))
    assert np.array_equal(first.injured_fraction, second.injured_fraction)
    a, b = (coordinates(first, side_mm=4.0, seed=seed) for _ in range(2))
    assert np.array_equal(a.x_mm, b.x_mm) and np.array_equal(a.depth_mm, b.depth_mm)


@settings(max_examples=20, deadline=None)
@given(skins, st.sampled_from(["dermaroller-192", "skinpen-precision", "stamp-generic"]), st.integers(0, 200))
def test_punctures_favour_no_side_of_the_square(on, id, seed):
    found = device(id)
    injury = puncture(on, found, Technique(on.zone, 1.0, 10))
    spots = coordinates(injury, side_mm=30.0, seed=seed)
    count = len(spots.x_mm)
    for axis in (spots.x_mm, spots.y_mm):
        # Half the punctures on either side, within six standard errors of a coin, which a lattice does not reach.
        assert abs(np.sum(axis < 15.0) - count / 2) < 6 * np.sqrt(count / 4)
    assert np.all((spots.depth_mm >= 0) & (spots.depth_mm <= found.needle_length_max_mm + found.dial_tolerance_mm))


@settings(max_examples=40, deadline=None)
@given(skins, ids, shares, st.booleans(), st.sampled_from(["both", "fast", "slow"]))
def test_barrier_stays_between_open_and_closed(on, id, share, occluded, position):
    found = device(id)
    injury = puncture(on, found, Technique(on.zone, length(found, share), 4))
    course = barrier(injury, np.geomspace(0.01, 2000, 40), occluded=occluded, position=position)
    left = course["open_share"].values
    assert np.all((left >= 0) & (left <= 1 + ROUND))
    assert np.all(course["water_loss"].values >= on.tewl_g_m2_h[:, None] - ROUND)
    assert np.all(closure_times(injury, occluded=occluded, position=position).values > 0)
    if found.mechanical:
        assert np.all(np.diff(left, axis=2) <= ROUND)


@settings(max_examples=40, deadline=None)
@given(skins, st.sampled_from(["dermaroller-192", "skinpen-precision"]), shares, shares)
def test_longer_needles_hurt_redden_and_close_no_less(on, id, first, second):
    found = device(id)
    short, long = (
        puncture(on, found, Technique(on.zone, length(found, share), 4)) for share in sorted((first, second))
    )
    before, after = early(short), early(long)
    for name in ("pain_0_10", "pain_without_anaesthetic_0_10", "erythema_days", "oedema_days", "downtime_days"):
        assert np.all(getattr(after, name) >= getattr(before, name) - ROUND)
    assert np.all(closure_times(long).values >= closure_times(short).values * (1 - ROUND))


@settings(max_examples=40, deadline=None)
@given(skins, ids, shares, st.floats(50, 50000), st.floats(0, 200), st.floats(0, 200))
def test_delivery_falls_with_the_delay(on, id, share, mass, first, second):
    found = device(id)
    injury = puncture(on, found, Technique(on.zone, length(found, share), 4))
    soon, late = (delivery(injury, mass, delay_hours=delay).enhancement for delay in sorted((first, second)))
    assert np.all(late <= soon + ROUND * soon) and np.all(late >= 1)
