"""From a case to a plan."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.cascade import heal
from pinprick.device import device
from pinprick.errors import InputError
from pinprick.outcome import Indication, Outlook, Treatment, indication, modality, outlook
from pinprick.planning.aftercare import aftercare
from pinprick.planning.alternative import ahead, alternative_prices, alternatives, barred, better_than, not_offered
from pinprick.planning.case import Case
from pinprick.planning.choice import Axes, best, broken_limits, utility, weights
from pinprick.planning.evaluation import Evaluation, Progress, evaluate, modality_of
from pinprick.planning.interval import interval_cautions
from pinprick.planning.open_question import disagreements, questions, red_flags, unknowns
from pinprick.planning.plan_record import Plan, Prescription, Reproduction, Search
from pinprick.planning.prescription import candidates_of, prescribe
from pinprick.planning.protocol import reproduce
from pinprick.planning.provenance import provenance
from pinprick.planning.quote import quote, unpriced
from pinprick.planning.schedule import calendar, last_day
from pinprick.planning.screening import allowed_length, screen, screen_with
from pinprick.planning.session_guide import session_guide
from pinprick.planning.settings import Settings, Space, space
from pinprick.planning.wording import counted
from pinprick.safety import Screening

_FEWEST_DRAWS = 10


@dataclass(frozen=True, slots=True)
class _Run:
    """What every stage of one planning run needs."""

    case: Case
    on: date
    draws: int
    seed: int
    most: int
    tell: Progress

    @property
    def record(self) -> Indication:
        return indication(self.case.concern.indication)


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """A search: settings, their axes and points, and why each is not allowed ("" where it is)."""

    space: Space
    settings: tuple[Settings, ...]
    axes: Axes
    points: NDArray[np.float64]
    why_not: tuple[str, ...]
    evaluation: Evaluation
    seconds: float


def plan(
    case: Case,
    *,
    on: date | None = None,
    draws: int = 100,
    seed: int = 0,
    candidates: int = 20_000,
    progress: Progress | None = None,
) -> Plan:
    """Plan the treatment of a case, or say why none is planned.

    Args:
        case: the case.
        on: day planned for; today unless said.
        draws: draws of every distribution, at least 10.
        seed: explicit seed; the same seed gives the same plan.
        candidates: most settings searched; more are thinned evenly.
        progress: called with a stage and the fraction of it done.

    Raises:
        InputError: an argument cannot be used.
    """
    for name, given, least in (("draws", draws, _FEWEST_DRAWS), ("candidates", candidates, 1)):
        if given < least:
            raise InputError("too few", field=name, given=given, limit=f"{least} or more")
    run = _Run(case, on or date.today(), draws, seed, candidates, progress or (lambda stage, fraction: None))
    with evidence.recording() as ledger:
        made = _plan(run)
    return replace(
        made,
        sources=tuple(sorted({evidence.source(id).id for id in ledger.sources})),
        parameters=dict(sorted(ledger.parameters.items())),
        provenance=provenance(run.on, draws=draws, seed=seed),
    )


def _plan(run: _Run) -> Plan:
    run.tell("screening", 0.0)
    main = screen(run.case, on=run.on)
    screened = {id: allowed_length(run.case, id, run.on) for id in run.case.clinic.devices}
    by_device = {id: found for id, (found, _) in screened.items()}
    allowed = tuple(id for id, found in by_device.items() if found.allows_planning)
    if why := _forbidden(run, main, allowed):
        return _without(run, main, why)
    searched = _search(run, allowed, screened)
    if isinstance(searched, tuple):
        return _without(run, main, searched)
    chosen = best(searched.points, searched.axes.burden, np.array([not why for why in searched.why_not], dtype=bool))
    if chosen is None:
        return _without(run, main, _nothing_fits(run, searched), searched)
    return _with(run, chosen, searched)


def _forbidden(run: _Run, main: Screening, allowed: Sequence[str]) -> tuple[str, ...]:
    """Return why no search is made, or nothing."""
    reasons = []
    if not main.allows_planning and not allowed:
        reasons.append(main.reason or "Screening does not allow treatment.")
    if not run.record.modalities:
        reasons.append(run.record.not_now or f"No needling is supported for {run.record.name}.")
    if reasons:
        return tuple(reasons)
    if not run.case.clinic.devices:
        return ("No device at hand is named (clinic.devices), so nothing can be prescribed.",)
    if not allowed:
        return ("Screening allows none of the devices at hand.",)
    return ()


def _search(
    run: _Run, allowed: tuple[str, ...], screened: Mapping[str, tuple[Screening, float]]
) -> _Searched | tuple[str, ...]:
    """Search, or return why nothing can be searched."""
    start = time.perf_counter()
    looked = space(run.case, most=run.most, devices=allowed)
    suited = tuple(item for item in looked.settings if modality_of(item.device, item.adjuncts) in run.record.modalities)
    if not suited:
        return (*looked.left_out, *_unsuited(run, looked))
    axes, evaluation, supported = evaluate(run.case, suited, draws=run.draws, seed=run.seed, progress=run.tell)
    in_time = [
        _in_time(run, item, screened[item.device.id][0], axes.downtime_session[row]) for row, item in enumerate(suited)
    ]
    limits = broken_limits(run.case, axes, in_time)
    # A way without a price would pass for free beside those that have one; where none has, price is no axis.
    some = bool(np.isfinite(axes.price).any())
    why_not = tuple(
        "; ".join(
            text
            for text in (
                item.why_not,
                _too_long(item, screened[item.device.id][1]),
                "" if known else "no trial supports a number",
                _no_price(run, item) if some else "",
                limit,
            )
            if text
        )
        for item, known, limit in zip(suited, supported, limits, strict=True)
    )
    points = utility(run.case, axes)
    return _Searched(looked, suited, axes, points, why_not, evaluation, time.perf_counter() - start)


def _too_long(item: Settings, allowed_mm: float) -> str:
    """Return that screening bounds the needle, where only that and no range of a zone forbids the length."""
    longest = max(item.lengths_mm)
    beyond = longest > allowed_mm + 1e-9 and not item.why_not
    return f"needle of {longest:g} mm is longer than the {allowed_mm:g} mm that screening allows" if beyond else ""


def _no_price(run: _Run, item: Settings) -> str:
    missing = unpriced(run.case, item.device, item.adjuncts)
    return f"price not known (clinic.prices.{missing[0]}), so it cannot be compared" if missing else ""


def _unsuited(run: _Run, looked: Space) -> tuple[str, ...]:
    tried = sorted({modality(modality_of(item.device, item.adjuncts)).name for item in looked.settings})
    wanted = ", ".join(modality(name).name for name in run.record.modalities)
    told = f"Trials in {run.record.name} support {wanted}; no usable one supports {', '.join(tried)}, which is at hand."
    said = [told] if tried else []
    if any(name.startswith("microneedling_plus_") for name in run.record.modalities) and "microneedling" in tried:
        said.append("An adjunct that the clinic offers is named in clinic.adjuncts.")
    return (*said, *((run.record.not_now,) if run.record.not_now and tried else ()))


def _first_day(run: _Run, screening: Screening) -> date:
    days = [run.on, run.case.preferences.start, screening.earliest_date]
    return max(day for day in days if day is not None)


def _in_time(run: _Run, item: Settings, screening: Screening, downtime_days: float) -> bool:
    end = run.case.preferences.finish_by
    return end is None or last_day(_first_day(run, screening), item.course, downtime_days) <= end


# How a broken limit is counted, by how its sentence begins; lengths begin with their number.
_LIMITS = {
    "downtime": "downtime",
    "pain": "pain",
    "price not": "no price known",
    "price": "budget",
    "no trial": "no trial that supports a number",
    "not finished": "last day",
    "an interval": "interval",
    "needle of": "needle length that screening allows",
}


def _kind(part: str) -> str:
    if part.partition(" ")[2].startswith(("session is fewer", "sessions are fewer")):
        return "fewest sessions"
    return next((kind for start, kind in _LIMITS.items() if part.startswith(start)), "needle length of the zone")


def _nothing_fits(run: _Run, searched: _Searched) -> tuple[str, ...]:
    """Return why no candidate is allowed, the commonest limits first, and the way that misses fewest."""
    total = len(searched.why_not)
    parts = [_kind(part) for why in searched.why_not for part in why.split("; ")]
    counts = {kind: parts.count(kind) for kind in dict.fromkeys(parts)}
    if counts.get("no trial that supports a number") == total:
        ways = sorted({modality(modality_of(item.device, item.adjuncts)).name for item in searched.settings})
        why = f"No trial gives a number for {' or '.join(ways)} in {run.record.name}, so nothing can be predicted."
        return (why, *((run.record.not_now,) if run.record.not_now else ()))
    said = ", ".join(
        f"{kind} ({count} of {total})" for kind, count in sorted(counts.items(), key=lambda pair: -pair[1])
    )
    row = min(range(total), key=lambda i: (searched.why_not[i].count(";"), -searched.points[i]))
    item = searched.settings[row]
    nearest = f"{item.device.name}, {item.lengths_mm[0]:g} mm, {counted(item.course.sessions, 'session')}"
    return (
        f"No way of needling keeps every limit; what is broken: {said}.",
        f"Nearest: {nearest}; {searched.why_not[row]}.",
    )


def _without(run: _Run, screening: Screening, why: tuple[str, ...], searched: _Searched | None = None) -> Plan:
    """Return a plan that prescribes nothing and says why, with what else there is."""
    forbidden = barred(run.case, run.on)
    others = alternatives(run.case, planned=None, draws=run.draws, seed=run.seed, barred=forbidden)
    return Plan(
        case=run.case,
        screening=screening,
        prescription=None,
        injuries=(),
        healing=None,
        outlook=None,
        alternatives=others,
        search=None if searched is None else _record(run, searched),
        quote=None,
        session_guide=(),
        aftercare=(),
        red_flags=(),
        calendar=(),
        unknowns=(*unknowns(run.case, screening), *not_offered(forbidden)),
        disagreements=disagreements(screening, None),
        questions=questions(screening),
        sources=(),
        parameters={},
        not_planned=tuple(text for text in why if text),
        published=reproduce(run.case, draws=run.draws, seed=run.seed),
        alternative_prices=alternative_prices(run.case, others),
    )


def _record(run: _Run, searched: _Searched) -> Search:
    found = candidates_of(searched.settings, searched.axes, searched.why_not)
    return Search(found, run.draws, searched.seconds, weights(run.case))


def _with(run: _Run, chosen: int, searched: _Searched) -> Plan:
    """Return the plan of the chosen row."""
    case, item, one = run.case, searched.settings[chosen], searched.evaluation
    zones = tuple(case.concern.zones)
    techniques = item.techniques(zones)
    injuries = tuple(one.injury(item.device, technique) for technique in techniques)
    screening = screen_with(case, item.device.id, run.on, needle_length_mm=max(item.lengths_mm))
    prescription = prescribe(
        case,
        chosen,
        (searched.settings, searched.axes, searched.points, searched.why_not),
        (injuries, searched.space.limits[item.device.id]),
    )
    run.tell("course", 0.0)
    follow_up = evidence.value("planning.calendar.late_follow_up_day")
    healing = heal(injuries[0].skin, injuries[0], item.course, follow_up_days=follow_up)
    predicted = _outlook(run, item, one)
    run.tell("comparison", 0.0)
    forbidden = barred(case, run.on)
    others = alternatives(case, planned=predicted.modality, draws=run.draws, seed=run.seed, barred=forbidden)
    prescription = replace(
        prescription,
        reasons=(*prescription.reasons, *ahead(predicted, others)),
        cautions=interval_cautions(case, item, one, screening),
    )
    start = _first_day(run, screening)
    return Plan(
        case=case,
        screening=screening,
        prescription=prescription,
        injuries=injuries,
        healing=healing,
        outlook=predicted,
        alternatives=others,
        search=_record(run, searched),
        quote=quote(case, item.device, item.course, item.adjuncts),
        session_guide=session_guide(case, screening, prescription),
        aftercare=aftercare(injuries, tuple(one.early(item.device, technique) for technique in techniques)),
        red_flags=red_flags(mechanical=item.device.mechanical),
        calendar=calendar(start, item.course),
        unknowns=(
            *unknowns(case, screening, predicted, injuries),
            *_cautions(run, prescription, predicted, others),
            *_left_out(run, searched),
            *not_offered(forbidden),
        ),
        disagreements=disagreements(screening, prescription),
        questions=questions(screening),
        sources=(),
        parameters={},
        published=_published(run),
        alternative_prices=alternative_prices(case, others),
        better_than=better_than(predicted, others),
    )


def _left_out(run: _Run, searched: _Searched) -> tuple[str, ...]:
    """Return what is at hand and was not compared, with why."""
    looked = {item.device.id for item in searched.space.settings}
    said = list(searched.space.left_out)
    for id in run.case.clinic.devices:
        if id not in looked and id not in searched.space.limits and run.case.request.device in (None, id):
            said.append(f"{device(id).name} was not compared: screening does not allow it.")
    for why in dict.fromkeys(
        part for text in searched.why_not for part in text.split("; ") if part.startswith("price not")
    ):
        said.append(f"Some ways were left out of the choice: {why}.")
    return tuple(said)


def _published(run: _Run) -> Reproduction | None:
    run.tell("published protocol", 0.0)
    return reproduce(run.case, draws=run.draws, seed=run.seed)


def _outlook(run: _Run, item: Settings, one: Evaluation) -> Outlook:
    """Return the outlook of a setting, by the numbers of the search; a plain mean leaves out what only ranks them."""
    techniques = item.techniques(tuple(run.case.concern.zones))
    return outlook(
        run.case.concern.concern(),
        Treatment(
            modality_of(item.device, item.adjuncts),
            item.course.sessions,
            item.course.interval_days,
            phototype=run.case.patient.phototype,
        ),
        draws=run.draws,
        seed=run.seed,
        gain=one.relative_gain(item.device, techniques, item.course),
        early={"downtime_days": one.downtime(item.device, techniques), "pain_0_10": one.pain(item.device, techniques)},
    )


def _cautions(
    run: _Run, prescription: Prescription, predicted: Outlook, others: tuple[Outlook, ...]
) -> tuple[str, ...]:
    """Return honest sentences on how well the prescription stands out."""
    said = []
    noise = evidence.value("planning.noise_probability")
    for name, share in better_than(predicted, others):
        if name == "no_treatment" and share < noise:
            said.append(
                f"It improves more than doing nothing in {100 * share:.0f} of 100 draws, fewer than the "
                f"{100 * noise:.0f} at which we call a difference more than noise."
            )
    if run.case.preferences.budget is not None and _unpriced(run, prescription):
        said.append("The budget could not be checked: no price of a session is known in the clinic's currency.")
    if run.case.clinic.jurisdiction is None:
        said.append("No jurisdiction is stated: the labels on record were taken to bind.")
    return tuple(said)


def _unpriced(run: _Run, prescription: Prescription) -> bool:
    return quote(run.case, prescription.device, prescription.course, prescription.adjuncts) is None
