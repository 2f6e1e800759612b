"""The zone that radiofrequency coagulates around a needle."""

from __future__ import annotations

import math

import numpy as np

from pinprick.device import Device
from pinprick.injury.sample import Array, sample


def coagulated_fraction(device: Device, per_mm2: Array, reached_mm: Array, depth_mm: Array, seed: int) -> Array:
    """Return the coagulated volume fraction at each depth, zeros for a device without energy.

    An insulated needle coagulates an ellipsoid whose lower pole is at the tip, a bare one a cylinder along its length;
    zones fall independently, so fractions superpose as 1 - exp(-density times cross-section).

    Args:
        device: the device.
        per_mm2: puncture density, shape (draws,).
        reached_mm: depths that needles reach, of equal probability, shape (draws, k).
        depth_mm: depths asked for, shape (draws, z).
        seed: seed of the size of the zone.
    """
    if device.insulated is None:
        return np.zeros(depth_mm.shape)
    assert device.coagulation_width_mm is not None and device.coagulation_height_mm is not None
    scale = sample("injury.rf.coagulation_scale", per_mm2.shape[0], seed)
    half_width = device.coagulation_width_mm / 2 * scale
    half_height = device.coagulation_height_mm / 2 * scale
    share = np.zeros(depth_mm.shape)
    for reached in reached_mm.T:
        if device.insulated:
            half = np.minimum(half_height, reached / 2 + 1e-9)[:, None]
            relative = (depth_mm - (reached[:, None] - half)) / half
            share += np.maximum(1 - relative**2, 0)
        else:
            share += depth_mm < reached[:, None]
    covered = per_mm2 * math.pi * half_width**2 / reached_mm.shape[1]
    return np.asarray(-np.expm1(-covered[:, None] * share))
