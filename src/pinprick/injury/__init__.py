"""Microchannels from technique, and what follows at once: barrier, early course, delivery."""

from pinprick.injury.injury import Injury, Technique

__all__ = ["Injury", "Technique"]
