"""Limits of topical anaesthetics: area, mass and contact time for one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pinprick.errors import InputError
from pinprick.evidence import load_records
from pinprick.evidence.record import build, by_id
from pinprick.safety.facts import Treatment
from pinprick.safety.screening import AnaestheticLimit

FILE = "safety/anaesthetics.yaml"


@dataclass(frozen=True, slots=True)
class Regimen:
    """Limits for one age band.

    Attributes:
        age_years: from (inclusive) to (exclusive), or None for any or unknown age.
        max_area_cm2, max_mass_g, min_minutes, max_minutes: limits; None where the source states none.
        sources, status, basis: where they come from.
    """

    age_years: tuple[float | None, float | None] | None
    max_area_cm2: float | None
    max_mass_g: float | None
    min_minutes: float | None
    max_minutes: float | None
    sources: tuple[str, ...]
    status: str
    basis: str


@dataclass(frozen=True, slots=True)
class Product:
    """One anaesthetic product.

    Attributes:
        id, name: the product.
        drugs, classes: what it contains.
        g_per_cm2: mass for an area by its label, or None.
        regimens: limits by age.
    """

    id: str
    name: str
    drugs: tuple[str, ...]
    classes: tuple[str, ...]
    g_per_cm2: float | None
    regimens: tuple[Regimen, ...]


@cache
def products() -> dict[str, Product]:
    """Return every anaesthetic product by id; do not modify what it returns."""
    nested: Mapping[str, Any] = {"regimens": lambda item, file: build(Regimen, item, file)}
    return by_id((build(Product, raw, FILE, nested) for raw in load_records(FILE)), FILE)


def product(id: str) -> Product:
    """Return one anaesthetic product.

    Raises:
        InputError: there is none of that id.
    """
    found = products().get(id)
    if found is None:
        raise InputError(
            "unknown anaesthetic",
            field="anaesthetic",
            given=id,
            limit=" | ".join((*products(), "none")),
            remedy="use one of these ids, or leave it out",
        )
    return found


def regimen(item: Product, age_years: float | None) -> Regimen:
    """Return the limits that hold at an age; at an unknown age those that the product states for any."""
    for found in item.regimens:
        if found.age_years is None:
            return found
        if age_years is None:
            continue
        low, high = found.age_years
        if (low is None or age_years >= low) and (high is None or age_years < high):
            return found
    return item.regimens[-1]


def excess(treatment: Treatment, age_years: float | None) -> str | None:
    """Say by how much the area to be treated goes beyond what the anaesthetic allows, or None when it does not."""
    if treatment.anaesthetic in (None, "none") or treatment.area_cm2 is None:
        return None
    item = product(str(treatment.anaesthetic))
    limits, area = regimen(item, age_years), treatment.area_cm2
    if limits.max_area_cm2 is not None and area > limits.max_area_cm2:
        return (
            f"{item.name}: {area:g} cm² is more than the {limits.max_area_cm2:g} cm² allowed at once ({limits.basis})."
        )
    if limits.max_mass_g is None or item.g_per_cm2 is None or area * item.g_per_cm2 <= limits.max_mass_g:
        return None
    needed = area * item.g_per_cm2
    allowed = f"more than the {limits.max_mass_g:g} g allowed at once ({limits.basis})"
    return f"{item.name}: {area:g} cm² needs {needed:.0f} g, {allowed}."


def limits(age_years: float | None, findings: Mapping[str, tuple[str, ...]]) -> tuple[AnaestheticLimit, ...]:
    """Return the limits of every product for one person.

    Args:
        age_years: age, or None.
        findings: rule ids with the names of their cases that apply; they forbid or shorten.
    """
    return tuple(_limit(item, regimen(item, age_years), findings) for item in products().values())


def _limit(item: Product, basis: Regimen, findings: Mapping[str, tuple[str, ...]]) -> AnaestheticLimit:
    if reason := _forbidden(item, findings):
        return AnaestheticLimit(item.id, 0.0, 0.0, None, None, reason, basis.sources, basis.status)
    minutes, reason = basis.max_minutes, basis.basis
    rule_minutes = _shortened(item, findings)
    shortest = basis.min_minutes
    if rule_minutes is not None:
        minutes = rule_minutes if minutes is None else min(minutes, rule_minutes)
        shortest = None
        reason += f"; at most {rule_minutes:g} minutes with dermatitis (SR033)"
    return AnaestheticLimit(
        item.id, basis.max_area_cm2, basis.max_mass_g, shortest, minutes, reason, basis.sources, basis.status
    )


def _forbidden(item: Product, findings: Mapping[str, tuple[str, ...]]) -> str:
    allergic = findings.get("SR049", ())
    if "amide" in allergic and "amide" in item.classes:
        return "allergy to amide or unspecified local anaesthetics (SR049)"
    if "ester" in item.classes and ("ester" in allergic or "SR072" in findings):
        return "allergy to ester anaesthetics or slow breakdown of them (SR049, SR072)"
    if "prilocaine" in item.drugs and "SR050" in findings:
        return "no prilocaine: risk of methaemoglobinaemia (SR050)"
    return ""


def _shortened(item: Product, findings: Mapping[str, tuple[str, ...]]) -> float | None:
    from pinprick.safety.rule import rule

    if "prilocaine" not in item.drugs or "SR033" not in findings:
        return None
    return float(rule("SR033").default["anaesthetic_contact_minutes_max"])
