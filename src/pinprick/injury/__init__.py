"""Microchannels from technique, and what follows at once: barrier, early course, delivery."""

from pinprick.injury.closure import READOUTS, Position, Readout, barrier, closure_times
from pinprick.injury.early_course import EarlyCourse, early, pain_ratio
from pinprick.injury.injury import Injury, Technique
from pinprick.injury.microchannel import puncture, puncture_many
from pinprick.injury.pattern import Punctures, coordinates
from pinprick.injury.topical import Delivery, delivery, molecules

__all__ = [
    "READOUTS",
    "Delivery",
    "EarlyCourse",
    "Injury",
    "Position",
    "Punctures",
    "Readout",
    "Technique",
    "barrier",
    "closure_times",
    "coordinates",
    "delivery",
    "early",
    "molecules",
    "pain_ratio",
    "puncture",
    "puncture_many",
]
