"""A synthetic injury, so that these tests depend on the cascade alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from pinprick.device import Device
from pinprick.injury import Injury, Technique
from pinprick.skin import Person, Skin, Zone


def _device(device_class: str) -> Device:
    return Device(
        id="test-device", name="test", device_class=device_class, needle_count=12, needle_length_min_mm=0.2,
        needle_length_max_mm=2.5, needle_length_step_mm=0.1, needle_base_diameter_mm=0.25, dial_tolerance_mm=0.0,
        drum_radius_mm=None, drum_width_mm=None, stroke_frequency_hz=None, head_breadth_mm=None, head_area_mm2=None,
        insulated=None, coagulation_width_mm=None, coagulation_height_mm=None, labels=(), sources=(),
        status="assumed", notes=(),
    )  # fmt: skip


def build(
    per_cm2: float = 250.0, reach_mm: float = 0.8, draws: int = 20, coagulated: float = 0.0, seed: int = 0
) -> Injury:
    """Microchannels of one density that all end at one depth."""
    thickness = np.tile([0.015, 0.085, 0.2, 1.2, 2.0], (draws, 1))
    one = np.ones(draws)
    skin = Skin(Zone.CHEEK, Person(age_years=30, sex=None, phototype=2), thickness, 0.35 * one, 50 * one, 65 * one,
                12 * one, draws, seed)  # fmt: skip
    depth = np.linspace(0.0, 3.5, 176)
    reaching = np.tile(np.where(depth <= reach_mm, per_cm2, 0.0), (draws, 1))
    fraction = reaching / 100.0 * np.pi * 0.035**2
    edges = np.cumsum(thickness[0])
    heat = np.tile(np.where((depth > edges[2]) & (depth <= edges[3]), coagulated, 0.0), (draws, 1))
    layers = np.zeros((draws, 5))
    layers[:, 3] = coagulated
    return Injury(
        skin=skin, device=_device("radiofrequency" if coagulated else "pen"),
        technique=Technique(Zone.CHEEK, reach_mm, 4), puncture_density_per_cm2=per_cm2 * one, unevenness=0 * one,
        penetration_mean_mm=reach_mm * one, penetration_sd_mm=0 * one, mouth_radius_mm=0.035 * one, depth_mm=depth,
        reaching_per_cm2=reaching, injured_fraction=fraction,
        injured_fraction_by_layer=np.zeros((draws, 5)), coagulated_fraction_by_layer=layers, plexus_share=one,
        stratum_corneum_open_fraction=0 * one, extrapolated=(),
        seed=seed, coagulated_fraction=heat,
    )  # fmt: skip


@pytest.fixture
def make_injury() -> Callable[..., Injury]:
    return build
