"""Recomputes the chain of an organisation's audit trail, independently of the database's own functions."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

_ROWS = (
    "SELECT sequence, (extract(epoch FROM at) * 1000000)::bigint, coalesce(actor_id::text, ''), action, target_table,"
    " coalesce(target_id::text, ''), coalesce(patient_id::text, ''), detail::text, previous, hash"
    " FROM audit_entry WHERE organisation_id = %s ORDER BY sequence"
)


@dataclass(frozen=True)
class Verification:
    """What the recomputation found.

    Attributes:
        entries: how many entries were read.
        broken_at: sequence of the first entry that does not fit, or None.
        reason: why it does not fit.
        head: the last hash, to be kept elsewhere: entries cut from the end show only against it.
    """

    entries: int
    broken_at: int | None
    reason: str
    head: str

    @property
    def sound(self) -> bool:
        """Whether every entry fits."""
        return self.broken_at is None


def verify(organisation: UUID, head: str | None = None) -> Verification:
    """Return whether an organisation's trail is whole.

    Args:
        organisation: whose trail.
        head: a hash kept from an earlier verification; it must still stand in the chain.
    """
    previous, count, seen = b"", 0, head is None
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [organisation])
        while rows := cursor.fetchmany(5000):
            for sequence, *texts, before, found in rows:
                reason = _fault(sequence, texts, (bytes(before), bytes(found)), (count + 1, previous))
                if reason:
                    return Verification(count, sequence, reason, previous.hex())
                previous, count = bytes(found), count + 1
                seen = seen or previous.hex() == head
    if not seen:
        return Verification(
            count, count, "the hash kept earlier is not in the chain: entries are missing", previous.hex()
        )
    return Verification(count, None, "", previous.hex())


def _fault(sequence: int, texts: list[object], stored: tuple[bytes, bytes], due: tuple[int, bytes]) -> str:
    if sequence != due[0]:
        return f"entry {due[0]} is missing"
    if stored[0] != due[1]:
        return "it does not follow the entry before it"
    line = "\n".join([stored[0].hex(), str(sequence), *(str(text) for text in texts)])
    return "" if hashlib.sha256(line.encode()).digest() == stored[1] else "its content does not give its hash"
