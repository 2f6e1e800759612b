"""The first screen: may I be treated, what is planned, what to expect, how sure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from pinprick.planning.plan_record import Plan, Prescription, Quote
from pinprick.report import names
from pinprick.report.expectation import QUARTERS, Expectation, expectation, people
from pinprick.report.healing import Array
from pinprick.report.words import (
    amount,
    better,
    change_span,
    dated,
    day,
    idle,
    label,
    listing,
    percent,
    plural,
    sentence,
    short_day,
    trimmed,
)
from pinprick.safety import Finding, Screening


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict as a person reads it.

    Attributes:
        tone: good, warn or bad.
        sign: a mark that does not rest on colour.
        word: the answer.
        detail: one sentence.
        points: (what it is about, what to do first), at most three.
        more: how many points are not shown.
    """

    tone: str
    sign: str
    word: str
    detail: str
    points: tuple[tuple[str, str], ...]
    more: int


POINTS = 3
ADULT_YEARS = 18.0  # from when a person is called a man or woman; no rule rests on it


def answer(screening: Screening) -> Answer:
    """Return the answer to "may I be treated, and when?"."""
    tone, sign, word, detail = _VERDICT[screening.verdict]
    actions = [_point(finding) for finding in screening.findings if finding.action]
    if screening.verdict in ("proceed", "conditions") and screening.earliest_date:
        detail = f"From {day(screening.earliest_date)}" + (
            ", once this is seen to:" if actions else ", on what was told so far."
        )
    if screening.verdict == "not-before":
        word = "Not before " + day(screening.earliest_date) if screening.earliest_date else "Not yet"
        reason = next((f.reason for f in screening.findings if f.verdict == "not-before"), "")
        detail = sentence(dated(reason)) or detail
        if screening.earliest_date is None:
            detail = "Something has to settle first, and no date can be given for it yet."
    unique = tuple(dict.fromkeys(actions))
    return Answer(tone, sign, word, detail, unique[:POINTS], max(len(unique) - POINTS, 0))


def _point(finding: Finding) -> tuple[str, str]:
    """Name of a finding without its further names, and the first sentence of what to do."""
    subject = finding.subject.partition(" (")[0].partition(" / ")[0]
    first, stop, _ = finding.action.partition(". ")
    return sentence(subject), dated(first + stop.strip())


_VERDICT = {
    "proceed": ("good", "✓", "Yes", "Nothing in what was told stands against treatment."),
    "conditions": ("good", "✓", "Yes, with conditions", "Treatment may go ahead once these are met."),
    "not-before": ("warn", "◷", "Not before", "Until then something needs time to settle."),
    "refer": ("warn", "→", "Not yet: see a doctor first", "Someone has to look into this before any plan is made."),
    "do-not-treat": ("bad", "✕", "No", "Needling is not safe here, on what was told."),
}


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything on the first screen.

    Attributes:
        title: title of the case.
        person: who it is about, in one line.
        answer: the verdict.
        planned: (name, value) rows; empty where there is no prescription.
        planned_headline: the course in a few words.
        expected: the prediction in plain words, or None.
        crowd: drawing of ten people, or None.
        downtime: downtime a session, "" if not known.
        sure_headline: how sure this is, in a few words.
        sure: sentences on how sure this is.
        basis: what it rests on, a few words.
    """

    title: str
    person: str
    answer: Answer
    planned_headline: str
    planned: tuple[tuple[str, str], ...]
    expected: Expectation | None
    crowd: Markup | None
    downtime: str
    sure_headline: str
    sure: tuple[str, ...]
    basis: str


def opening(plan: Plan) -> Opening:
    """Return the first screen of a plan."""
    expected = expectation(plan.outlook) if plan.outlook else None
    return Opening(
        title=plan.case.title or "Treatment plan",
        person=person_line(plan),
        answer=answer(plan.screening),
        planned_headline=_headline(plan.prescription) if plan.prescription else _no_plan(plan.screening),
        planned=_planned(plan, plan.prescription) if plan.prescription else (),
        expected=expected,
        crowd=people(expected) if expected else None,
        downtime=_downtime(plan.outlook.downtime_days) if plan.outlook else "",
        sure_headline=_sure_headline(plan, expected),
        sure=_sure(plan, expected),
        basis=_basis(plan),
    )


def person_line(plan: Plan) -> str:
    """Return age, sex, phototype, concern and zones; what is not known is said to be so."""
    person, concern = plan.case.patient.person(plan.screening.on), plan.case.concern
    young = person.age_years is not None and person.age_years < ADULT_YEARS
    words = {"female": "girl", "male": "boy"} if young else {"female": "woman", "male": "man"}
    sex = words.get(person.sex or "", "person")
    age = (
        f"{person.age_years:.0f}-year-old {sex}" if person.age_years is not None else f"{sentence(sex)}, age not known"
    )
    kind = f" ({label(concern.subtype)})" if concern.subtype else ""
    return " · ".join(
        [
            age if person.sex else f"{age}, sex not stated",
            f"phototype {_ROMAN[person.phototype]}" if person.phototype else "phototype not known",
            f"{names.indication(concern.indication)}{kind}",
            listing([label(str(zone)) for zone in concern.zones]),
        ]
    )


_ROMAN = {1: "I", 2: "II", 3: "III", 4: "IV", 5: "V", 6: "VI"}


def _headline(prescription: Prescription) -> str:
    course = prescription.course
    if course.sessions == 1:
        return "One session"
    return f"{course.sessions} sessions, {_interval(course.interval_days)} apart"


def _interval(days: float) -> str:
    weeks = days / 7
    return plural(round(weeks), "week") if abs(weeks - round(weeks)) < 0.05 and weeks >= 1 else plural(days, "day")


def _planned(plan: Plan, prescription: Prescription) -> tuple[tuple[str, str], ...]:
    move = (
        ("press", "presses") if prescription.device.device_class in ("stamp", "radiofrequency") else ("pass", "passes")
    )
    settings: dict[str, list[str]] = {}
    for z in prescription.zones:
        words = f"{trimmed(z.technique.needle_length_mm)} mm, {plural(z.technique.pass_count, *move)}"
        settings.setdefault(words, []).append(label(str(z.technique.zone)))
    told = [f"{words}" if len(settings) == 1 else f"{listing(zones)} {words}" for words, zones in settings.items()]
    rows = [("Device", prescription.device.name), ("Needle length", sentence("; ".join(told)))]
    if prescription.adjuncts:
        rows.append(("With", listing([label(a) for a in prescription.adjuncts])))
    days = [item.day for item in plan.calendar if item.kind == "session"]
    if days:
        rows.append(("Sessions", " to ".join(dict.fromkeys((short_day(days[0]), short_day(days[-1]))))))
    rows.append(("Price", price(plan.quote)))
    return tuple(rows)


def price(quote: Quote | None) -> str:
    """Return the price of the course, as a range where the clinic stated none."""
    if quote is None:
        return "not known"
    return money(quote.currency, quote.low, quote.high)


def money(currency: str, low: float, high: float) -> str:
    """Return an amount, or a range where the two differ."""
    return f"{currency} {low:,.0f}" if high - low < 0.5 else f"{currency} {low:,.0f} to {high:,.0f}"


def _sure(plan: Plan, expected: Expectation | None) -> tuple[str, ...]:
    if plan.outlook is None:
        return _rules_behind(plan.screening)
    if expected is None:
        return ("There is no usable trial of this, so no figure is given.", *_not_known(plan.outlook.cannot_say))
    likely = change_span(expected.low, expected.high)
    spoken = f"Nine people in ten end between these: {likely}."
    if expected.low <= 0:
        share = percent(100 * float((plan.outlook.improvement_percent <= 0).mean()))
        spoken += f" That includes no change, and getting worse: about {share} of people would not improve."
    return (spoken, *_not_known(plan.outlook.cannot_say))


def _not_known(cannot_say: tuple[str, ...]) -> tuple[str, ...]:
    """What the evidence cannot say first, as a sentence of its own."""
    if not cannot_say:
        return ()
    what, colon, why = cannot_say[0].partition(": ")
    return (f"Not known: {what[:1].lower()}{what[1:]}" + (f" ({why.rstrip('.')})." if colon else ""),)


def _downtime(days: Array) -> str:
    if days.size == 0 or not np.isfinite(days).all():
        return "not known"
    low, middle, high = (float(v) for v in np.quantile(days, (0.05, 0.5, 0.95)))
    span = f"{idle(amount(low, 1))} to {idle(amount(high, 1 if high >= 1 else 2))}"
    return f"{idle(f'{middle:.1f}')} ({span})" if middle >= 1 else f"less than one ({span})"


def _sure_headline(plan: Plan, expected: Expectation | None) -> str:
    if plan.outlook is None:
        return "Rules, not a prediction"
    if expected is None:
        return "Not known"
    if expected.low <= 0:
        return f"Most likely about {better(expected.median)}; no change or worse is possible"
    if expected.low < QUARTERS[0][1]:
        return f"Most likely about {better(expected.median)}; less than a quarter is possible"
    return f"Most likely about {better(expected.median)}, {change_span(expected.low, expected.high)} for most"


def _no_plan(screening: Screening) -> str:
    """Why nothing is planned: screening forbids or asks for more, or no way of needling at hand is supported."""
    if screening.verdict == "do-not-treat":
        return "No needling"
    return "No plan can be made yet" if not screening.allows_planning else "No needling can be recommended"


def _rules_behind(screening: Screening) -> tuple[str, ...]:
    open_questions = plural(len(screening.unknown), "question")
    return (
        f"The answer rests on {plural(len(screening.findings), 'screening rule')} and on what was told; every "
        "position stands below with its source.",
        f"{sentence(open_questions)} that could change it {'is' if len(screening.unknown) == 1 else 'are'} still open.",
    )


def _basis(plan: Plan) -> str:
    outlook = plan.outlook
    if outlook is None:
        return ""
    if outlook.basis == "none" or not outlook.people:
        return sentence(label(outlook.basis))
    return f"Rests on {label(outlook.basis)}: {plural(outlook.arms, 'trial arm')}, {outlook.people:,} people"
