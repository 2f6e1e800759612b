"""Pages of people and the clinic: first run, joining, staff, sites, oneself."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pinprick.clinic.audit import services as audit
from pinprick.clinic.people import asking, forms, second_factor, services, setup
from pinprick.clinic.people import home as board
from pinprick.clinic.people.access import MemberRequest, allowed, public
from pinprick.clinic.people.middleware import MEMBERSHIP
from pinprick.clinic.people.models import Invitation, Membership, Site, User

BACKEND = settings.AUTHENTICATION_BACKENDS[0]


@allowed("people.self")
def home(request: MemberRequest) -> HttpResponse:
    """What waits for this member."""
    return render(request, "people/home.html", {"cards": board.cards(request.member)})


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest, token: str) -> HttpResponse:
    """Make the clinic and its owner."""
    if not setup.opens(token):
        raise Http404("setup")
    form = forms.FirstRun(request.POST or None)
    if request.method == "POST" and form.is_valid():
        owner = setup.begin(setup.Beginning(**form.cleaned_data))
        if owner is None:
            raise Http404("setup")
        login(request, owner.user, backend=BACKEND)
        messages.success(request, _("The clinic is made."))
        return redirect("people:home")
    return render(request, "people/first_run.html", {"form": form}, status=422 if form.errors else 200)


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation."""
    invitation = services.pending(token)
    if invitation is None:
        return render(request, "people/invitation_closed.html", status=410)
    user = User.objects.filter(email__iexact=invitation.email).first()
    elsewhere = bool(user) and not Membership.objects.filter(user=user, organisation=invitation.organisation).exists()
    whom = user or User(name=invitation.name, email=invitation.email)
    whom.context_names = (invitation.organisation.name, invitation.site.name)
    form = forms.Join(request.POST or None, user=whom, elsewhere=elsewhere)
    if request.method == "POST" and form.is_valid():
        try:
            member = services.accept(invitation, form.cleaned_data["password"])
        except services.Refused as fault:
            if str(fault) == "used":
                return render(request, "people/invitation_closed.html", status=410)
            form.add_error(
                "password", _("This is not the password of your account. You have one already, from another clinic.")
            )
        else:
            messages.success(request, _("Welcome. Sign in with your e-mail and the password you have just set."))
            return redirect(f"{settings.LOGIN_URL}?next=/") if not member.active else _sign_in(request, member)
    context = {"form": form, "invitation": invitation, "elsewhere": elsewhere}
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


def _sign_in(request: HttpRequest, member: Membership) -> HttpResponse:
    # With a second factor set up, a new password alone does not open the account.
    from allauth.mfa.utils import is_mfa_enabled

    if not is_mfa_enabled(member.user):
        login(request, member.user, backend=BACKEND)
    return redirect("people:home")


@allowed("people.manage")
@require_http_methods(["GET", "POST"])
def staff(request: MemberRequest) -> HttpResponse:
    """The members of the clinic, and a form that invites another."""
    organisation = request.member.organisation
    form = forms.Invite(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        token = services.invite(request.member, services.Invitee(**form.cleaned_data))
        return _hand_over(request, token, form.cleaned_data["name"])
    context = {
        "form": form,
        "members": organisation.memberships.select_related("user", "site").order_by("-active", "user__name"),
        "invitations": organisation.invitations.filter(accepted_at=None, revoked_at=None).order_by("-created_at"),
    }
    return render(request, "people/staff.html", context, status=422 if form.errors else 200)


def _hand_over(request: HttpRequest, token: str, name: str) -> HttpResponse:
    context = {"url": request.build_absolute_uri(f"/join/{token}/"), "name": name, "hours": services.INVITATION_HOURS}
    return render(request, "people/hand_over.html", context)


def _colleague(request: MemberRequest, pk: UUID) -> Membership:
    found = services.colleague(request.member, pk)
    if found is None:
        raise Http404("member")
    return found


@allowed("people.manage")
@require_http_methods(["GET", "POST"])
def colleague(request: MemberRequest, pk: UUID) -> HttpResponse:
    """One member: role and usual site."""
    other = _colleague(request, pk)
    form = forms.Change(request.POST or None, instance=other)
    if request.method == "POST" and form.is_valid():
        try:
            services.change(
                request.member, _colleague(request, pk), form.cleaned_data["role"], form.cleaned_data["site"]
            )
        except services.Refused:
            form.add_error("role", _("A clinic needs an owner. Make someone else owner first."))
        else:
            messages.success(request, _("Saved."))
            return redirect("people:staff")
    return render(request, "people/colleague.html", {"form": form, "other": other}, status=422 if form.errors else 200)


@allowed("people.manage")
@require_POST
def set_active(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Suspend a member or let them in again."""
    other, active = _colleague(request, pk), request.POST.get("active") == "yes"
    try:
        services.set_active(request.member, other, active)
    except services.Refused as fault:
        said = _("You cannot suspend yourself.") if str(fault) == "self" else _("A clinic needs an owner.")
        messages.error(request, said)
    else:
        name = {"name": other.user.name}
        messages.success(
            request,
            _("%(name)s may sign in again.") % name if active else _("%(name)s is signed out and suspended.") % name,
        )
    return redirect("people:staff")


@allowed("people.manage")
@require_POST
def remove_second_factor(request: MemberRequest, pk: UUID) -> HttpResponseBase:
    """Forget a colleague's lost second factor; it asks for one's own, as an approval does."""
    other, here = _colleague(request, pk), reverse("people:colleague", args=[pk])
    if second_factor.fresh(request) is None:
        return asking.send(request, second_factor.confirmation_url(request, here), "second factor")
    try:
        services.remove_second_factor(request.member, other)
    except services.Refused as fault:
        said = {
            "none": _("%(name)s has no second factor."),
            "elsewhere": _("%(name)s also works for another clinic: whoever runs the server can take it away."),
        }
        messages.error(request, said[str(fault)] % {"name": other.user.name})
    else:
        messages.success(
            request,
            _("%(name)s is signed out and sets up a new second factor at the next sign-in.")
            % {"name": other.user.name},
        )
    return redirect(here)


@allowed("people.manage")
@require_POST
def new_password(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make a link by which a member sets a new password."""
    other = _colleague(request, pk)
    token = services.invite(request.member, services.Invitee(other.user.name, other.user.email, other.role, other.site))
    return _hand_over(request, token, other.user.name)


@allowed("people.manage")
@require_POST
def revoke(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take an invitation back."""
    from django.utils import timezone

    found = Invitation.objects.filter(organisation=request.member.organisation, pk=pk, accepted_at=None)
    if not found.update(revoked_at=timezone.now()):
        raise Http404("invitation")
    messages.success(request, _("The invitation no longer opens."))
    return redirect("people:staff")


@allowed("people.manage")
@require_http_methods(["GET", "POST"])
def clinic(request: MemberRequest) -> HttpResponse:
    """The clinic's particulars and its sites."""
    organisation = request.member.organisation
    before = model_to_dict(organisation)
    form = forms.Clinic(request.POST or None, instance=organisation)
    if request.method == "POST" and form.is_valid():
        form.save()
        changes = {name: [before[name], form.cleaned_data[name]] for name in form.changed_data}
        audit.act(organisation.pk, "clinic changed", actor=request.member.pk, **changes)
        messages.success(request, _("Saved."))
        return redirect("people:clinic")
    context = {"form": form, "sites": organisation.sites.order_by("name")}
    return render(request, "people/clinic.html", context, status=422 if form.errors else 200)


def _new_site(member: Membership) -> Site:
    return Site(organisation=member.organisation, time_zone=member.site.time_zone)


@allowed("people.manage")
@require_http_methods(["GET", "POST"])
def site(request: MemberRequest, pk: UUID | None = None) -> HttpResponse:
    """A site, new or known."""
    organisation = request.member.organisation
    known = organisation.sites.filter(pk=pk).first() if pk else _new_site(request.member)
    if known is None:
        raise Http404("site")
    form = forms.Place(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:clinic")
    return render(request, "people/site.html", {"form": form, "site": known}, status=422 if form.errors else 200)


@allowed("people.self")
@require_http_methods(["GET", "POST"])
def me(request: MemberRequest) -> HttpResponse:
    """Oneself: name, password, second factor, other clinics, and where one is signed in."""
    user = request.member.user
    form = forms.Me(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:me")
    context: dict[str, Any] = {
        "form": form,
        "memberships": user.memberships.filter(active=True).select_related("organisation", "site"),
    }
    return render(request, "people/me.html", context, status=422 if form.errors else 200)


@allowed("people.self")
@require_POST
def switch(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Work for another clinic of which one is a member."""
    if not request.member.user.memberships.filter(pk=pk, active=True).exists():
        raise Http404("membership")
    request.session[MEMBERSHIP] = str(pk)
    return redirect("people:home")


@allowed("people.self")
@require_POST
def sign_out_everywhere(request: MemberRequest) -> HttpResponse:
    """End all sessions of oneself."""
    count = services.end_sessions(request.member.user)
    logout(request)
    messages.success(
        request, ngettext("%(count)d session ended.", "%(count)d sessions ended.", count) % {"count": count}
    )
    return redirect(settings.LOGIN_URL)
