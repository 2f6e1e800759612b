"""What is done when Django or allauth tells of something: rights after a migration, sign-ins in the audit trail."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.http import HttpRequest

from pinprick.clinic.audit import services as audit
from pinprick.clinic.audit import sql
from pinprick.clinic.people import second_factor, services, tenancy
from pinprick.clinic.people.middleware import SIGNED_OUT
from pinprick.clinic.people.models import Membership, User


@receiver(post_migrate)
def grant(sender: Any, **_: Any) -> None:
    """Give the application's role its rights on every table of an app that was migrated, and make the cache's table."""
    if "audit_entry" not in (tables := connection.introspection.table_names()):
        return
    if "cache" not in tables:
        call_command("createcachetable", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(sql.GRANTS)


def _write(user: User | None, action: str, **detail: object) -> None:
    if user is None or not user.pk:
        return
    for member in Membership.objects.filter(user=user, active=True):
        with tenancy.entered(member.organisation_id, member.pk):
            audit.act(member.organisation_id, action, actor=member.pk, **detail)


@receiver(user_logged_in)
def signed_in(sender: Any, user: User, **_: Any) -> None:
    """Write a sign-in."""
    _write(user, "signed in")


@receiver(user_logged_out)
def signed_out(sender: Any, request: HttpRequest | None, user: User | None, **_: Any) -> None:
    """Write a sign-out, and have the browser forget what it keeps for these pages."""
    if request is not None:
        request.META[SIGNED_OUT] = True
    _write(user, "signed out")


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """Write a refused sign-in, where the name is known; the name itself is not written."""
    name = credentials.get("email") or credentials.get("username") or ""
    _write(User.objects.filter(email__iexact=name).first(), "sign-in refused")


@receiver(authenticator_added)
def factor_added(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """Write that a second factor was added, and end the sessions that were opened without it."""
    if authenticator.type in second_factor.KINDS:
        if not Authenticator.objects.filter(user=user, type__in=second_factor.KINDS).exclude(pk=authenticator.pk):
            services.end_sessions(user, but=request.session.session_key)
        request.session[second_factor.SET_UP] = True
    _write(user, "second factor added", kind=authenticator.type)


@receiver(authenticator_removed)
def factor_removed(sender: Any, request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """Write that a second factor was removed; without another, a new one is due at once where it is asked for."""
    if not second_factor.enrolled(request):
        second_factor.forget(request)
    _write(user, "second factor removed", kind=authenticator.type)
