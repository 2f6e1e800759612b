"""Describes the skin of a zone: thickness by layer, sex and age, plexus, stiffness, colour, water loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.errors import InputError
from pinprick.skin.skin import Array, Person, Skin, Zone

_UNKNOWN = Person()
_PHOTOTYPES = 6


@dataclass(frozen=True, slots=True)
class _Sample:
    """One person as draws: unknown fields are spread over everybody, never set to a default."""

    age: Array
    male: NDArray[np.bool_]
    phototype: NDArray[np.int64]
    draws: int
    seed: int

    def draw(self, id: str) -> Array:
        return evidence.draw(id, self.draws, seed=self.seed)


def describe(zone: Zone | str, person: Person = _UNKNOWN, *, draws: int = 100, seed: int = 0) -> Skin:
    """Return the skin of one zone of one person as draws.

    Thickness is the measured thickness of the zone by sex, times a factor for the method that measured it, times
    the change with age; sources and their disagreements are in the records `skin.*`.

    Args:
        zone: treatment zone, for instance "cheek".
        person: age, sex and phototype; a field that is None is drawn from everybody, which widens the spread.
        draws: number of draws, at least 1.
        seed: explicit seed; zones described with the same seed share the person's draws.

    Raises:
        InputError: the zone is unknown or has no anatomy, or the person is impossible.
    """
    name = _zone(zone)
    if draws < 1:
        raise InputError("needs at least one draw", field="draws", given=draws, limit="1 or more")
    row = _rows().get(name.value)
    if row is None:
        raise InputError(
            "no anatomy is recorded for this zone",
            field="zone",
            given=name.value,
            limit=", ".join(_rows()),
            remedy="choose the nearest zone that has anatomy",
        )
    with evidence.recording() as ledger:
        sample = _sample(person, draws, seed)
        thickness = _thickness(row, sample)
        skin = Skin(
            zone=name,
            person=person,
            thickness_mm=thickness,
            plexus_depth_mm=_plexus(thickness, sample),
            stiffness_kpa=_stiffness(row, sample),
            lightness_l_star=_lightness(sample),
            tewl_g_m2_h=_water_loss(row, sample),
            erythema_index=sample.draw(f"skin.erythema_index.{'face' if row['region'] == 'scalp' else row['region']}"),
            draws=draws,
            seed=seed,
            status=_weakest(ledger.parameters.values(), borrowed=bool(row["borrowed"])),
            notes=_notes(row, person),
        )
    evidence.replay(ledger)
    return skin


@cache
def _rows() -> Mapping[str, Mapping[str, Any]]:
    return {row["id"]: row for row in evidence.load_records("skin/zones.yaml")}


def _zone(zone: Zone | str) -> Zone:
    try:
        return Zone(zone)
    except ValueError as fault:
        raise InputError(
            "unknown zone",
            field="zone",
            given=str(zone),
            limit=", ".join(item.value for item in Zone),
            remedy="use one of these names",
        ) from fault


def _weakest(statuses: object, *, borrowed: bool) -> str:
    found = set(statuses)  # type: ignore[call-overload]
    if borrowed or "assumed" in found:
        return "assumed"
    return "remembered" if "remembered" in found else "read"


def _sample(person: Person, draws: int, seed: int) -> _Sample:
    age_max = evidence.value("skin.age.max")
    if person.age_years is not None and not 0 <= person.age_years <= age_max:
        raise InputError(
            "impossible age",
            field="age_years",
            given=person.age_years,
            limit=f"0 to {age_max:g} years",
            remedy="check the date of birth, or leave the age out where it is not known",
        )
    if person.sex not in (None, "female", "male"):
        raise InputError(
            "unknown sex", field="sex", given=person.sex, limit="female, male, or left out where it is not known"
        )
    if person.phototype is not None and person.phototype not in range(1, _PHOTOTYPES + 1):
        raise InputError(
            "impossible phototype", field="phototype", given=person.phototype, limit=f"1 to {_PHOTOTYPES} (Fitzpatrick)"
        )
    if person.age_years is None:
        age = evidence.draw("skin.unknown.age", draws, seed=seed)
    else:
        age = np.full(draws, float(person.age_years))
    if person.sex is None:
        male = evidence.stratified("skin.unknown.sex", draws, seed=seed) < evidence.value("skin.unknown.male_share")
    else:
        male = np.full(draws, person.sex == "male")
    if person.phototype is None:
        spread = evidence.stratified("skin.unknown.phototype", draws, seed=seed)
        phototype = 1 + (spread * _PHOTOTYPES).astype(np.int64)
    else:
        phototype = np.full(draws, person.phototype, dtype=np.int64)
    return _Sample(age=age, male=male, phototype=phototype, draws=draws, seed=seed)


def _by_sex(ids: Mapping[str, str], sample: _Sample) -> Array:
    """Thickness at the reference age as printed, by sex; a site without sexes is split by the general ratio."""
    if "both" in ids:
        ratio = sample.draw("skin.male_ratio")
        return np.asarray(sample.draw(ids["both"]) * np.where(sample.male, 2 * ratio, 2.0) / (1 + ratio))
    return np.where(sample.male, sample.draw(ids["male"]), sample.draw(ids["female"]))


def _thickness(row: Mapping[str, Any], sample: _Sample) -> Array:
    """Layer thickness in mm, shape (draws, 5)."""
    borrowed = row["borrowed"]
    epidermis = _by_sex(row["epidermis"], sample) * _method(row["epidermis"]["method"], "epidermis", sample)
    if row["dermis"]["method"] == "total":
        total = _by_sex(row["dermis"], sample) * sample.draw("skin.method_factor.total")
        dermis = np.maximum(total - epidermis, total / 2)
    else:
        dermis = _by_sex(row["dermis"], sample) * _method(row["dermis"]["method"], "dermis", sample)
    if "epidermis" in borrowed:
        epidermis = epidermis * sample.draw("skin.borrowing")
    if "dermis" in borrowed:
        dermis = dermis * sample.draw("skin.borrowing")
    epidermis = epidermis * _age_factor(("skin.age.epidermis.female", "skin.age.epidermis.male"), sample)
    place = "face" if row["region"] in ("face", "scalp") else "body"
    dermis = dermis * _age_factor((f"skin.age.dermis.{place}", f"skin.age.dermis.{place}"), sample)
    corneum = np.minimum(
        sample.draw(row["stratum_corneum"]), evidence.value("skin.stratum_corneum.share_max") * epidermis
    )
    papillary = np.minimum(
        sample.draw("skin.papillary_dermis"), evidence.value("skin.papillary_dermis.share_max") * dermis
    )
    layers = (corneum, epidermis - corneum, papillary, dermis - papillary, sample.draw(row["subcutis"]))
    return np.stack(layers, axis=1)


def _method(method: str, layer: str, sample: _Sample) -> Array:
    return sample.draw(f"skin.method_factor.{layer}") if method == "ultrasound" else np.ones(sample.draws)


def _age_factor(ids: tuple[str, str], sample: _Sample) -> Array:
    """Thickness relative to the reference age; children are scaled by the one ratio that was measured."""
    adult = evidence.value("skin.age.adult")
    decades = (np.maximum(sample.age, adult) - evidence.value("skin.age.reference")) / 10
    change = np.where(sample.male, sample.draw(ids[1]), sample.draw(ids[0]))
    factor: Array = (1 + change) ** decades
    if np.any(sample.age < adult):
        middle = evidence.value("skin.age.child_mid")
        grown = np.clip((sample.age - middle) / (adult - middle), 0, 1)
        ratio = sample.draw("skin.age.child_ratio")
        factor = factor * (ratio + (1 - ratio) * grown)
    return factor


def _plexus(thickness: Array, sample: _Sample) -> Array:
    """Plexus between the papillary-reticular boundary and the textbook depth, and always inside the skin."""
    boundary = thickness[:, :3].sum(axis=1)
    skin = thickness[:, :4].sum(axis=1)
    deep = np.clip(sample.draw("skin.plexus.upper_bound"), boundary, np.maximum(skin, boundary))
    return np.asarray(boundary + sample.draw("skin.plexus.position") * (deep - boundary))


def _stiffness(row: Mapping[str, Any], sample: _Sample) -> Array:
    decades = (sample.age - evidence.value("skin.age.reference")) / 10
    return np.asarray(sample.draw(row["stiffness"]) * (1 + sample.draw("skin.stiffness.per_decade")) ** decades)


def _lightness(sample: _Sample) -> Array:
    lightness = np.empty(sample.draws)
    for phototype in np.unique(sample.phototype):
        chosen = sample.phototype == phototype
        lightness[chosen] = sample.draw(f"skin.lightness.phototype_{phototype}")[chosen]
    return lightness


def _water_loss(row: Mapping[str, Any], sample: _Sample) -> Array:
    old = sample.age >= evidence.value("skin.tewl.old_age")
    return np.asarray(sample.draw(row["tewl"]) * np.where(old, sample.draw("skin.tewl.old_ratio"), 1.0))


def _notes(row: Mapping[str, Any], person: Person) -> tuple[str, ...]:
    zone = str(row["id"]).replace("_", " ")
    borrowed = [
        f"The {layer} of the {zone} was not measured in what was read: it is borrowed from its neighbour, the "
        f"{str(neighbour).replace('_', ' ')}, and is assumed."
        for layer, neighbour in row["borrowed"].items()
    ]
    unknown = [
        f"The {word} is not known, so the spread covers everybody."
        for word, given in (("age", person.age_years), ("sex", person.sex), ("phototype", person.phototype))
        if given is None
    ]
    return (*borrowed, *unknown)
