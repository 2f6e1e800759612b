"""`pinprick sources`: every publication, label, regulation and page that the program cites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinprick.cli.listing import Json, Search, StatusOption, count_line, one_of, words
from pinprick.cli.terminal import paragraph, show, status, table, write_json

if TYPE_CHECKING:
    from pinprick.evidence import Source

Kind = Annotated[
    str | None, typer.Option("--kind", help="Only this kind: article, label, regulation, guideline, web …")
]
Bibtex = Annotated[bool, typer.Option("--bibtex", help="Write BibTeX entries.")]


def command(
    search: Search = None,
    kind: Kind = None,
    status_wanted: StatusOption = None,
    json: Json = False,
    bibtex: Bibtex = False,
) -> None:
    """Browse and search the sources: who, when, where to find it, and how far it was read."""
    from pinprick import evidence

    known = evidence.sources()
    one_of(kind, sorted({record.kind for record in known.values()}), "--kind")
    one_of(status_wanted, ("read", "remembered", "assumed"), "--status")
    wanted = words(search)
    found = [
        record
        for record in evidence.search_sources(" ".join(wanted))
        if kind in (None, record.kind) and status_wanted in (None, record.status)
    ]
    if json:
        write_json({"count": len(found), "sources": [as_json(record) for record in found]})
        return
    if bibtex:
        for record in found:
            typer.echo(evidence.bibtex(record))
        return
    rows = [(record.id, record.kind, status(record.status), evidence.cite_text(record)) for record in found]
    if rows:
        show(table(("id", "kind", "status", "source"), rows))
    show(paragraph(count_line(len(found), len(known), "sources", wanted), "dim"))


def as_json(record: Source) -> dict[str, Any]:
    """Return one source as the JSON output shows it."""
    return {
        "id": record.id,
        "kind": record.kind,
        "title": record.title,
        "authors": record.authors,
        "year": record.year,
        "journal": record.journal,
        "address": record.address,
        "doi": record.doi,
        "pmid": record.pmid,
        "pmcid": record.pmcid,
        "registry": record.registry,
        "identifier_status": record.identifier_status,
        "status": record.status,
        "extent_read": record.extent_read,
        "second_hand": record.second_hand,
        "aliases": list(record.aliases),
        "note": record.note,
    }
