"""Warning signs for the person treated: plain words first, the clinical ones beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pinprick import evidence
from pinprick.report.words import sentence


@dataclass(frozen=True, slots=True)
class Sign:
    """One warning sign.

    Attributes:
        sign: what is seen or felt, in plain words where the record has them.
        action: what to do, likewise.
        clinical: sign and action as a clinician words them, "" where they are the only words.
    """

    sign: str
    action: str
    clinical: str


def warning_signs(flags: Iterable[tuple[str, str]]) -> tuple[Sign, ...]:
    """Return the warning signs of a plan in its order.

    Args:
        flags: (sign, what to do) pairs in clinical words.
    """
    plain = {record.sign: record for record in evidence.red_flags() if record.plain_sign}
    signs = []
    for sign, action in flags:
        record = plain.get(sign)
        if record is None:
            signs.append(Sign(sentence(sign), sentence(action), ""))
        else:
            signs.append(Sign(record.plain_sign, record.plain_action, f"{sentence(sign)}: {action}"))
    return tuple(signs)
