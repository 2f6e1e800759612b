"""Where one session injures a block: the explicit form of the link between needling and the network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.injury import Injury, Punctures

if TYPE_CHECKING:
    from pinprick.tissue import Block

Array = NDArray[np.float64]


def local_injuries(
    block: Block,
    punctures: Punctures,
    injury: Injury,
    draw: int,
    reach_mm: float,
    extent: Literal["reach", "channel"] = "reach",
) -> tuple[Array, Array]:
    """Return local injury for states that stay in place and for those that move, each of shape (nx, ny, nz).

    Channels lean as they were drawn. Tissue within reach of one takes part, as in the other geometries, but here it has
    its place: a cell counts by the share of it that lies within reach. What moves is released in the channels
    themselves, in such strength that at each depth the amount is the same, and spreads from there by itself.

    Args:
        block: the grid.
        punctures: of one session.
        injury: for what radiofrequency coagulates, and the mouth of a channel.
        draw: which draw of the injury.
        reach_mm: how far a channel's signals reach.
        extent: "channel" puts the states that stay in place into the channels too, at the same amounts.
    """
    from pinprick.tissue import channel_fraction, reach_fraction

    tracks = punctures.x_mm, punctures.y_mm, punctures.depth_mm
    lean = punctures.tilt_rad, punctures.azimuth_rad
    mouth = punctures.mouth_radius_mm
    some = punctures.x_mm.size > 0
    within = reach_fraction(block, *tracks, mouth + reach_mm, *lean) if some else np.zeros(block.shape)
    coagulation = float(evidence.draw("cascade.coagulation_injury", injury.skin.draws, seed=injury.skin.seed)[draw])
    burnt = np.interp(block.depths_mm, injury.depth_mm, injury.coagulated_fraction[draw])
    stays = 1.0 - (1.0 - within) * (1.0 - coagulation * burnt)
    volume = channel_fraction(block, *tracks, mouth, *lean) if some else np.zeros(block.shape)
    moves = _placed(volume, stays)
    return (moves if extent == "channel" else stays), moves


def _placed(volume: Array, amount: Array) -> Array:
    """Return the amounts of each depth moved into the channels; where none reaches, they stay."""
    have, wanted = volume.mean(axis=(0, 1)), amount.mean(axis=(0, 1))
    there = have > 0.0
    scaled = volume * np.where(there, wanted / np.where(there, have, 1.0), 0.0)
    return np.where(there, scaled, amount)
