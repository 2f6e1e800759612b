"""What a technique does to a skin: microchannels, as densities and distributions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pinprick.device import Device
from pinprick.skin import Skin, Zone

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Technique:
    """How one zone is needled in one session.

    Attributes:
        zone: zone treated.
        needle_length_mm: as set or built, not as reached.
        pass_count: passes over the zone; presses per place for a stamp or radiofrequency head.
        glide_speed_mm_s: pen speed over the skin; None takes the record's default.
    """

    zone: Zone
    needle_length_mm: float
    pass_count: int
    glide_speed_mm_s: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Injury:
    """Microchannels in one zone after one session; draw is the first axis everywhere.

    Attributes:
        skin, device, technique: what it was computed from.
        puncture_density_per_cm2: total of all passes, shape (draws,).
        unevenness: coefficient of variation of the count over 1 mm2 tiles, shape (draws,).
        penetration_mean_mm: mean depth reached, shape (draws,).
        penetration_sd_mm: spread of depth from puncture to puncture, shape (draws,).
        mouth_radius_mm: radius of a microchannel at the surface, shape (draws,).
        depth_mm: depth grid, shape (z,).
        reaching_per_cm2: density of microchannels that reach each depth, shape (draws, z).
        injured_fraction: injured volume fraction phi(z), shape (draws, z).
        injured_fraction_by_layer: mean of phi over each layer, shape (draws, 5).
        coagulated_fraction_by_layer: radiofrequency only, else zeros, shape (draws, 5).
        plexus_share: share of punctures that reach the superficial plexus, shape (draws,).
        stratum_corneum_open_fraction: opened share of the surface, shape (draws,).
        extrapolated: one sentence for each way in which this leaves the measured range.
        seed: the seed of the draws of density and depth.
        coagulated_fraction: volume fraction coagulated by radiofrequency at each depth, else zeros, shape (draws, z);
            it is beside, not inside, `injured_fraction`.
    """

    skin: Skin
    device: Device
    technique: Technique
    puncture_density_per_cm2: Array
    unevenness: Array
    penetration_mean_mm: Array
    penetration_sd_mm: Array
    mouth_radius_mm: Array
    depth_mm: Array
    reaching_per_cm2: Array
    injured_fraction: Array
    injured_fraction_by_layer: Array
    coagulated_fraction_by_layer: Array
    plexus_share: Array
    stratum_corneum_open_fraction: Array
    extrapolated: tuple[str, ...]
    seed: int
    coagulated_fraction: Array
