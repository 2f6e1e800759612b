"""Who may be treated, and from when: rules as data and a small engine."""

from pinprick.safety.facts import Fact, Facts, FactStatus, Modality, Treatment
from pinprick.safety.screening import (
    VERDICTS,
    AnaestheticLimit,
    Finding,
    Position,
    Screening,
    Unknown,
    Verdict,
)

__all__ = [
    "VERDICTS",
    "AnaestheticLimit",
    "Fact",
    "FactStatus",
    "Facts",
    "Finding",
    "Modality",
    "Position",
    "Screening",
    "Treatment",
    "Unknown",
    "Verdict",
]
