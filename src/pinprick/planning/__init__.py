"""Case, candidates, search, comparison, prescription, quote and aftercare."""

from pinprick.planning.case import Case
from pinprick.planning.plan_json import to_json
from pinprick.planning.plan_record import (
    AftercareItem,
    Appointment,
    Candidate,
    Plan,
    Prescription,
    Quote,
    QuoteLine,
    ReportedNumber,
    Reproduction,
    Search,
    ZonePrescription,
)
from pinprick.planning.planner import plan
from pinprick.planning.screening import screen

__all__ = [
    "AftercareItem",
    "Appointment",
    "Candidate",
    "Case",
    "Plan",
    "Prescription",
    "Quote",
    "QuoteLine",
    "ReportedNumber",
    "Reproduction",
    "Search",
    "ZonePrescription",
    "plan",
    "screen",
    "to_json",
]
