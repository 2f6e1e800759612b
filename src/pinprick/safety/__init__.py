"""Who may be treated, and from when: rules as data and a small engine."""

from pinprick.safety.anaesthetic import Product, product, products
from pinprick.safety.engine import screen
from pinprick.safety.facts import Fact, Facts, FactStatus, Modality, Treatment
from pinprick.safety.override import set_aside
from pinprick.safety.record import to_json
from pinprick.safety.rule import Case, Question, Rule, Stance, rule, rules
from pinprick.safety.screening import (
    VERDICTS,
    AnaestheticLimit,
    Finding,
    Position,
    Screening,
    Unknown,
    Verdict,
)
from pinprick.safety.vocabulary import Concept, concept, concepts, of_kind, recognise, recognise_code, sites

__all__ = [
    "VERDICTS",
    "AnaestheticLimit",
    "Case",
    "Concept",
    "Fact",
    "FactStatus",
    "Facts",
    "Finding",
    "Modality",
    "Position",
    "Product",
    "Question",
    "Rule",
    "Screening",
    "Stance",
    "Treatment",
    "Unknown",
    "Verdict",
    "concept",
    "concepts",
    "of_kind",
    "product",
    "products",
    "recognise",
    "recognise_code",
    "rule",
    "rules",
    "screen",
    "set_aside",
    "sites",
    "to_json",
]
