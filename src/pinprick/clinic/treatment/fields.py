"""What may stand in each field of a session record, read from what was typed; a refusal says what would do."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from pinprick import evidence
from pinprick.device import Device, devices
from pinprick.safety import products
from pinprick.skin import Zone

Value = Any
Reader = Callable[[Value], Value]
ZONES = frozenset(zone.value for zone in Zone)
STATES = ("open", "treated", "left_out")
_LARGEST = Decimal(10**9)
# Of a person who can be treated; a slip such as 700 is caught.
_WEIGHT_KG = (Decimal(2), Decimal(400))


class Refused(ValueError):
    """What was given cannot be recorded; the text is for the person who gave it."""


@cache
def device_range(id: str) -> tuple[float, float]:
    """Return the shortest and longest needle of a device in mm, or of all where it is not known which."""
    known = [item for item in devices() if not id or item.id == id] or list(devices())
    return min(item.needle_length_min_mm for item in known), max(item.needle_length_max_mm for item in known)


@cache
def known_devices() -> Mapping[str, Device]:
    """Return the devices of the catalogue by id."""
    return {item.id: item for item in devices()}


def _number(value: Value, places: int) -> Decimal | None:
    if value is None or value == "":
        return None
    text = str(value).strip().replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Refused(_("“%(given)s” is not a number.") % {"given": str(value)[:20]}) from None
    if not number.is_finite() or len(text) > 20 or number.copy_abs() > _LARGEST:
        raise Refused(_("“%(given)s” is not a number.") % {"given": str(value)[:20]})
    return round(number, places).normalize() + Decimal(0)


def _between(number: Decimal | None, low: float | Decimal, high: float | Decimal, unit: str) -> Decimal | None:
    if number is not None and not Decimal(str(low)) <= number <= Decimal(str(high)):
        raise Refused(
            _("Between %(low)s and %(high)s %(unit)s; %(given)s was given.")
            % {"low": f"{float(low):g}", "high": f"{float(high):g}", "unit": unit, "given": f"{float(number):g}"}
        )
    return number


def needle_length(value: Value, device: str = "") -> Decimal | None:
    """Return a needle length in mm that the device can be set to."""
    return _between(_number(value, 2), *device_range(device), "mm")


def _whole(value: Value, low: int, high: int, unit: str) -> int | None:
    number = _number(value, 6)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise Refused(_("A whole number is needed; %(given)s was given.") % {"given": str(value)[:20]})
    _between(number, low, high, unit)
    return int(number)


def pass_count(value: Value) -> int | None:
    """Return a number of passes."""
    return _whole(value, 1, int(evidence.value("injury.pass_count_max")), _("passes"))


def glide_speed(value: Value) -> Decimal | None:
    """Return a speed of the hand in mm/s, within what the model's spread holds possible."""
    spread = evidence.parameter("injury.pen.glide_speed").spread
    low, high = spread.low or 0.0, spread.high or math.inf
    # The hand can rest or race beyond what was assumed of it; ten times as much is a slip of the pen.
    return _between(_number(value, 1), low / 10, high * 10, "mm/s")


def pain(value: Value) -> int:
    """Return a pain score from 0 to 10."""
    number = _whole(value, 0, 10, _("points"))
    if number is None:
        raise Refused(_("Choose a number from 0 to 10."))
    return number


def weight(value: Value) -> Decimal | None:
    """Return a weight in kg."""
    return _between(_number(value, 1), *_WEIGHT_KG, "kg")


def amount(value: Value, unit: str, most: int) -> Decimal:
    """Return a positive amount."""
    number = _number(value, 1)
    if number is None:
        raise Refused(_("Needed: how many %(unit)s.") % {"unit": unit})
    if number <= 0:
        raise Refused(_("Must be more than nothing."))
    _between(number, 0, most, unit)
    return number


def text(value: Value, longest: int) -> str:
    """Return words of a limited length, without control characters."""
    words = "".join(sign for sign in str(value or "") if sign == "\n" or sign.isprintable()).strip()
    if len(words) > longest:
        raise Refused(_("At most %(limit)s characters; these are %(given)s.") % {"limit": longest, "given": len(words)})
    return words


def choice(value: Value, allowed: tuple[str, ...] | frozenset[str]) -> str:
    """Return one of a list."""
    given = str(value or "")
    if given not in allowed:
        raise Refused(_("“%(given)s” is not one of the choices.") % {"given": given[:40]})
    return given


def device(value: Value) -> str:
    """Return a device id of the catalogue, or "" where none is stated."""
    return choice(value, frozenset(known_devices()) | {""})


def anaesthetic(value: Value) -> str:
    """Return the id of an anaesthetic product on record."""
    return choice(value, frozenset(products()))


def day(value: Value) -> date | None:
    """Return a day, or None where none is stated."""
    if not value:
        return None
    try:
        found = parse_date(str(value))
    except ValueError:
        found = None
    if found is None:
        raise Refused(_("“%(given)s” is not a date. Write it as 2027-03-31.") % {"given": str(value)[:20]})
    return found


def moment(value: Value, latest: datetime) -> datetime:
    """Return an instant that is not in the future."""
    try:
        found = parse_datetime(str(value)) if value else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Refused(_("A time is needed."))
    if found > latest:
        raise Refused(_("This time lies in the future."))
    return found


def known_anaesthetic(id: str) -> str:
    """Return what an anaesthetic product is called."""
    return products()[id].name
