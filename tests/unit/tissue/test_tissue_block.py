import numpy as np
import pytest

from pinprick.errors import InputError
from pinprick.tissue import Block, Layered, Sides


def test_uniform_block_has_equal_cells():
    block = Block.uniform((4, 5, 6), 0.1)
    assert block.shape == (4, 5, 6)
    assert block.even_depth
    np.testing.assert_allclose(block.depths_mm, 0.05 + 0.1 * np.arange(6))
    assert block.amount(np.ones(block.shape)) == pytest.approx(0.4 * 0.5 * 0.6)


def test_uneven_cells_count_with_their_height():
    block = Block(2, 3, 0.5, np.array([0.0, 0.1, 0.4]), sides="periodic")
    assert block.sides is Sides.PERIODIC
    assert not block.even_depth
    assert block.amount(np.broadcast_to([1.0, 2.0], (2, 3, 2))) == pytest.approx(6 * 0.25 * (0.1 + 0.6))


@pytest.mark.parametrize(
    "options",
    [
        {"nx": 0},
        {"spacing_mm": 0.0},
        {"spacing_mm": np.nan},
        {"depth_edges_mm": [0.0]},
        {"depth_edges_mm": [0.0, 0.0]},
        {"surface_permeability_mm_per_day": -1.0},
    ],
)
def test_impossible_blocks_are_refused(options):
    good = {"nx": 2, "ny": 2, "spacing_mm": 0.1, "depth_edges_mm": [0.0, 1.0]}
    with pytest.raises(InputError):
        Block(**{**good, **options})


@pytest.mark.parametrize(
    ("diffusivity", "decay"), [(0.0, 1.0), (-1.0, 1.0), (1.0, -1.0), ([1.0, 2.0], 1.0), (np.inf, 0.0)]
)
def test_impossible_coefficients_are_refused(diffusivity, decay):
    with pytest.raises(InputError):
        Layered(diffusivity, decay).on(Block.uniform((2, 2, 3), 0.1))


def test_edges_cannot_be_changed():
    block = Block.uniform((2, 2, 2), 0.1)
    with pytest.raises(ValueError, match="read-only"):
        block.depth_edges_mm[0] = 1.0
