import numpy as np
import pytest

from pinprick.errors import InputError
from pinprick.tissue import Block, Chemotaxis, Layered, Sides, Split, migrate

EDGES = np.array([0.0, 0.05, 0.15, 0.2, 0.4])


@pytest.mark.parametrize("sides", list(Sides))
@pytest.mark.parametrize("sensitivity", [3.0, -3.0])
def test_no_cell_is_lost_and_none_is_negative(sides, sensitivity):
    block = Block(6, 5, 0.1, EDGES, sides=sides)
    rng = np.random.default_rng(0)
    cells, attractant = rng.random((2, *block.shape)) ** 8
    end = migrate(block, cells, attractant, sensitivity, 0.05)
    assert end.min() >= 0
    assert block.amount(end) == pytest.approx(block.amount(cells), rel=1e-12)
    drawn = block.amount(end * attractant) - block.amount(cells * attractant)
    assert drawn * sensitivity > 0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_front_moves_at_sensitivity_times_gradient(axis):
    """The mean position of cells far from the ends, in a steady gradient of 2 per mm."""
    shape = [1, 1, 1]
    shape[axis] = 200
    block = Block.uniform(tuple(shape), 0.01)
    at = (np.arange(200) + 0.5) * 0.01
    line = tuple(slice(None) if k == axis else None for k in range(3))
    cells = np.exp(-((at - 0.6) ** 2) / 0.005)[line]
    end = migrate(block, cells, (2.0 * at)[line], 0.7, 0.4).ravel()
    moved = (end @ at) / end.sum() - (cells.ravel() @ at) / cells.sum()
    assert moved == pytest.approx(0.7 * 2.0 * 0.4, rel=1e-6)


def test_nothing_moves_without_a_gradient():
    block = Block(3, 3, 0.1, EDGES)
    cells = np.random.default_rng(0).random(block.shape)
    np.testing.assert_array_equal(migrate(block, cells, np.ones(block.shape), 5.0, 1.0), cells)


def test_random_motility_and_chemotaxis_balance():
    """At rest D grad n = chi n grad c: n goes as exp(chi c / D). The upstream difference errs by the cell size."""
    block = Block.uniform((1, 1, 80), 0.0125)
    z = block.depths_mm
    attractant = np.cos(np.pi * z)
    state = np.ones((2, *block.shape))
    state[1] = attractant

    def still(cells, days):
        return None

    split = Split(block, [Layered(0.5, 0.0), None], still, chemotaxis=[Chemotaxis(0, 1, 0.4)], threads=1)
    end = split.run(state, 8.0, 800)[0, 0, 0]
    expected = np.exp(0.4 * attractant / 0.5)
    np.testing.assert_allclose(end, expected / expected.mean(), rtol=0.02)


def test_shapes_must_fit():
    block = Block(3, 3, 0.1, EDGES)
    with pytest.raises(InputError):
        migrate(block, np.ones(3), np.ones(block.shape), 1.0, 1.0)
