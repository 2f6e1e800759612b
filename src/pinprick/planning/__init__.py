"""Case, candidates, search, comparison, prescription, quote and aftercare."""

from pinprick.planning.case import Case
from pinprick.planning.screening import screen

__all__ = ["Case", "screen"]
