import numpy as np
import pytest

from pinprick.errors import InputError
from pinprick.tissue import Block, Sides, channel_fraction


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
