"""What people see and score: improvement, downtime, pain and side effects, as distributions."""

from pinprick.outcome.outlook import Basis, Concern, Outlook, Risk

__all__ = ["Basis", "Concern", "Outlook", "Risk"]
