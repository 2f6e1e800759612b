"""Screening: facts in, verdict with findings and unknowns out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pinprick.errors import InputError
from pinprick.evidence import cite, load
from pinprick.safety.anaesthetic import limits, product
from pinprick.safety.circumstances import Circumstances, circumstances
from pinprick.safety.facts import Fact, Facts, Treatment
from pinprick.safety.match import matches, stricter
from pinprick.safety.question import particulars, unknowns
from pinprick.safety.rule import Rule, Stance, rules, settings
from pinprick.safety.screening import VERDICTS, Finding, Position, Screening, Verdict
from pinprick.safety.vocabulary import concepts, widened

WORDS: Mapping[Verdict, str] = {
    "proceed": "Nothing on record speaks against treatment; what is not known is listed.",
    "conditions": "Treatment is possible under conditions.",
    "not-before": "Not yet.",
    "refer": "Somebody else has to agree first.",
    "do-not-treat": "Do not treat.",
}


def screen(
    facts: Facts,
    *,
    on: date,
    treatment: Treatment = Treatment(),  # noqa: B008 - frozen
    jurisdiction: str = "US",
    choices: Mapping[str, int] | None = None,
) -> Screening:
    """Say whether a person may be treated on a day, from when, on which grounds, and what is not known.

    Args:
        facts: what is known about the person.
        on: the day of treatment; current, past and planned are told apart relative to it.
        treatment: what is considered; rules of mechanical, radiofrequency and home needling stay apart.
        jurisdiction: ISO country code; labels and regulations bind only where they hold.
        choices: rule id to the index of the position that the clinic chose instead of the default. A choice never
            relaxes a label that binds.

    Raises:
        InputError: the day lies before birth, a choice names no rule or position, or the anaesthetic is unknown.
    """
    _check(jurisdiction, treatment)
    now = circumstances(facts, on=on, treatment=treatment, jurisdiction=jurisdiction)
    chosen = _chosen(choices or {})
    found = [
        finding
        for rule in rules().values()
        if now.applies(rule) and (finding := _finding(rule, now, chosen.get(rule.id))) is not None
    ]
    found.sort(key=lambda finding: (-VERDICTS.index(finding.verdict), finding.rule))
    verdict = _verdict(found, facts.deceased)
    cite(*dict.fromkeys(source for item in found for position in item.positions for source in position.sources))
    return Screening(
        on=on,
        verdict=verdict,
        earliest_date=_earliest(found, on, facts.deceased),
        findings=tuple(found),
        unknown=() if facts.deceased else unknowns(now, {item.rule for item in found}),
        rescreen=tuple(id for id in settings()["rescreen"] if now.applies(rules()[id])),
        anaesthetics=limits(now.age_years, {item.rule: item.cases for item in found}),
        unrecognised=facts.unrecognised,
        reason=_summary(verdict, found, facts),
        noted=_noted(now),
        jurisdiction=jurisdiction,
    )


def _check(jurisdiction: str, treatment: Treatment) -> None:
    if jurisdiction not in load("codes.yaml")["countries"]:
        raise InputError(
            "not a jurisdiction",
            field="jurisdiction",
            given=jurisdiction,
            limit='a two-letter code of ISO 3166 in capitals, for instance "US", "GB", "CA"; or "EU"',
            remedy="give the country in which the treatment takes place",
        )
    if treatment.anaesthetic not in (None, "none"):
        product(str(treatment.anaesthetic))


def _chosen(choices: Mapping[str, int]) -> dict[str, tuple[int, Stance]]:
    found: dict[str, tuple[int, Stance]] = {}
    for id, index in choices.items():
        rule = rules().get(id)
        if rule is None:
            raise InputError("no such rule", field=f"choices.{id}", given=id, remedy="list them with: pinprick rules")
        if not 0 <= index < len(rule.positions):
            raise InputError(
                "the rule has no such position",
                field=f"choices.{id}",
                given=index,
                limit=f"0 to {len(rule.positions) - 1}",
                remedy=f"show them with: pinprick rules {id}",
            )
        stance = rule.positions[index]
        if not stance.kind and stance.interval is None:
            raise InputError(
                "this position states neither how strict it is nor an interval, so it cannot be applied",
                field=f"choices.{id}",
                given=f"{stance.who}: {stance.says}",
                remedy="choose a position with a kind or an interval, or leave the default",
            )
        found[id] = (index, stance)
    return found


def _finding(rule: Rule, now: Circumstances, choice: tuple[int, Stance] | None) -> Finding | None:
    index, stance = choice if choice is not None else (None, None)
    applying = matches(rule, now, stance)
    if not applying:
        return None
    cases = tuple(dict.fromkeys(match.case.name for match in applying))
    positions = tuple(_position(item, now, cases) for item in rule.positions)
    bound: Verdict = "proceed"
    for position in positions:
        if position.binds and position.kind:
            bound = stricter(bound, settings()["verdict_of_kind"][position.kind])
    # The strictest case decides; the others stay in the reason.
    applying.sort(key=lambda match: -VERDICTS.index(match.verdict))
    verdict = stricter(applying[0].verdict, bound)
    reasons = list(dict.fromkeys(match.reason for match in applying))
    if VERDICTS.index(bound) > VERDICTS.index(applying[0].verdict):
        reasons.append(f"A label that binds in {now.jurisdiction} for this device or setting forbids it.")
    return Finding(
        rule=rule.id,
        subject=rule.subject,
        kind="absolute" if bound == "do-not-treat" else applying[0].kind,
        verdict=verdict,
        reason=" ".join(reasons),
        rests_on=tuple(dict.fromkeys(basis for match in applying for basis in match.rests_on)),
        until=max((match.until for match in applying if match.until is not None), default=None),
        positions=positions,
        chosen=index,
        action=applying[0].case.action or rule.action,
        disagreement=rule.disagreement,
        open_ended=verdict == "do-not-treat" or any(match.open_ended for match in applying),
        evidence=rule.evidence_overall,
        cases=cases,
        ask=tuple(dict.fromkeys(particulars(rule, now, cases))),
    )


def _position(item: Stance, now: Circumstances, cases: tuple[str, ...]) -> Position:
    return Position(
        who=item.who,
        says=item.says,
        kind=item.kind,
        interval_days=item.interval,
        jurisdiction=item.jurisdiction,
        sources=item.sources,
        evidence=item.evidence,
        status=item.status,
        second_hand=item.second_hand,
        binds=_binds(item, now, cases),
        note=" ".join(part for part in (item.note, item.warning) if part),
    )


def _binds(item: Stance, now: Circumstances, cases: tuple[str, ...]) -> bool:
    scope = item.binds
    if not scope or now.jurisdiction not in scope["jurisdictions"] or not set(scope["cases"]) & set(cases):
        return False
    if "anaesthetics" in scope:
        return now.treatment.anaesthetic in scope["anaesthetics"]
    devices = scope["devices"]
    if devices == "any":
        return True
    if devices == "labelled":
        return _is_labelled(now.treatment.device, now.jurisdiction)
    return now.treatment.device in devices


def _is_labelled(device_id: str | None, jurisdiction: str) -> bool:
    if device_id is None:
        return False
    from pinprick.device import device

    return any(label.jurisdiction == jurisdiction for label in device(device_id).labels)


def _verdict(found: Iterable[Finding], deceased: bool) -> Verdict:
    verdict: Verdict = "do-not-treat" if deceased else "proceed"
    for finding in found:
        verdict = stricter(verdict, finding.verdict)
    return verdict


def _earliest(found: Iterable[Finding], on: date, deceased: bool) -> date | None:
    days = [on]
    for finding in found:
        if finding.open_ended:
            return None
        if finding.until is not None:
            days.append(finding.until)
    return None if deceased else max(days)


def _summary(verdict: Verdict, found: list[Finding], facts: Facts) -> str:
    if facts.deceased:
        day = f" on {facts.deceased_on.isoformat()}" if facts.deceased_on else ""
        return f"The record says that this person died{day}. Check that it is the right record."
    leading = [finding.reason for finding in found if finding.verdict == verdict]
    first = [reason[:1].upper() + reason[1:] for reason in leading[:1]]
    return " ".join([WORDS[verdict], *first, *unscreened(len(facts.unrecognised))])


def unscreened(count: int) -> list[str]:
    """Say beside the verdict how much of the record it does not cover."""
    if count == 0:
        return []
    return [f"{count} {'entry was' if count == 1 else 'entries were'} not understood, and so not screened."]


def _noted(now: Circumstances) -> tuple[str, ...]:
    """Return recognised facts that no rule looks at, so that nobody believes they were judged."""
    judged = frozenset(id for rule in rules().values() for id in (*rule.concepts, *(rule.answers or ())))
    helping = frozenset(id for rule in rules().values() for case in rule.cases for id in case.together_with)
    texts = (_text(fact) for fact in now.facts if not widened(fact.concept) & (judged | helping))
    return tuple(dict.fromkeys(texts))


def _text(fact: Fact) -> str:
    known = concepts().get(fact.concept)
    return f"{fact.text or (known.label if known else fact.concept)} ({fact.status})"
