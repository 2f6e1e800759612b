import numpy as np
import pytest

from pinprick.cascade import Course, heal, local_injury
from pinprick.cascade.healing import output_days
from pinprick.cascade.link import injury_profile, signal_reach_mm
from pinprick.cascade.network import NAMES, READOUTS
from pinprick.errors import InputError
from pinprick.skin import LAYERS, Layer

PAPILLARY, RETICULAR = (LAYERS.index(layer) for layer in (Layer.PAPILLARY_DERMIS, Layer.RETICULAR_DERMIS))


def test_dataset_has_every_state_and_readout_with_units_and_settings(make_injury):
    injury = make_injury()
    data = heal(injury.skin, injury, Course(2, 28.0))
    assert dict(data.sizes) == {"draw": 20, "time": data.sizes["time"], "layer": 2}
    assert {*NAMES, *(readout.name for readout in READOUTS), "local_injury"} <= set(data.data_vars)
    for name in data.data_vars:
        assert data[name].attrs["units"], name
        assert data[name].attrs["long_name"], name
        assert np.all(np.isfinite(data[name])), name
    assert data.attrs["modality"] == "microneedling"
    assert data.attrs["age_years"] == 30
    assert data.attrs["sex"] == "unknown"
    assert data["tgf_alpha"].attrs["basis"]
    assert float(data.time[-1]) == 28.0 + 180.0


def test_gain_starts_at_nothing_and_ends_above_it_in_the_injured_layer(make_injury):
    injury = make_injury()
    gain = heal(injury.skin, injury, Course(1, 28.0)).collagen_gain_percent
    assert np.abs(gain.isel(time=0)).max() < 1e-9
    assert np.all(gain.sel(layer="papillary_dermis").isel(time=-1) > 0)


def test_a_layer_that_no_needle_reaches_stays_healthy(make_injury):
    injury = make_injury(reach_mm=0.25)
    data = heal(injury.skin, injury, Course(2, 28.0))
    deep = data.sel(layer="reticular_dermis")
    assert np.all(deep.local_injury == 0)
    assert np.abs(deep.collagen_gain_percent).max() < 1e-9
    assert np.all(deep.barrier_seal == 1)


def test_denser_punctures_never_injure_less(make_injury):
    sparse, dense = (local_injury(make_injury(n)) for n in (50.0, 250.0))
    assert np.all(dense >= sparse)
    assert np.all(dense[:, PAPILLARY] > sparse[:, PAPILLARY])
    assert np.all((dense >= 0) & (dense <= 1))


def test_injury_of_a_layer_is_the_profile_where_the_profile_is_flat(make_injury):
    injury = make_injury(reach_mm=2.0)
    profile = injury_profile(injury)
    assert np.allclose(local_injury(injury)[:, PAPILLARY], profile[:, 10], rtol=1e-12)


def test_half_a_layer_reached_is_half_its_injury(make_injury):
    whole, half = (local_injury(make_injury(reach_mm=depth)) for depth in (2.0, 0.9))
    assert np.allclose(half[:, RETICULAR] / whole[:, RETICULAR], 0.5, atol=0.02)


def test_coagulation_adds_to_the_layer_it_is_in(make_injury):
    cold, hot = local_injury(make_injury()), local_injury(make_injury(coagulated=0.2))
    assert np.all(hot[:, RETICULAR] > cold[:, RETICULAR])
    assert np.array_equal(hot[:, PAPILLARY], cold[:, PAPILLARY])


def test_signal_reach_is_wide_and_has_the_size_of_the_spacing():
    reach = signal_reach_mm(400, seed=0)
    assert 0.2 < np.median(reach) < 0.45
    assert np.quantile(reach, 0.95) > 4 * np.quantile(reach, 0.05)


def test_same_seed_same_result(make_injury):
    first, again = (heal(i.skin, i, Course(1, 28.0)) for i in (make_injury(), make_injury()))
    assert first.identical(again)


def test_given_times_are_the_times(make_injury):
    injury = make_injury(draws=3)
    times = np.array([0.0, 0.3, 40.0])
    assert np.array_equal(heal(injury.skin, injury, Course(1, 28.0), times_days=times).time, times)


def test_default_times_hold_every_session_and_the_follow_up():
    days = output_days(Course(3, 21.0), 100.0)
    assert {0.0, 21.0, 42.0, 142.0} <= set(days)
    assert np.all(np.diff(days) > 0)
    assert np.sum(days <= 1.0) >= 12
    assert np.diff(days).max() <= 7.0


def test_modality_follows_the_device(make_injury):
    injury = make_injury(coagulated=0.1, draws=2)
    assert heal(injury.skin, injury, Course(1, 1.0)).attrs["modality"] == "rf_microneedling"


def test_an_injury_of_another_skin_is_refused(make_injury):
    with pytest.raises(InputError, match="another skin"):
        heal(make_injury(seed=1).skin, make_injury(seed=2), Course(1, 28.0))


@pytest.mark.parametrize("settings", [{"geometry": "sphere"}, {"follow_up_days": 0.0}, {"follow_up_days": np.nan}])
def test_settings_that_cannot_be_used_are_refused(make_injury, settings):
    injury = make_injury(draws=2)
    with pytest.raises(InputError):
        heal(injury.skin, injury, Course(1, 28.0), **settings)


@pytest.mark.parametrize(("sessions", "interval"), [(0, 28.0), (-1, 28.0), (2, 0.0), (2, -7.0), (2, float("nan"))])
def test_a_course_needs_sessions_and_a_positive_interval(sessions, interval):
    with pytest.raises(InputError):
        Course(sessions, interval)


def test_time_courses_that_would_not_fit_into_memory_are_refused(make_injury):
    injury = make_injury(draws=200)
    with pytest.raises(InputError, match="memory"):
        heal(injury.skin, injury, Course(1, 1.0), times_days=np.linspace(0, 180, 60_000))
