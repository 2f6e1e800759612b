"""The auditor's page: the trail, filtered, and its verification."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from pinprick.clinic.audit import services
from pinprick.clinic.audit.models import Entry
from pinprick.clinic.audit.verify import verify
from pinprick.clinic.people.access import MemberRequest, allowed
from pinprick.clinic.people.models import Membership

PAGE = 50


class Filter(forms.Form):
    """Which entries to show."""

    actor = forms.ModelChoiceField(
        label=_("Member"), queryset=Membership.objects.none(), required=False, empty_label=_("Anyone")
    )
    action = forms.CharField(label=_("Action contains"), max_length=60, required=False)
    patient = forms.UUIDField(label=_("Patient (identifier)"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


def _chosen(entries: QuerySet[Entry], given: dict[str, object]) -> QuerySet[Entry]:
    names = {
        "actor": "actor",
        "action": "action__icontains",
        "patient": "patient_id",
        "since": "at__date__gte",
        "until": "at__date__lte",
    }
    return entries.filter(**{names[name]: value for name, value in given.items() if value})


@allowed("audit.see")
@require_GET
def trail(request: MemberRequest) -> HttpResponse:
    """The entries, newest first."""
    organisation = request.member.organisation
    form = Filter(request.GET or None)
    field = form.fields["actor"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = organisation.memberships.select_related("user").order_by("user__name")
    entries = Entry.objects.filter(organisation=organisation).select_related("actor__user").order_by("-sequence")
    if form.is_bound and form.is_valid():
        entries = _chosen(entries, form.cleaned_data)
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    services.act(organisation.pk, "read audit trail", actor=request.member.pk)
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {"form": form, "page": page, "query": asked.urlencode(), "patient": _patient(form)}
    return render(request, "audit/trail.html", context)


def _patient(form: Filter) -> UUID | None:
    return form.cleaned_data.get("patient") if form.is_bound and form.is_valid() else None


@allowed("audit.see")
@require_POST
def check(request: MemberRequest) -> HttpResponse:
    """Recompute the chain and say whether it is whole."""
    head = request.POST.get("head", "").strip().lower() or None
    found = verify(request.member.organisation_id, head)
    services.act(request.member.organisation_id, "verified audit trail", actor=request.member.pk, sound=found.sound)
    return render(request, "audit/verification.html", {"found": found, "head": head})
