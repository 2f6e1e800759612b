"""Who may do what: every view names its permission, every object is looked up within the member's own organisation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from pinprick.clinic.audit import services as audit
from pinprick.clinic.people import asking, second_factor
from pinprick.clinic.people.models import Membership, Tenant
from pinprick.clinic.people.roles import PERMISSIONS

P = ParamSpec("P")
T = TypeVar("T", bound=Tenant)
View = Callable[..., HttpResponseBase]
PUBLIC = "public"


class MemberRequest(HttpRequest):
    """A request of a signed-in member of an organisation."""

    member: Membership


def allowed(permission: str) -> Callable[[Callable[Concatenate[MemberRequest, P], HttpResponseBase]], View]:
    """Let a view be reached only by members whose role holds a permission; others sign in first or are refused.

    Raises:
        KeyError: the permission is not in the table of roles.
    """
    PERMISSIONS[permission]

    def decorate(view: Callable[Concatenate[MemberRequest, P], HttpResponseBase]) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member = getattr(request, "member", None)
            if member is None:
                if request.user.is_authenticated:
                    raise PermissionDenied("no membership")
                if request.headers.get("HX-Request"):
                    return HttpResponse(status=401, headers={"HX-Redirect": f"/account/login/?next={request.path}"})
                return redirect_to_login(request.get_full_path())
            if second_factor.due(request, member):
                back = request.path if request.method == "GET" else "/"
                return asking.send(request, second_factor.confirmation_url(request, back), "second factor")
            if not member.may(permission):
                audit.act(member.organisation_id, "refused", actor=member.pk, permission=permission)
                raise PermissionDenied(permission)
            return view(cast(MemberRequest, request), *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Mark a view that needs no sign-in: it must look after its own protection (a one-time link, nothing personal)."""
    view.permission = PUBLIC  # type: ignore[attr-defined]
    return view


def within(model: type[T], member: Membership) -> QuerySet[T]:
    """Return the objects of a member's organisation, without those of patients restricted to others."""
    rows: QuerySet[T] = model._default_manager.filter(organisation_id=member.organisation_id)
    visible = getattr(model, "visible_to", None)
    if visible is not None:
        return cast("QuerySet[T]", visible(rows, member))
    if any(field.name == "patient" for field in model._meta.get_fields()):
        from pinprick.clinic.patients.models import Patient

        hidden = Patient.hidden_from(member)
        if hidden is not None:
            rows = rows.exclude(patient__in=hidden)
    return rows


def get(model: type[T], member: Membership, pk: UUID | str, *related: str) -> T:
    """Return one object by its identifier, joined with what is named.

    Raises:
        Http404: there is none that this member may know of.
    """
    rows = within(model, member)
    found = (rows.select_related(*related) if related else rows).filter(pk=pk).first()
    if found is None:
        raise Http404(cast(Any, model)._meta.verbose_name)
    return found
