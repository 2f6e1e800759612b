"""Pages of sessions: check-in, the record beside the plan, signature, addenda, stock and recall."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pinprick.clinic.audit.services import read as note_read
from pinprick.clinic.interface import autosave
from pinprick.clinic.interface.once import once
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people.access import MemberRequest, allowed, get, within
from pinprick.clinic.people.concurrency import Stale
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.treatment import document, gates, page, sent, services, stock
from pinprick.clinic.treatment.fields import Refused
from pinprick.clinic.treatment.forms import AddendumForm, ReasonForm, RecallForm, StockForm
from pinprick.clinic.treatment.models import Cartridge, Session

_RELATED = ("patient", "plan", "site", "operator__user", "rescreen", "signed_by__user")
LISTS = ("anaesthetics", "cartridges", "topicals", "pains", "deviations")


@allowed("treatment.see")
@require_GET
@never_cache
def today(request: MemberRequest) -> HttpResponse:
    """The sessions under way and those of the last days, at every site."""
    rows = within(Session, request.member).select_related("patient", "site", "operator__user")
    under_way = rows.filter(state__in=[Session.State.CHECKED_IN, Session.State.OPEN]).order_by("created_at")
    done = rows.filter(state=Session.State.SIGNED).order_by("-signed_at")[:20]
    return render(request, "treatment/today.html", {"under_way": under_way, "done": done})


@allowed("treatment.record")
@require_http_methods(["GET", "POST"])
@never_cache
def check_in(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Check a patient in for the next session of an approved plan."""
    plan = get(Plan, request.member, pk, "patient", "current", "screening")
    problem = ""
    if request.method == "POST":
        key = page.valid_uuid(request.POST.get("key")) or uuid4()
        try:
            session = services.check_in(request.member, plan, key=key)
        except services.NotOpen as error:
            return redirect("treatment:session", pk=error.session.pk)
        except Refused as error:
            problem = str(error)
        else:
            return redirect("treatment:session", pk=session.pk)
    try:
        planned = gates.read_plan(plan)
    except ValueError:
        planned = None
    under_way = Session.objects.filter(plan=plan, state__in=[Session.State.CHECKED_IN, Session.State.OPEN]).first()
    context = {
        "plan": plan,
        "patient": plan.patient,
        "planned": planned,
        "key": uuid4(),
        "problem": problem,
        "under_way": under_way,
    }
    return render(request, "treatment/check_in.html", context, status=422 if problem else 200)


@allowed("treatment.see")
@require_GET
@never_cache
def session(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The session as it stands: waiting, in treatment, or final."""
    found = get(Session, request.member, pk, *_RELATED)
    note_read(request.member, found.patient_id, "session")
    return _session_page(request, found)


def _session_page(
    request: MemberRequest, found: Session, typed: page.Typed | None = None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    common = {"patient": found.patient, "problem": problem}
    with timezone.override(ZoneInfo(found.site.time_zone)):
        if found.state == Session.State.CHECKED_IN:
            gate = gates.gate(found)
            return render(
                request,
                "treatment/gate.html",
                {**common, "session": found, "gate": gate, "form": ReasonForm()},
                status=status,
            )
        if found.is_open and request.member.may("treatment.record"):
            context = page.session_context(found, timezone.now(), typed)
            return render(request, "treatment/session.html", {**common, **context}, status=status)
        return render(request, "treatment/record.html", {**common, **_record(found)}, status=status)


def _record(found: Session) -> dict[str, Any]:
    rows = found.named_deviations if found.is_signed else services.live_deviations(found)
    return {
        **page.lists_context(found, timezone.now()),
        "cards": page.zone_cards(found, page.Typed()),
        "planned": found.plan_of_session,
        "deviations": page.deviation_rows(rows),
        "addenda": found.addenda.select_related("created_by__user").order_by("created_at"),
        "unaltered": found.is_signed and services.is_unaltered(found),
        "form": AddendumForm(initial={"key": uuid4()}),
        "device": page.head_boxes(found, page.Typed())["device"],
    }


@allowed("treatment.record")
@require_POST
def open_session(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Begin: nothing is put on or pricked before."""
    found = get(Session, request.member, pk, *_RELATED)
    try:
        services.open_session(request.member, found)
    except services.Incomplete as error:
        return _session_page(request, found, problem=" ".join(error.missing.values()), status=409)
    except services.NotOpen as error:
        messages.warning(request, error.why)
    return redirect("treatment:session", pk=pk)


@allowed("treatment.record")
@require_POST
def save(request: MemberRequest, pk: UUID) -> JsonResponse:
    """Record what is typed, as it is typed; see `interface.autosave` for the contract."""
    found = get(Session, request.member, pk)

    def perform(change: autosave.Change) -> autosave.Saved:
        try:
            version = services.save_fields(request.member, found, sent.typed_changes(change), expected=change.version)
        except services.NotOpen as error:
            raise autosave.Invalid({"": [error.why]}) from error
        except services.Incomplete as error:
            raise autosave.Invalid({path: [text] for path, text in error.missing.items()}) from error
        except Stale as error:
            stored = document.of_session(Session.objects.get(pk=found.pk))
            now = sent.standing(stored, change.changed)
            raise autosave.Conflict(error.current.version, now) from error
        return autosave.Saved(version)

    return autosave.answer(request, request.member.organisation_id, perform)


@allowed("treatment.record")
@require_GET
@never_cache
def lists(request: MemberRequest, pk: UUID) -> JsonResponse:
    """What the record holds besides the fields: the page shows it again after each save."""
    found = get(Session, request.member, pk, "site")
    with timezone.override(ZoneInfo(found.site.time_zone)):
        context = page.lists_context(found, timezone.now())
        shown = {name: render_to_string(f"treatment/list_{name}.html", context, request) for name in LISTS}
    held = document.of_session(found)
    items = [f"{part}/{id}" for part in document.ITEM_FIELDS for id in held[part]]
    states = {zone: row["state"] for zone, row in held["zones"].items()}
    return JsonResponse(
        {"version": found.version, "state": found.state, "lists": shown, "items": items, "zones": states}
    )


@allowed("treatment.record")
@require_POST
def record(request: MemberRequest, pk: UUID) -> JsonResponse:
    """Record a whole session in one request: all of it, or nothing."""
    found = get(Session, request.member, pk)
    try:
        key, version, content = sent.whole_record(request)
        outcome = services.record_session(request.member, found, content, expected=version, key=key)
    except sent.Malformed as error:
        return JsonResponse({"error": str(error)}, status=400)
    except services.NotOpen as error:
        return JsonResponse({"error": error.why, "state": error.session.state}, status=409)
    except Stale as error:
        current = Session.objects.get(pk=error.current.pk)
        return JsonResponse({"version": current.version, "record": document.of_session(current)}, status=409)
    except services.Incomplete as error:
        return JsonResponse({"refused": error.missing}, status=422)
    return JsonResponse(outcome.to_json())


@allowed("treatment.record")
@require_POST
def form(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Record the posted form: the way of a browser without JavaScript."""
    found = get(Session, request.member, pk, *_RELATED)
    key = page.valid_uuid(request.POST.get("key")) or uuid4()
    try:
        asked = sent.form_changes(request.POST)
        outcome = services.save_changes(request.member, found, asked, key)
    except ValueError:
        return _session_page(request, found, problem=_("The form cannot be read. Reload the page."), status=400)
    except services.NotOpen as error:
        messages.warning(request, error.why)
        return redirect("treatment:session", pk=pk)
    for texts in outcome.cautions.values():
        for text in texts:
            messages.warning(request, text)
    if outcome.refused or outcome.conflicts:
        theirs = {
            path: _("Somebody else wrote %(value)s meanwhile. Save again to keep yours.")
            % {"value": page.shown(value) or "–"}
            for path, value in outcome.conflicts.items()
        }
        typed = page.Typed(
            {change.path: change.now for change in asked if not isinstance(change.now, dict)},
            {**_at_new(outcome.refused), **theirs},
        )
        return _session_page(request, Session.objects.select_related(*_RELATED).get(pk=pk), typed, status=422)
    messages.success(request, _("Saved."))
    return redirect("treatment:session", pk=pk)


def _at_new(refused: Any) -> dict[str, str]:
    """Return refusals by the place on the page: a new item has its fields under `new/`."""
    return {
        (f"new/{path.split('/')[0]}" if path.count("/") == 1 and path.split("/")[0] in LISTS else path): text
        for path, text in refused.items()
    }


@allowed("treatment.sign")
@require_http_methods(["GET", "POST"])
@never_cache
def sign(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Read it through, then sign; afterwards nothing is changed, only added."""
    found = get(Session, request.member, pk, *_RELATED)
    if not found.is_open:
        return redirect("treatment:session", pk=pk)
    problem, status = "", 200
    if request.method == "POST":
        try:
            services.sign_session(request.member, found, expected=_version(request))
        except Stale:
            problem, status = _("The record changed since this page was shown. Read it again, then sign."), 409
        except services.Incomplete:
            status = 422
        except services.NotOpen as error:
            messages.warning(request, error.why)
            return redirect("treatment:session", pk=pk)
        else:
            messages.success(request, _("Signed. From now on only addenda are added."))
            return redirect("treatment:session", pk=pk)
    found = Session.objects.select_related(*_RELATED).get(pk=pk)
    with timezone.override(ZoneInfo(found.site.time_zone)):
        context = {
            **_record(found),
            "patient": found.patient,
            "deviations": page.deviation_rows(services.live_deviations(found, final=True)),
            "missing": page.missing_rows(services.unfinished(found)),
            "problem": problem,
        }
        return render(request, "treatment/sign.html", context, status=status)


def _version(request: MemberRequest) -> int:
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return -1


@allowed("treatment.record")
@require_POST
def abandon(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Close a session that is not treated, with the reason."""
    found = get(Session, request.member, pk, *_RELATED)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _session_page(request, found, problem=_("Say why the session is not treated."), status=422)
    try:
        services.abandon(request.member, found, form.cleaned_data["reason"])
    except services.NotOpen as error:
        messages.warning(request, error.why)
    except Refused as error:
        return _session_page(request, found, problem=str(error), status=422)
    return redirect("treatment:session", pk=pk)


@allowed("treatment.addendum")
@require_POST
def addendum(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Add to a signed session."""
    found = get(Session, request.member, pk, *_RELATED)
    form = AddendumForm(request.POST)
    if form.is_valid():
        key = form.cleaned_data["key"] or uuid4()
        try:
            services.add_addendum(request.member, found, form.cleaned_data["text"], key)
        except services.NotOpen as error:
            messages.warning(request, error.why)
        except Refused as error:
            form.add_error("text", str(error))
    if form.errors:
        with timezone.override(ZoneInfo(found.site.time_zone)):
            context = {"patient": found.patient, **_record(found), "form": form}
            return render(request, "treatment/record.html", context, status=422)
    return redirect("treatment:session", pk=pk)


@allowed("treatment.see")
@require_GET
@never_cache
def printed(request: MemberRequest, pk: UUID) -> HttpResponse:
    """The record on paper."""
    found = get(Session, request.member, pk, *_RELATED)
    note_read(request.member, found.patient_id, "session, printed")
    with timezone.override(ZoneInfo(found.site.time_zone)):
        return render(request, "treatment/printed.html", {"patient": found.patient, **_record(found)})


@allowed("treatment.see")
@require_GET
@never_cache
def of_patient(request: MemberRequest, pk: UUID) -> HttpResponse:
    """Every session of a patient."""
    patient = get(Patient, request.member, pk)
    note_read(request.member, patient, "sessions")
    rows = patient.sessions.select_related("site", "operator__user", "plan").order_by("-created_at")
    plan = Plan.objects.filter(patient=patient, state=Plan.State.APPROVED).first()
    return render(request, "treatment/of_patient.html", {"patient": patient, "sessions": rows, "plan": plan})


@allowed("treatment.stock")
@require_http_methods(["GET", "POST"])
@never_cache
@once
def cartridges(request: MemberRequest) -> HttpResponse:
    """Cartridges in stock, and taking some in by their code."""
    form = StockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = stock.receive(
                request.member,
                given["code"],
                given["count"],
                gates.site_day(request.member.site),
                name=given["name"],
                reference=given["device"],
            )
        except Refused as error:
            form.add_error("code", str(error))
        else:
            messages.success(request, _("%(count)s taken into stock.") % {"count": len(made)})
            return redirect("treatment:stock")
    context = {"form": form, "lots": stock.lots(request.member), "recall": RecallForm()}
    return render(request, "treatment/stock.html", context, status=422 if form.errors else 200)


@allowed("treatment.see")
@require_GET
@never_cache
def recall(request: MemberRequest) -> HttpResponse:
    """Who was treated with a lot."""
    form = RecallForm(request.GET or None)
    uses: list[Any] = []
    hidden = 0
    if form.is_valid():
        uses, hidden = stock.who_got(request.member, form.cleaned_data["lot"])
    context = {"form": form, "uses": uses, "hidden": hidden, "asked": form.is_bound and form.is_valid()}
    return render(request, "treatment/recall.html", context, status=422 if form.errors else 200)


@allowed("treatment.record")
@require_POST
def code(request: MemberRequest) -> JsonResponse:
    """Say what a scanned code says, before it is recorded anywhere."""
    try:
        content = sent.body(request)
        found = stock.read(str(content.get("code", "")), gates.site_day(request.member.site))
    except sent.Malformed as error:
        return JsonResponse({"error": str(error)}, status=400)
    except Refused as error:
        return JsonResponse({"refused": str(error)}, status=422)
    known = Cartridge.objects.filter(organisation_id=request.member.organisation_id, gtin=found.gtin).select_related(
        "product"
    )
    name = next((row.product.name for row in known[:1] if row.product), "")
    return JsonResponse(
        {
            "gtin": found.gtin,
            "lot": found.lot,
            "serial": found.serial,
            "expiry": document.plain(found.expiry),
            "name": name,
        }
    )
