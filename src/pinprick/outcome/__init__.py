"""What people see and score: improvement, downtime, pain and side effects, as distributions."""

from pinprick.outcome.arm_effect import ArmEffect, arm_effects, effects_of, own_effects, usable
from pinprick.outcome.comparator import comparators
from pinprick.outcome.held_out import HeldOut, coverage, leave_one_study_out, true_mean
from pinprick.outcome.improvement import Variation, improvement, variation
from pinprick.outcome.indication import Indication, ReferenceTechnique, indication, indications, reference_technique
from pinprick.outcome.mechanism import relative_gain
from pinprick.outcome.modality import Modality, modality
from pinprick.outcome.outlook import Basis, Concern, Outlook, Risk
from pinprick.outcome.plain import PlainMean
from pinprick.outcome.prediction import Treatment, outlook, predict
from pinprick.outcome.scale import Scale, scale, scales
from pinprick.outcome.scale_name import ScaleName, scale_named, scale_names
from pinprick.outcome.side_effect import SideEffectCount, risks, side_effect_counts

__all__ = [
    "ArmEffect",
    "Basis",
    "Concern",
    "HeldOut",
    "Indication",
    "Modality",
    "Outlook",
    "PlainMean",
    "ReferenceTechnique",
    "Risk",
    "Scale",
    "ScaleName",
    "SideEffectCount",
    "Treatment",
    "Variation",
    "arm_effects",
    "comparators",
    "coverage",
    "effects_of",
    "improvement",
    "indication",
    "indications",
    "leave_one_study_out",
    "modality",
    "outlook",
    "own_effects",
    "predict",
    "reference_technique",
    "relative_gain",
    "risks",
    "scale",
    "scale_named",
    "scale_names",
    "scales",
    "side_effect_counts",
    "true_mean",
    "usable",
    "variation",
]
