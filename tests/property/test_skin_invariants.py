import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinprick import skin
from pinprick.skin import Person, Zone

people = st.builds(
    Person,
    age_years=st.one_of(st.none(), st.floats(0, 120)),
    sex=st.sampled_from([None, "female", "male"]),
    phototype=st.one_of(st.none(), st.integers(1, 6)),
)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(list(Zone)), people, st.integers(1, 60), st.integers(0, 10**6))
def test_any_person_has_skin_of_finite_positive_layers(zone, person, draws, seed):
    found = skin.describe(zone, person, draws=draws, seed=seed)
    assert found.thickness_mm.shape == (draws, 5)
    for values in (
        found.thickness_mm,
        found.plexus_depth_mm,
        found.stiffness_kpa,
        found.tewl_g_m2_h,
        found.lightness_l_star,
    ):
        assert np.all(np.isfinite(values)) and np.all(values > 0)
    assert np.all(np.diff(found.boundary_mm, axis=1) > 0)
    assert np.all(found.plexus_depth_mm < found.boundary_mm[:, 5])


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(list(Zone)), people, st.integers(0, 10**6))
def test_same_seed_same_skin(zone, person, seed):
    first, second = (skin.describe(zone, person, draws=10, seed=seed) for _ in range(2))
    assert np.array_equal(first.thickness_mm, second.thickness_mm)
    assert np.array_equal(first.lightness_l_star, second.lightness_l_star)
