"""The chosen settings as a prescription, with the reasons and what the second best would trade."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pinprick import evidence
from pinprick.injury import Injury
from pinprick.outcome import indication
from pinprick.planning import wording
from pinprick.planning.adjunct import adjuncts
from pinprick.planning.case import Case
from pinprick.planning.choice import Axes, best, probability_better, weights
from pinprick.planning.front import pareto_front
from pinprick.planning.plan_record import Candidate, Prescription, ZonePrescription
from pinprick.planning.settings import Settings
from pinprick.planning.zone_limit import ZoneLimit


def candidates_of(settings: Sequence[Settings], axes: Axes, why_not: Sequence[str]) -> tuple[Candidate, ...]:
    """Return every setting as a candidate; the front is taken among those allowed."""
    allowed = np.array([not why for why in why_not], dtype=bool)
    front = np.zeros(len(settings), dtype=bool)
    if allowed.any():
        front[np.flatnonzero(allowed)] = pareto_front(axes.costs()[allowed])
    median = axes.median
    low, high = np.quantile(axes.improvement, [0.05, 0.95], axis=1)
    return tuple(
        Candidate(
            device_id=item.device.id,
            needle_length_mm=item.lengths_mm[0],
            pass_count=item.pass_count,
            sessions=item.course.sessions,
            interval_days=item.course.interval_days,
            adjuncts=item.adjuncts,
            improvement_percent=float(median[row]),
            improvement_interval=(float(low[row]), float(high[row])),
            downtime_days=float(axes.downtime[row]),
            pih_probability=float(axes.pih[row]),
            pain_0_10=float(axes.pain[row]),
            price=None if np.isnan(axes.price[row]) else float(axes.price[row]),
            on_front=bool(front[row]),
            allowed=bool(allowed[row]),
            why_not=why_not[row],
        )
        for row, item in enumerate(settings)
    )


def prescribe(
    case: Case,
    chosen: int,
    found: tuple[Sequence[Settings], Axes, NDArray[np.float64], Sequence[str]],
    detail: tuple[tuple[Injury, ...], tuple[ZoneLimit, ...]],
) -> Prescription:
    """Return the prescription of the chosen row.

    Args:
        case: the case.
        chosen: row that was chosen.
        found: settings, axes, points and why not, one entry a row.
        detail: injuries and zone limits of the chosen device, in the order of the case's zones.
    """
    settings, axes, points, why_not = found
    item = settings[chosen]
    injuries, limits = detail
    endpoint = next((record.text for record in evidence.technique_advice() if record.topic == "endpoint"), "")
    zones = tuple(
        ZonePrescription(
            technique=technique,
            puncture_density_per_cm2=float(np.median(injury.puncture_density_per_cm2)),
            endpoint=_endpoint(endpoint, injury),
            limits=limit.limits,
            disagreement=limit.disagreement,
        )
        for technique, injury, limit in zip(item.techniques(tuple(case.concern.zones)), injuries, limits, strict=True)
    )
    second = _second_row(chosen, settings, axes, points, why_not)
    return Prescription(
        device=item.device,
        zones=zones,
        course=item.course,
        adjuncts=item.adjuncts,
        reasons=_reasons(case, chosen, settings, axes, why_not),
        second_best=_second_best(chosen, second, settings, axes),
        chosen_row=chosen,
        second_row=second,
    )


def _endpoint(text: str, injury: Injury) -> str:
    share = float(np.median(injury.plexus_share))
    if injury.device.device_class == "home_roller":
        return "slight redness; never blood."
    if share < 0.01:
        return "mild redness; at this length few needles reach the vessels, so do not wait for blood."
    return f"{text}; about {100 * share:.0f} in 100 needles reach the vessels."


def _reasons(
    case: Case, chosen: int, settings: Sequence[Settings], axes: Axes, why_not: Sequence[str]
) -> tuple[str, ...]:
    item, allowed = settings[chosen], sum(not why for why in why_not)
    low, middle, high = np.quantile(axes.improvement[chosen], [0.05, 0.5, 0.95])
    shown = ", ".join(f"{wording.axis(axis)} {weight:g}" for axis, weight in weights(case).items())
    said = [
        f"{allowed} of {len(settings)} ways that were searched keep every limit; with the weights {shown}, this one is "
        "best, and among equals the gentlest.",
        f"What is expected for {indication(case.concern.indication).name}: "
        f"{wording.improvement_span(float(low), float(middle), float(high))}.",
    ]
    said += _about_sessions(chosen, settings, axes)
    said += _about_interval(chosen, settings, axes)
    said += _about_length(item, settings, axes, chosen)
    said += [f"{adjuncts()[id].name.capitalize()}: trials used it in this indication." for id in item.adjuncts]
    return tuple(said)


def _like(chosen: int, settings: Sequence[Settings], **changed: object) -> list[int]:
    """Return rows that differ from the chosen one only in what is named, as `sessions` or `length`."""
    item = settings[chosen]
    found = []
    for row, other in enumerate(settings):
        same_course = other.course == item.course
        if "sessions" in changed:
            same_course = other.course.sessions == changed["sessions"] and (
                other.course.interval_days == item.course.interval_days
                or 1 in (other.course.sessions, item.course.sessions)
            )
        same_length = other.lengths_mm == item.lengths_mm or "length" in changed
        if (
            other.device.id == item.device.id
            and same_course
            and same_length
            and other.pass_count == item.pass_count
            and other.adjuncts == item.adjuncts
        ):
            found.append(row)
    return found


def _about_sessions(chosen: int, settings: Sequence[Settings], axes: Axes) -> list[str]:
    count = settings[chosen].course.sessions
    more = _like(chosen, settings, sessions=count + 1)
    if not more:
        return []
    gain = float(np.median(axes.improvement[more[0]] - axes.improvement[chosen]))
    sure = probability_better(axes, more[0], chosen)
    change = wording.points(gain) or "no improvement that counts"
    downtime = wording.days(float(axes.downtime[more[0]] - axes.downtime[chosen])) or "hardly any more downtime"
    return [f"One more session would bring about {change} (better in {100 * sure:.0f} of 100 draws), and {downtime}."]


def _about_interval(chosen: int, settings: Sequence[Settings], axes: Axes) -> list[str]:
    """Return what another interval would change; the one furthest in improvement speaks for all."""
    item = settings[chosen]
    others = [
        row
        for row, other in enumerate(settings)
        if (other.device.id, other.lengths_mm, other.pass_count, other.adjuncts)
        == (item.device.id, item.lengths_mm, item.pass_count, item.adjuncts)
        and other.course.sessions == item.course.sessions
        and other.course != item.course
    ]
    if not others:
        return []
    gains = {row: float(np.median(axes.improvement[row] - axes.improvement[chosen])) for row in others}
    row = max(gains, key=lambda key: abs(gains[key]))
    lowest, highest = (end(settings[key].course.interval_days for key in [chosen, *others]) for end in (min, max))
    return [
        f"Intervals from {lowest:g} to {highest:g} days were compared; none changes the improvement by more than "
        f"{wording.at_most(gains[row])}, and trials do not compare them."
    ]


def _about_length(item: Settings, settings: Sequence[Settings], axes: Axes, chosen: int) -> list[str]:
    others = [row for row in _like(chosen, settings, length=True) if settings[row].lengths_mm[0] > item.lengths_mm[0]]
    if not others:
        return []
    longest = max(others, key=lambda row: settings[row].lengths_mm[0])
    sure = probability_better(axes, longest, chosen)
    noise = evidence.value("planning.noise_probability")
    verdict = "which is noise" if 1 - noise < sure < noise else "as the model sees it"
    instead = f"{settings[longest].lengths_mm[0]:g} instead of {item.lengths_mm[0]:g} mm"
    return [
        f"A longer needle ({instead}) would do better in "
        f"{100 * sure:.0f} of 100 draws, {verdict}; trials cannot tell needle lengths apart."
    ]


def _second_row(
    chosen: int, settings: Sequence[Settings], axes: Axes, points: NDArray[np.float64], why_not: Sequence[str]
) -> int | None:
    """Return the row of the best way that differs in device, number of sessions or adjunct."""
    item = settings[chosen]
    other_kind = np.array(
        [
            not why
            and (other.device.id, other.course.sessions, other.adjuncts)
            != (item.device.id, item.course.sessions, item.adjuncts)
            for other, why in zip(settings, why_not, strict=True)
        ],
        dtype=bool,
    )
    return best(points, axes.burden, other_kind)


def _second_best(chosen: int, row: int | None, settings: Sequence[Settings], axes: Axes) -> str:
    """Return what the second best is and what it would trade."""
    if row is None:
        return "No other device, number of sessions or adjunct keeps every limit."
    second = settings[row]
    names = [second.device.name, f"{second.lengths_mm[0]:g} mm", wording.counted(second.course.sessions, "session")]
    if second.course.sessions > 1:
        names.append(f"every {second.course.interval_days:g} days")
    names += [adjuncts()[id].name for id in second.adjuncts]
    return f"Second best: {', '.join(names)}. {_trade(chosen, row, axes)}"


def _trade(chosen: int, row: int, axes: Axes) -> str:
    gain = float(np.median(axes.improvement[row] - axes.improvement[chosen]))
    marks, pain = 100 * (axes.pih[row] - axes.pih[chosen]), axes.pain[row] - axes.pain[chosen]
    price = axes.price[row] - axes.price[chosen]
    changes = (
        wording.points(gain),
        wording.days(float(axes.downtime[row] - axes.downtime[chosen])),
        f"dark marks in {abs(marks):.0f} of 100 people {_more(marks)}" if abs(marks) >= 0.5 else "",
        f"{abs(pain):.1f} {_more(pain)} pain on a scale of 10" if abs(pain) >= 0.05 else "",
        f"a price {abs(price):.0f} {'higher' if price > 0 else 'lower'}"
        if np.isfinite(price) and abs(price) >= 0.5
        else "",
    )
    told = ", ".join(filter(None, changes)) or "no difference that counts"
    sure, noise = probability_better(axes, row, chosen), evidence.value("planning.noise_probability")
    honest = "; in improvement the two cannot be told apart" if 1 - noise < sure < noise else ""
    return f"Against the chosen one: {told} (more improvement in {100 * sure:.0f} of 100 common draws{honest})."


def _more(change: float) -> str:
    return "more" if change > 0 else "less"
