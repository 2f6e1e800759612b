"""Pages of plans: the patient's plans, a draft, its computation, the plan itself, approval and its life."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinprick.clinic.audit.services import act, read
from pinprick.clinic.interface import autosave
from pinprick.clinic.interface.notices import undoable
from pinprick.clinic.interface.once import once
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.patients.services import Closed
from pinprick.clinic.people import concurrency, second_factor
from pinprick.clinic.people.access import MemberRequest, allowed, get, public, within
from pinprick.clinic.plans import computing, difference, frozen, page, services
from pinprick.clinic.plans.approval import NotApprovable, obstacles, treatment
from pinprick.clinic.plans.forms import DraftForm, initial
from pinprick.clinic.plans.models import Computation, Plan, Revision
from pinprick.clinic.screening import services as screenings
from pinprick.errors import InputError
from pinprick.report.page import asset
from pinprick.report.translation import translated
from pinprick.skin import Zone


def today(request: MemberRequest) -> date:
    """Return the day at the member's site."""
    return timezone.now().astimezone(ZoneInfo(request.member.site.time_zone)).date()


def kept(view: Callable[[MemberRequest, UUID], HttpResponse]) -> Callable[[MemberRequest, UUID], HttpResponse]:
    """Say so where what is stored is not what was frozen, and write it to the audit trail."""

    def checked(request: MemberRequest, pk: UUID) -> HttpResponse:
        try:
            return view(request, pk)
        except frozen.Altered as fault:
            act(request.member.organisation_id, "altered plan found", actor=request.member.pk, route=view.__name__)
            return render(request, "plans/altered.html", {"fault": fault}, status=409)

    return wraps(view)(checked)


@public
@require_GET
@cache_control(public=True, max_age=3600)
def figure_rules(request: HttpRequest) -> HttpResponse:
    """The style rules of the figures, which are those of the report."""
    return HttpResponse(str(asset("chart.css")), content_type="text/css")


@allowed("plans.see")
@require_GET
def patient(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every plan of a patient."""
    person = get(Patient, request.member, pk)
    read(request.member, person, "plans")
    plans = (
        within(Plan, request.member)
        .filter(patient=person)
        .select_related("approved_by__user", "created_by__user", "current")
    )
    kept = [plan for plan in plans.order_by("-created_at") if plan.discarded_at is None]
    values = {"patient": person, "plans": kept, "put_away": [plan for plan in plans if plan.discarded_at is not None]}
    return render(
        request, "plans/patient.html", values | {"may_draft": request.member.may("plans.draft") and person.is_open}
    )


@allowed("plans.draft")
@require_POST
@once
def begin(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Begin a draft; what was considered in the screening is taken over."""
    person = get(Patient, request.member, pk)
    try:
        plan = services.begin(
            request.member, person, _("Plan of %(day)s") % {"day": today(request).isoformat()}, _beginning(person)
        )
    except Closed:
        messages.error(request, _("The record is archived, so nothing more is written to it."))
        return redirect("plans:patient", pk=person.pk)
    return redirect("plans:edit", pk=plan.pk)


def _beginning(person: Patient) -> dict[str, Any]:
    made = screenings.current(person)
    if made is None:
        return {}
    what = screenings.treatment_of(made)
    concern: dict[str, Any] = {"indication": what.indication} if what.indication else {}
    if what.zones:
        concern["zones"] = [zone.value for zone in what.zones]
    clinic: dict[str, Any] = {"devices": [what.device]} if what.device else {}
    if what.anaesthetic:
        clinic["anaesthetic"] = what.anaesthetic
    return {"concern": concern, "clinic": clinic}


@allowed("plans.draft")
@require_http_methods(["GET", "POST"])
def edit(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The form of a draft; a POST keeps it, and computes it where that is asked."""
    plan = get(Plan, request.member, pk, "patient", "current")
    if not plan.is_draft or plan.discarded_at is not None:
        return redirect("plans:plan", pk=plan.pk)
    if request.method == "GET":
        read(request.member, plan.patient_id, "plan draft")
        return _form(request, plan, DraftForm(initial=initial(plan.title, plan.case)))
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _form(request, plan, form, wrong=True)
    try:
        seen = int(request.POST.get("version") or 0)
        services.edit(request.member, plan, form.cleaned_data["title"], form.case(plan.case), expected=seen)
        if "compute" not in request.POST:
            return redirect("plans:plan", pk=plan.pk)
        plan.refresh_from_db()
        services.compute(request.member, plan, today(request))
        return redirect("plans:plan", pk=plan.pk)
    except (concurrency.Stale, ValueError):
        return _conflict(request, plan, form)
    except services.NotDraft:
        return redirect("plans:plan", pk=plan.pk)
    except InputError as fault:
        form.take_faults(fault)
    plan.refresh_from_db()
    return _form(request, plan, form, wrong=True)


def _form(
    request: MemberRequest, plan: Plan, form: DraftForm, *, wrong: bool = False, theirs: Any = None
) -> HttpResponse:
    chosen = [str(zone) for zone in form["zones"].value() or ()]
    values = {
        "plan": plan,
        "patient": plan.patient,
        "form": form,
        "theirs": theirs,
        "zones": list(Zone),
        "chosen": chosen,
    }
    return render(request, "plans/edit.html", values, status=422 if wrong else 409 if theirs else 200)


def _conflict(request: MemberRequest, plan: Plan, form: DraftForm) -> HttpResponse:
    """Show what was typed, and beside it what somebody else has saved since."""
    plan.refresh_from_db()
    stored, theirs = initial(plan.title, plan.case), []
    for name, field in form.fields.items():
        mine = form.cleaned_data.get(name)
        if _text(mine) != _text(stored.get(name)):
            theirs.append((str(field.label), _text(stored.get(name)), _text(mine)))
    return _form(request, plan, form, theirs=theirs or [(str(_("Plan")), "", "")])


def _text(value: Any) -> str:
    if value in (None, "", [], False):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(sorted(str(one) for one in value))
    return f"{value:g}" if isinstance(value, float) else "on" if value is True else str(value)


@allowed("plans.draft")
@require_POST
def save(request: MemberRequest, pk: UUID) -> JsonResponse:
    """Keep a draft as it is typed."""
    plan = get(Plan, request.member, pk, "patient")

    def perform(change: autosave.Change) -> autosave.Saved:
        now = Plan.objects.select_for_update().get(pk=plan.pk)
        stored = initial(now.title, now.case)
        form = DraftForm(autosave.merged(stored, change))
        form.is_valid()
        wrong = {name: [str(text) for text in texts] for name, texts in form.errors.items() if name in change.changed}
        if wrong or "title" in form.errors:
            raise autosave.Invalid(wrong or {"title": [str(text) for text in form.errors["title"]]})
        try:
            services.edit(
                request.member, now, form.cleaned_data["title"], form.case(now.case), expected=change.version or 0
            )
        except concurrency.Stale:
            shown = {
                name: stored[name] if isinstance(stored.get(name), list) else _text(stored.get(name))
                for name in form.fields
            }
            raise autosave.Conflict(now.version, shown) from None
        except services.NotDraft as fault:
            raise autosave.Invalid({"": [fault.message]}) from None
        now.refresh_from_db()
        return autosave.Saved(now.version)

    return autosave.answer(request, request.member.organisation_id, perform)


@allowed("plans.see")
@require_GET
@kept
def plan(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The plan: what is prescribed and what to expect, from the frozen result."""
    found = get(
        Plan, request.member, pk, "patient", "current", "approved_by__user", "superseded_by", "cloned_from__plan"
    )
    read(request.member, found.patient_id, "plan")
    return render(request, "plans/plan.html", _values(request, found))


def _values(request: MemberRequest, found: Plan) -> dict[str, Any]:
    values: dict[str, Any] = {
        "plan": found,
        "patient": found.patient,
        "computation": computing.latest(found) if found.is_draft else None,
        "obstacles": obstacles(found, today(request)) if found.is_draft else (),
        "older": services.approved_plan(found.patient),
        "may_draft": request.member.may("plans.draft") and found.patient.is_open,
        "may_approve": request.member.may("plans.approve"),
        "is_fresh": second_factor.fresh(request) is not None,
    }
    return values | (page.view(found, found.current) if found.current is not None else {})


@allowed("plans.draft")
@require_POST
def compute(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Compute a draft as it stands."""
    found = get(Plan, request.member, pk, "patient")
    try:
        services.compute(request.member, found, today(request))
    except services.NotDraft as fault:
        messages.warning(request, fault.message)
    except InputError as fault:
        form = DraftForm({name: value for name, value in initial(found.title, found.case).items() if value is not None})
        form.is_valid()
        form.take_faults(fault)
        return _form(request, found, form, wrong=True)
    return redirect("plans:plan", pk=found.pk)


@allowed("plans.see")
@require_GET
def progress(request: MemberRequest, pk: UUID) -> HttpResponse:
    """How far the computation is; once it has ended the page is shown anew."""
    found = get(Plan, request.member, pk)
    computation = computing.latest(found)
    if computation is None or computation.state != Computation.State.RUNNING:
        to = reverse("plans:plan", args=[found.pk])
        return HttpResponse(headers={"HX-Redirect": to}) if request.headers.get("HX-Request") else redirect(to)
    return render(request, "plans/progress.html", {"plan": found, "computation": computation})


@allowed("plans.draft")
@require_POST
def cancel(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Stop the computation of a draft."""
    found = get(Plan, request.member, pk)
    computation = computing.latest(found)
    if computation is not None:
        services.cancel(request.member, computation)
        messages.info(request, _("The computation was stopped. The draft is as it was."))
    return redirect("plans:plan", pk=found.pk)


@allowed("plans.approve")
@require_POST
@kept
def approve(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Approve a draft; a second factor must have been shown moments ago."""
    found = get(Plan, request.member, pk, "patient", "current")
    method = second_factor.fresh(request)
    here = reverse("plans:plan", args=[found.pk])
    if method is None:
        return redirect(second_factor.confirmation_url(request, f"{here}#approve"))
    try:
        seen = int(request.POST.get("version") or 0)
        services.approve(request.member, found, method=method, expected=seen, on=today(request))
        messages.success(request, _("Approved. The plan and its result stay as they are from now on."))
    except NotApprovable as fault:
        act(
            request.member.organisation_id, "approval refused", actor=request.member.pk, target=found, why=fault.reasons
        )
        messages.error(request, fault.message)
    except (concurrency.Stale, ValueError):
        messages.error(
            request, _("Somebody else changed this plan since you opened it. Look at it again before approving.")
        )
    except services.NotDraft as fault:
        messages.error(request, fault.message)
    return redirect(here)


@allowed("screening.run")
@require_POST
@once
def screen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Screen the patient for what the plan prescribes."""
    found = get(Plan, request.member, pk, "patient", "current")
    try:
        screenings.run(request.member, found.patient, on=today(request), treatment=treatment(found))
    except InputError as fault:
        messages.error(request, fault.message)
        return redirect("plans:plan", pk=found.pk)
    return redirect("screening:patient", pk=found.patient_id)


@allowed("plans.draft")
@require_POST
@once
def clone(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Make a draft of a revision."""
    revision = get(Revision, request.member, pk, "plan__patient")
    return _made(request, revision, services.clone)


@allowed("plans.draft")
@require_POST
@once
def restore(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a revision up again as a draft."""
    revision = get(Revision, request.member, pk, "plan__patient")
    return _made(request, revision, services.restore)


def _made(request: MemberRequest, revision: Revision, verb: Any) -> HttpResponse:
    try:
        made: Plan = verb(request.member, revision)
    except Closed:
        messages.error(request, _("The record is archived, so nothing more is written to it."))
        return redirect("plans:plan", pk=revision.plan_id)
    messages.success(request, _("This is a draft now. Compute it once it is as you want it."))
    return redirect("plans:edit", pk=made.pk)


@allowed("plans.draft")
@require_POST
def discard(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Put a draft away, with a way back."""
    found = get(Plan, request.member, pk, "patient")
    try:
        services.discard(request.member, found)
        undoable(request, _("The draft was put away."), reverse("plans:take_back", args=[found.pk]))
    except services.NotDraft as fault:
        messages.error(request, fault.message)
    return redirect("plans:patient", pk=found.patient_id)


@allowed("plans.draft")
@require_POST
def take_back(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Take a draft back that was put away."""
    found = get(Plan, request.member, pk)
    services.take_back(request.member, found)
    return redirect("plans:plan", pk=found.pk)


@allowed("plans.see")
@require_GET
@kept
def revisions(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every computed state of a plan, and what differs between two of them; also from another plan of the patient."""
    found = get(Plan, request.member, pk, "patient", "current")
    read(request.member, found.patient_id, "plan revisions")
    rows = list(found.revisions.select_related("created_by__user", "plan").order_by("-number"))
    others = within(Revision, request.member).filter(patient_id=found.patient_id).exclude(plan=found)
    known = {str(row.pk): row for row in [*rows, *others.select_related("plan").order_by("-created_at")]}
    new = known.get(request.GET.get("new", ""), rows[0] if rows else None)
    old = known.get(request.GET.get("old", ""), _before(rows, new, found))
    changes = difference.compare(old.read(), new.read()) if old is not None and new is not None else ()
    values = {
        "plan": found,
        "patient": found.patient,
        "rows": rows,
        "known": list(known.values()),
        "old": old,
        "new": new,
    }
    may_draft = request.member.may("plans.draft") and found.patient.is_open
    return render(request, "plans/revisions.html", values | {"changes": changes, "may_draft": may_draft})


def _before(rows: list[Revision], new: Revision | None, found: Plan) -> Revision | None:
    older = [row for row in rows if new is not None and row.number < new.number]
    return older[0] if older else found.cloned_from


@allowed("plans.see")
@require_GET
@kept
def revision(request: MemberRequest, pk: UUID) -> HttpResponse:
    """An earlier revision as it was computed."""
    row = get(Revision, request.member, pk, "plan__patient", "created_by__user")
    read(request.member, row.patient_id, "plan revision")
    values = {"plan": row.plan, "patient": row.plan.patient, "is_earlier": row.pk != row.plan.current_id}
    return render(request, "plans/revision.html", values | page.view(row.plan, row))


@allowed("plans.see")
@require_GET
@kept
def report(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The whole report of a revision as it was kept; its own scripts run by their hashes, shut off from all else."""
    row = get(Revision, request.member, pk)
    read(request.member, row.patient_id, "plan report")
    kept_page = page.document(row, row.read(), "report")
    if kept_page is None:
        raise Http404("report")
    html = translated(kept_page, _asked_language(request))
    response = HttpResponse(html)
    response["Content-Security-Policy"] = _report_policy(html)
    return response


def _asked_language(request: HttpRequest) -> str:
    """The language a copy is asked for in, otherwise that of the interface."""
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else get_language() or settings.LANGUAGE_CODE


def _report_policy(html: str) -> str:
    """Return a policy for a kept report: the scripts in it and no others, in a sandbox without cookies or network."""
    scripts = re.findall(r"<script(?:\s[^>]*)?>(.*?)</script>", html, re.S)
    hashes = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts}
    allowed_scripts = " ".join(f"'sha256-{one}'" for one in sorted(hashes)) or "'none'"
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-popups; script-src {allowed_scripts}"
    )


@allowed("plans.see")
@require_GET
@kept
def pdf(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The report of a revision as PDF, set from what was kept."""
    from pinprick.report.pdf import document

    row = get(Revision, request.member, pk, "plan")
    read(request.member, row.patient_id, "plan pdf")
    content = row.read()
    blocks = page.document(row, content, "blocks")
    if blocks is None:
        raise Http404("pdf")
    made = document(
        json.loads(blocks),
        title=row.title,
        on=date.fromisoformat(content["settings"]["on"]),
        version=content["provenance"]["version"],
        language=_asked_language(request),
    )
    name = f"plan-{row.content_hash[:8]}-{row.number}.pdf"
    return HttpResponse(
        made, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


@allowed("plans.see")
@require_GET
@kept
def printed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The plan on paper: one or two sheets for the treatment room."""
    row = get(Revision, request.member, pk, "plan__patient", "plan__approved_by__user", "plan__screening")
    read(request.member, row.patient_id, "plan print")
    values = {"plan": row.plan, "patient": row.plan.patient, "is_current": row.pk == row.plan.current_id}
    return render(request, "plans/print.html", values | page.view(row.plan, row))
