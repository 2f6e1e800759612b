"""What is not known and would change the answer, most serious first."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pinprick.safety.circumstances import Circumstances
from pinprick.safety.facts import Fact
from pinprick.safety.match import expand_zones, undated, within
from pinprick.safety.rule import Question, Rule, rules, settings
from pinprick.safety.screening import VERDICTS, Unknown, Verdict
from pinprick.safety.vocabulary import concepts, widened

_PERSON = {"age": "age_years", "phototype": "phototype"}


def unknowns(now: Circumstances, findings: Collection[str]) -> tuple[Unknown, ...]:
    """Return the questions whose answer could change the verdict or its date, most serious first.

    Args:
        now: the circumstances.
        findings: ids of the rules that apply; what is still open about those belongs to their findings.
    """
    ranked: list[tuple[int, int, str, Unknown]] = []
    for rule in rules().values():
        if rule.id in findings or not now.applies(rule):
            continue
        rank = rule.unknown.rank if rule.unknown else len(rules())
        items = list(particulars(rule, now, ()))
        if not items and rule.unknown is not None and _asks(rule, rule.unknown, now):
            items = [Unknown(rule.id, rule.unknown.question, rule.unknown.whom, rule.unknown.could_become)]
        ranked += [(-VERDICTS.index(item.could_become), rank, rule.id, item) for item in items]
    ranked.sort(key=lambda entry: entry[:3])
    return tuple(dict.fromkeys(entry[3] for entry in ranked))


def particulars(rule: Rule, now: Circumstances, cases: tuple[str, ...]) -> Iterator[Unknown]:
    """Yield what is not known about facts that are on record: when they ended, whether they hold, how severe they are.

    Args:
        rule: the rule.
        now: the circumstances.
        cases: names of its cases that apply, none when it does not.
    """
    for fact in undated(rule, now):
        text = rule.dated or "When did this end: {fact}?"
        horizon = settings()["undated_horizon_days"]
        if rule.dated or fact.start is None or (now.on - fact.start).days <= horizon:
            yield Unknown(rule.id, text.format(fact=_name(fact)), "patient", "not-before")
    for fact in now.facts:
        if fact.status == "unknown" and widened(fact.concept) & rule.concepts:
            become: Verdict = rule.unknown.could_become if rule.unknown else "conditions"
            whom = rule.unknown.whom if rule.unknown else "patient"
            asked = f"Recorded without a clear status: {_name(fact)}. {rule.unknown.question if rule.unknown else ''}"
            yield Unknown(rule.id, asked.strip(), whom, become)
    if cases:
        yield from _detail(rule, now, cases)


def _asks(rule: Rule, question: Question, now: Circumstances) -> bool:
    if question.ask == "never" or _is_answered(rule, now):
        return False
    if question.ask == "if_fact" and not now.has(question.if_fact, "current", "past"):
        return False
    if question.sex and now.sex not in (None, question.sex):
        return False
    if question.age is not None and now.age_years is not None and not within(question.age, now.age_years, rule):
        return False
    if question.modality and now.treatment.modality not in question.modality:
        return False
    if question.anaesthetic and not _has_drug(question.anaesthetic, now):
        return False
    zones = {zone.value for zone in now.treatment.zones}
    return not question.treatment_zones or not zones or bool(zones & set(expand_zones(question.treatment_zones)))


def _has_drug(drugs: tuple[str, ...], now: Circumstances) -> bool:
    from pinprick.safety.anaesthetic import product

    chosen = now.treatment.anaesthetic
    return chosen not in (None, "none") and bool(set(drugs) & set(product(str(chosen)).drugs))


def _is_answered(rule: Rule, now: Circumstances) -> bool:
    for wanted in rule.answers if rule.answers is not None else sorted(rule.concepts):
        if wanted in _PERSON:
            if getattr(now, _PERSON[wanted]) is None:
                return False
        elif wanted == "needle_length":
            if now.treatment.needle_length_mm is None:
                return False
        elif wanted not in now.known:
            return False
    return True


def _detail(rule: Rule, now: Circumstances, cases: tuple[str, ...]) -> Iterator[Unknown]:
    detail = rule.detail
    if detail is None or not set(detail.when) & set(cases) or _is_measured(detail.missing, now):
        return
    if detail.only and not now.has(detail.only, "current", "planned"):
        return
    yield Unknown(rule.id, detail.question, detail.whom, detail.could_become)


def _is_measured(wanted: tuple[str, ...], now: Circumstances) -> bool:
    """Whether one of the concepts is on record with a figure and its unit."""
    return any(fact.concept in wanted and fact.value is not None and fact.unit for fact in now.facts)


def _name(fact: Fact) -> str:
    known = concepts().get(fact.concept)
    return fact.text or (known.label if known else fact.concept)
