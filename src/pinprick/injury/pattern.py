"""Explicit punctures on a square of skin, from the same densities and depths as the profiles."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.injury.density import model_class, pitch_across_mm
from pinprick.injury.injury import Injury
from pinprick.injury.penetration import depth_cv
from pinprick.injury.profile import depths
from pinprick.injury.sample import Array
from pinprick.units import MM2_PER_CM2

_MOST = 2_000_000
"""Beyond this many the lists no longer fit in the memory of a small machine beside everything else."""


@dataclass(frozen=True, slots=True, eq=False)
class Punctures:
    """Single punctures on a square of skin; arrays have shape (punctures,).

    Attributes:
        side_mm: side of the square.
        x_mm, y_mm: place on the surface, in [0, side_mm).
        depth_mm: depth reached below the surface.
        tilt_rad: angle from the upright.
        azimuth_rad: direction in which the puncture leans.
        pass_index: the pass that made it, from 0.
        mouth_radius_mm: radius of every mouth.
    """

    side_mm: float
    x_mm: Array
    y_mm: Array
    depth_mm: Array
    tilt_rad: Array
    azimuth_rad: Array
    pass_index: np.ndarray[tuple[int], np.dtype[np.int64]]
    mouth_radius_mm: float


def coordinates(injury: Injury, *, side_mm: float = 10.0, draw: int = 0, seed: int = 0) -> Punctures:
    """Return one realisation of an injury's punctures on a square of skin.

    A pass of a roller, stamp or radiofrequency head is a lattice with random phase and direction; the strokes of a pen
    fall anywhere. Depths come from the distribution behind the injury's profile.

    Args:
        injury: the injury.
        side_mm: side of the square in mm.
        draw: which draw of the injury.
        seed: seed of this realisation.

    Raises:
        InputError: there is no such draw, the side is not positive, or it would hold millions of punctures.
    """
    if not 0 <= draw < injury.skin.draws:
        raise InputError("no such draw", field="draw", given=draw, limit=f"0 to {injury.skin.draws - 1}")
    if not (math.isfinite(side_mm) and side_mm > 0):
        raise InputError("side must be positive", field="side_mm", given=side_mm, limit="above 0 mm")
    expected = float(injury.puncture_density_per_cm2[draw]) / MM2_PER_CM2 * side_mm**2
    if expected > _MOST:
        raise InputError(
            "too many punctures to place one by one",
            field="side_mm",
            given=f"{side_mm:g} mm, {expected:.0f} punctures",
            limit=f"{_MOST} punctures",
            remedy="choose a smaller side",
        )
    random = np.random.default_rng(np.random.SeedSequence([seed, draw, 1]))
    per_pass = float(injury.puncture_density_per_cm2[draw]) / MM2_PER_CM2 / injury.technique.pass_count
    across = pitch_across_mm(injury.device)
    places = [
        _scatter(random, per_pass, side_mm) if across is None else _lattice(random, per_pass, across, side_mm)
        for _ in range(injury.technique.pass_count)
    ]
    place = np.concatenate(places)
    count = len(place)
    spread = math.radians(evidence.value(f"injury.tilt.{model_class(injury.device)}"))
    return Punctures(
        side_mm=side_mm,
        x_mm=place[:, 0],
        y_mm=place[:, 1],
        depth_mm=depths(float(injury.penetration_mean_mm[draw]), depth_cv(injury.device), random.random(count)),
        tilt_rad=np.abs(random.normal(0.0, spread, count)),
        azimuth_rad=random.uniform(0.0, 2 * math.pi, count),
        pass_index=np.repeat(np.arange(len(places)), [len(each) for each in places]),
        mouth_radius_mm=float(injury.mouth_radius_mm[draw]),
    )


def _scatter(random: np.random.Generator, per_mm2: float, side: float) -> Array:
    return random.uniform(0.0, side, (random.poisson(per_mm2 * side**2), 2))


def _lattice(random: np.random.Generator, per_mm2: float, across: float, side: float) -> Array:
    """Points of a rectangular lattice, turned and shifted at random, that fall on the square."""
    along = 1 / (per_mm2 * across)
    reach = side  # half the diagonal of the square is below its side, and one pitch of phase is added
    rows = np.arange(-math.ceil(reach / across) - 1, math.ceil(reach / across) + 2) + random.random()
    steps = np.arange(-math.ceil(reach / along) - 1, math.ceil(reach / along) + 2) + random.random()
    u, v = np.meshgrid(rows * across, steps * along)
    angle = random.uniform(0.0, math.pi)
    x = side / 2 + u * math.cos(angle) - v * math.sin(angle)
    y = side / 2 + u * math.sin(angle) + v * math.cos(angle)
    inside = (x >= 0) & (x < side) & (y >= 0) & (y < side)
    return np.stack([x[inside], y[inside]], axis=1)
