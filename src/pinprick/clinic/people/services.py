"""Invite, join, change and suspend members; keep the clinic's particulars."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from pinprick.clinic.audit import services as audit
from pinprick.clinic.links.services import digest
from pinprick.clinic.people import tenancy
from pinprick.clinic.people.models import Invitation, Membership, Site, User
from pinprick.clinic.people.roles import Role

INVITATION_HOURS = 72


class Refused(Exception):
    """The act is not allowed; the message says why in words for the person."""


@dataclass(frozen=True)
class Invitee:
    """Who is invited, and as what."""

    name: str
    email: str
    role: str
    site: Site


def invite(member: Membership, whom: Invitee) -> str:
    """Return the secret of a link by which a person joins, or sets a new password; earlier links to them are revoked.

    Args:
        member: who invites.
        whom: who is invited.
    """
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        open_ones = Invitation.objects.filter(
            organisation=member.organisation, email__iexact=whom.email, accepted_at=None
        )
        open_ones.filter(revoked_at=None).update(revoked_at=timezone.now())
        Invitation.objects.create(
            organisation=member.organisation,
            email=whom.email.lower(),
            name=whom.name,
            role=whom.role,
            site=whom.site,
            token_hash=digest(token),
            invited_by=member,
            expires_at=timezone.now() + timedelta(hours=INVITATION_HOURS),
        )
    return token


def pending(token: str) -> Invitation | None:
    """Return the invitation that a secret opens, or None."""
    found = Invitation.objects.select_related("organisation", "site").filter(token_hash=digest(token)).first()
    usable = found and not found.accepted_at and not found.revoked_at and found.expires_at > timezone.now()
    return found if usable else None


def accept(invitation: Invitation, password: str) -> Membership:
    """Make the invited person a member with this password; the invitation is used up.

    A person who is a member elsewhere must give the password they have.

    Raises:
        Refused: the invitation was used meanwhile, or the password is not theirs.
    """
    with transaction.atomic(), tenancy.entered(invitation.organisation_id):
        open_one = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not open_one.update(accepted_at=timezone.now()):
            raise Refused("used")
        user = User.objects.filter(email__iexact=invitation.email).first()
        own = user and Membership.objects.filter(user=user, organisation_id=invitation.organisation_id).first()
        if user is None:
            user = User.objects.create_user(invitation.email, password, name=invitation.name)
        elif own:
            user.set_password(password)
            user.save(update_fields=["password"])
        elif not user.check_password(password):
            raise Refused("password")
        joined, made = Membership.objects.get_or_create(
            user=user,
            organisation_id=invitation.organisation_id,
            defaults={"role": invitation.role, "site": invitation.site},
        )
        audit.act(invitation.organisation_id, "joined" if made else "new password", actor=joined.pk)
    return joined


def colleague(member: Membership, pk: UUID) -> Membership | None:
    """Return a member of the same organisation, or None."""
    return Membership.objects.select_related("user", "site", "organisation").filter(
        organisation_id=member.organisation_id, pk=pk
    ).first()  # fmt: skip


def change(member: Membership, other: Membership, role: str, site: Site) -> None:
    """Change a colleague's role and usual site.

    Raises:
        Refused: the last owner would be gone.
    """
    with transaction.atomic():
        if other.role == Role.OWNER and role != Role.OWNER:
            _keep_an_owner(other)
        Membership.objects.filter(pk=other.pk).update(role=role, site=site)


def set_active(member: Membership, other: Membership, active: bool) -> None:
    """Suspend a colleague, whose sessions end at once, or let them in again.

    Raises:
        Refused: oneself, or the last owner.
    """
    if other.pk == member.pk:
        raise Refused("self")
    with transaction.atomic():
        if not active and other.role == Role.OWNER:
            _keep_an_owner(other)
        Membership.objects.filter(pk=other.pk).update(active=active)
    if not active:
        end_sessions(other.user)


def _keep_an_owner(other: Membership) -> None:
    owners = Membership.objects.select_for_update().filter(
        organisation_id=other.organisation_id, role=Role.OWNER, active=True
    )
    if not [one for one in owners if one.pk != other.pk]:
        raise Refused("last owner")


def remove_second_factor(member: Membership | None, other: Membership) -> None:
    """Forget the second factors of a colleague who has lost them, and end their sessions; they set up a new one.

    Args:
        member: the owner who does so; None for whoever runs the server, who may do it for anybody.
        other: whose are lost.

    Raises:
        Refused: there is none; or they work elsewhere too, where this organisation has no say.
    """
    if member and other.user.memberships.exclude(organisation_id=other.organisation_id).exists():
        raise Refused("elsewhere")
    with transaction.atomic():
        if not Authenticator.objects.filter(user=other.user).delete()[0]:
            raise Refused("none")
        audit.act(other.organisation_id, "second factor taken away", actor=member.pk if member else None, target=other)
    end_sessions(other.user)


def end_sessions(user: User, but: str | None = None) -> int:
    """End every session of a user, but for one where its key is given; returns how many there were."""
    count = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.pk != but and session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
            count += 1
    return count
