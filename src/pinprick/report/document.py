"""The report as a sequence of blocks, from which the PDF is set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pinprick.planning.plan_record import Plan
from pinprick.report.aftercare_chart import span
from pinprick.report.claim_list import VERDICTS
from pinprick.report.comparison import chance
from pinprick.report.figure import Figure
from pinprick.report.opening import Opening, price
from pinprick.report.page import plan_view
from pinprick.report.parameter_table import Row
from pinprick.report.references import References
from pinprick.report.words import day, label, listing, percent, plural, rounded, sentence, short_day, trimmed
from pinprick.safety import Position

Block = dict[str, Any]
PAGE: Block = {"kind": "break"}
MOST_CANDIDATES = 8  # rows below the trade-off; the page has more


def blocks(plan: Plan, view: dict[str, Any] | None = None) -> list[Block]:
    """Return the whole report; figures carry their drawing, its alternative text and its table.

    Args:
        plan: what to explain.
        view: from `plan_view`, where it was made already.
    """
    view, references = plan_view(plan) if view is None else view, References()
    made = _answers(view["first"])
    if view["healing"]:
        made += _story(view["healing"])
    if view["block"]:
        made += _block(view["block"])
    if plan.prescription:
        made += _prescription(plan, view, references)
    made += _screening(plan, references)
    made += _claims(view, references)
    made += _evidence(plan, view, references)
    return made


def heading(level: int, text: str) -> Block:
    """Return a heading."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str, strong: bool = False) -> Block:
    """Return a paragraph."""
    return {"kind": "paragraph", "text": text, "strong": strong}


def bullets(items: list[str] | tuple[str, ...], numbered: bool = False) -> list[Block]:
    """Return a list, or nothing for no items."""
    return [{"kind": "list", "items": list(items), "numbered": numbered}] if items else []


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Block]:
    """Return a table, or nothing for no rows."""
    if not rows:
        return []
    return [{"kind": "table", "head": list(head), "rows": [list(row) for row in rows], "shares": _shares(head, rows)}]


def _shares(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[float]:
    """Width of each column by how much stands in it, no word broken and none wasted on short ones."""
    columns = list(zip(head, *rows, strict=True))
    longest = [max(len(word) for cell in column for word in cell.split() or [""]) for column in columns]
    mean = [sum(len(cell) for cell in column) / len(column) for column in columns]
    return [round(max(size**0.8, 1.25 * min(word, 18), 5.0), 1) for size, word in zip(mean, longest, strict=True)]


def figure(item: Figure | None, rows: int = 100) -> list[Block]:
    """Return a figure across the page with its numbers below, at most so many rows."""
    if item is None:
        return []
    return [{"kind": "figure", **_drawn(item)}, *table(item.table.head, item.table.rows[:rows])]


def dense(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Block]:
    """Return a table set small, for what is looked up rather than read."""
    return [{**block, "dense": True} for block in table(head, rows)]


def _drawn(item: Figure) -> dict[str, str]:
    return {
        "svg": str(item.wide),
        "title": item.title,
        "caption": item.caption,
        "alt": item.description or item.caption,
    }


def panels(items: tuple[Figure, ...] | list[Figure]) -> list[Block]:
    """Return small figures side by side."""
    return [{"kind": "panels", "items": [_drawn(item) for item in items]}] if items else []


def _cited(text: str, references: References, ids: tuple[str, ...]) -> str:
    numbers = references.numbers(ids)
    return f"{text} [{', '.join(str(n) for n in numbers)}]" if numbers else text


def _answers(first: Opening) -> list[Block]:
    made = [paragraph(first.person), heading(1, "In short"), heading(2, "May I be treated, and when?")]
    made += [paragraph(f"{first.answer.word}. {first.answer.detail}", strong=True)]
    made += bullets([f"{subject}. {point}" for subject, point in first.answer.points])
    made += [heading(2, "What is planned?"), paragraph(f"{first.planned_headline}.", strong=True)]
    made += table(("What", "Plan"), list(first.planned))
    made.append(heading(2, "What can I expect?"))
    if first.expected is not None:
        made.append(paragraph(first.expected.headline, strong=True))
        alt = f"{first.expected.headline} Middle {percent(first.expected.median)}."
        made.append(
            {
                "kind": "figure",
                "svg": str(first.crowd),
                "title": "Ten people",
                "caption": "Ten people, darker is better.",
                "alt": alt,
                "narrow": True,
            }
        )
    else:
        made.append(paragraph("No honest figure can be given."))
    if first.downtime:
        made.append(paragraph(f"Days off after each session: {first.downtime}."))
    made += [heading(2, "How sure is this?"), paragraph(f"{first.sure_headline}.", strong=True)]
    made += [paragraph(line) for line in first.sure]
    return [*made, paragraph(f"{first.basis}.")] if first.basis else made


def _story(healing: dict[str, Any]) -> list[Block]:
    made = [PAGE, heading(1, "How it works in your skin")]
    made.append(
        {
            "kind": "frames",
            "items": [
                {"svg": str(svg), "alt": f"Skin around one channel at {when}", "title": when}
                for when, svg in healing["stills"]
            ],
        }
    )
    for chapter in healing["chapters"]:
        made += [
            heading(2, f"{chapter.when}: {chapter.title[0].lower()}{chapter.title[1:]}"),
            *(paragraph(line) for line in chapter.text),
        ]
        made += panels(chapter.figures)
    return [*made, {"kind": "figure", **_drawn(healing["score"]), "width": 84}]


def _block(block: dict[str, Any]) -> list[Block]:
    title = f"New collagen in a block of skin, after {block['when']}"
    drawn = {"svg": str(block["still"]), "title": title, "caption": block["caution"], "alt": title}
    return [heading(2, "A block of skin"), {"kind": "figure", **drawn}]


def _prescription(plan: Plan, view: dict[str, Any], references: References) -> list[Block]:
    rx = plan.prescription
    assert rx is not None
    extra = f" with {listing([label(a) for a in rx.adjuncts])}" if rx.adjuncts else ""
    made = [PAGE, heading(1, "The plan in full"), heading(2, "Prescription")]
    made.append(
        paragraph(
            _cited(
                f"{rx.device.name}{extra}, {plural(rx.course.sessions, 'session')}, "
                f"{trimmed(rx.course.interval_days)} days apart.",
                references,
                rx.device.sources,
            )
        )
    )
    rows = []
    for zone in rx.zones:
        limits = "; ".join(_cited(f"{who} {trimmed(mm)} mm", references, (source,)) for who, mm, source in zone.limits)
        rows.append(
            (
                label(str(zone.technique.zone)),
                f"{trimmed(zone.technique.needle_length_mm)} mm",
                str(zone.technique.pass_count),
                f"{rounded(zone.puncture_density_per_cm2)} per cm²",
                zone.endpoint,
                limits,
            )
        )
    made += table(("Zone", "Needle length", "Passes", "Density", "Stop at", "Limits"), rows)
    for zone in rx.zones:
        made += bullets(tuple(f"{sentence(label(str(zone.technique.zone)))}: {line}" for line in zone.disagreement))
    made += [heading(2, "What speaks against it"), *bullets(rx.cautions)] if rx.cautions else []
    made += [heading(2, "Why this one"), *bullets(rx.reasons, numbered=True)]
    made += [heading(2, "Second best"), paragraph(rx.second_best)] if rx.second_best else []
    for section, drawn in zip(view["sections"], view["maps"], strict=True):
        made.append({"kind": "pair", "items": [_drawn(section), _drawn(drawn)]})
        made += dense(section.table.head, section.table.rows)
    if view["healing"]:
        told = {item.title for chapter in view["healing"]["chapters"] for item in chapter.figures}
        more = [item for _, _, items in view["healing"]["phases"] for item in items if item.title not in told]
        made += [heading(2, "The other time courses"), *panels(more)] if more else []
    made += _prediction(plan, view, references)
    made += _care(plan, view, references)
    return made


def _prediction(plan: Plan, view: dict[str, Any], references: References) -> list[Block]:
    if plan.outlook is None:
        return []
    made = [
        heading(2, "Prediction"),
        *figure(view["fan"]),
        heading(3, "What the evidence supports"),
        *bullets(plan.outlook.says),
    ]
    made += [heading(3, "What it cannot say"), *bullets(plan.outlook.cannot_say)]
    rows = [
        (
            sentence(label(r.name)),
            chance(r.probability),
            f"{r.events} of {r.people}" if r.people else "assumed",
            _cited(r.note, references, r.sources),
        )
        for r in plan.outlook.risks
    ]
    made += (
        [heading(3, "Side effects, for the whole course"), *table(("What", "Probability", "Counts", "Basis"), rows)]
        if rows
        else []
    )
    return [*made, *figure(view["comparison"]), *figure(view["published"]), *figure(view["trade_off"], MOST_CANDIDATES)]


def _care(plan: Plan, view: dict[str, Any], references: References) -> list[Block]:
    made = [heading(2, "In the session"), *bullets(plan.session_guide, numbered=True)] if plan.session_guide else []
    if view["aftercare"]:
        made += [heading(2, "Aftercare"), {"kind": "figure", **_drawn(view["aftercare"])}]
        rows = [
            (
                span(i),
                f"{sentence(label(i.topic))}. {i.text}",
                _cited(
                    f"{i.basis} ({i.status})" + (f" Others say: {i.disagreement}" if i.disagreement else ""),
                    references,
                    i.sources,
                ),
            )
            for i in plan.aftercare
        ]
        made += dense(("When", "What", "Why"), rows)
    signs = [(item.sign, item.action, item.clinical) for item in view["signs"]]
    made += (
        [
            heading(3, "Warning signs, and what to do"),
            *table(("What you see or feel", "What to do", "For the clinician"), signs),
        ]
        if signs
        else []
    )
    made += (
        [
            heading(2, "Calendar"),
            *dense(("Day", "What", "Details"), [(short_day(a.day), label(a.kind), a.text) for a in plan.calendar]),
        ]
        if plan.calendar
        else []
    )
    made.append(heading(2, "Quote"))
    if plan.quote is None:
        return [*made, paragraph("No price is known for this treatment.")]
    lines = [
        (
            q.item,
            str(q.count),
            f"{q.unit_low:.0f}" if q.unit_high <= q.unit_low else f"{q.unit_low:.0f} to {q.unit_high:.0f}",
            _cited(q.status, references, () if q.source == "clinic" else (q.source,)),
        )
        for q in plan.quote.lines
    ]
    return [
        *made,
        *table(("Item", "Count", f"Each, {plan.quote.currency}", "Price from"), lines),
        paragraph(f"Whole course: {price(plan.quote)}. {plan.quote.note}"),
    ]


def _screening(plan: Plan, references: References) -> list[Block]:
    screening = plan.screening
    made = [
        heading(1, "Screening"),
        paragraph(
            f"On {day(screening.on)}: {label(screening.verdict)}. Earliest date: {day(screening.earliest_date)}.",
            strong=True,
        ),
    ]
    for finding in screening.findings:
        made += [heading(2, f"{sentence(finding.subject)} ({finding.rule})"), paragraph(finding.reason)]
        made += [paragraph(finding.action, strong=True)] if finding.action else []
        made += bullets(tuple(_position(p, finding.chosen == i, references) for i, p in enumerate(finding.positions)))
    asked = {item.question for item in screening.unknown}
    others = [(whom, question) for whom, question in plan.questions if question not in asked]
    made += (
        [
            heading(2, "Not known, and could change the answer"),
            *dense(("Question", "Ask", "Rule"), [(u.question, u.whom, u.rule) for u in screening.unknown]),
        ]
        if screening.unknown
        else []
    )
    made += [heading(2, "What else to ask, and whom"), *dense(("Ask", "Question"), others)] if others else []
    made += (
        [heading(2, "Not understood, so not screened"), *bullets(screening.unrecognised)]
        if screening.unrecognised
        else []
    )
    made += (
        [heading(2, "Understood, but no rule concerns it: the clinician judges"), *bullets(screening.noted)]
        if screening.noted
        else []
    )
    rows = [
        (
            label(a.product),
            _limit(a.max_area_cm2, "cm²"),
            _limit(a.max_mass_g, "g"),
            _limit(a.max_minutes, "min"),
            _cited(f"{a.reason} ({a.status})", references, a.sources),
        )
        for a in screening.anaesthetics
    ]
    made += (
        [heading(2, "Anaesthetic limits"), *table(("Product", "Area", "Amount", "Time", "Basis"), rows)] if rows else []
    )
    return made


def _claims(view: dict[str, Any], references: References) -> list[Block]:
    near, rest = view["claims"]
    if not near:
        return []
    told = [paragraph("Statements from popular articles, in our words, and what the evidence says to each.")]
    rows = [
        (
            item.claim,
            sentence(item.word) + (f" (evidence: {item.grade})" if item.grade else ""),
            _cited(item.answer, references, item.sources),
        )
        for item in near
    ]
    if rest:
        verdicts = listing([f"{sum(i.verdict == v for i in rest)} {word}" for v, (_, word) in VERDICTS.items()])
        told.append(paragraph(f"{len(rest)} more about needling in general stand in the page: {verdicts}."))
    return [
        heading(1, "What people read about microneedling"),
        *told[:1],
        *dense(("Statement", "Verdict", "What the evidence says"), rows),
        *told[1:],
    ]


def _position(position: Position, applied: bool, references: References) -> str:
    where = f" ({position.jurisdiction})" if position.jurisdiction else ""
    who = f"{position.who}{where}{', applied here' if applied else ''}"
    return _cited(f"{who}: {position.says} ({position.status})", references, position.sources)


def _limit(value: float | None, unit: str) -> str:
    return "not stated" if value is None else f"at most {trimmed(value)} {unit}"


def _evidence(plan: Plan, view: dict[str, Any], references: References) -> list[Block]:
    made = [PAGE, heading(1, "What this rests on")]
    made += [heading(2, "What is not known"), *bullets(plan.unknowns)] if plan.unknowns else []
    if plan.disagreements:
        made.append(heading(2, "Where sources disagree"))
        for question, positions in plan.disagreements:
            made += [heading(3, question), *bullets(positions)]
    if view["parameters"]:
        made.append(heading(2, "Every number and its source"))
        lines: list[dict[str, str]] = []
        for topic, items in view["parameters"].items():
            lines.append({"topic": sentence(label(topic))})
            lines += [_parameter(row, references) for row in items]
        made.append({"kind": "parameters", "items": lines})
    references.add(plan.sources)
    listed = references.listed()
    made += (
        [
            heading(2, "References"),
            {"kind": "references", "items": [{"number": r.number, "text": r.text} for r in listed]},
        ]
        if listed
        else []
    )
    facts = [(sentence(label(str(name))), str(value)) for name, value in plan.provenance.items()]
    return [*made, heading(2, "How it was made"), *table(("What", "Value"), facts)]


def _parameter(row: Row, references: References) -> dict[str, str]:
    rest = f"{row.value}; {row.spread}; {_cited(row.status, references, row.sources)}"
    return {"name": row.name, "id": row.id, "rest": rest}
