"""Numbers the sources in the order in which the report cites them, and prints them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from pinprick import evidence
from pinprick.errors import EvidenceError
from pinprick.report.svg import join, tag


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of the reference list.

    Attributes:
        number: its number in this report.
        id: source id.
        text: the source as one line.
        address: where to find it, "" if unknown.
        status: read, remembered, assumed or "unknown" where the id has no record.
        bibtex: BibTeX entry.
    """

    number: int
    id: str
    text: str
    address: str
    status: str
    bibtex: str

    @property
    def before(self) -> str:
        """The line up to its address, or all of it."""
        return self.text.split(self.address)[0] if self.address else self.text

    @property
    def after(self) -> str:
        """The line after its address."""
        return self.text.partition(self.address)[2] if self.address else ""


class References:
    """The sources of one report; the number of a source is the order of its first citation."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cite(self, ids: Iterable[str]) -> Markup:
        """Return links to the sources, numbering those not cited before; nothing for no sources."""
        links = [
            tag(
                "a",
                str(a) if a == b else f"{a}–{b}",
                href=f"#ref-{a}",
                aria_label=f"source {a}" if a == b else f"sources {a} to {b}",
            )
            for a, b in _runs(sorted(self.numbers(ids)))
        ]
        return tag("span", join(links), class_="cite") if links else Markup("")

    def numbers(self, ids: Iterable[str]) -> list[int]:
        """Return the numbers of the sources, numbering those not cited before."""
        unique = dict.fromkeys(_record_id(id) for id in ids if id)
        return [self._numbers.setdefault(id, len(self._numbers) + 1) for id in unique]

    def add(self, ids: Iterable[str]) -> None:
        """Number sources that are listed without being cited at one place."""
        self.numbers(ids)

    def listed(self) -> tuple[Reference, ...]:
        """Return the reference list in order."""
        return tuple(_reference(number, id) for id, number in self._numbers.items())


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return the numbers as (first, last), three or more in a row as one."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return [part for a, b in runs for part in ([(a, b)] if b - a > 1 else [(n, n) for n in range(a, b + 1)])]


def _record_id(id: str) -> str:
    try:
        return evidence.source(id).id
    except EvidenceError:
        return id


def _reference(number: int, id: str) -> Reference:
    try:
        record = evidence.source(id)
    except EvidenceError:
        return Reference(number, id, f"{id} (no source record)", "", "unknown", "")
    return Reference(number, id, evidence.cite_text(record), record.address, record.status, evidence.bibtex(record))
