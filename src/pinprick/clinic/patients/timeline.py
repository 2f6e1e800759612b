"""Everything that happened to a patient, told by every app that knows something."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people.models import Membership


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes:
        at: when.
        title: what, in a few words.
        kind: a name for its sign: `record`, `intake`, `screening`, `plan`, `consent`, `session`, `aftercare`, `note`.
        detail: one more line, or "".
        url: the page that shows it, or "".
        by: who did it, or "".
    """

    at: datetime
    title: Any
    kind: str
    detail: Any = ""
    url: str = ""
    by: str = ""


Teller = Callable[[Membership, Patient], Iterable[Event]]
_TELLERS: list[Teller] = []


def register(teller: Teller) -> Teller:
    """Add a function that tells what its app knows of a patient; for `AppConfig.ready`, usable as a decorator.

    Args:
        teller: takes the member who looks and the patient; it leaves out what the member may not see.
    """
    if teller not in _TELLERS:
        _TELLERS.append(teller)
    return teller


def events(member: Membership, patient: Patient) -> list[Event]:
    """Return everything that happened, newest first."""
    found = [event for teller in _TELLERS for event in teller(member, patient)]
    return sorted(found, key=lambda event: event.at, reverse=True)
