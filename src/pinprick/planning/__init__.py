"""Case, candidates, search, comparison, prescription, quote and aftercare."""

from pinprick.planning.answer import Answer, Setting, answer_json, prepare_what_if, what_if
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
    "Answer",
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
    "Setting",
    "ZonePrescription",
    "answer_json",
    "plan",
    "prepare_what_if",
    "screen",
    "to_json",
    "what_if",
]
