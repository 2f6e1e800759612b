"""What a prescription costs."""

from __future__ import annotations

from pinprick import evidence
from pinprick.cascade import Course
from pinprick.device import Device
from pinprick.planning.adjunct import adjuncts
from pinprick.planning.case import Case
from pinprick.planning.plan_record import Quote, QuoteLine
from pinprick.planning.price import ItemPrice, item_price
from pinprick.units import DAYS_PER_MONTH


def session_item(device: Device) -> str:
    """Return the price item that a session with a device is charged as."""
    return {"radiofrequency": "radiofrequency_session", "home_roller": "home_roller"}.get(
        device.device_class, "microneedling_session"
    )


def counted_items(case: Case, device: Device, course: Course, added: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return every price item of a prescription with how many of it are needed.

    A device for home use is bought once; items with no price are charged with the session and are left out.
    """
    one = device.device_class == "home_roller"
    counts = [(session_item(device), 1 if one else course.sessions)]
    per = {raw["id"]: raw["per"] for raw in evidence.load_records("planning/price_items.yaml")}
    months = max(1, round(course.last_session_day / DAYS_PER_MONTH))
    for id in added:
        item = adjuncts()[id].price_item
        counts.append((item, months if per[item] == "month" else course.sessions))
    if case.clinic.anaesthetic not in (None, "none") and not one:
        counts.append(("anaesthetic", course.sessions))
    counts += [("consultation", 1), ("follow_up", 1)]
    return tuple(counts)


def unpriced(case: Case, device: Device, added: tuple[str, ...]) -> tuple[str, ...]:
    """Return the price items of a prescription that have no price and cannot be left out of it."""
    needed = (session_item(device), *(adjuncts()[id].price_item for id in added))
    return tuple(item for item in needed if item_price(case, item) is None)


def course_price(case: Case, device: Device, course: Course, added: tuple[str, ...]) -> float | None:
    """Return the middle of the total in the clinic's currency, or None where the session or an adjunct has no price."""
    if unpriced(case, device, added):
        return None
    lines = [(item_price(case, item), count) for item, count in counted_items(case, device, course, added)]
    return sum(price.middle * count for price, count in lines if price is not None)


def quote(case: Case, device: Device, course: Course, added: tuple[str, ...]) -> Quote | None:
    """Return the quote of a prescription, or None where the case names no currency or nothing has a price."""
    if case.clinic.currency is None:
        return None
    found: list[tuple[ItemPrice, int]] = []
    missing: list[str] = []
    names = {raw["id"]: raw["name"] for raw in evidence.load_records("planning/price_items.yaml")}
    optional = {"anaesthetic", "consultation", "follow_up"}
    for item, count in counted_items(case, device, course, added):
        price = item_price(case, item)
        if price is not None:
            found.append((price, count))
        elif item not in optional:
            missing.append(names[item])
    if not found:
        return None
    lines = tuple(
        QuoteLine(names[price.item], count, price.low, price.high, price.source, price.status) for price, count in found
    )
    return Quote(
        currency=case.clinic.currency,
        lines=lines,
        low=sum(line.count * line.unit_low for line in lines),
        high=sum(line.count * line.unit_high for line in lines),
        note=_note(found, missing),
    )


def _note(found: list[tuple[ItemPrice, int]], missing: list[str]) -> str:
    published = sorted({price.quality for price, _ in found if price.source != "clinic"})
    said = (
        f"Rests on {'; '.join(published)}: weak data, to be replaced by the clinic's own price."
        if published
        else "The clinic's own prices."
    )
    return said + (f" Not in the total, since no price is known: {', '.join(missing)}." if missing else "")
