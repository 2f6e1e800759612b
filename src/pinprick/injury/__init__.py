"""Microchannels from technique, and what follows at once: barrier, early course, delivery."""

from pinprick.injury.injury import Injury, Technique
from pinprick.injury.pattern import Punctures, coordinates
from pinprick.injury.puncture import puncture, puncture_many

__all__ = ["Injury", "Punctures", "Technique", "coordinates", "puncture", "puncture_many"]
