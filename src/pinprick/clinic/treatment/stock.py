"""Cartridges and products by their codes: expired, misread and used ones are refused with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from pinprick.clinic.people.access import within
from pinprick.clinic.people.models import Membership
from pinprick.clinic.treatment import fields
from pinprick.clinic.treatment.fields import Refused
from pinprick.clinic.treatment.models import Cartridge, CartridgeUse, Product, Session
from pinprick.clinic.treatment.udi import Udi, Unreadable, read_code

# Rooms that record a cartridge of one lot at the same moment.
_TRIES = 5


def why_unreadable(error: Unreadable) -> str:
    """Return what is wrong with a code and what to do, for the person who scanned it."""
    detail = error.detail
    texts = {
        "empty": _("Scan or type the code."),
        "too_long": _("Longer than any code; scan again."),
        "other_issuer": _(
            "This is an HIBC code. Only GS1 codes are read; scan the other code on the pack, if it has one."
        ),
        "unreadable": _(
            "This is not a GS1 code. Scan again, or type what is printed under the code with its brackets."
        ),
        "check_digit": _("The check digit is %(given)s and should be %(expected)s: a figure is wrong. Scan again."),
        "date": _("“%(given)s” is not a date of expiry. Scan again."),
        "no_item": _("The code has no trade item number, (01). Scan the code of the unit, not of the box."),
    }
    return texts[error.fault] % detail if detail else texts[error.fault]


def read(code: str, today: date) -> Udi:
    """Return what a code says.

    Args:
        code: as scanned or typed.
        today: the day at the site.

    Raises:
        Refused: it cannot be read, or has expired.
    """
    try:
        found = read_code(code)
    except Unreadable as error:
        raise Refused(why_unreadable(error)) from error
    if found.expired(today):
        raise Refused(expired_text(found.expiry))
    return found


def expired_text(expiry: date | None) -> str:
    """Return the refusal of what has expired."""
    assert expiry is not None
    return _("Expired on %(date)s. Not to be used.") % {"date": date_format(expiry, "DATE_FORMAT")}


def use_cartridge(session: Session, member: Membership, id: Any, given: Mapping[str, Any], today: date) -> CartridgeUse:
    """Record that a cartridge is used in a session; this one cartridge can then be used nowhere else.

    Args:
        session: the open session.
        member: who records.
        id: identifier of the use, made by the sender.
        given: `code`, and `lot` and `expiry` as typed where the code has none.
        today: the day at the site.

    Raises:
        Refused: unreadable, expired, used before, or not to be told apart from others.
    """
    found = read(str(given.get("code", "")), today)
    lot = found.lot or fields.text(given.get("lot"), 20)
    expiry = found.expiry or fields.day(given.get("expiry"))
    if expiry is not None and expiry < today:
        raise Refused(expired_text(expiry))
    if not lot and not found.serial:
        raise Refused(
            _("This code says neither lot nor serial number. Type the lot from the pouch, or scan its other code.")
        )
    for left in reversed(range(_TRIES)):
        try:
            with transaction.atomic():
                cartridge = _cartridge(session, member, found, lot, expiry)
                return CartridgeUse.objects.create(
                    pk=id,
                    organisation_id=session.organisation_id,
                    created_by=member,
                    patient_id=session.patient_id,
                    session=session,
                    cartridge=cartridge,
                )
        except IntegrityError as error:
            # Two rooms that count another cartridge of one lot at the same moment hold two: the second counts again.
            if left and "treatment_unit_once" in str(error):
                continue
            if "_open" in str(error):
                raise
            raise Refused(_("This cartridge was just recorded elsewhere. One cartridge, one patient.")) from error
    raise AssertionError("the last try returns or raises")


def _cartridge(session: Session, member: Membership, found: Udi, lot: str, expiry: date | None) -> Cartridge:
    rows = Cartridge.objects.filter(organisation_id=session.organisation_id, gtin=found.gtin)
    if found.serial:
        known = rows.filter(serial=found.serial).first()
        if known is None:
            return _new(session, member, found, lot=lot, expiry=expiry)
        _unused(known, session)
        return known
    stocked = rows.filter(serial="", lot=lot, stocked=True)
    free = stocked.filter(use=None).order_by("unit").select_for_update(skip_locked=True, of=("self",)).first()
    if free is not None:
        return free
    if count := stocked.count():
        raise Refused(
            _("All %(count)s of lot %(lot)s in stock have been used. One cartridge, one patient.")
            % {"count": count, "lot": lot}
        )
    last = rows.filter(serial="", lot=lot).aggregate(last=Max("unit"))["last"] or 0
    return _new(session, member, found, lot=lot, expiry=expiry, unit=last + 1)


def _new(session: Session, member: Membership, found: Udi, **rest: Any) -> Cartridge:
    product = Product.objects.filter(organisation_id=session.organisation_id, gtin=found.gtin).first()
    return Cartridge.objects.create(
        organisation_id=session.organisation_id,
        created_by=member,
        product=product,
        gtin=found.gtin,
        serial=found.serial,
        code=found.text,
        **rest,
    )


def _unused(cartridge: Cartridge, session: Session) -> None:
    use = CartridgeUse.objects.filter(cartridge=cartridge).only("session_id", "created_at").first()
    if use is None:
        return
    if use.session_id == session.pk:
        raise Refused(_("Already recorded in this session."))
    raise Refused(
        _("Used on %(date)s in another session. One cartridge, one patient: take a new one.")
        % {"date": date_format(use.created_at, "DATE_FORMAT")}
    )


def receive(
    member: Membership, code: str, count: int, today: date, *, name: str = "", reference: str = ""
) -> list[Cartridge]:
    """Take cartridges into stock.

    Args:
        member: who takes them in.
        code: code of one of them.
        count: how many of this lot; 1 for a code with a serial number.
        today: the day at the site.
        name: what the product is called, where it is new.
        reference: device id that it belongs to, where it is new.

    Raises:
        Refused: the code cannot be taken, has neither lot nor serial number, or is in stock already.
    """
    found = read(code, today)
    if not found.lot and not found.serial:
        raise Refused(_("This code says neither lot nor serial number; scan the code of the unit."))
    organisation = member.organisation_id
    with transaction.atomic():
        product, _made = Product.objects.get_or_create(
            organisation_id=organisation,
            gtin=found.gtin,
            defaults={
                "kind": Product.Kind.CARTRIDGE,
                "name": name or found.gtin,
                "reference": reference,
                "created_by": member,
            },
        )
        rows = Cartridge.objects.filter(organisation_id=organisation, gtin=found.gtin)
        if found.serial:
            if rows.filter(serial=found.serial).exists():
                raise Refused(_("This cartridge is in the records already."))
            count, last = 1, -1
        else:
            last = rows.filter(serial="", lot=found.lot).aggregate(last=Max("unit"))["last"] or 0
        made = [
            Cartridge(
                organisation_id=organisation,
                created_by=member,
                product=product,
                gtin=found.gtin,
                lot=found.lot,
                serial=found.serial,
                unit=last + place,
                expiry=found.expiry,
                code=found.text,
                stocked=True,
            )
            for place in range(1, count + 1)
        ]
        return Cartridge.objects.bulk_create(made)


def who_got(member: Membership, lot: str) -> tuple[list[CartridgeUse], int]:
    """Return who was treated with a lot, newest first, and how many more there are whom this member may not know of.

    Args:
        member: who asks.
        lot: the lot, as printed.
    """
    every = CartridgeUse.objects.filter(organisation_id=member.organisation_id, cartridge__lot=lot)
    seen = within(CartridgeUse, member).filter(cartridge__lot=lot)
    rows = list(seen.select_related("cartridge", "session", "patient").order_by("-created_at"))
    return rows, every.count() - len(rows)


def lots(member: Membership) -> list[dict[str, Any]]:
    """Return the lots in stock with what is left of each, those that expire first at the top."""
    rows = (
        Cartridge.objects.filter(organisation_id=member.organisation_id, stocked=True)
        .values("gtin", "lot", "expiry", "product__name")
        .annotate(count=Count("pk"), left=Count("pk", filter=Q(use=None)))
        .order_by("expiry", "lot")
    )
    return [dict(row) for row in rows]
