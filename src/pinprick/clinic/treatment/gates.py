"""What must be settled before needles: an approved plan, a consent that holds for it, and a screening of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from pinprick.clinic.consent.models import Consent
from pinprick.clinic.consent.services import valid_for
from pinprick.clinic.people.models import Membership, Site
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.screening.models import Screening
from pinprick.clinic.screening.services import current, due, rescreen, standing, treatment_of
from pinprick.clinic.treatment.draft import Person
from pinprick.clinic.treatment.models import Session
from pinprick.clinic.treatment.planned import PlannedSession, planned_session
from pinprick.safety import Treatment
from pinprick.skin import Zone


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether a session may be opened, and what is missing.

    Attributes:
        consent: the consent that holds for the plan, or None.
        screening: the newest screening of the patient, or None.
        questions: rules still to be asked about today.
        missing: what is missing, by `plan`, `patient`, `consent` or `screening`, in sentences; empty where the
            session may be opened.
    """

    consent: Consent | None
    screening: Screening | None
    questions: tuple[str, ...]
    missing: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing


def site_day(site: Site) -> date:
    """Return the day at a site."""
    return timezone.now().astimezone(ZoneInfo(site.time_zone)).date()


def read_plan(plan: Plan) -> PlannedSession:
    """Return what an approved plan says of a session.

    Raises:
        ValueError: it prescribes nothing.
    """
    content = plan.content
    if content is None:
        raise ValueError("the plan was never computed")
    return planned_session(content["result"], content.get("techniques", ()))


def treatment_by(plan: Plan, planned: PlannedSession) -> Treatment:
    """Return what is considered today: that of the plan's own screening, with what the plan then prescribed."""
    before = treatment_of(plan.screening) if plan.screening is not None else Treatment()
    return replace(
        before,
        zones=tuple(Zone(item.zone) for item in planned.zones),
        needle_length_mm=max((item.needle_length_mm for item in planned.zones), default=None),
        device=planned.device,
    )


def screen_again(member: Membership, plan: Plan, planned: PlannedSession, on: date) -> Screening:
    """Screen the patient again for today's session."""
    return rescreen(member, plan.patient, on, treatment_by(plan, planned))


def gate(session: Session) -> Gate:
    """Return whether a checked-in session may be opened, from what is on record now."""
    on = site_day(session.site)
    consent = valid_for(session.plan)
    screening = current(session.patient)
    missing: dict[str, str] = {}
    if session.plan.state != Plan.State.APPROVED:
        missing["plan"] = _("The plan was superseded after check-in: check in again with the approved one.")
    if not session.patient.is_open:
        missing["patient"] = _("The record of this patient is archived or merged.")
    if consent is None:
        missing["consent"] = _("No consent holds for this plan. It is read and signed before anything begins.")
    questions: tuple[str, ...] = ()
    if screening is None or screening.on != on or screening.created_at < session.created_at:
        missing["screening"] = _("The screening of today is missing.")
    else:
        questions = due(screening)
        if not standing(screening, on).clear:
            missing["screening"] = _screening_text(questions)
    return Gate(consent, screening, questions, missing)


def _screening_text(questions: tuple[str, ...]) -> str:
    if questions:
        return _("Questions of today are still open.")
    return _("The screening of today does not let the treatment go on yet.")


def person(session: Session) -> Person:
    """Return what of the patient bears on an anaesthetic, by date of birth and the screening of the session."""
    born, on = session.patient.birth_date, site_day(session.site)
    age = None if born is None else (on - born).days / 365.25
    return Person(age, forbidden_anaesthetics(session.rescreen))


def forbidden_anaesthetics(screening: Screening | None) -> Mapping[str, str]:
    """Return the anaesthetics that a screening forbids this person, with the reason."""
    if screening is None:
        return {}
    return {
        row["product"]: row["reason"]
        for row in screening.result.get("anaesthetics", ())
        if row["max_mass_g"] == 0 and row["max_area_cm2"] == 0 and "SR" in (row["reason"] or "")
    }
