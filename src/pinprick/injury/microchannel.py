"""Microchannels of one technique in one skin."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from pinprick import evidence
from pinprick.device import Device
from pinprick.injury.coagulation import coagulated_fraction
from pinprick.injury.density import per_cm2, punctures_per_mm2, unevenness
from pinprick.injury.injury import Injury, Technique
from pinprick.injury.penetration import depth_cv, mean_depth_mm
from pinprick.injury.profile import profile
from pinprick.injury.sample import Array, sample
from pinprick.injury.technique import check, extrapolations
from pinprick.skin import LAYERS, Skin

_DEEPEST_MM = 5.0
DEPTH_MM: Array = _DEEPEST_MM * np.linspace(0.0, 1.0, 64) ** 2
"""One grid for every injury, finer near the surface, so that profiles of candidates can be compared and stacked."""
DEPTH_MM.flags.writeable = False

_NODE, _WEIGHT = np.polynomial.legendre.leggauss(8)
# Squaring the nodes puts them near the top of a layer, where a thick layer holds its channels.
_TOP = ((_NODE + 1) / 2) ** 2
_SHARE = _WEIGHT * (_NODE + 1) / 2


def puncture(skin: Skin, device: Device, technique: Technique, *, seed: int | None = None) -> Injury:
    """Return the microchannels that a technique makes in a skin, as draws.

    Density superposes over passes; depth is a random fraction of the set length; the injured volume fraction at depth z
    is 1 - exp(-density times the mean cross-section there), for cones whose mouth is a share of the needle's base.

    Args:
        skin: the skin; it gives the number of draws.
        device: the device.
        technique: zone, needle length, passes and glide speed.
        seed: seed of the draws of density and depth; None takes the skin's.

    Raises:
        InputError: the technique is for another zone, or the device cannot do it.
    """
    check(skin, device, technique)
    seed = skin.seed if seed is None else seed
    draws = skin.draws
    per_pass = punctures_per_mm2(device, technique.glide_speed_mm_s, draws, seed)
    density = per_pass * technique.pass_count
    cv = depth_cv(device)
    mean = mean_depth_mm(skin, device, technique.needle_length_mm, seed)
    mouth = device.needle_base_diameter_mm / 2 * sample("injury.mouth_ratio", draws, seed)
    tables = profile(cv)

    # A needle whose dial tolerance takes it to nothing reaches no depth; the floor only avoids a division by zero.
    inverse = 1 / np.maximum(mean, 1e-9)
    depth = np.concatenate([np.broadcast_to(DEPTH_MM, (draws, DEPTH_MM.size)), _layer_nodes(skin)], axis=1)
    at = depth * inverse[:, None]
    covered = density * math.pi * mouth**2
    fraction = -np.expm1(-covered[:, None] * tables.look_up(tables.open_area, at))
    reaching = tables.look_up(tables.reaching, at[:, : DEPTH_MM.size])
    burnt = coagulated_fraction(device, density, tables.quantiles * mean[:, None], depth, seed)
    return Injury(
        skin=skin,
        device=device,
        technique=technique,
        puncture_density_per_cm2=per_cm2(density),
        unevenness=unevenness(device, per_pass, technique.pass_count),
        penetration_mean_mm=mean,
        penetration_sd_mm=tables.deviation * mean,
        mouth_radius_mm=mouth,
        depth_mm=DEPTH_MM,
        reaching_per_cm2=per_cm2(density)[:, None] * reaching,
        injured_fraction=fraction[:, : DEPTH_MM.size],
        injured_fraction_by_layer=_layer_means(fraction[:, DEPTH_MM.size :]),
        coagulated_fraction_by_layer=_layer_means(burnt[:, DEPTH_MM.size :]),
        plexus_share=_plexus_share(skin, mean, tables.deviation * mean),
        stratum_corneum_open_fraction=fraction[:, 0],
        extrapolated=extrapolations(skin, device, technique),
        seed=seed,
        coagulated_fraction=burnt[:, : DEPTH_MM.size],
    )


def puncture_many(
    skin: Skin, device: Device, techniques: Iterable[Technique], *, seed: int | None = None
) -> tuple[Injury, ...]:
    """Return `puncture` of each technique, on the same draws; errors are those of `puncture`."""
    return tuple(puncture(skin, device, technique, seed=seed) for technique in techniques)


def _plexus_share(skin: Skin, mean_mm: Array, sd_mm: Array) -> Array:
    """Share of punctures that reach the plexus, whose depth varies from place to place as theirs does."""
    from scipy.special import ndtr

    uneven = evidence.value("injury.plexus_cv") * skin.plexus_depth_mm
    return np.asarray(ndtr((mean_mm - skin.plexus_depth_mm) / np.hypot(sd_mm, uneven)))


def _layer_nodes(skin: Skin) -> Array:
    """Depths in mm at which a layer's mean is taken, shape (draws, layers * nodes), whatever the needle."""
    boundary = skin.boundary_mm
    nodes = boundary[:, :-1, None] + skin.thickness_mm[:, :, None] * _TOP
    return nodes.reshape(skin.draws, -1)


def _layer_means(values: Array) -> Array:
    return np.asarray(values.reshape(values.shape[0], len(LAYERS), _SHARE.size) @ _SHARE)
