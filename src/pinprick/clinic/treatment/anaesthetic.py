"""What of an anaesthetic may be put on: area, mass and minutes for one person, refused with the number exceeded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from pinprick import evidence
from pinprick.clinic.interface.engine_text import said
from pinprick.safety import Product, product
from pinprick.safety.anaesthetic import Regimen, regimen

# Children's weights by which the label counts a person as younger: weight record, age in years that it then counts as.
_YOUNGER_BY_WEIGHT = (
    ("treatment.anaesthetic.weight_infant", 0.0),
    ("treatment.anaesthetic.weight_small_child", 0.25),
    ("treatment.anaesthetic.weight_child", 1.0),
)


@dataclass(frozen=True, slots=True)
class Application:
    """One application of a cream.

    Attributes:
        product: product id of `safety.products`.
        mass_g: mass put on, in g.
        area_cm2: area covered, in cm².
    """

    product: str
    mass_g: float
    area_cm2: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the label says of one application, with what was on the skin before.

    Attributes:
        refused: (field, sentence) pairs; nothing is recorded while there is one.
        cautions: sentences that are shown and kept with the record.
        sources: source ids behind the limits.
        status: `read`, `remembered` or `assumed`: how well the limits are known.
        max_mass_g, max_area_cm2: limits for this person, None where the label states none.
        min_minutes, max_minutes: contact times of the label, None where it states none.
    """

    refused: tuple[tuple[str, str], ...]
    cautions: tuple[str, ...]
    sources: tuple[str, ...]
    status: str
    max_mass_g: float | None
    max_area_cm2: float | None
    min_minutes: float | None
    max_minutes: float | None


def limits_for(item: Product, age_years: float | None, weight_kg: float | None = None) -> Regimen:
    """Return a product's limits for a person; a child too light for its age is given those of a younger one.

    Args:
        item: the product.
        age_years: age, or None where unknown.
        weight_kg: weight, or None where unknown: then age alone decides.
    """
    found = regimen(item, age_years)
    if weight_kg is None or "prilocaine" not in item.drugs:
        return found
    for record, counts_as in _YOUNGER_BY_WEIGHT:
        if weight_kg < evidence.value(record):
            younger = counts_as if age_years is None else min(age_years, counts_as)
            return regimen(item, younger)
    return found


def judge(
    application: Application,
    earlier: tuple[Application, ...] = (),
    *,
    age_years: float | None = None,
    weight_kg: float | None = None,
    forbidden: str = "",
) -> Judgement:
    """Return what may be recorded of an application.

    Mass and area of what was put on earlier in the same session count with it: the limits are for all that is on the
    skin at once, and nobody can say when an earlier part has left the blood.

    Args:
        application: what is to be put on.
        earlier: what was put on before in this session, of any product.
        age_years: age, or None where unknown.
        weight_kg: weight, or None where unknown.
        forbidden: why screening forbids this product to this person, or "".

    Raises:
        InputError: there is no product of that id.
    """
    item = product(application.product)
    bounds = limits_for(item, age_years, weight_kg)
    evidence.cite(*bounds.sources)
    same = [other for other in earlier if other.product == application.product]
    mass = application.mass_g + sum(other.mass_g for other in same)
    area = application.area_cm2 + sum(other.area_cm2 for other in same)
    refused = [
        ("product", _("%(name)s is not for this patient: %(why)s.") % {"name": said(item.name), "why": said(forbidden)})
    ]
    refused = refused if forbidden else []
    refused += _exceeded(item, bounds, mass, area)
    return Judgement(
        refused=tuple(refused),
        cautions=tuple(_cautions(item, bounds, application, age_years, earlier)),
        sources=bounds.sources,
        status=bounds.status,
        max_mass_g=bounds.max_mass_g,
        max_area_cm2=bounds.max_area_cm2,
        min_minutes=bounds.min_minutes,
        max_minutes=bounds.max_minutes,
    )


def _exceeded(item: Product, bounds: Regimen, mass: float, area: float) -> list[tuple[str, str]]:
    found = []
    if bounds.max_mass_g == 0:
        return [
            (
                "product",
                _("%(name)s: not for this age (%(basis)s).") % {"name": said(item.name), "basis": said(bounds.basis)},
            )
        ]
    if bounds.max_mass_g is not None and mass > bounds.max_mass_g:
        found.append(
            (
                "mass_g",
                _("%(mass)s g in all is more than the %(limit)s g allowed at once (%(basis)s).")
                % {"mass": f"{mass:g}", "limit": f"{bounds.max_mass_g:g}", "basis": said(bounds.basis)},
            )
        )
    if bounds.max_area_cm2 is not None and area > bounds.max_area_cm2:
        found.append(
            (
                "area_cm2",
                _("%(area)s cm² in all is more than the %(limit)s cm² allowed at once (%(basis)s).")
                % {"area": f"{area:g}", "limit": f"{bounds.max_area_cm2:g}", "basis": said(bounds.basis)},
            )
        )
    return found


def _cautions(
    item: Product,
    bounds: Regimen,
    application: Application,
    age_years: float | None,
    earlier: tuple[Application, ...],
) -> list[str]:
    found = []
    if bounds.max_mass_g is None and bounds.max_area_cm2 is None:
        found.append(
            _("No number limits this on record (%(basis)s): follow the label of the tube.")
            % {"basis": said(bounds.basis)}
        )
    if age_years is None:
        found.append(_("The age is not known, and the limits depend on it."))
    if item.g_per_cm2 is not None and application.mass_g > item.g_per_cm2 * application.area_cm2 * (1 + _ROUNDING):
        found.append(
            _("%(given)s g on %(area)s cm² is a thicker layer than the label's %(label)s g per 10 cm².")
            % {
                "given": f"{application.mass_g:g}",
                "area": f"{application.area_cm2:g}",
                "label": f"{10 * item.g_per_cm2:.3g}",
            }
        )
    if any(other.product != application.product for other in earlier):
        found.append(_("Another anaesthetic was put on before: what is absorbed of the two adds up."))
    return found


# Not a limit: a person weighs out whole tenths of a gram.
_ROUNDING = 0.01


@dataclass(frozen=True, slots=True)
class Contact:
    """The marks of the contact timer, in minutes since the start.

    Attributes:
        practice: time that clinics give.
        label: least time by the label, or None where it states none.
        longest: greatest time by the label, or None.
    """

    practice: float
    label: float | None
    longest: float | None

    def left(self, started: datetime, now: datetime) -> timedelta:
        """Return the time until the label's (else the usual) contact is reached; negative once it is."""
        # In UTC: by one clock on the wall, an hour too few or too many lies between two times of a night in October.
        return started.astimezone(UTC) + timedelta(minutes=self.label or self.practice) - now.astimezone(UTC)


def contact(bounds: Regimen) -> Contact:
    """Return the marks of the timer; the practice mark is never later than the label's own least time."""
    practice = evidence.value("treatment.anaesthetic.practice_contact")
    least = bounds.min_minutes
    return Contact(practice if least is None else min(practice, least), least, bounds.max_minutes)
