"""The skin of one zone of one person, as draws."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Sex = Literal["female", "male"]


class Zone(StrEnum):
    """Treatment zones; periorbital means outside the orbital rim, cheek the malar zone."""

    FOREHEAD = "forehead"
    GLABELLA = "glabella"
    TEMPLE = "temple"
    PERIORBITAL = "periorbital"
    CHEEK = "cheek"
    NOSE = "nose"
    UPPER_LIP = "upper_lip"
    CHIN = "chin"
    JAWLINE = "jawline"
    NECK = "neck"
    SCALP = "scalp"
    CHEST = "chest"
    ABDOMEN = "abdomen"
    UPPER_ARM = "upper_arm"
    THIGH = "thigh"
    BACK = "back"
    PALM = "palm"


class Layer(StrEnum):
    """Layers from the outside in."""

    STRATUM_CORNEUM = "stratum_corneum"
    VIABLE_EPIDERMIS = "viable_epidermis"
    PAPILLARY_DERMIS = "papillary_dermis"
    RETICULAR_DERMIS = "reticular_dermis"
    SUBCUTIS = "subcutis"


LAYERS: tuple[Layer, ...] = tuple(Layer)


@dataclass(frozen=True, slots=True)
class Person:
    """The person whose skin it is; `None` means unknown, never a default.

    Attributes:
        age_years: age in years.
        sex: "female" or "male", as it bears on skin thickness.
        phototype: Fitzpatrick phototype, 1 to 6.
    """

    age_years: float | None = None
    sex: Sex | None = None
    phototype: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """One zone's skin; arrays have shape (draws,) unless said.

    Attributes:
        zone: the zone.
        person: whose skin it is.
        thickness_mm: layer thickness, shape (draws, 5), in the order of `LAYERS`.
        plexus_depth_mm: depth of the superficial vascular plexus below the surface.
        stiffness_kpa: effective Young's modulus of the skin of the zone.
        lightness_l_star: CIE L* of unexposed skin, by phototype.
        tewl_g_m2_h: baseline transepidermal water loss.
        draws: number of draws.
        seed: the seed they came from.
        status: weakest status among the records used, `assumed` where a zone borrows from a neighbour.
        notes: what is borrowed from which neighbour, and what of the person was unknown.
        erythema_index: baseline erythema index, arbitrary units, a measure of superficial perfusion.
    """

    zone: Zone
    person: Person
    thickness_mm: Array
    plexus_depth_mm: Array
    stiffness_kpa: Array
    lightness_l_star: Array
    tewl_g_m2_h: Array
    draws: int
    seed: int
    status: str = "assumed"
    notes: tuple[str, ...] = ()
    erythema_index: Array | None = None

    @property
    def boundary_mm(self) -> Array:
        """Depths of the layer boundaries, shape (draws, 6); the first is 0, the surface."""
        zero = np.zeros((self.thickness_mm.shape[0], 1))
        return np.concatenate([zero, np.cumsum(self.thickness_mm, axis=1)], axis=1)
