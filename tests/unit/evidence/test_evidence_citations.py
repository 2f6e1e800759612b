"""Every citation of every data file resolves, and every source is cited."""

import re
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import urlparse

import pytest

from pinprick import evidence

CITING = {"source", "sources"}
# Sites that hold copies or summaries of other people's work: where something was read, never what is cited.
COPY_HOSTS = (
    "scribd.com",
    "docslib.org",
    "doczz.net",
    "abcdocz.com",
    "123docz.net",
    "studylib.net",
    "pdfslide",
    "fdocuments",
    "vdocuments",
    "readkong.com",
    "researcher.life",
    "litmetric.com",
    "scite.ai",
    "peeref.com",
    "bohrium",
    "booksci.cn",
    "acemap.info",
    "aminer.org",
    "ablesci.com",
    "laibokeji.com",
    "vukou.com",
    "wilddata.cn",
    "47.251.13.51",
    "linkedlifedata.com",
    "scilit",
    "ouci.dntb.gov.ua",
    "medworm.com",
    "medifind.com",
    "medluna.com",
    "tomesphere.com",
    "citedrive.com",
    "coek.info",
    "pubcompare.ai",
    "innolitics.com",
    "droracle.ai/articles/839943",
    "grokipedia.com",
    "meddatax.com",
    "medpath.com",
    "fda.report",
    "lawstack.com",
    "elaws.us",
    "okayd.com",
    "xtlxksjx.com",
    "integrativedryneedling.com",
    "integrativedn.com",
    "healthmedicinet.com",
    "newsminimalist.com",
)


def data_files(folder: Traversable | None = None, path: str = "") -> Iterator[str]:
    """Yield the path of every data file below the package's data folder."""
    folder = folder or files("pinprick.evidence") / "data"
    for item in sorted(folder.iterdir(), key=lambda entry: entry.name):
        below = f"{path}{item.name}"
        if item.is_dir():
            yield from data_files(item, f"{below}/")
        elif item.name.endswith(".yaml"):
            yield below


def citations(value: Any, where: str) -> Iterator[tuple[str, Any]]:
    """Yield every citation below a value, with its place."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key in CITING and not isinstance(item, dict):
                yield from ((f"{where}.{key}", one) for one in (item if isinstance(item, list) else [item]))
            else:
                yield from citations(item, f"{where}.{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from citations(item, f"{where}[{index}]")


CITING_FILES = [name for name in data_files() if not name.startswith("sources/")]


@pytest.mark.parametrize("name", CITING_FILES)
def test_every_citation_resolves(name: str) -> None:
    known = evidence.sources()
    aliases = {alias for record in known.values() for alias in record.aliases}
    lost = [
        (where, one) for where, one in citations(evidence.load(name), name) if one not in known and one not in aliases
    ]
    assert not lost, f"{len(lost)} citations have no source record, first: {lost[:5]}"


def test_every_source_is_cited() -> None:
    cited = {evidence.source(one).id for name in CITING_FILES for _, one in citations(evidence.load(name), name)}
    assert sorted(set(evidence.sources()) - cited) == []


def test_no_copy_is_cited() -> None:
    copies = {
        record.id: record.url
        for record in evidence.sources().values()
        if any(host in record.url for host in COPY_HOSTS) or any(host in record.doi for host in COPY_HOSTS)
    }
    assert copies == {}


def test_identifiers_have_the_right_shape() -> None:
    for record in evidence.sources().values():
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", record.id), record.id
        assert record.doi == "" or re.fullmatch(r"10\.\d{4,9}/\S+", record.doi), record.id
        assert record.pmid == "" or re.fullmatch(r"[1-9]\d{4,7}", record.pmid), record.id
        assert record.pmcid == "" or re.fullmatch(r"PMC[1-9]\d{4,8}", record.pmcid), record.id
        assert record.registry == "" or re.fullmatch(r"NCT\d{8}", record.registry), record.id
        assert record.year is None or 1950 <= record.year <= 2027, record.id
        if record.url:
            address = urlparse(record.url)
            assert address.scheme in ("http", "https"), record.id
            assert "." in address.netloc, record.id


def test_a_publication_has_one_record() -> None:
    for name in ("doi", "pmid", "pmcid"):
        seen: dict[str, str] = {}
        for record in evidence.sources().values():
            value = getattr(record, name).lower()
            if value:
                assert seen.setdefault(value, record.id) == record.id, f"{name} {value} twice"


def test_a_source_without_an_address_says_why_it_has_none() -> None:
    for record in evidence.sources().values():
        if not record.address and record.status == "read":
            assert record.copy_read or record.note or record.journal or record.kind == "web", record.id


def test_only_our_own_records_are_assumed() -> None:
    assumed = {record.id for record in evidence.sources().values() if record.status == "assumed"}
    assert assumed == {"pinprick2026_assumption"}
