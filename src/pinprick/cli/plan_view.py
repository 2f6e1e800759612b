"""How a plan is shown on a terminal, in the order in which a person asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.cli.terminal import bullets, heading, paragraph, table
from pinprick.cli.verdict import findings, headline, open_questions

if TYPE_CHECKING:
    from rich.console import RenderableType

    from pinprick.outcome import Outlook
    from pinprick.planning import Plan
    from pinprick.planning.plan_record import AftercareItem, Quote, QuoteLine, ReportedNumber, Reproduction

_QUANTILES = (0.05, 0.5, 0.95)
_PIH = "post_inflammatory_hyperpigmentation"
# The terminal shows the first few of each list; the report and `--json` have all.
_FEW = 6


def view(plan: Plan, *, with_sources: bool = False) -> Iterator[RenderableType]:
    """Yield the plan part by part.

    Args:
        plan: what to show.
        with_sources: whether every source is listed in full.
    """
    if plan.case.title:
        yield paragraph(plan.case.title, "bold")
    yield from headline(plan.screening)
    if plan.prescription is None:
        yield from _no_plan(plan)
    else:
        yield from _prescription(plan)
        yield from _expected(plan)
        yield from _alternatives(plan)
        yield from _price(plan.quote)
        yield from _calendar(plan)
        yield from _aftercare(plan.aftercare)
    if plan.published is not None:
        yield from _published(plan.published)
    yield from findings(plan.screening)
    yield from _not_known(plan)
    yield from _basis(plan, with_sources)


# Terms that a person would not guess from the id.
_TERMS = {
    _PIH: "dark marks (post-inflammatory hyperpigmentation)",
    "tram_track_scar": "tram-track scar",
    "prp": "platelet-rich plasma",
    "followup": "follow-up",
    "follow_up": "follow-up",
    "rescreen": "re-screening",
}


def _words(id: str) -> str:
    return _TERMS.get(id, id.replace("_", " "))


def _way(id: str) -> str:
    """Return a way of treating by its name on record."""
    from pinprick.outcome import modality

    return "no treatment" if id == "no_treatment" else modality(id).name


def _scale(id: str) -> str:
    from pinprick.outcome import scales

    return scales()[id].name if id in scales() else _words(id)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _money(low: float, high: float) -> str:
    """Return a price, as a range only where it is one."""
    first, last = f"{low:.0f}", f"{high:.0f}"
    return first if first == last else f"{first} to {last}"


def _span(values: NDArray[np.float64] | None, unit: str = "", digits: str = ".0f") -> str:
    if values is None or not np.isfinite(values).all() or values.size == 0:
        return "–"
    low, middle, high = np.quantile(values, _QUANTILES)
    return f"{middle:{digits}}{unit} ({low:{digits}} to {high:{digits}})"


def _no_plan(plan: Plan) -> Iterator[RenderableType]:
    yield heading("No plan")
    yield from bullets(plan.not_planned or ("Screening does not allow treatment.",))
    if plan.questions:
        yield heading("Whom to ask what")
        yield from bullets(f"{whom}: {question}" for whom, question in plan.questions[:_FEW])


def _prescription(plan: Plan) -> Iterator[RenderableType]:
    chosen = plan.prescription
    if chosen is None:
        return
    yield heading("Prescription")
    course = _counted(chosen.course.sessions, "session")
    if chosen.course.sessions > 1:
        course += f", {chosen.course.interval_days:g} days apart"
    with_what = f", with {', '.join(_words(item) for item in chosen.adjuncts)}" if chosen.adjuncts else ""
    yield paragraph(f"{chosen.device.name}: {course}{with_what}")
    rows = [
        (_words(item.technique.zone), f"{item.technique.needle_length_mm:g}", item.technique.pass_count,
         f"{item.puncture_density_per_cm2:.0f}", item.endpoint)
        for item in chosen.zones
    ]  # fmt: skip
    columns = ("zone", "needle mm", "passes", "punctures per cm²", "stop at")
    yield table(columns, rows, right=columns[1:4], wide="stop at")
    yield from bullets(chosen.cautions, "yellow")
    yield from bullets(chosen.reasons[:_FEW])
    if chosen.second_best:
        yield from bullets([chosen.second_best])
    yield from bullets((text for item in chosen.zones for text in item.disagreement), "yellow")


def _expected(plan: Plan) -> Iterator[RenderableType]:
    outlook = plan.outlook
    if outlook is None:
        return
    yield heading("What to expect (median, and 90 % of people in brackets)")
    rows = [("improvement, percent", _span(outlook.improvement_percent))]
    if outlook.scale and outlook.scale_final is not None:
        start = f"from {outlook.concern.baseline:g} to " if outlook.concern.baseline is not None else ""
        rows.append((_scale(outlook.scale), f"{start}{_span(outlook.scale_final, digits='.1f')}"))
    rows.append(("downtime per session, days", _span(outlook.downtime_days, digits=".1f")))
    rows.append(("worst pain in a session, 0-10", _span(outlook.pain_0_10, digits=".1f")))
    rows += [(f"{_words(risk.name)}, per course", _risk(risk.probability)) for risk in outlook.risks[:_FEW]]
    yield table(("what", "value"), rows)
    yield paragraph(
        f"Rests on {_words(outlook.basis).replace('-', ' ')}: "
        f"{_counted(outlook.arms, 'trial arm')}, {outlook.people} people."
    )
    yield from bullets(outlook.cannot_say[:_FEW], "yellow")


def _risk(probability: NDArray[np.float64]) -> str:
    return _span(probability * 100.0, " %", ".2g")


def _pih(outlook: Outlook) -> str:
    return next((_risk(risk.probability) for risk in outlook.risks if risk.name == _PIH), "–")


def _alternatives(plan: Plan) -> Iterator[RenderableType]:
    if plan.outlook is None:
        return
    yield heading("Against the alternatives")
    prices = {name: (low, high) for name, low, high in plan.alternative_prices}
    currency = plan.quote.currency if plan.quote is not None else ""
    own = _money(plan.quote.low, plan.quote.high) if plan.quote is not None else "–"
    rows = [_row("this plan", plan.outlook, own)]
    for rival in plan.alternatives:
        price = _money(*prices[rival.modality]) if rival.modality in prices else "–"
        rows.append(_row(_way(rival.modality), rival, price))
    yield table(
        ("way", "improvement %", "downtime days", "dark marks", "pain", f"price {currency}".strip(), "basis"), rows
    )
    if plan.better_than:
        closest = min(plan.better_than, key=lambda item: abs(item[1] - 0.5))
        yield paragraph(
            f"Closest call: {closest[1] * 100:.0f} in 100 draws favour this plan over {_way(closest[0])}.", "dim"
        )


def _row(name: str, outlook: Outlook, price: str) -> tuple[str, ...]:
    return (
        name,
        _span(outlook.improvement_percent),
        _span(outlook.downtime_days, digits=".1f"),
        _pih(outlook),
        _span(outlook.pain_0_10, digits=".1f"),
        price,
        _counted(outlook.arms, "arm") if outlook.arms else "no trial arm",
    )


def _price(quote: Quote | None) -> Iterator[RenderableType]:
    if quote is None:
        return
    yield heading(f"Price: {_money(quote.low, quote.high)} {quote.currency}")
    rows = [(line.item, line.count, _each(line), line.source, line.status) for line in quote.lines]
    yield table(("item", "count", "each", "source", "status"), rows, right=("count",))
    if quote.note:
        yield paragraph(quote.note, "dim")


def _each(line: QuoteLine) -> str:
    return _money(line.unit_low, line.unit_high)


def _calendar(plan: Plan) -> Iterator[RenderableType]:
    if plan.calendar:
        yield heading("Dates")
        shown = [item for item in plan.calendar if item.kind != "photo"]
        yield table(("day", "what", "detail"), [(item.day.isoformat(), _words(item.kind), item.text) for item in shown])
        if photos := len(plan.calendar) - len(shown):
            yield paragraph(f"and {photos} days for photographs, in the report", "dim")


def _aftercare(items: tuple[AftercareItem, ...]) -> Iterator[RenderableType]:
    if not items:
        return
    items = tuple(item for item in items if item.topic != "expect")
    yield heading("Aftercare, from the end of a session")
    yield table(
        ("from", "until", "topic", "what"),
        [(_hours(i.from_hours), _hours(i.to_hours), i.topic, i.text) for i in items],
        wide="what",
    )


def _hours(hours: float | None) -> str:
    if hours is None:
        return "–"
    return f"{hours:.0f} h" if hours < 72 else f"day {hours / 24:.0f}"


def _published(item: Reproduction) -> Iterator[RenderableType]:
    yield heading(f"The published protocol ({item.source}), predicted as it was done")
    yield paragraph(f"{item.settings} {item.population}".strip())
    if item.assumed:
        yield paragraph(f"Not stated there, and assumed: {', '.join(_words(name) for name in item.assumed)}.", "yellow")
    rows = [_number(number) for number in item.reported]
    yield table(("scale", "when", "reported", "predicted mean (90 %)", "inside"), rows)
    if item.calibrated_on:
        yield paragraph("The outcome model was fitted on arms of this publication, so this is no test of it.", "dim")


def _number(item: ReportedNumber) -> tuple[str, ...]:
    if item.percent_improvement is None and item.change is not None:
        reported, predicted = f"change {item.change:+g}", f"change {_three(item.predicted_mean_change, '+.3g')}"
    else:
        reported, predicted = _percent(item.percent_improvement), _three(item.predicted_mean_percent)
    return (_scale(item.scale), item.when, reported, predicted, _inside(item.inside))


def _percent(value: float | None) -> str:
    return "no number" if value is None else f"{value:.0f} %"


def _three(values: tuple[float, float, float] | None, digits: str = ".0f") -> str:
    return "–" if values is None else f"{values[1]:{digits}} ({values[0]:{digits}} to {values[2]:{digits}})"


def _inside(value: bool | None) -> str:
    return {True: "yes", False: "no", None: "–"}[value]


def _not_known(plan: Plan) -> Iterator[RenderableType]:
    if plan.unknowns:
        yield heading("What is not known")
        yield from bullets(plan.unknowns[:_FEW])
        if (left := len(plan.unknowns) - _FEW) > 0:
            yield paragraph(f"   and {left} more; the report lists all", "dim")
    yield from open_questions(plan.screening)


def _basis(plan: Plan, with_sources: bool) -> Iterator[RenderableType]:
    counts = {word: list(plan.parameters.values()).count(word) for word in ("read", "remembered", "assumed")}
    searched = f" {len(plan.search.candidates)} ways of treating were compared." if plan.search is not None else ""
    stated = ", ".join(f"{count} {word}" for word, count in counts.items())
    yield paragraph(
        f"\nBehind this: {len(plan.parameters)} parameters ({stated}) and {len(plan.sources)} sources.{searched} "
        "It supports a professional's decision; it is not a medical device.",
        "dim",
    )
    if with_sources:
        from pinprick import evidence

        yield heading("Sources")
        yield from bullets(evidence.cite_text(evidence.source(id)) for id in plan.sources)
