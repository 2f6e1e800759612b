"""One colour map for every quantity of a block: even steps for the eye; lighter is more, also for the colour-blind."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
STEPS = 256

# The path through Oklab: lightness, chroma and hue in degrees at a few places, from least to most.
_PATH = np.array(
    [
        [0.20, 0.055, 290.0],
        [0.34, 0.120, 300.0],
        [0.48, 0.150, 340.0],
        [0.62, 0.165, 20.0 + 360.0],
        [0.76, 0.145, 55.0 + 360.0],
        [0.88, 0.125, 88.0 + 360.0],
        [0.97, 0.060, 105.0 + 360.0],
    ]
)
# Oklab to linear sRGB (B. Ottosson, 2020).
_TO_LMS = np.array(
    [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]]
)
_TO_RGB = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


@cache
def colour_map() -> NDArray[np.uint8]:
    """Return the map as sRGB bytes, shape (256, 3), in steps of equal distance in Oklab."""
    fine = np.linspace(0, 1, 4096)
    knots = np.linspace(0, 1, len(_PATH))
    light, chroma, hue = (np.interp(fine, knots, column) for column in _PATH.T)
    lab = np.stack([light, chroma * np.cos(np.radians(hue)), chroma * np.sin(np.radians(hue))], axis=1)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(lab, axis=0), axis=1))])
    even = np.interp(np.linspace(0, length[-1], STEPS), length, fine)
    at = np.stack([np.interp(even, fine, column) for column in lab.T], axis=1)
    return np.asarray(np.round(255 * _srgb(at)), dtype=np.uint8)


def _srgb(lab: Array) -> Array:
    linear = np.clip((lab @ _TO_LMS.T) ** 3 @ _TO_RGB.T, 0, 1)
    return np.asarray(np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055))


def css_gradient() -> str:
    """Return the map as stops of a CSS or SVG gradient: (percent, colour) joined for `linear-gradient`."""
    return ",".join(f"{colour} {100 * share:.0f}%" for share, colour in stops(16))


def stops(count: int) -> list[tuple[float, str]]:
    """Return evenly spaced stops of the map as (share, "#rrggbb")."""
    places = np.linspace(0, 1, count + 1)
    return [(float(p), "#{:02x}{:02x}{:02x}".format(*colour_map()[round(p * 255)])) for p in places]
