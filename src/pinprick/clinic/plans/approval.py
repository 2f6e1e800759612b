"""What stands in the way of approving a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from pinprick.clinic.patients.case_table import patient_table
from pinprick.clinic.patients.services import known
from pinprick.clinic.plans.models import Plan
from pinprick.clinic.screening import services as screenings
from pinprick.clinic.screening.models import Screening
from pinprick.errors import InputError
from pinprick.planning.patient import Patient as PatientTable
from pinprick.safety import Treatment
from pinprick.skin import Zone


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing that stands in the way.

    Attributes:
        name: computed, prescription, edited, facts, jurisdiction, overrides, screening, screening-facts,
            screening-jurisdiction, screening-plan, findings or closed.
        text: what it is and what to do, in words.
        remedy: what helps: compute, screen or decide.
    """

    name: str
    text: str
    remedy: str = ""


class NotApprovable(InputError):
    """A plan cannot be approved as things stand.

    Args:
        reasons: names of the obstacles.
    """

    def __init__(self, reasons: tuple[str, ...]) -> None:
        super().__init__(_("This plan cannot be approved yet."), field="plan", given=", ".join(reasons))
        self.reasons = reasons


def obstacles(plan: Plan, on: date) -> tuple[Obstacle, ...]:
    """Return everything that stands in the way of approving a draft on a day; nothing where it may be approved."""
    if not plan.patient.is_open:
        return (Obstacle("closed", _("The patient's record is archived.")),)
    content = plan.content
    if content is None:
        return (Obstacle("computed", _("Nothing has been computed yet."), "compute"),)
    if content["result"]["prescription"] is None:
        return (Obstacle("prescription", _("The result prescribes nothing, so there is nothing to approve."), ""),)
    found = []
    if plan.is_out_of_date:
        found.append(Obstacle("edited", _("The draft was edited after it was computed. Compute it again."), "compute"))
    if _facts_differ(plan, content):
        words = _("What is known of the patient has changed since this was computed. Compute it again.")
        found.append(Obstacle("facts", words, "compute"))
    country = plan.case.get("clinic", {}).get("jurisdiction") or plan.organisation.jurisdiction[:2]
    if content["case"]["clinic"]["jurisdiction"] != country:
        words = _("It was computed for another country than the clinic's own now. Compute it again.")
        found.append(Obstacle("jurisdiction", words, "compute"))
    # A plan computed on a finding set aside does not outlive that decision.
    if set(content["case"]["clinic"].get("overridden") or {}) - set(screenings.overridden(plan.patient)):
        words = _("It rests on a finding that was set aside and no longer is. Compute it again.")
        found.append(Obstacle("overrides", words, "compute"))
    return (*found, *_screening(plan, on))


def _facts_differ(plan: Plan, content: dict[str, Any]) -> bool:
    """Compare what was planned on with what is known now, both as of the day planned for."""
    day = date.fromisoformat(content["settings"]["on"])
    try:
        now = PatientTable.model_validate(patient_table(known(plan.patient), day)).model_dump(mode="json")
    except ValidationError:
        return True
    return bool(now != content["case"]["patient"])


def _screening(plan: Plan, on: date) -> tuple[Obstacle, ...]:
    made = screenings.current(plan.patient)
    if made is None:
        return (Obstacle("screening", _("Screen the patient for this plan first."), "screen"),)
    found = []
    if made.facts != screenings.last_known(plan.patient):
        words = _("What is known of the patient has changed since the screening. Screen again.")
        found.append(Obstacle("screening-facts", words, "screen"))
    if made.jurisdiction != plan.organisation.jurisdiction[:2]:
        words = _("The screening was made for another country than the clinic's own now. Screen again.")
        found.append(Obstacle("screening-jurisdiction", words, "screen"))
    if not _covers(made, treatment(plan)):
        words = _("The screening was made for another treatment than this plan prescribes. Screen for this plan.")
        found.append(Obstacle("screening-plan", words, "screen"))
    now = screenings.standing(made, max(on, made.on))
    if now.undecided or now.unanswered or now.referred or now.refused:
        found.append(Obstacle("findings", _findings(now), "decide"))
    return tuple(found)


def _findings(now: Any) -> str:
    if now.refused:
        return _("By a decision on the screening this patient is not treated.")
    if now.referred:
        return _("The screening waits for the answer of a colleague.")
    if now.undecided:
        return _("Findings of the screening wait for a decision.")
    return _("A question of the screening whose answer could forbid treatment is still open.")


def treatment(plan: Plan) -> Treatment:
    """Return what a computed plan prescribes, as screening takes it, or else what the draft considers."""
    from pinprick.planning.screening import modality

    content = plan.content
    case = content["case"] if content is not None else {"clinic": {}, "concern": {}, **plan.case}
    prescription = content["result"]["prescription"] if content is not None else None
    concern, clinic = case["concern"], case["clinic"]
    devices = clinic.get("devices") or []
    device = prescription["device"] if prescription else devices[0] if len(devices) == 1 else None
    anaesthetic = clinic.get("anaesthetic")
    return Treatment(
        modality=modality(device) if device else "mechanical",
        zones=tuple(Zone(zone) for zone in concern.get("zones", ())),
        indication=concern.get("indication"),
        needle_length_mm=max(row["needle_length_mm"] for row in prescription["zones"]) if prescription else None,
        device=device,
        anaesthetic=None if anaesthetic in (None, "", "none") else anaesthetic,
        area_cm2=concern.get("area_cm2"),
    )


def _covers(made: Screening, planned: Treatment) -> bool:
    """Whether a screening looked at no less than what is planned."""
    seen = screenings.treatment_of(made)
    longest = seen.needle_length_mm
    return (
        seen.modality == planned.modality
        and seen.device == planned.device
        and seen.indication == planned.indication
        and seen.anaesthetic == planned.anaesthetic
        and set(planned.zones) <= set(seen.zones)
        and (planned.needle_length_mm is None or (longest is not None and longest >= planned.needle_length_mm - 1e-9))
    )
