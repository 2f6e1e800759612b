"""Punctures a pass leaves, and how evenly passes cover the skin."""

from __future__ import annotations

import math

import numpy as np

from pinprick.device import Device
from pinprick.injury.sample import Array, sample
from pinprick.units import MM2_PER_CM2


def model_class(device: Device) -> str:
    """Return the class whose records describe the device; a home roller rolls like any roller."""
    return "roller" if device.device_class == "home_roller" else device.device_class


def punctures_per_mm2(device: Device, glide_speed_mm_s: float | None, draws: int, seed: int) -> Array:
    """Return the punctures of one pass per mm2, shape (draws,).

    Roller: needles over the area that one turn rolls, N / (2 pi R w). Pen: n f / (v b) for n needles striking f times a
    second on a head b broad that glides at v. Stamp and radiofrequency head: n / A a press.
    """
    kind = model_class(device)
    if kind == "roller":
        assert device.drum_radius_mm is not None and device.drum_width_mm is not None
        rolled = 2 * math.pi * device.drum_radius_mm * device.drum_width_mm
        return device.needle_count / rolled * sample("injury.roller.density_ratio", draws, seed)
    if kind == "pen":
        assert device.stroke_frequency_hz is not None and device.head_breadth_mm is not None
        if glide_speed_mm_s is None:
            speed = sample("injury.pen.glide_speed", draws, seed)
        else:
            speed = np.full(draws, glide_speed_mm_s)
        return np.asarray(device.needle_count * device.stroke_frequency_hz / (speed * device.head_breadth_mm))
    assert device.head_area_mm2 is not None
    return device.needle_count / device.head_area_mm2 * sample("injury.stamp.density_ratio", draws, seed)


def pitch_across_mm(device: Device) -> float | None:
    """Return the distance between needle rows; None for a pen, whose strokes fall anywhere."""
    if model_class(device) == "roller":
        assert device.drum_width_mm is not None and device.needle_rows is not None
        return device.drum_width_mm / device.needle_rows
    if device.head_area_mm2 is not None:
        return math.sqrt(device.head_area_mm2 / device.needle_count)
    return None


def unevenness(device: Device, per_mm2: Array, pass_count: int) -> Array:
    """Return the coefficient of variation of the punctures on 1 mm2 tiles after all passes, shape (draws,).

    A pass is a lattice that falls with a random phase, so a tile of 1 mm holds the whole part of 1 / pitch lines or one
    more; passes are independent, so their variances add. Strokes of a pen are taken as a Poisson process.
    """
    across = pitch_across_mm(device)
    if across is None:
        variance = per_mm2
    else:
        variance = _lines_squared(np.asarray(1 / across)) * _lines_squared(per_mm2 * across) - per_mm2**2
    return np.asarray(np.sqrt(np.maximum(variance, 0) / pass_count) / per_mm2)


def _lines_squared(per_mm: Array) -> Array:
    """Mean square of the number of lines of a random-phase grating on 1 mm."""
    remainder = per_mm - np.floor(per_mm)
    return np.asarray(per_mm**2 + remainder * (1 - remainder))


def per_cm2(per_mm2: Array) -> Array:
    """Convert a density per mm2 to one per cm2."""
    return per_mm2 * MM2_PER_CM2
