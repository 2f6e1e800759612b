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
# Points along each edge of a cell at which its distance from a channel is taken.
_POINTS = 3


def local_injuries(
    block: Block,
    punctures: Punctures,
    injury: Injury,
    draw: int,
    reach_mm: float,
    extent: Literal["reach", "channel"] = "reach",
) -> tuple[Array, Array]:
    """Return local injury for states that stay in place and for those that move, each of shape (nx, ny, nz).

    Tissue within reach of a channel takes part, as in the other geometries, but here it has its place: a cell counts by
    the share of it that lies within reach. What moves is released in the channels themselves, in such strength that at
    each depth the amount is the same, and spreads from there by itself.

    Args:
        block: the grid.
        punctures: of one session.
        injury: for what radiofrequency coagulates, and the mouth of a channel.
        draw: which draw of the injury.
        reach_mm: how far a channel's signals reach.
        extent: "channel" puts the states that stay in place into the channels too, at the same amounts.
    """
    from pinprick.tissue import channel_fraction

    within = _within(block, punctures, punctures.mouth_radius_mm + reach_mm)
    coagulation = float(evidence.draw("cascade.coagulation_injury", injury.skin.draws, seed=injury.skin.seed)[draw])
    burnt = np.interp(block.depths_mm, injury.depth_mm, injury.coagulated_fraction[draw])
    stays = 1.0 - (1.0 - within) * (1.0 - coagulation * burnt)
    volume = (
        channel_fraction(block, punctures.x_mm, punctures.y_mm, punctures.depth_mm, punctures.mouth_radius_mm)
        if punctures.x_mm.size
        else np.zeros(block.shape)
    )
    moves = _placed(volume, stays)
    return (moves if extent == "channel" else stays), moves


def _placed(volume: Array, amount: Array) -> Array:
    """Return the amounts of each depth moved into the channels; where none reaches, they stay."""
    have, wanted = volume.mean(axis=(0, 1)), amount.mean(axis=(0, 1))
    there = have > 0.0
    scaled = volume * np.where(there, wanted / np.where(there, have, 1.0), 0.0)
    return np.where(there, scaled, amount)


def _within(block: Block, punctures: Punctures, radius_mm: float) -> Array:
    """Return the share of each cell within a distance of a channel that reaches its depth."""
    from pinprick.tissue import Sides

    step = (np.arange(_POINTS) + 0.5) / _POINTS
    x = ((np.arange(block.nx)[:, None] + step) * block.spacing_mm).ravel()
    y = ((np.arange(block.ny)[:, None] + step) * block.spacing_mm).ravel()
    # The deepest channel within reach of each column decides down to where it takes part.
    deepest = np.full((x.size, y.size), -np.inf)
    shifts = (-1, 0, 1)
    for px, py, depth in zip(punctures.x_mm, punctures.y_mm, punctures.depth_mm, strict=True):
        for i in shifts:
            for j in shifts:
                qx, qy = (_image(p, k, punctures.side_mm, block.sides is Sides.MIRRORED) for p, k in ((px, i), (py, j)))
                near = (x[:, None] - qx) ** 2 + (y - qy) ** 2 < radius_mm**2
                np.maximum(deepest, np.where(near, depth, -np.inf), out=deepest)
    edges = block.depth_edges_mm
    share = np.clip((deepest[..., None] - edges[:-1]) / np.diff(edges), 0.0, 1.0)
    return np.asarray(share.reshape(block.nx, _POINTS, block.ny, _POINTS, -1).mean(axis=(1, 3)))


def _image(place: float, number: int, side: float, mirrored: bool) -> float:
    if not mirrored:
        return place + number * side
    return place if number == 0 else (-place if number < 0 else 2 * side - place)
