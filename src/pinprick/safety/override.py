"""Findings that a clinician answers for: what is left of a screening once they are set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pinprick.safety.engine import WORDS, unscreened
from pinprick.safety.screening import VERDICTS, Finding, Screening


def set_aside(screening: Screening, reasons: Mapping[str, str]) -> Screening:
    """Return a screening in which some findings no longer forbid or defer; they stay in it, with the reason given.

    A finding that a binding label or regulation makes absolute is never set aside.

    Args:
        screening: as judged by the rules.
        reasons: rule id to why a clinician set its finding aside.
    """
    findings = tuple(_answered_for(item, reasons) for item in screening.findings)
    strictest = _strictest(screening.findings)
    if findings == screening.findings or VERDICTS.index(screening.verdict) > strictest:
        return screening  # Nothing to set aside, or a verdict that rests on no finding: the person has died.
    verdict = VERDICTS[_strictest(findings)]
    leading = [item.reason[:1].upper() + item.reason[1:] for item in findings if item.verdict == verdict]
    late = [item.until for item in findings if item.until is not None]
    return replace(
        screening,
        verdict=verdict,
        findings=tuple(sorted(findings, key=lambda item: (-VERDICTS.index(item.verdict), item.rule))),
        earliest_date=None if any(item.open_ended for item in findings) else max([screening.on, *late]),
        reason=" ".join([WORDS[verdict], *leading[:1], *unscreened(len(screening.unrecognised))]),
    )


def _strictest(findings: tuple[Finding, ...]) -> int:
    return max((VERDICTS.index(item.verdict) for item in findings), default=0)


def _answered_for(item: Finding, reasons: Mapping[str, str]) -> Finding:
    bound = any(position.binds and position.kind == "absolute" for position in item.positions)
    if item.rule not in reasons or VERDICTS.index(item.verdict) <= VERDICTS.index("conditions"):
        return item
    if bound and item.verdict == "do-not-treat":
        return item
    said = f"{item.reason} Set aside by the clinician: {reasons[item.rule]}"
    return replace(item, verdict="conditions", until=None, open_ended=False, reason=said)
