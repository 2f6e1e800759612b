"""Whether a sealed PDF is byte for byte what the clinic sealed."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from pinprick.clinic.consent.seal import certificate_of


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found.

    Attributes:
        sound: whether the file is what was sealed.
        reason: what is wrong: "", `unreadable`, `unsealed`, `other_seal`, `altered`.
        sealed_at: the time that the seal says, where it is sound.
        fingerprint: SHA-256 of the certificate that sealed it, where it could be read.
    """

    sound: bool
    reason: str = ""
    sealed_at: datetime | None = None
    fingerprint: str = ""


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate."""
    return hashlib.sha256(certificate.dump()).hexdigest()


def verify(document: bytes, certificates: Iterable[str]) -> Verified:
    """Return whether a PDF carries the unbroken seal of one of these certificates.

    More is asked than of any signed PDF: one signature, over every byte but its own, in the very encoding that sealing
    writes, so that not even a byte without meaning can differ.

    Args:
        document: the file.
        certificates: in PEM form; those that this clinic has sealed with.
    """
    known = {fingerprint(one): one for one in map(certificate_of, certificates)}
    try:
        return _verify(document, known)
    except Exception:  # Anybody may hand in anything, and a damaged file meets the readers with any error there is.
        return Verified(False, "unreadable")


def _verify(document: bytes, known: dict[str, x509.Certificate]) -> Verified:
    found = PdfFileReader(io.BytesIO(document), strict=True).embedded_signatures
    if not found:
        return Verified(False, "unsealed")
    seal = found[0]
    mark = fingerprint(seal.signer_cert)
    if mark not in known:
        return Verified(False, "other_seal", fingerprint=mark)
    broken = Verified(False, "altered", fingerprint=mark)
    if len(found) > 1 or not _whole(document, [int(one) for one in seal.byte_range], seal.signed_data):
        return broken
    context = ValidationContext(trust_roots=[known[mark]], allow_fetching=False)
    status = validate_pdf_signature(seal, context)
    # The bottom line asks for integrity, validity and trust together.
    if not status.bottom_line:
        return broken
    return Verified(True, "", seal.self_reported_timestamp, mark)


def _whole(document: bytes, spans: list[int], signed: cms.SignedData) -> bool:
    """Return whether the seal covers all but its own digits, and those are as sealing writes them."""
    if len(spans) != 4 or spans[0] != 0 or spans[2] + spans[3] != len(document):
        return False
    gap = document[spans[1] : spans[2]]
    if not re.fullmatch(rb"<(?:[0-9A-F]{2})+>", gap):
        return False
    content = bytes.fromhex(gap[1:-1].decode("ascii"))
    message = cms.ContentInfo.load(content)
    encoded = message.dump(force=True)
    return content[: len(encoded)] == encoded and not any(content[len(encoded) :]) and _plain(message)


def _plain(message: cms.ContentInfo) -> bool:
    """Return whether the message has the fields that sealing writes, where nothing else binds them."""
    body = message["content"]
    if body["version"].native != "v1" or len(body["signer_infos"]) != 1 or len(body["certificates"]) != 1:
        return False
    info = body["signer_infos"][0]
    certificate = body["certificates"][0].chosen
    digest = [one["algorithm"].native for one in body["digest_algorithms"]]
    return bool(
        digest == ["sha256"]
        and info["version"].native == "v1"
        and info["digest_algorithm"]["algorithm"].native == "sha256"
        and info["sid"].chosen["serial_number"].native == certificate.serial_number
        and not len(info["unsigned_attrs"] or ())
        and not len(body["crls"] or ())
    )
