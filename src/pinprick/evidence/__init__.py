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
from pinprick.evidence.record import build, by_id, to_dict
from pinprick.evidence.source import Source, bibtex, cite_text, search_sources, source, sources
from pinprick.evidence.store import load, load_records, topics
from pinprick.evidence.trial import Arm, Effect, MetaAnalysis, TrialOutcome, arms, indications, meta_analyses, trials

__all__ = [
    "Arm",
    "Effect",
    "Ledger",
    "MetaAnalysis",
    "Parameter",
    "Source",
    "Spread",
    "Status",
    "TrialOutcome",
    "arms",
    "bibtex",
    "build",
    "by_id",
    "cite",
    "cite_text",
    "draw",
    "indications",
    "load",
    "load_records",
    "meta_analyses",
    "parameter",
    "parameters",
    "recording",
    "replay",
    "search_sources",
    "source",
    "sources",
    "statuses",
    "stratified",
    "to_dict",
    "topics",
    "trials",
    "value",
]
