import numpy as np
import pytest

from pinprick import skin
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.injury import Technique, coordinates, puncture
from pinprick.skin import Person

CHEEK = skin.describe("cheek", Person(35, "female", 3))
CASES = [
    ("dermaroller-192", 1.5, 12),
    ("roller-540", 1.0, 6),
    ("skinpen-precision", 1.5, 2),
    ("stamp-generic", 1.0, 10),
    ("rf-insulated-generic", 2.0, 6),
]


def realisations(id, length, passes, count, side=20.0, draw=3):
    injury = puncture(CHEEK, device(id), Technique(CHEEK.zone, length, passes))
    return injury, [coordinates(injury, side_mm=side, draw=draw, seed=seed) for seed in range(count)]


@pytest.mark.parametrize(("id", "length", "passes"), CASES)
def test_density_is_reproduced_within_sampling_error(id, length, passes):
    injury, found = realisations(id, length, passes, 40)
    counts = np.array([len(each.x_mm) for each in found])
    expected = injury.puncture_density_per_cm2[3] * 4
    # Four standard errors of the mean, the error itself taken from Poisson, which no lattice exceeds.
    assert abs(counts.mean() - expected) < 4 * np.sqrt(expected / 40) + 1e-9


@pytest.mark.parametrize(("id", "length", "passes"), CASES)
def test_unevenness_is_reproduced(id, length, passes):
    injury, found = realisations(id, length, passes, 40)
    tiles = np.concatenate(
        [np.histogram2d(each.x_mm, each.y_mm, bins=20, range=[[0, 20], [0, 20]])[0].ravel() for each in found]
    )
    # The formula takes lattice and tiles as parallel; turned lattices of near-millimetre pitch differ a little.
    assert tiles.std() / tiles.mean() == pytest.approx(injury.unevenness[3], rel=0.08)


@pytest.mark.parametrize(("id", "length", "passes"), CASES)
def test_depths_reproduce_the_reaching_density_and_the_profile(id, length, passes):
    injury, found = realisations(id, length, passes, 40)
    depth = np.concatenate([each.depth_mm for each in found])
    area = 40 * 4.0
    for z in (0.0, 0.1, 0.3, 0.6):
        reaching = np.interp(z, injury.depth_mm, injury.reaching_per_cm2[3])
        assert np.sum(depth > z) / area == pytest.approx(reaching, abs=5 * np.sqrt(len(depth)) / area + 0.05 * reaching)
        opened = np.pi * found[0].mouth_radius_mm ** 2 * np.sum(np.clip(1 - z / depth, 0, None) ** 2) / (area * 100)
        fraction = np.interp(z, injury.depth_mm, injury.injured_fraction[3])
        assert -np.expm1(-opened) == pytest.approx(fraction, rel=0.06, abs=3e-4)


def test_the_union_of_mouths_is_the_surface_opened():
    injury, found = realisations("skinpen-precision", 1.5, 4, 1, side=8.0)
    pixel = 8.0 / 1600
    grid = np.zeros((1600, 1600), dtype=bool)
    reach = int(np.ceil(found[0].mouth_radius_mm / pixel))
    offset = np.arange(-reach, reach + 1)
    disc = offset[:, None] ** 2 + offset[None] ** 2 <= (found[0].mouth_radius_mm / pixel) ** 2
    for x, y in zip(found[0].x_mm / pixel, found[0].y_mm / pixel, strict=True):
        i, j = int(x) + offset, int(y) + offset
        rows, columns = (i >= 0) & (i < 1600), (j >= 0) & (j < 1600)
        grid[np.ix_(i[rows], j[columns])] |= disc[np.ix_(rows, columns)]
    assert grid.mean() == pytest.approx(injury.stratum_corneum_open_fraction[3], rel=0.08)


def test_punctures_lie_on_the_square_and_lean_little():
    _, found = realisations("dermaroller-192", 1.0, 5, 3, side=7.0)
    for each in found:
        assert np.all((each.x_mm >= 0) & (each.x_mm < 7.0) & (each.y_mm >= 0) & (each.y_mm < 7.0))
        assert np.all(each.depth_mm > 0) and np.all(each.tilt_rad >= 0) and np.all(each.tilt_rad < np.pi / 2)
        assert set(each.pass_index) <= set(range(5))


def test_lattice_leaves_no_corner_of_the_square_empty():
    _, found = realisations("dermaroller-192", 1.0, 1, 400, side=10.0)
    x, y = (np.concatenate([getattr(each, axis) for each in found]) for axis in ("x_mm", "y_mm"))
    counts = np.histogram2d(x, y, bins=5, range=[[0, 10], [0, 10]])[0]
    assert counts.min() / counts.mean() > 0.8


def test_same_seed_same_punctures():
    injury, found = realisations("skinpen-precision", 1.0, 2, 1)
    again = coordinates(injury, side_mm=20.0, draw=3, seed=0)
    assert np.array_equal(found[0].x_mm, again.x_mm) and np.array_equal(found[0].depth_mm, again.depth_mm)


@pytest.mark.parametrize(
    "given", [{"draw": -1}, {"draw": 100}, {"side_mm": 0.0}, {"side_mm": float("inf")}, {"side_mm": 5000.0}]
)
def test_impossible_requests_are_refused(given):
    injury = puncture(CHEEK, device("dermaroller-192"), Technique(CHEEK.zone, 1.0, 1))
    with pytest.raises(InputError):
        coordinates(injury, **given)
