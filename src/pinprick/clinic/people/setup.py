"""The first run: the clinic and its owner, made by whoever holds the address that the server printed."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection, transaction

from pinprick.clinic.audit import services as audit
from pinprick.clinic.people.models import Membership, Organisation, Site, User
from pinprick.clinic.people.roles import Role

_KEY = "setup"


@dataclass(frozen=True)
class Beginning:
    """What the first form asks.

    Attributes:
        organisation: name of the clinic.
        jurisdiction: country code whose rules apply first.
        currency: currency code of its prices.
        site: name of its first site.
        time_zone: IANA time zone of the site.
        phone: number patients call.
        name: the owner's name.
        email: the owner's e-mail.
        password: the owner's password.
    """

    organisation: str
    jurisdiction: str
    currency: str
    site: str
    time_zone: str
    phone: str
    name: str
    email: str
    password: str


def offer(token: str) -> str | None:
    """Keep the hash of a token that opens the first run for a day; returns it, or None where there is a clinic."""
    if Organisation.objects.exists():
        return None
    cache.set(_KEY, hashlib.sha256(token.encode()).hexdigest(), 24 * 3600)
    return token


def opens(token: str) -> bool:
    """Return whether a token opens the first run."""
    kept = cache.get(_KEY) or ""
    fits = hmac.compare_digest(kept, hashlib.sha256(token.encode()).hexdigest())
    return fits and not Organisation.objects.exists()


def begin(given: Beginning) -> Membership | None:
    """Make the clinic, its site and its owner; None where someone else was first.

    Args:
        given: what the form said.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(71)")
        if Organisation.objects.exists():
            return None
        organisation = Organisation.objects.create(
            name=given.organisation, jurisdiction=given.jurisdiction, currency=given.currency, phone=given.phone
        )
        cursor.execute("SELECT set_config('pinprick.organisation', %s, false)", [str(organisation.pk)])
        site = Site.objects.create(
            organisation=organisation, name=given.site, time_zone=given.time_zone, phone=given.phone
        )
        user = User.objects.create_user(given.email, given.password, name=given.name)
        owner = Membership.objects.create(user=user, organisation=organisation, role=Role.OWNER, site=site)
        audit.act(organisation.pk, "clinic made", actor=owner.pk)
    cache.delete(_KEY)
    return owner
