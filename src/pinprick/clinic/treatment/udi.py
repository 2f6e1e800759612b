"""Reads the code on a cartridge or product: GS1 element strings, GS1 Digital Link or a plain trade item number.

The check digit is computed here again (GS1 General Specifications, section 7.9.1): a code that a scanner or a person
got wrong by one figure must not become somebody's lot record.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

import biip
from biip.gs1_element_strings import GS1ElementStrings
from biip.gs1_messages import GS1Message

# Longer than any GS1 message (GS1-128 holds 48 characters, a DataMatrix of a UDI well below this).
LONGEST = 200
_GS = "\x1d"
# What keyboard scanners send instead of the group separator when they are not set up to send it.
_WRITTEN_SEPARATORS = re.compile(r"<GS>|\{GS\}|\[GS\]|\\x1[dD]|\\u001[dD]|\^\]|\u241d|\u21d4", re.IGNORECASE)
_HIBC = re.compile(r"^[*+]?\+[A-Z][0-9A-Z]{3}")
_TRADE_ITEM_LENGTHS = (8, 12, 13, 14)

Fault = Literal["empty", "too_long", "other_issuer", "unreadable", "check_digit", "date", "no_item"]


class Unreadable(ValueError):
    """The code cannot be taken; `fault` names the kind, `detail` gives the numbers for the message."""

    def __init__(self, fault: Fault, **detail: str) -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Udi:
    """What a code says.

    Attributes:
        gtin: trade item number, 14 digits, check digit verified.
        lot: batch or lot, "" where the code has none.
        serial: serial number, "" where the code has none.
        expiry: last day of use, or None.
        made: day of production, or None.
        text: the code in its printed form, for the record.
    """

    gtin: str
    lot: str
    serial: str
    expiry: date | None
    made: date | None
    text: str

    @property
    def identified(self) -> bool:
        """Whether the code tells this one item from every other (it has a serial number)."""
        return bool(self.serial)

    def expired(self, on: date) -> bool:
        """Return whether the last day of use is before a day; a code without a date is not expired by it."""
        return self.expiry is not None and self.expiry < on


def check_digit(payload: str) -> int:
    """Return the GS1 check digit of the digits before it.

    Args:
        payload: digits only, without the check digit.
    """
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(payload)))
    return (10 - weighted % 10) % 10


def read_code(code: str) -> Udi:
    """Return what a scanned or typed code says.

    Args:
        code: GS1 message with or without parentheses and symbology identifier, Digital Link address, or a bare
            trade item number of 8, 12, 13 or 14 digits.

    Raises:
        Unreadable: nothing given, not GS1, a wrong check digit, or an impossible date.
    """
    text = _WRITTEN_SEPARATORS.sub(_GS, code.strip())
    if not text.strip(_GS):
        raise Unreadable("empty")
    if len(text) > LONGEST:
        raise Unreadable("too_long", most=str(LONGEST))
    if _HIBC.match(text):
        raise Unreadable("other_issuer")
    digits = re.sub(r"[ -]", "", text)
    if digits.isascii() and digits.isdigit() and len(digits) in _TRADE_ITEM_LENGTHS:
        return Udi(_trade_item(digits), "", "", None, None, f"(01){digits.zfill(14)}")
    return _of_elements(_elements(text))


def _elements(text: str) -> GS1ElementStrings:
    try:
        if "(" in text:
            start = text.index("(")
            return GS1Message.parse_hri(text[start:].replace(_GS, "")).element_strings
        parsed = biip.parse(text.replace(" ", "") if not text.startswith("http") else text)
    except (biip.ParseError, ValueError) as error:
        raise _unreadable(text, str(error)) from error
    if parsed.gs1_message is not None:
        return parsed.gs1_message.element_strings
    if parsed.gs1_digital_link_uri is not None:
        return parsed.gs1_digital_link_uri.element_strings
    raise _unreadable(text, parsed.gs1_message_error or parsed.gs1_digital_link_uri_error or "")


def _unreadable(text: str, said: str) -> Unreadable:
    if re.search(r"GS1 AI \(1[1-7]\)", said):
        found = re.search(r"'(\d+)'", said)
        return Unreadable("date", given=found.group(1)[-6:] if found else "")
    return Unreadable("unreadable", given=text[:40].replace(_GS, "|"))


def _of_elements(found: GS1ElementStrings) -> Udi:
    item = found.get(ai="01")
    if item is None:
        raise Unreadable("no_item")
    gtin = _trade_item(item.value)
    expiry, made = found.get(ai="17"), found.get(ai="11")
    return Udi(
        gtin=gtin,
        lot=_value(found, "10"),
        serial=_value(found, "21"),
        expiry=expiry.date if expiry else None,
        made=made.date if made else None,
        text="".join(f"({element.ai.ai}){element.value}" for element in found),
    )


def _value(found: GS1ElementStrings, ai: str) -> str:
    element = found.get(ai=ai)
    return element.value if element else ""


def _trade_item(digits: str) -> str:
    """Return 14 digits with the check digit verified."""
    if not digits.isascii():
        raise Unreadable("unreadable", given=digits[:40])
    gtin = digits.zfill(14)
    expected = check_digit(gtin[:-1])
    if int(gtin[-1]) != expected:
        raise Unreadable("check_digit", given=gtin[-1], expected=str(expected), gtin=gtin)
    return gtin
