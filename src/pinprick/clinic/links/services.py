"""Make, open, use up and revoke links."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from pinprick.clinic.links.models import Link
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Membership


class Closed(Exception):
    """The link does not open: unknown, expired, used up or revoked; `reason` is one of these words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def digest(token: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def make(member: Membership, purpose: str, target: UUID, *, hours: float) -> str:
    """Return the secret of a new link; earlier unused links of the same purpose and target are revoked.

    Args:
        member: who hands it over.
        purpose: what it opens, such as `intake`.
        target: the object it opens.
        hours: how long it opens.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        revoke(member, purpose, target)
        Link.objects.create(
            organisation_id=member.organisation_id,
            token_hash=digest(token),
            purpose=purpose,
            target_id=target,
            created_by=member,
            expires_at=timezone.now() + timedelta(hours=hours),
        )
    return token


def revoke(member: Membership, purpose: str, target: UUID) -> int:
    """Close all open links of a purpose and target; returns how many there were."""
    links = Link.objects.filter(organisation_id=member.organisation_id, purpose=purpose, target_id=target)
    return links.filter(used_at=None, revoked_at=None).update(revoked_at=timezone.now())


def look(token: str, purpose: str) -> Link:
    """Return the link of a secret.

    Raises:
        Closed: it does not open.
    """
    link = Link.objects.select_related("organisation").filter(token_hash=digest(token), purpose=purpose).first()
    if link is None:
        raise Closed("unknown")
    if link.revoked_at:
        raise Closed("revoked")
    if link.used_at:
        raise Closed("used")
    if link.expires_at <= timezone.now():
        raise Closed("expired")
    return link


@contextmanager
def opened(token: str, purpose: str) -> Iterator[Link]:
    """Open a link and work for its organisation inside the `with`; the audit trail names nobody as the actor.

    Raises:
        Closed: it does not open.
    """
    link = look(token, purpose)
    with tenancy.entered(link.organisation_id):
        yield link


def use_up(link: Link) -> None:
    """Close a link for good, in the transaction that stores what it was for.

    Raises:
        Closed: someone else used it up in the meantime.
    """
    if not Link.objects.filter(pk=link.pk, used_at=None, revoked_at=None).update(used_at=timezone.now()):
        raise Closed("used")
