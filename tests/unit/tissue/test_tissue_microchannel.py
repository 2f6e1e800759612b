import numpy as np
import pytest

from pinprick.errors import InputError
from pinprick.tissue import Block, Sides, channel_fraction, reach_fraction


@pytest.mark.parametrize("sides", list(Sides))
def test_volume_of_cones_is_kept_also_over_the_sides(sides):
    block = Block.uniform((20, 16, 30), 0.05, sides=sides)
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-0.3, 1.3, (2, 40))
    depth, radius = rng.uniform(0, 1.4, 40), rng.uniform(0.01, 0.1, 40)
    fraction = channel_fraction(block, x, y, depth, radius)
    assert fraction.min() >= 0
    assert block.amount(fraction) == pytest.approx((np.pi * radius**2 * depth / 3).sum(), rel=1e-12)


def test_only_the_part_inside_counts():
    block = Block.uniform((4, 4, 5), 0.1)
    fraction = channel_fraction(block, [0.2], [0.2], [1.0], [0.05])
    whole = np.pi * 0.05**2 / 3
    assert block.amount(fraction) == pytest.approx(whole * (1 - 0.5**3))


def test_each_depth_holds_its_own_volume():
    block = Block(8, 8, 0.05, np.array([0.0, 0.1, 0.3, 0.6]))
    by_depth = channel_fraction(block, [0.2], [0.2], [0.4], [0.1]).sum(axis=(0, 1)) * 0.05**2 * block.heights_mm
    share = np.diff(-(np.clip(1 - np.array([0, 0.1, 0.3, 0.6]) / 0.4, 0, None) ** 3))
    np.testing.assert_allclose(by_depth, np.pi * 0.1**2 * 0.4 / 3 * share)


def test_a_wide_channel_is_round():
    block = Block.uniform((40, 40, 1), 0.01)
    fraction = channel_fraction(block, 0.2, 0.2, 10.0, 0.1)[:, :, 0]
    at = (np.arange(40) + 0.5) * 0.01 - 0.2
    distance = np.hypot(at[:, None], at[None, :])
    assert not fraction[distance > 0.115].any()
    assert fraction[distance < 0.08].mean() == pytest.approx(1.0, abs=0.05)


def test_no_channel_no_injury():
    block = Block.uniform((2, 2, 2), 0.1)
    assert not channel_fraction(block, [], [], [], []).any()
    assert not channel_fraction(block, [0.1], [0.1], [0.0], [0.05]).any()


def test_bad_channels_are_refused():
    block = Block.uniform((2, 2, 2), 0.1)
    for bad in (
        [[0.1, 0.2], [0.1, 0.2, 0.3], 1.0, 1.0],
        [[np.nan], [0.1], [1.0], [0.1]],
        [[0.1], [0.1], [-1.0], [0.1]],
    ):
        with pytest.raises(InputError):
            channel_fraction(block, *bad)


@pytest.mark.parametrize("sides", list(Sides))
@pytest.mark.parametrize("tilt", [0.2, 0.8])
def test_a_leaning_channel_keeps_its_volume_in_each_depth(sides, tilt):
    block = Block(20, 16, 0.05, np.array([0.1, 0.15, 0.3, 0.6, 1.0]), sides=sides)
    x, y = np.random.default_rng(0).uniform(0.0, 1.0, (2, 30))
    azimuth = np.linspace(0, 6, 30)
    upright = channel_fraction(block, x, y, 0.7, 0.06)
    leaning = channel_fraction(block, x, y, 0.7, 0.06, tilt, azimuth)
    np.testing.assert_allclose(leaning.sum(axis=(0, 1)), upright.sum(axis=(0, 1)), rtol=1e-12)
    assert np.abs(leaning - upright).max() > 0.02


@pytest.mark.parametrize("draw", [channel_fraction, reach_fraction])
def test_the_axis_of_a_leaning_channel_runs_from_the_mouth_at_the_surface(draw):
    block = Block(60, 60, 0.02, np.linspace(0.1, 0.9, 9))
    tilt, azimuth = 0.4, 2.1
    field = draw(block, [0.6], [0.6], [0.9], [0.06], tilt, azimuth)
    at = (np.arange(60) + 0.5) * 0.02
    for k, depth in enumerate(block.depths_mm[:6]):
        plane = field[:, :, k] / field[:, :, k].sum()
        assert (plane.sum(axis=1) * at).sum() == pytest.approx(0.6 + depth * np.tan(tilt) * np.cos(azimuth), abs=4e-3)
        assert (plane.sum(axis=0) * at).sum() == pytest.approx(0.6 + depth * np.tan(tilt) * np.sin(azimuth), abs=4e-3)


@pytest.mark.parametrize("sides", list(Sides))
def test_tissue_within_reach_is_a_cylinder_that_ends_with_the_channel(sides):
    block = Block(30, 30, 0.02, np.array([0.0, 0.2, 0.4, 0.8]), sides=sides)
    share = reach_fraction(block, [0.3], [0.3], [0.5], [0.15])
    areas = share.sum(axis=(0, 1)) * 0.02**2
    np.testing.assert_allclose(areas, np.pi * 0.15**2 * np.array([1.0, 1.0, 0.25]), rtol=0.02)
    # Two that overlap count once, and one over the edge is wrapped or mirrored.
    np.testing.assert_allclose(reach_fraction(block, [0.3, 0.3], [0.3, 0.3], [0.5, 0.4], [0.15, 0.15]), share)
    whole = reach_fraction(block, [0.0], [0.3], [0.5], [0.15]).sum(axis=(0, 1))[0] * 0.02**2
    expected = np.pi * 0.15**2 / (1 if sides is Sides.PERIODIC else 2)
    assert whole == pytest.approx(expected, rel=0.03)


def test_a_lying_channel_is_refused():
    with pytest.raises(InputError, match="right angle"):
        channel_fraction(Block.uniform((4, 4, 4), 0.1), 0.2, 0.2, 0.3, 0.05, np.pi / 2, 0.0)
