"""A clinician reads a signed response, examines, and turns both into the patient's facts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pinprick.clinic.audit.services import read
from pinprick.clinic.intake import presentation, services, summary
from pinprick.clinic.intake.models import Response, Review
from pinprick.clinic.intake.views.desk import RELATED
from pinprick.clinic.interface import autosave
from pinprick.clinic.interface.engine_text import said
from pinprick.clinic.patients import clock, facts_record, knowledge
from pinprick.clinic.patients.services import Closed, known
from pinprick.clinic.people.access import MemberRequest, allowed, get
from pinprick.safety import Facts, concepts


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("intake.review")
def review(request: MemberRequest, response_id: UUID) -> HttpResponse:
    """Read, examine, record."""
    response = get(Response, request.member, response_id, *RELATED)
    if response.state != Response.State.SIGNED or response.is_reviewed:
        return redirect("intake:response", response.pk)
    read(request.member, response.patient, "intake")
    begun = services.review_of(request.member, response)
    faults: dict[str, Any] = {}
    if request.method == "POST":
        sent = {name: request.POST.getlist(name) for name in request.POST}
        begun = services.save_review(begun, sent, expected=None, whole=True)
        try:
            faults = services.finish_review(request.member, begun, today=clock.today(request.member))
        except Closed:
            messages.warning(request, _("This record is closed and takes no changes."))
            return redirect("patients:chart", response.patient_id)
        if not faults:
            messages.success(request, _("The answers are now part of what is known of the patient."))
            return redirect("patients:chart", response.patient_id)
    return render(request, "intake/review.html", _context(response, begun, faults), status=422 if faults else 200)


@require_POST
@allowed("intake.review")
def save(request: MemberRequest, response_id: UUID) -> HttpResponseBase:
    """The examination, as it is typed."""
    response = get(Response, request.member, response_id)

    def perform(change: autosave.Change) -> autosave.Saved:
        sent = {name: change.data.getlist(name) for name in change.changed}
        try:
            held = services.save_review(services.review_of(request.member, response), sent, expected=change.version)
        except services.Stale as fault:
            typed = fault.current.typed
            fields = {name: typed.get(name, []) if name != "note" else [fault.current.note] for name in sent}
            raise autosave.Conflict(fault.current.version, fields) from fault
        except services.Locked as fault:
            raise autosave.Invalid({"": [_("This review is done.")]}) from fault
        return autosave.Saved(held.version)

    return autosave.answer(request, request.member.organisation_id, perform)


def _context(response: Response, begun: Review, faults: dict[str, Any]) -> dict[str, Any]:
    shape, asked = services.shape_of(response), services.asked_of(response)
    facts = services.facts_of(response)
    before = known(response.patient)
    staff = services.for_staff(shape)
    labels = {item.id: said(item.label) for item in concepts().values()}
    return {
        "patient": response.patient,
        "response": response,
        "review": begun,
        "shape": shape,
        "intact": services.is_intact(response),
        "sections": [(one, summary.lines(shape, one, response.answers, asked)) for one in services.for_patient(shape)],
        "examination": [(one, presentation.shown(shape, one, begun.typed, asked, faults)) for one in staff],
        "groups": knowledge.grouped(facts),
        "unread": facts.unrecognised,
        "contradictions": [labels[id] for id in facts_record.contradictions(facts)],
        "changes": _changes(before, facts),
        "faults": list(faults.items()),
        "save_url": reverse("intake:review_save", args=[response.pk]),
    }


def _changes(before: Facts, answered: Facts) -> list[tuple[str, str | None, str | None]]:
    """Return what the answers change of what was known: label, before, after."""
    if not before.facts:
        return []
    after = facts_record.updated(before, answered)
    rows = []
    for id in dict.fromkeys(fact.concept for fact in (*before.facts, *after.facts)):
        was = "; ".join(knowledge.in_words(fact).state for fact in before.facts if fact.concept == id)
        now = "; ".join(knowledge.in_words(fact).state for fact in after.facts if fact.concept == id)
        if was and was != now:
            label = concepts()[id].label if id in concepts() else id
            rows.append((said(label[:1].upper() + label[1:]), was or None, now or None))
    return rows
