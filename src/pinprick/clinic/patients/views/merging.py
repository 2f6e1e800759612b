"""Merge two records of one person, and take it back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pinprick.clinic.audit.services import read
from pinprick.clinic.interface.notices import undoable
from pinprick.clinic.patients import merging, query, search, services
from pinprick.clinic.patients.models import Merge, Patient
from pinprick.clinic.people.access import MemberRequest, allowed, get


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("patients.merge")
def merge(request: MemberRequest, patient_id: UUID) -> HttpResponse:
    """Choose the other record of the same person, look at both, merge."""
    member = request.member
    kept = get(Patient, member, patient_id)
    given = request.POST.get("other") or request.GET.get("other")
    other = get(Patient, member, _uuid(given)) if given else None
    if request.method == "POST" and other is not None:
        try:
            done = merging.merge(member, kept, other)
        except merging.Unmergeable as fault:
            messages.error(request, _reason(fault.reason))
        else:
            text = _("Record %(number)s is now part of this one.") % {"number": other.number}
            undoable(request, text, reverse("patients:unmerge", args=[done.pk]))
        return redirect("patients:chart", kept.pk)
    text = request.GET.get("q", "")
    values = {name: getattr(kept, name) for name in services.EDITABLE}
    like = [item.patient for item in services.likenesses(member, values, but=kept.pk)]
    found = (
        [hit.patient for hit in search.find(member, query.read(text)) if hit.patient.pk != kept.pk] if text else like
    )
    if other is not None:
        read(member, other, "details")
    context = {"patient": kept, "other": other, "rows": _rows(kept, other), "found": found, "q": text}
    return render(request, "patients/merge.html", context)


@require_POST
@allowed("patients.merge")
def unmerge(request: MemberRequest, merge_id: UUID) -> HttpResponse:
    """Take a merge back."""
    done = get(Merge, request.member, merge_id, "kept", "absorbed")
    # The lookup above knows no patient field; the records themselves decide whether this member may know of them.
    get(Patient, request.member, done.kept_id)
    try:
        merging.undo(request.member, done)
    except merging.Unmergeable as fault:
        messages.error(request, _reason(fault.reason))
    else:
        messages.success(request, _("The two records are apart again."))
    return redirect("patients:chart", done.kept_id)


def _uuid(given: str) -> UUID | str:
    try:
        return UUID(given)
    except ValueError:
        return UUID(int=0)


def _rows(kept: Patient, other: Patient | None) -> list[tuple[object, object, object]]:
    if other is None:
        return []
    names = ("number", *services.EDITABLE)
    rows = [(_label(name), getattr(kept, name), getattr(other, name)) for name in names]
    return [(label, mine, theirs) for label, mine, theirs in rows if mine or theirs]


def _label(name: str) -> str:
    text = str(getattr(Patient._meta.get_field(name), "verbose_name", name))
    return text[:1].upper() + text[1:]


def _reason(reason: str) -> str:
    known = {
        "same": _("A record cannot be merged with itself."),
        "closed": _("One of the records is archived or merged already, or the merge was undone before."),
    }
    return known.get(reason) or _("Nothing was merged: a signed entry (%(name)s) cannot be moved.") % {"name": reason}
