"""From needling to the network: local injury, the fraction of tissue within signal reach of a microchannel."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade.physiology import diffusivity, physiology
from pinprick.evidence import Ledger
from pinprick.injury import Injury
from pinprick.units import MM2_PER_CM2

Array = NDArray[np.float64]


@lru_cache(maxsize=8)
def _drawn(draws: int, seed: int) -> tuple[Array, Array, Ledger]:
    # Kept because a search asks for the same draws for every candidate.
    with evidence.recording() as ledger:
        decay = physiology(draws, seed=seed).constant("kT")
        multiple = evidence.draw("cascade.signal_reach", draws, seed=seed)
        reach = multiple * np.sqrt(diffusivity("DT", draws, seed=seed) / decay)
        coagulation = evidence.draw("cascade.coagulation_injury", draws, seed=seed)
    return reach, coagulation, ledger


def signal_reach_mm(draws: int, *, seed: int) -> Array:
    """Draw how far a microchannel's signal reaches, in mm, shape (draws,).

    A steady field of active TGF-beta around its source falls with the length sqrt(D/k); the reach is a drawn
    multiple of it. D is the widest number of the whole model.
    """
    reach, _, ledger = _drawn(draws, seed)
    evidence.replay(ledger)
    return reach.copy()


def injury_profile(injury: Injury, reach_mm: Array | None = None) -> Array:
    """Return local injury over depth, in [0, 1], shape (draws, z) on `injury.depth_mm`.

    Microchannels are taken as strewn at random, so the fraction of a plane within the reach r of one of them is
    1 - exp(-rho pi r^2), with rho the density that reaches this depth. The tissue cut away and the tissue that
    radiofrequency coagulates count besides. This is an assumption: no measurement links puncture density to the size
    of the healing response.

    Args:
        injury: one session's injury.
        reach_mm: signal reach, shape (draws,); None draws it.
    """
    draws, seed = injury.skin.draws, injury.skin.seed
    _, coagulation, ledger = _drawn(draws, seed)
    evidence.replay(ledger)
    reach = signal_reach_mm(draws, seed=seed) if reach_mm is None else reach_mm
    radius = injury.mouth_radius_mm + reach
    covered = injury.reaching_per_cm2 / MM2_PER_CM2 * np.pi * radius[:, None] ** 2
    spared = np.exp(-covered) * (1.0 - injury.injured_fraction)
    return np.asarray(1.0 - spared * (1.0 - coagulation[:, None] * injury.coagulated_fraction))


def local_injury(injury: Injury, reach_mm: Array | None = None) -> Array:
    """Return local injury by layer, the mean of `injury_profile` over each, shape (draws, 5) as `skin.LAYERS`.

    Args:
        injury: one session's injury.
        reach_mm: signal reach, shape (draws,); None draws it.
    """
    profile, depth, boundary = injury_profile(injury, reach_mm), injury.depth_mm, injury.skin.boundary_mm
    steps = np.diff(depth) * (profile[:, 1:] + profile[:, :-1]) / 2.0
    integral = np.concatenate([np.zeros((profile.shape[0], 1)), np.cumsum(steps, axis=1)], axis=1)
    # The mean over a layer is the difference of the running integral at its two boundaries; the profile is straight
    # between points of the grid and nought below its end.
    at = np.clip(boundary, depth[0], depth[-1])
    i = np.clip(np.searchsorted(depth, at, side="right") - 1, 0, depth.size - 2)
    draw = np.arange(profile.shape[0])[:, None]
    within = at - depth[i]
    slope = (profile[draw, i + 1] - profile[draw, i]) / (depth[i + 1] - depth[i])
    running = integral[draw, i] + within * (profile[draw, i] + 0.5 * within * slope)
    thickness = np.maximum(np.diff(boundary, axis=1), np.finfo(np.float64).tiny)
    return np.clip(np.diff(running, axis=1) / thickness, 0.0, 1.0)
