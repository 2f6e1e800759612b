"""What one item costs: the clinic's own price, else a published range in the same currency."""

from __future__ import annotations

from dataclasses import dataclass

from pinprick import evidence
from pinprick.planning.case import Case

# Price items of this package by the modality that published prices are filed under.
_PUBLISHED = {
    "microneedling_session": ("microneedling",),
    "fractional_co2": ("ablative_fractional", "laser"),
    "fractional_eryag": ("ablative_fractional", "laser"),
    "nonablative_fractional_laser": ("nonablative_fractional_laser", "laser"),
    "chemical_peel": ("chemical_peel",),
}


@dataclass(frozen=True, slots=True)
class ItemPrice:
    """Price of one unit of an item.

    Attributes:
        item: price item id.
        low, high: range; equal where the clinic stated a price.
        source: source id, or "clinic".
        status: read, remembered, assumed, or "clinic".
        quality: what kind of source it is.
    """

    item: str
    low: float
    high: float
    source: str
    status: str
    quality: str

    @property
    def middle(self) -> float:
        """Middle of the range."""
        return 0.5 * (self.low + self.high)


def item_price(case: Case, item: str) -> ItemPrice | None:
    """Return the price of one item in the clinic's currency, or None where none is known; nothing is converted."""
    if item in case.clinic.prices:
        stated = case.clinic.prices[item]
        return ItemPrice(item, stated, stated, "clinic", "clinic", "the clinic's own price")
    if case.clinic.currency is None:
        return None
    for modality in _PUBLISHED.get(item, ()):
        found = [
            record
            for record in evidence.prices()
            if record.modality == modality
            and record.currency == case.clinic.currency
            and record.per == "session"
            and record.low is not None
            and record.high is not None
        ]
        if found:
            newest = max(found, key=lambda record: record.year or 0)
            evidence.cite(*newest.sources)
            when = f", {newest.year}" if newest.year else ""
            quality = f"published range ({newest.quality}, {newest.country}{when})"
            return ItemPrice(
                item, float(newest.low or 0), float(newest.high or 0), newest.sources[0], newest.status, quality
            )
    return None


def currency(case: Case) -> str | None:
    """Return the currency of every amount of a case, or None where the case names none."""
    return case.clinic.currency
