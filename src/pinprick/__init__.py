"""Pinprick: treatment planning, simulation and record system for microneedling.

The names below load on first use, so that importing the package costs almost nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pinprick.cascade import Course, heal
    from pinprick.injury import Technique, puncture
    from pinprick.outcome import Concern, predict
    from pinprick.planning import Case, plan, screen
    from pinprick.skin import Person, describe

__version__ = "0.1.0"
__all__ = [
    "Case",
    "Concern",
    "Course",
    "Person",
    "Technique",
    "describe",
    "heal",
    "plan",
    "predict",
    "puncture",
    "screen",
]

_HOME = {
    "Case": "planning", "plan": "planning", "screen": "planning",
    "puncture": "injury", "Technique": "injury",
    "heal": "cascade", "Course": "cascade",
    "predict": "outcome", "Concern": "outcome",
    "Person": "skin", "describe": "skin",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'pinprick' has no attribute {name!r}")
    return getattr(import_module(f"pinprick.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
