import numpy as np
import pytest

from pinprick import skin
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.injury import Technique, delivery, molecules, puncture
from pinprick.skin import Person

CHEEK = skin.describe("cheek", Person(35, "female", 3))


def injury(length=0.5, passes=10, id="dermaroller-192"):
    return puncture(CHEEK, device(id), Technique(CHEEK.zone, length, passes))


def test_delivery_is_never_below_intact_skin():
    for name in molecules():
        assert np.all(delivery(injury(), name, delay_hours=500).enhancement >= 1)


def test_delivery_falls_with_delay_and_mass_and_rises_with_length_and_passes():
    base = delivery(injury(), 300.0).enhancement
    assert np.all(delivery(injury(), 300.0, delay_hours=6).enhancement < base)
    assert np.all(delivery(injury(), 3000.0).enhancement < base)
    assert np.all(delivery(injury(length=1.5), 300.0).enhancement > base)
    assert np.all(delivery(injury(passes=2), 300.0).enhancement < base)


def test_cover_keeps_channels_open_for_longer():
    bare, covered = (delivery(injury(), 300.0, delay_hours=12, occluded=cover) for cover in (False, True))
    assert np.all(covered.open_share >= bare.open_share)


def test_named_molecule_is_its_mass():
    assert np.array_equal(delivery(injury(), "minoxidil").enhancement, delivery(injury(), 209.3).enhancement)


def test_large_molecules_and_delays_are_flagged():
    assert any("5000 Da" in text for text in delivery(injury(), 20000.0).extrapolated)
    assert any("delay" in text for text in delivery(injury(), 300.0, delay_hours=1).extrapolated)
    assert not any("delay" in text for text in delivery(injury(), 300.0).extrapolated)


@pytest.mark.parametrize("given", [{"molecule": "gold"}, {"molecule": -1.0}, {"molecule": 300.0, "delay_hours": -1.0}])
def test_impossible_requests_are_refused(given):
    with pytest.raises(InputError) as caught:
        delivery(injury(), **given)
    assert caught.value.limit
