"""A signed consent as a PDF: all that was shown, who signed it, when and how."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pinprick.clinic.consent import drawing
from pinprick.clinic.consent.typeset import Block, Sheet, blocks, pdf

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as the document tells it.

    Attributes:
        name: as typed.
        path: as drawn, or "" where it was given without a drawing.
        at: when.
        how: `device` or `link`.
        content_hash: of the content that was shown.
        time_zone: IANA zone of the site.
        guardian: name of the guardian who signed as well, or "".
    """

    name: str
    path: str
    at: datetime
    how: str
    content_hash: str
    time_zone: str
    guardian: str = ""


def stamp(at: datetime, zone: str, language: str) -> str:
    """Return an instant as the clock of the site showed it, with its zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), language)}, {local:%H:%M:%S} ({zone}, UTC{local.isoformat()[-6:]})"


_MONTHS = {
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
    "es": "enero,febrero,marzo,abril,mayo,junio,julio,agosto,septiembre,octubre,noviembre,diciembre",
}


def day(value: date, language: str) -> str:
    """Return a date in words."""
    month = _MONTHS[language].split(",")[value.month - 1]
    return f"{value.day} de {month} de {value.year}" if language == "es" else f"{value.day} {month} {value.year}"


def consent_pdf(content: Content, signed: Signed | None, at: datetime) -> bytes:
    """Return a consent as a PDF, not yet sealed.

    Args:
        content: as generated and stored.
        signed: the signature, or None for a copy to read.
        at: the time written into the file.
    """
    parties, words = content["parties"], content["signature"]
    place = (
        parties["clinic"] if parties["site"] in ("", parties["clinic"]) else f"{parties['clinic']}, {parties['site']}"
    )
    found: list[Block] = [{"kind": "facts", "rows": [[words["sign.patient"], _patient(content)]]}]
    for part in content["parts"]:
        found.append({"kind": "heading", "level": 1, "text": part["title"]})
        found += blocks(part["items"])
    drawings: dict[str, str] = {}
    found += [{"kind": "break"}, {"kind": "heading", "level": 1, "text": words["sign.title"]}]
    found.append({"kind": "text", "text": content["declaration"], "strong": True})
    if signed is not None:
        if signed.path:
            drawings["signature.svg"] = drawing.svg(signed.path)
            alt = words["sign.drawn"].format(name=signed.name)
            found.append({"kind": "image", "file": "signature.svg", "alt": alt})
        else:
            found.append({"kind": "text", "text": words["sign.typed"]})
        found.append({"kind": "facts", "rows": _facts(content, signed)})
        found.append({"kind": "text", "text": words["sign.note"]})
    return pdf(Sheet(content["title"], content["language"], place, place, found, at, drawings))


def _patient(content: Content) -> str:
    parties, words = content["parties"], content["signature"]
    if not parties["birth_date"]:
        return str(parties["patient"])
    born = words["sign.born"].format(date=day(date.fromisoformat(parties["birth_date"]), content["language"]))
    return f"{parties['patient']}, {born}"


def _facts(content: Content, signed: Signed) -> list[list[str]]:
    words = content["signature"]
    return [
        [words["sign.name"], signed.name],
        *([[words["sign.guardian"], signed.guardian]] if signed.guardian else []),
        [words["sign.time"], stamp(signed.at, signed.time_zone, content["language"])],
        [words["sign.how"], words[f"sign.how.{signed.how}"]],
        [words["sign.version"], str(content["template"]["number"])],
        [words["sign.hash"], signed.content_hash],
        [words["sign.plan"], content["plan"]["sha256"]],
    ]
