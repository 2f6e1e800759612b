"""Every stored consent checked: contents against hashes, signatures against contents, files against their seals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from pinprick.clinic.consent.models import Consent, SignedFile
from pinprick.clinic.consent.verify import verify
from pinprick.clinic.plans.frozen import digest


@dataclass(frozen=True, slots=True)
class Fault:
    """A consent that is not what it was.

    Attributes:
        consent: which.
        what: `content`, `signature`, `file` or `seal`.
    """

    consent: UUID
    what: str


def faults() -> Iterator[Fault]:
    """Yield what is wrong among the consents that this connection may see; nothing where all is well."""
    for row in Consent.objects.select_related("signature").order_by("created_at").iterator():
        if digest(row.content) != row.content_hash:
            yield Fault(row.pk, "content")
        signature = getattr(row, "signature", None)
        if signature is not None and signature.shown_hash != row.content_hash:
            yield Fault(row.pk, "signature")
    for file in SignedFile.objects.order_by("created_at").iterator(chunk_size=50):
        document = bytes(file.document)
        if hashlib.sha256(document).hexdigest() != file.sha256:
            yield Fault(file.consent_id, "file")
        elif not verify(document, [file.certificate]).sound:
            yield Fault(file.consent_id, "seal")
