"""Sources: one record a publication, label, regulation or page, and how to print it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from pinprick.errors import EvidenceError
from pinprick.evidence.parameter import Status
from pinprick.evidence.record import build, by_id
from pinprick.evidence.store import load_records, topics

SourceKind = Literal["article", "label", "regulation", "guideline", "web", "software", "assumption"]
KINDS: tuple[str, ...] = get_args(SourceKind)


@dataclass(frozen=True, slots=True)
class Source:
    """One publication, label, regulation or page.

    Attributes:
        id: short name used in citations, for instance `kalluri2011`.
        kind: what it is.
        title: its title; ends in "(description)" where the title itself was not seen.
        status: `read`, `remembered`, or `assumed` for our own assumptions.
        authors: authors as printed, or the body that issued it.
        year: year of publication.
        journal: journal with volume and pages, or publisher.
        doi: digital object identifier.
        pmid: PubMed number.
        pmcid: PubMed Central number.
        registry: trial registration number.
        url: the publisher's own page.
        identifier_status: "remembered" or "derived" where an identifier or address was not itself read.
        copy_read: where a copy was read; a note, never the citation.
        extent_read: how much of it was read.
        second_hand: true where only a report or reproduction of it was read.
        aliases: other names of the same record.
        note: what a user must know.
    """

    id: str
    kind: SourceKind
    title: str
    status: Status
    authors: str = ""
    year: int | None = None
    journal: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    registry: str = ""
    url: str = ""
    identifier_status: str = ""
    copy_read: tuple[str, ...] = ()
    extent_read: str = ""
    second_hand: bool = False
    aliases: tuple[str, ...] = ()
    note: str = ""

    @property
    def address(self) -> str:
        """Where to find it: DOI, PubMed or PubMed Central number, or the publisher's page; "" if none is known."""
        if self.doi:
            return f"https://doi.org/{self.doi}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        if self.pmcid:
            return f"https://pmc.ncbi.nlm.nih.gov/articles/{self.pmcid}/"
        return self.url


@cache
def _sources() -> dict[str, Source]:
    found: dict[str, Source] = {}
    for topic in topics("sources"):
        file = f"sources/{topic}.yaml"
        records = by_id((build(Source, raw, file) for raw in load_records(file)), file)
        for id, record in records.items():
            if id in found:
                raise EvidenceError("source recorded twice", file=file, field=id)
            if record.kind not in KINDS:
                raise EvidenceError("unknown kind", file=file, field=id, given=record.kind, limit=" | ".join(KINDS))
            found[id] = record
    return found


@cache
def _aliases() -> dict[str, str]:
    found: dict[str, str] = {}
    for record in _sources().values():
        for alias in record.aliases:
            if alias in _sources() or found.get(alias, record.id) != record.id:
                raise EvidenceError("alias names two sources", file="sources", field=alias)
            found[alias] = record.id
    return found


def sources() -> Mapping[str, Source]:
    """Return all source records by id."""
    return dict(_sources())


def source(id: str) -> Source:
    """Return one source by its id or one of its aliases.

    Raises:
        EvidenceError: there is no source of that name.
    """
    records = _sources()
    record = records.get(id) or records.get(_aliases().get(id, ""))
    if record is None:
        raise EvidenceError("no such source", field=id, remedy="list them with: pinprick sources")
    return record


def search_sources(text: str) -> tuple[Source, ...]:
    """Return the sources that hold every word of the text, in any field and any case; all of them for no words."""
    words = text.lower().split()
    return tuple(record for record in _sources().values() if all(word in _haystack(record) for word in words))


def _haystack(record: Source) -> str:
    parts = (
        record.id,
        record.kind,
        record.authors,
        str(record.year or ""),
        record.title,
        record.journal,
        record.doi,
        record.pmid,
        record.pmcid,
        record.registry,
        record.status,
        *record.aliases,
    )
    return " ".join(parts).lower()


def cite_text(record: Source) -> str:
    """Return a source as one line: authors, year, title, journal, address, and how far it was read."""
    year = f" ({record.year})" if record.year else ""
    head = f"{record.authors}{year}. " if record.authors else (f"({record.year}) " if record.year else "")
    parts = [f"{head}{record.title}".rstrip(".") + "."]
    if record.journal:
        parts.append(f"{record.journal}.")
    doubt = f" (identifier {record.identifier_status})" if record.identifier_status and record.address else ""
    if record.kind != "assumption":
        missing = "Read as a copy, no address known" if record.copy_read else "No address known"
        parts.append(f"{record.address or missing}{doubt}.")
    parts.append(f"[{_standing(record)}]")
    return " ".join(parts)


def _standing(record: Source) -> str:
    words: list[str] = ["second-hand" if record.second_hand else record.status]
    if record.extent_read and len(record.extent_read) <= 40:
        words.append(record.extent_read)
    return ", ".join(words)


_SPECIAL = str.maketrans({"&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_", "$": r"\$", "{": r"\{", "}": r"\}"})


def bibtex(record: Source) -> str:
    """Return a source as a BibTeX entry whose key is its id."""
    entry = {"article": "article", "software": "software"}.get(record.kind, "misc")
    authors = re.sub(r",?\s*et al\.?", ", others", record.authors)
    names = " and ".join(part.strip() for part in authors.split(",") if part.strip()) if entry == "article" else authors
    fields = {
        "author": (names if entry == "article" else f"{{{names}}}") if names else "",
        "title": f"{{{record.title.translate(_SPECIAL)}}}",
        "year": str(record.year or ""),
        "journal" if entry == "article" else "publisher": record.journal.translate(_SPECIAL),
        "doi": record.doi,
        "pmid": record.pmid,
        "pmcid": record.pmcid,
        "url": "" if record.doi else record.address,
        "note": f"{_standing(record)}".translate(_SPECIAL),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{entry}{{{record.id},", *lines, "}"])
