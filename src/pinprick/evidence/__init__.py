"""Parameters, sources, experiments, trials and rules: the data and its loader."""

from pinprick.evidence.ledger import Ledger, cite, recording, replay
from pinprick.evidence.parameter import (
    Parameter,
    Spread,
    Status,
    draw,
    parameter,
    parameters,
    statuses,
    stratified,
    value,
)
from pinprick.evidence.store import load, load_records, topics

__all__ = [
    "Ledger",
    "Parameter",
    "Spread",
    "Status",
    "cite",
    "draw",
    "load",
    "load_records",
    "parameter",
    "parameters",
    "recording",
    "replay",
    "statuses",
    "stratified",
    "topics",
    "value",
]
