"""From needling to the network: local injury, the fraction of tissue within signal reach of a microchannel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade.physiology import diffusivity, physiology
from pinprick.injury import Injury
from pinprick.units import MM2_PER_CM2

Array = NDArray[np.float64]


def signal_reach_mm(draws: int, *, seed: int) -> Array:
    """Draw how far a microchannel's signal reaches, in mm, shape (draws,).

    A steady field of active TGF-beta around its source falls with the length sqrt(D/k); the reach is a drawn
    multiple of it. D is the widest number of the whole model.
    """
    decay = physiology(draws, seed=seed).constant("kT")
    multiple = evidence.draw("cascade.signal_reach", draws, seed=seed)
    return multiple * np.sqrt(diffusivity("DT", draws, seed=seed) / decay)


def injury_profile(injury: Injury) -> Array:
    """Return local injury over depth, in [0, 1], shape (draws, z) on `injury.depth_mm`.

    Microchannels are taken as strewn at random, so the fraction of a plane within the reach r of one of them is
    1 - exp(-rho pi r^2), with rho the density that reaches this depth. The tissue cut away counts besides. This is an
    assumption: no measurement links puncture density to the size of the healing response.
    """
    draws = injury.reaching_per_cm2.shape[0]
    radius = injury.mouth_radius_mm + signal_reach_mm(draws, seed=injury.skin.seed)
    covered = injury.reaching_per_cm2 / MM2_PER_CM2 * np.pi * radius[:, None] ** 2
    return np.asarray(1.0 - np.exp(-covered) * (1.0 - injury.injured_fraction))


def local_injury(injury: Injury) -> Array:
    """Return local injury by layer, in [0, 1], shape (draws, 5) in the order of `skin.LAYERS`.

    It is the mean of `injury_profile` over each layer; tissue that radiofrequency coagulates adds to it.
    """
    profile = injury_profile(injury)
    weight = evidence.draw("cascade.coagulation_injury", profile.shape[0], seed=injury.skin.seed)
    coagulated = weight[:, None] * injury.coagulated_fraction_by_layer
    return np.asarray(1.0 - (1.0 - _by_layer(profile, injury)) * (1.0 - coagulated))


def _by_layer(profile: Array, injury: Injury) -> Array:
    # The mean over a layer is the difference of the running integral at its two boundaries.
    depth, boundary = injury.depth_mm, injury.skin.boundary_mm
    steps = np.diff(depth) * (profile[:, 1:] + profile[:, :-1]) / 2.0
    integral = np.concatenate([np.zeros((profile.shape[0], 1)), np.cumsum(steps, axis=1)], axis=1)
    at = np.stack([np.interp(b, depth, row) for b, row in zip(boundary, integral, strict=True)])
    thickness = np.maximum(np.diff(boundary, axis=1), np.finfo(np.float64).tiny)
    return np.clip(np.diff(at, axis=1) / thickness, 0.0, 1.0)
