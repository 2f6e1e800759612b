import numpy as np
import pytest

from pinprick import evidence, skin
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.injury import READOUTS, Technique, barrier, closure_times, puncture
from pinprick.skin import Person

PERSON = Person(35, "female", 3)
CHEEK = skin.describe("cheek", PERSON)
HOURS = np.linspace(0, 240, 121)


def injury(id="dermaroller-192", length=0.5, on=CHEEK):
    return puncture(on, device(id), Technique(on.zone, length, 4))


def test_three_read_outs_with_units_and_dimensions():
    found = barrier(injury(), HOURS)
    assert found["open_share"].dims == ("draw", "readout", "time")
    assert tuple(found["readout"].values) == READOUTS
    assert found["open_share"].attrs["units"] == "1" and found["water_loss"].attrs["units"] == "g/m2/h"
    assert found["time"].attrs["units"] == "h"


@pytest.mark.parametrize("id", ["dermaroller-192", "skinpen-precision", "home-roller"])
def test_channels_only_close(id):
    share = barrier(injury(id, 0.25 if id == "home-roller" else 0.5), HOURS)["open_share"]
    assert np.all(share[:, :, 0] == 1)
    assert np.all(np.diff(share, axis=2) <= 0) and np.all(share >= 0)


def test_closure_time_is_where_the_read_out_crosses_the_threshold():
    for threshold in (None, 0.5, 0.05):
        times = closure_times(injury(), threshold)
        level = evidence.value("barrier.closed_share") if threshold is None else threshold
        for readout in READOUTS:
            at = times.sel(readout=readout).values
            share = [
                barrier(injury(), [hour])["open_share"].sel(readout=readout).values[draw, 0]
                for draw, hour in enumerate(at[:5])
            ]
            assert share == pytest.approx([level] * 5)


def test_threshold_by_read_out():
    times, mixed = closure_times(injury(), 0.15), closure_times(injury(), {"dye": 0.5})
    assert np.all(mixed.sel(readout="dye") < times.sel(readout="dye"))
    assert np.array_equal(mixed.sel(readout="water"), times.sel(readout="water"))


def test_dye_stays_longer_than_water_in_every_draw():
    times = closure_times(injury())
    assert np.all(times.sel(readout="dye") > times.sel(readout="water"))


def test_positions_on_impedance_are_kept_apart():
    fast, slow, both = (
        closure_times(injury(), position=name).sel(readout="ion").values for name in ("fast", "slow", "both")
    )
    assert np.quantile(fast, 0.95) < np.quantile(slow, 0.05)
    assert np.mean((both == fast) | (both == slow)) == 1
    assert np.mean(both == fast) == pytest.approx(0.5, abs=0.02)


def test_cover_delays_closure_and_never_hastens_it():
    bare, covered = closure_times(injury()), closure_times(injury(), occluded=True)
    assert np.all(covered >= bare)
    assert np.median(covered.sel(readout="water")) > 2 * np.median(bare.sel(readout="water"))


def test_longer_needles_close_later():
    short, long = closure_times(injury(length=0.5)), closure_times(injury(length=1.5))
    assert np.all(long >= short)


def test_darker_and_older_skin_closes_later():
    def median(person):
        return np.median(closure_times(injury(on=skin.describe("cheek", person))).sel(readout="water"))

    assert median(Person(35, "female", 6)) > median(Person(35, "female", 1))
    assert median(Person(75, "female", 3)) > median(Person(25, "female", 3))


def test_unknown_age_widens_the_closure_time():
    def spread(person):
        on = skin.describe("cheek", person, draws=1000)
        return np.log(closure_times(injury(on=on), position="slow").sel(readout="ion").values).std()

    assert spread(Person(None, "female", 3)) > spread(Person(35, "female", 3))


def test_water_loss_starts_above_and_returns_to_the_baseline():
    found = barrier(injury(), [0, 1000])["water_loss"].values
    assert np.all(found[:, 0] > CHEEK.tewl_g_m2_h)
    assert found[:, 1] == pytest.approx(CHEEK.tewl_g_m2_h, rel=1e-3)


def test_radiofrequency_peaks_late():
    heated = injury("rf-noninsulated-generic", 1.5)
    water = barrier(heated, HOURS)["open_share"].sel(readout="water").values
    later = HOURS[HOURS >= 24 * 0.5]
    peak = later[np.argmax(water[:, HOURS >= 24 * 0.5], axis=1)]
    assert np.all((peak >= 22) & (peak <= 74))
    closed = closure_times(heated).sel(readout="water").values
    assert np.all((closed >= 96 - 1e-6) & (closed <= 240 + 1e-6))
    at = [barrier(heated, [hour])["open_share"].values[draw, 0, 0] for draw, hour in enumerate(closed[:5])]
    assert at == pytest.approx([evidence.value("barrier.closed_share")] * 5, rel=1e-6)


@pytest.mark.parametrize("hours", [[-1.0], [float("nan")], [[0.0], [1.0]]])
def test_impossible_times_are_refused(hours):
    with pytest.raises(InputError):
        barrier(injury(), hours)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.5, {"dye": 2.0}, {"eye": 0.5}])
def test_impossible_thresholds_are_refused(threshold):
    with pytest.raises(InputError):
        closure_times(injury(), threshold)


def test_unknown_position_is_refused():
    with pytest.raises(InputError, match="position"):
        closure_times(injury(), position="middle")  # type: ignore[arg-type]
