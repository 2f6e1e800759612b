"""The planning screen: sliders that answer while they move, and two plans side by side."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pinprick.clinic.audit import services as audit
from pinprick.clinic.patients.services import known
from pinprick.clinic.people import concurrency
from pinprick.clinic.people.access import MemberRequest, allowed, get, within
from pinprick.clinic.plans import difference, draft, services, what_if, wording
from pinprick.clinic.plans.forms_planning import Sliders
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.screening.services import overridden
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.planning import Case, Setting


def _case(plan: Plan, request: MemberRequest, on: date) -> Case:
    return draft.case(
        plan.case, plan.title, known(plan.patient), request.member.organisation, on, overridden(plan.patient)
    )


def _beginning(plan: Plan, case: Case) -> Setting:
    """Return where the sliders begin: what the plan's last computation prescribes, else our usual."""
    result = plan.result or {}
    found = result.get("prescription")
    zones = {row["zone"]: row for row in found["zones"]} if found else {}
    if found and set(zones) == {zone.value for zone in case.concern.zones} and found["device"] in case.clinic.devices:
        first = zones[case.concern.zones[0].value]
        return Setting(
            found["device"],
            tuple(zones[zone.value]["needle_length_mm"] for zone in case.concern.zones),
            first["pass_count"],
            found["sessions"],
            found["interval_days"],
            tuple(found.get("adjuncts", ())),
        )
    return what_if.usual(case, device(case.request.device or case.clinic.devices[0]))


def _today(request: MemberRequest) -> date:
    from zoneinfo import ZoneInfo

    return timezone.now().astimezone(ZoneInfo(request.member.site.time_zone)).date()


@allowed("plans.see")
@require_GET
def screen(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sliders, and what they lead to."""
    plan = get(Plan, request.member, pk, "patient", "current")
    audit.read(request.member, plan.patient_id, "planning screen")
    context: dict[str, Any] = {"plan": plan, "patient": plan.patient}
    on = _today(request)
    try:
        case = _case(plan, request, on)
        if not case.clinic.devices:
            raise InputError(_("Name the devices at hand first."), field="clinic.devices")
    except InputError as fault:
        return render(request, "plans/planning.html", context | {"fault": fault})
    sliders = Sliders(case=case, setting=_beginning(plan, case))
    shown = what_if.answer(what_if.without_wishes(case), _beginning(plan, case), _limits(case), on)
    return render(request, "plans/planning.html", context | {"sliders": sliders, "shown": shown, "case": case})


def _limits(case: Case) -> what_if.Limits:
    return what_if.Limits(case.preferences.downtime_days, case.preferences.budget)


@allowed("plans.see")
@require_POST
def ask(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Answer the sliders: the fragment beside them."""
    plan = get(Plan, request.member, pk, "patient", "current")
    on = _today(request)
    try:
        case = _case(plan, request, on)
        sliders = Sliders(request.POST, case=case, setting=_beginning(plan, case))
        if not sliders.is_valid():
            return render(request, "plans/planning_fault.html", {"sliders": sliders}, status=422)
        shown = what_if.answer(what_if.without_wishes(case), sliders.setting(), sliders.limits(), on)
    except InputError as fault:
        return render(request, "plans/planning_fault.html", {"fault": fault}, status=422)
    return render(request, "plans/planning_answer.html", {"shown": shown, "case": case, "plan": plan})


@allowed("plans.see")
@require_GET
def settings(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The sliders for another device: its own lengths, steps and passes."""
    plan = get(Plan, request.member, pk, "patient", "current")
    try:
        case = _case(plan, request, _today(request))
        chosen = request.GET.get("device", "")
        if chosen not in case.clinic.devices:
            raise Http404("device")
        sliders = Sliders(case=case, setting=what_if.usual(case, device(chosen)))
    except InputError as fault:
        return render(request, "plans/planning_fault.html", {"fault": fault}, status=422)
    return render(request, "plans/planning_sliders.html", {"sliders": sliders, "plan": plan})


@allowed("plans.draft")
@require_POST
def use(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Write what the sliders say into the draft, which is then computed with these settings fixed."""
    plan = get(Plan, request.member, pk, "patient", "current")
    try:
        case = _case(plan, request, _today(request))
        sliders = Sliders(request.POST, case=case, setting=_beginning(plan, case))
        if not sliders.is_valid():
            return render(request, "plans/planning.html", _again(plan, case, sliders), status=422)
        services.edit(
            request.member,
            plan,
            plan.title,
            _written(plan.case, sliders),
            expected=int(request.POST.get("version") or 0),
        )
    except concurrency.Stale:
        messages.error(
            request, _("Someone else changed this draft meanwhile. Nothing was overwritten: look at it and try again.")
        )
        return redirect("planning:screen", pk=pk)
    except (InputError, ValueError) as fault:
        messages.error(request, str(fault))
        return redirect("planning:screen", pk=pk)
    messages.success(request, _("The settings are in the draft. Compute it to see the whole plan."))
    return redirect("plans:plan", pk=pk)


def _again(plan: Plan, case: Case, sliders: Sliders) -> dict[str, Any]:
    return {"plan": plan, "patient": plan.patient, "case": case, "sliders": sliders}


def _written(table: dict[str, Any], sliders: Sliders) -> dict[str, Any]:
    setting, limits = sliders.setting(), sliders.limits()
    request = {
        "device": setting.device,
        "needle_length": max(setting.needle_length_mm),
        "pass_count": setting.pass_count,
        "sessions": setting.sessions,
        "interval": setting.interval_days,
    }
    wishes = {**(table.get("preferences") or {}), "downtime_days": limits.downtime_days, "budget": limits.price}
    kept = {name: value for name, value in wishes.items() if value is not None}
    return {**table, "request": request, "preferences": kept}


@allowed("plans.see")
@require_GET
def side_by_side(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Two computed plans of one patient beside each other, what differs first."""
    first = get(Plan, request.member, pk, "patient", "current")
    rows = within(Plan, request.member).filter(patient_id=first.patient_id, current__isnull=False, discarded_at=None)
    others = list(rows.exclude(pk=first.pk).select_related("current").order_by("-computed_at"))
    chosen = next((one for one in others if str(one.pk) == request.GET.get("with")), others[0] if others else None)
    audit.read(request.member, first.patient_id, "plans side by side")
    changes: tuple[difference.Change, ...] = ()
    if chosen is not None and first.content and chosen.content:
        changes = difference.compare(first.content, chosen.content)
    context = {
        "plan": first, "patient": first.patient, "others": others, "chosen": chosen, "changes": changes,
        "columns": [_column(one) for one in (first, chosen) if one is not None and one.result],
    }  # fmt: skip
    return render(request, "plans/side_by_side.html", context)


def _column(plan: Plan) -> dict[str, Any]:
    result = plan.result or {}
    return {
        "plan": plan,
        "result": result,
        "prescription": result.get("prescription"),
        "zones": [(wording.zone(row["zone"]), row) for row in (result.get("prescription") or {}).get("zones", ())],
        "outlook": result.get("outlook"),
    }
