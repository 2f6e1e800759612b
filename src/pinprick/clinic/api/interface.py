"""The programming interface: the services, rights and walls of the pages, with its schema at /api/openapi.json.

A program signs in as a member does (session cookie) and sends the CSRF token with what it changes.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import NinjaAPI, Query, Router, Status
from ninja.errors import HttpError
from ninja.security import APIKeyCookie

from pinprick import __version__
from pinprick.clinic.api.schemas import (
    Alike,
    DeviceOut,
    EventOut,
    PatientIn,
    PatientOut,
    PlanOut,
    Problem,
    ScreenIn,
)
from pinprick.clinic.audit import services as audit
from pinprick.clinic.patients import query, search, services, timeline
from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people import second_factor
from pinprick.clinic.people.access import get
from pinprick.clinic.people.models import Membership
from pinprick.clinic.plans.models import Plan
from pinprick.errors import InputError


class Session(APIKeyCookie):
    """A member's session; what the role does not allow is refused by each operation."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Membership | None:
        """Return the member who is signed in, with a second factor where the organisation asks for one, if any."""
        member = cast("Membership | None", getattr(request, "member", None))
        return None if member is None or second_factor.due(request, member) else member


api = NinjaAPI(
    title="Pinprick",
    version=__version__,
    description="Patients, plans and screening of one clinic. Not a medical device.",
    auth=Session(csrf=True),
    docs_url=None,
    urls_namespace="api",
)
router = Router()


def _member(request: HttpRequest, permission: str) -> Membership:
    member = cast("Membership", request.member)  # type: ignore[attr-defined]
    if not (member.may("api.use") and member.may(permission)):
        raise PermissionDenied(permission)
    return member


@api.exception_handler(PermissionDenied)
def _refused(request: HttpRequest, fault: Any) -> HttpResponse:
    return api.create_response(request, {"message": "Your role does not allow this."}, status=403)


@router.get("/patients", response={200: list[PatientOut], 401: Problem, 403: Problem, 422: Any})
def find_patients(
    request: HttpRequest,
    text: Annotated[str, Query(max_length=200, description="Name, date of birth, number, phone or e-mail.")] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> list[Patient]:
    """Return the patients that a text means, best first; without one, those registered last."""
    member = _member(request, "patients.find")
    asked = query.read(text)
    found = [hit.patient for hit in search.find(member, asked, limit=limit)] if asked else search.newest(member, limit)
    services.note_search(member, len(found))
    return found


@router.post("/patients", response={201: PatientOut, 400: Any, 409: Alike, 401: Problem, 403: Problem, 422: Any})
def register_patient(request: HttpRequest, given: PatientIn) -> Status[Any]:
    """Register a patient; 409 where someone on record is alike and that was not confirmed."""
    member = _member(request, "patients.edit")
    values = given.model_dump(exclude={"although_alike"})
    if any("\x00" in text for text in values.values() if isinstance(text, str)):
        raise HttpError(422, "Text must not hold the character NUL.")
    if values["birth_date"] and not date(1880, 1, 1) <= values["birth_date"] <= timezone.localdate():
        raise HttpError(422, "The date of birth must lie between 1880 and today.")
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as fault:
            raise HttpError(422, "This is not an e-mail address.") from fault
    alike = services.likenesses(member, values)
    if alike and not given.although_alike:
        return Status(409, {"message": "Someone on record is alike.", "alike": [item.patient.pk for item in alike]})
    return Status(201, services.register(member, values))


@router.get("/patients/{pk}", response={200: PatientOut, 401: Problem, 403: Problem, 404: Any, 422: Any})
def see_patient(request: HttpRequest, pk: UUID) -> Patient:
    """Return one patient."""
    member = _member(request, "patients.see")
    patient = get(Patient, member, pk)
    audit.read(member, patient, "record by program")
    return patient


@router.get("/patients/{pk}/timeline", response={200: list[EventOut], 401: Problem, 403: Problem, 404: Any, 422: Any})
def see_timeline(request: HttpRequest, pk: UUID) -> list[dict[str, Any]]:
    """Return what happened to a patient, newest first."""
    member = _member(request, "patients.see")
    patient = get(Patient, member, pk)
    audit.read(member, patient, "timeline by program")
    names = ("title", "kind", "detail", "url", "by")
    return [
        {"at": event.at, **{name: str(getattr(event, name)) for name in names}}
        for event in timeline.events(member, patient)
    ]


@router.get("/plans/{pk}", response={200: PlanOut, 401: Problem, 403: Problem, 404: Any, 422: Any})
def see_plan(request: HttpRequest, pk: UUID) -> Plan:
    """Return one plan with its frozen result."""
    member = _member(request, "plans.see")
    plan = get(Plan, member, pk, "current")
    audit.read(member, plan.patient_id, "plan by program")
    return plan


@router.get("/devices", response={200: list[DeviceOut], 401: Problem, 403: Problem})
def see_devices(request: HttpRequest) -> list[Any]:
    """Return the devices that Pinprick knows."""
    _member(request, "people.self")
    from pinprick.device import devices

    return list(devices())


@router.post("/screenings", response={200: dict[str, Any], 400: Any, 401: Problem, 403: Problem, 422: Any})
def screen_case(request: HttpRequest, given: ScreenIn) -> dict[str, Any]:
    """Screen a case without storing anything; the answer is that of `pinprick screen --json`."""
    _member(request, "screening.run")
    from pinprick.planning import Case, screen
    from pinprick.safety import to_json

    try:
        case = Case.read(given.case)
        return to_json(screen(case, on=given.on or timezone.localdate()))
    except InputError as fault:
        raise HttpError(422, str(fault)) from fault


api.add_router("", router)
