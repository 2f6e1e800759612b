"""The cards of a patient's chart; every app adds its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pinprick.clinic.patients.models import Patient
from pinprick.clinic.people.models import Membership


@dataclass(frozen=True, slots=True)
class Panel:
    """One card.

    Attributes:
        name: the app's label.
        order: place on the page; lower comes first (intake 10, screening 20, plans 30, consent 40, sessions 50).
        permission: permission without which the card is left out.
        template: rendered with `patient`, `member`, `request` and what `context` returns; it is a whole card.
        context: takes the member and the patient and returns names for the template, or None to leave the card out.
    """

    name: str
    order: int
    permission: str
    template: str
    context: Callable[[Membership, Patient], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Card:
    """A card as one member sees it.

    Attributes:
        name: the app's label.
        template: its template.
        values: names for the template.
    """

    name: str
    template: str
    values: dict[str, Any]


_PANELS: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Add a card to every chart; for `AppConfig.ready`."""
    _PANELS[panel.name] = panel


def cards(member: Membership, patient: Patient) -> list[Card]:
    """Return the cards that a member may see, in order."""
    found = []
    for panel in sorted(_PANELS.values(), key=lambda panel: panel.order):
        if member.may(panel.permission) and (values := panel.context(member, patient)) is not None:
            found.append(Card(panel.name, panel.template, values))
    return found
