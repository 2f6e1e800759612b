import dataclasses

import numpy as np
import pytest

from pinprick.cascade import central
from pinprick.cascade.block_injury import local_injuries
from pinprick.cascade.block_march import BlockMarch
from pinprick.cascade.link import injury_profile, signal_reach_mm
from pinprick.cascade.network import INDEX, PARAMETERS, STATES
from pinprick.injury import coordinates
from pinprick.tissue import Block, Sides

SPREAD = np.array([1.0 if state.diffusivity else 0.0 for state in STATES])
EDGES = 0.1 + np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
RELEASED = (("P", "P0"), ("T1", "T10"), ("G", "G10"))


def released(injury, side, spacing, tilt=1.0):
    """Return the block, one session's punctures, and ng released per mm2 of surface by symbol."""
    made = coordinates(injury, side_mm=side, draw=0, seed=4)
    made = dataclasses.replace(made, tilt_rad=tilt * made.tilt_rad)
    across = round(side / spacing)
    block = Block(across, across, side / across, EDGES, Sides.PERIODIC)
    reach = float(signal_reach_mm(injury.skin.draws, seed=injury.skin.seed)[0])
    stays, moves = local_injuries(block, made, injury, 0, reach)
    drawn = central()
    march = BlockMarch(block, drawn.parameters[0], drawn.rest[0], SPREAD, threads=1)
    before = march.y.copy()
    march.injure(stays, moves)
    gained = (march.y - before).reshape(*block.shape, -1).mean(axis=(0, 1))
    # 1 ng/mL over 1 mm is 1e-3 ng per mm2.
    amounts = {symbol: 1e-3 * float(gained[:, INDEX[symbol]] @ block.heights_mm) for symbol, _ in RELEASED}
    return block, stays, moves, amounts


def test_what_a_session_releases_over_an_area_is_that_of_the_well_mixed_form(make_injury):
    injury = make_injury(per_cm2=400.0, reach_mm=0.8, draws=2)
    _, stays, moves, amounts = released(injury, 3.0, 0.1)
    profile = injury_profile(injury)[0]
    depth = np.linspace(EDGES[0], EDGES[-1], 2001)[:-1]
    covered = np.interp(depth, injury.depth_mm, profile).mean() * (EDGES[-1] - EDGES[0])
    drawn = central()
    for symbol, constant in RELEASED:
        wanted = 1e-3 * drawn.parameters[0, PARAMETERS.index(constant)] * covered
        assert amounts[symbol] == pytest.approx(wanted, rel=0.12)
    assert moves.max() > 5.0 > 1.0 >= stays.max()


def test_what_is_released_depends_neither_on_the_cells_nor_on_the_tilt(make_injury):
    injury = make_injury(per_cm2=400.0, reach_mm=0.8, draws=2)
    _, _, coarse_cells, coarse = released(injury, 1.0, 0.1)
    _, _, fine_cells, fine = released(injury, 1.0, 0.025)
    _, upright_stays, _, upright = released(injury, 1.0, 0.1, tilt=0.0)
    _, leaning_stays, _, leaning = released(injury, 1.0, 0.1, tilt=3.0)
    for symbol, _ in RELEASED:
        assert fine[symbol] == pytest.approx(coarse[symbol], rel=0.03)
        # Circles that lean apart or together overlap otherwise.
        assert leaning[symbol] == pytest.approx(upright[symbol], rel=0.1)
    # The concentration in a channel's cells is the same amount over a smaller volume.
    assert fine_cells.max() > 2.0 * coarse_cells.max()
    assert np.abs(leaning_stays - upright_stays)[:, :, -2].max() > 0.2
