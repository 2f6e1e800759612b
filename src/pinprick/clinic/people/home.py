"""The first page: what waits for a member, card by card; every app adds its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pinprick.clinic.people.models import Membership


@dataclass(frozen=True)
class Item:
    """A line of a card.

    Attributes:
        text: what it says.
        url: where it leads.
        note: what stands beside it, in smaller type.
    """

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Card:
    """What waits, of one kind.

    Attributes:
        title: heading.
        items: the lines, most urgent first.
        empty: what is said where there are none.
        more_url: where all of them are, or ''.
        order: lower comes first.
    """

    title: str
    items: Sequence[Item]
    empty: str
    more_url: str = ""
    order: int = field(default=50)


Maker = Callable[[Membership], Card | None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Add a card to the first page; the function returns None for members whom it does not concern."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def cards(member: Membership) -> list[Card]:
    """Return the cards for a member, in order."""
    made = (maker(member) for maker in _makers)
    return sorted((card for card in made if card), key=lambda card: card.order)
