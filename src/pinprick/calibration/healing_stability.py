"""Whether healthy skin stays healthy: where a trace of TGF-beta feeds on itself, constants are not those of skin."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence

Array = NDArray[np.float64]

# The constants of the loop, calibrated or not.
LOOP: tuple[str, ...] = (
    "cascade.myofibroblast_transition",
    "cascade.tgf_beta_myofibroblast_source",
    "cascade.myofibroblast_tgf_beta_half_saturation",
    "cascade.tgf_beta_decay",
    "cascade.myofibroblast_loss",
)


def loop_gain(constants: Mapping[str, Array]) -> Array:
    """Return the gain of the loop from myofibroblasts by TGF-beta 1 to myofibroblasts in healthy skin, shape (draws,).

    Healthy skin is a fixed point of any constants, but below a gain of one alone it is a stable one. A myofibroblast
    makes TGF-beta itself and by the latent form that it stores; it turns the slope of the transition at rest into new
    ones, and they live for a time. What fibroblasts lose to them is left out, which overstates the gain.

    Args:
        constants: those of `LOOP` by id, each of shape (draws,).
    """
    kFY, sTY, KT, kT, dY = (constants[id] for id in LOOP)
    rest = evidence.value("cascade.tgf_beta_1_rest")
    slope = 2.0 * rest * KT**2 / (rest**2 + KT**2) ** 2
    return np.asarray(kFY * slope * (sTY + kT * rest) / (kT * dY))
