"""Delivery of topicals through open microchannels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.injury.closure import Position, barrier
from pinprick.injury.injury import Injury
from pinprick.injury.sample import Array, sample

_MASS = "delivery.mass."


@dataclass(frozen=True, slots=True, eq=False)
class Delivery:
    """Permeation of one topical through needled skin, as draws.

    Attributes:
        molecule: name or molecular mass, as given.
        molecular_mass_da: molecular mass.
        delay_hours: hours between needling and application.
        enhancement: permeation over that of intact skin, at least 1, shape (draws,).
        open_share: share of the channels' first conductance, by dye, that is left at the delay, shape (draws,).
        extrapolated: one sentence for each way in which this leaves the measured range.
    """

    molecule: str
    molecular_mass_da: float
    delay_hours: float
    enhancement: Array
    open_share: Array
    extrapolated: tuple[str, ...]


def molecules() -> tuple[str, ...]:
    """Return the names of the molecules on record."""
    return tuple(id.removeprefix(_MASS) for id in evidence.parameters("delivery") if id.startswith(_MASS))


def delivery(
    injury: Injury,
    molecule: str | float,
    *,
    delay_hours: float = 0.0,
    occluded: bool = False,
    position: Position = "both",
) -> Delivery:
    """Return how much more of a topical permeates than through intact skin.

    A reference gain, times powers of needle length, puncture density (held above the densest tested) and molecular
    mass, times the share of the channels still open to a dye after the delay.

    Args:
        injury: the injury.
        molecule: a name on record, or the molecular mass in Da.
        delay_hours: hours from needling to application.
        occluded: whether the skin was covered in between.
        position: as for `barrier`.

    Raises:
        InputError: the molecule is unknown, its mass not positive, or the delay negative.
    """
    mass = _mass(molecule)
    if not (math.isfinite(delay_hours) and delay_hours >= 0):
        raise InputError("delay must not be negative", field="delay_hours", given=delay_hours, limit="0 or more")
    draws, seed = injury.skin.draws, injury.seed
    opened = barrier(injury, [delay_hours], occluded=occluded, position=position)["open_share"]
    share = opened.sel(readout="dye").isel(time=0).to_numpy()
    length = injury.technique.needle_length_mm / evidence.value("delivery.reference_length")
    density = np.minimum(injury.puncture_density_per_cm2 / evidence.value("delivery.reference_density"), 1.0)
    heavier = mass / evidence.value("delivery.reference_mass")
    gain = (
        sample("delivery.gain", draws, seed)
        * length ** sample("delivery.length_exponent", draws, seed)
        * density ** sample("delivery.density_exponent", draws, seed)
        * heavier ** -sample("delivery.mass_exponent", draws, seed)
    )
    return Delivery(
        molecule=str(molecule),
        molecular_mass_da=mass,
        delay_hours=delay_hours,
        enhancement=np.asarray(1 + gain * share),
        open_share=share,
        extrapolated=_extrapolations(injury, mass, delay_hours),
    )


def _mass(molecule: str | float) -> float:
    if isinstance(molecule, str):
        if molecule not in molecules():
            raise InputError(
                "unknown molecule",
                field="molecule",
                given=molecule,
                limit=", ".join(molecules()),
                remedy="give its molecular mass in Da",
            )
        return evidence.value(f"{_MASS}{molecule}")
    if not (math.isfinite(molecule) and molecule > 0):
        raise InputError("molecular mass must be positive", field="molecule", given=molecule, limit="above 0 Da")
    return float(molecule)


def _extrapolations(injury: Injury, mass: float, delay_hours: float) -> tuple[str, ...]:
    heaviest = evidence.value("delivery.mass_max")
    sentences = [
        *injury.extrapolated,
        "Gains were measured ex vivo and in animals, and are smaller where the topical is strong to begin with.",
    ]
    if mass > heaviest:
        sentences.append(f"No molecule above {heaviest:g} Da was measured through roller channels.")
    if delay_hours > 0:
        sentences.append("Delivery against the delay after needling was not measured; it follows the dye read-out.")
    return tuple(sentences)
