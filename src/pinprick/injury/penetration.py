"""How deep needles go: a random fraction of the length that is set."""

from __future__ import annotations

import numpy as np

from pinprick import evidence
from pinprick.device import Device
from pinprick.injury.density import model_class
from pinprick.injury.sample import Array, sample, uniform
from pinprick.skin import Skin

TRUNCATION = 2.0
"""Depths of single punctures are kept within this many standard deviations of their mean."""


def depth_cv(device: Device) -> float:
    """Return the spread of depth between punctures over its mean."""
    return evidence.value(f"injury.depth_cv.{model_class(device)}")


def mean_depth_mm(skin: Skin, device: Device, needle_length_mm: float, seed: int) -> Array:
    """Return the mean depth reached, shape (draws,).

    The set length, off by up to the dial's tolerance, times a random fraction by class, lowered by stiff skin and
    raised by a firm backing; no puncture is deeper than the needle is long or than the tissue above bone or muscle.
    """
    draws = skin.draws
    kind = model_class(device)
    fraction = sample(f"injury.eta.{kind}", draws, seed)
    stiffness = skin.stiffness_kpa / evidence.value("injury.stiffness_reference")
    backing = skin.thickness_mm[:, 4] / evidence.value("injury.backing_reference")
    fraction = fraction * stiffness ** -sample("injury.stiffness_exponent", draws, seed)
    fraction = fraction * backing ** -sample("injury.backing_exponent", draws, seed)
    off = device.dial_tolerance_mm * (2 * uniform("injury.dial", draws, seed) - 1)
    length = np.maximum(needle_length_mm + off, 0.0)
    deepest = np.minimum(length, skin.thickness_mm.sum(axis=1))
    return np.asarray(np.minimum(fraction * length, deepest / (1 + TRUNCATION * depth_cv(device))))
