"""A ledger of the parameters and sources that one calculation used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ledger:
    """What was used while the ledger was open.

    Attributes:
        parameters: parameter id to its status.
        sources: source ids, in order of first use.
    """

    parameters: dict[str, str] = field(default_factory=dict)
    sources: dict[str, None] = field(default_factory=dict)


_open: ContextVar[tuple[Ledger, ...]] = ContextVar("pinprick_ledgers", default=())


@contextmanager
def recording() -> Iterator[Ledger]:
    """Collect every parameter and source used inside the block; blocks nest."""
    ledger = Ledger()
    token = _open.set((*_open.get(), ledger))
    try:
        yield ledger
    finally:
        _open.reset(token)


def note_parameter(id: str, sources: Iterable[str], status: str) -> None:
    """Enter one parameter and its sources into every open ledger."""
    for ledger in _open.get():
        ledger.parameters[id] = status
        ledger.sources.update(dict.fromkeys(sources))


def cite(*sources: str) -> None:
    """Enter sources that were used without a parameter record (a trial arm, a rule, a label)."""
    for ledger in _open.get():
        ledger.sources.update(dict.fromkeys(sources))


def replay(past: Ledger) -> None:
    """Enter everything a past calculation used, for a result that is taken from a cache."""
    for ledger in _open.get():
        ledger.parameters.update(past.parameters)
        ledger.sources.update(past.sources)
