"""Fills a response in, section by section: the same for staff at the desk and for the patient's own phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from pinprick.clinic.intake import presentation, services, summary, validation
from pinprick.clinic.intake.definition import Definition, Section
from pinprick.clinic.intake.models import Response
from pinprick.clinic.interface import autosave
from pinprick.clinic.people.models import Membership

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where a response is filled in.

    Attributes:
        response: the response.
        layout: template around the page.
        url: address of a section by its id, of `sign` and of `save`.
        today: the day there.
        member: who fills in for the patient, or None.
        context: further names for the templates.
    """

    response: Response
    layout: str
    url: Callable[[str], str]
    today: date
    member: Membership | None
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _State:
    """How a section is shown: what is wrong, what was typed but not kept, and why."""

    faults: validation.Faults = field(default_factory=dict)
    typed: dict[str, list[str]] | None = None
    notice: str = ""
    status: int = 200


def resume(place: Place) -> HttpResponse:
    """Lead to the first section that is not complete, or to the signature."""
    left = [section.id for section in _sections(place) if section.id not in place.response.done]
    return redirect(place.url(left[0] if left else "sign"))


def section_page(request: HttpRequest, place: Place, section_id: str) -> HttpResponse:
    """Show a section, or take what was filled in and go on."""
    shape = services.shape_of(place.response)
    section = next((one for one in services.for_patient(shape) if one.id == section_id), None)
    if section is None:
        raise Http404("section")
    if request.method != "POST":
        return _page(request, place, section, _State())
    sent = {name: request.POST.getlist(name) for name in request.POST}
    confirmed = "still_true" in request.POST
    if confirmed:
        sent = {**sent, **services.fields_of(section, place.response.typed)}
    try:
        expected = int(request.POST.get("version", ""))
    except ValueError:
        expected = None
    try:
        response, faults = services.complete_section(
            place.response, section, sent, expected=expected, today=place.today
        )
    except services.Stale as fault:
        # What was typed stays on the page; the next save is made knowing that there was another.
        notice = _("Somebody else has filled in this page meanwhile. Check it, then save again.")
        typed = {**fault.current.typed, **services.fields_of(section, sent)}
        return _page(request, replace(place, response=fault.current), section, _State({}, typed, notice, 409))
    if faults:
        return _page(request, replace(place, response=response), section, _State(faults, status=422))
    order = [one.id for one in services.for_patient(shape)]
    following = order[order.index(section_id) + 1 :]
    left = [id for id in following if id not in response.done] or [id for id in order if id not in response.done]
    return redirect(place.url(left[0] if left else "sign"))


def save(request: HttpRequest, place: Place) -> JsonResponse:
    """Keep what was typed, as it is typed."""

    def perform(change: autosave.Change) -> autosave.Saved:
        sent = {name: change.data.getlist(name) for name in change.changed}
        try:
            held = services.save_typed(place.response, sent, expected=change.version)
        except services.Stale as fault:
            typed = fault.current.typed
            raise autosave.Conflict(fault.current.version, {name: typed.get(name, []) for name in sent}) from fault
        except services.Locked as fault:
            raise autosave.Invalid({"": [_("This form is signed and takes no more answers.")]}) from fault
        except services.Incomplete as fault:
            raise autosave.Invalid({"": [_("This is more than the form can hold.")]}) from fault
        return autosave.Saved(held.version)

    return autosave.answer(request, place.response.organisation_id, perform)


def sign_page(request: HttpRequest, place: Place, done: Callable[[Response], HttpResponse]) -> HttpResponse:
    """Show everything that was answered and take the signature.

    Args:
        request: the browser's request.
        place: where.
        done: answers once it is signed.
    """
    fault = ""
    name = request.POST.get("name", "").strip()[:LONGEST_NAME] if request.method == "POST" else ""
    if request.method == "POST":
        if len(name) < 2:
            fault = _("Please type the full name.")
        elif "agree" not in request.POST:
            fault = _("Please tick the statement.")
        else:
            try:
                return done(services.sign(place.response, name, today=place.today, member=place.member))
            except services.Incomplete as missing:
                messages.warning(request, _("This page is not complete yet."))
                return redirect(place.url(missing.section))
    shape = services.shape_of(place.response)
    asked = services.asked_of(place.response)
    context = {
        **_common(place, shape),
        "sections": [
            (
                section,
                summary.lines(shape, section, place.response.answers, asked),
                section.id in place.response.done,
                place.url(section.id),
            )
            for section in services.for_patient(shape)
        ],
        "fault": fault,
        "name": name,
        "steps": _steps(place, shape),
        "step": len(services.for_patient(shape)) + 1,
    }
    return render(request, "intake/sign.html", context, status=422 if fault else 200)


def _page(request: HttpRequest, place: Place, section: Section, state: _State) -> HttpResponse:
    shape = services.shape_of(place.response)
    response, asked = place.response, services.asked_of(place.response)
    own = {question.id for question in section.questions}
    prefilled = (
        response.previous_id is not None
        and section.id not in response.done
        and not section.fresh
        and any(id in response.answers for id in own)
    )
    asks_whether_true = prefilled and "change" not in request.GET and request.method == "GET"
    order = [one.id for one in services.for_patient(shape)]
    number = order.index(section.id) + 1
    questions = presentation.shown(shape, section, state.typed or response.typed, asked, state.faults)
    context = {
        **_common(place, shape),
        "section": section,
        "questions": questions,
        "faults": list(state.faults.items()),
        "lines": summary.lines(shape, section, response.answers, asked) if asks_whether_true else [],
        "asks_whether_true": asks_whether_true,
        "previous": response.previous,
        "notice": state.notice,
        "steps": _steps(place, shape),
        "step": number,
        "back": place.url(order[number - 2]) if number > 1 else "",
    }
    return render(request, "intake/section.html", context, status=state.status)


def _common(place: Place, shape: Definition) -> dict[str, Any]:
    return {
        **place.context,
        "layout": place.layout,
        "response": place.response,
        "shape": shape,
        "save_url": place.url("save"),
        "by_patient": place.member is None,
    }


def _steps(place: Place, shape: Definition) -> list[tuple[str, str]]:
    steps = [(section.title, place.url(section.id)) for section in services.for_patient(shape)]
    return [*steps, (_("Sign"), place.url("sign"))]


def _sections(place: Place) -> tuple[Section, ...]:
    return services.for_patient(services.shape_of(place.response))
