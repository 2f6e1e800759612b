"""Puts a plan or a simulation into one self-contained page."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np
from markupsafe import Markup

from pinprick.injury import Injury, coordinates
from pinprick.planning.plan_record import Plan
from pinprick.report import names, words
from pinprick.report.aftercare_chart import aftercare_chart, span
from pinprick.report.claim_list import claims_of
from pinprick.report.comparison import Rival, chance, comparison, spread
from pinprick.report.cross_section import cross_section
from pinprick.report.expectation import QUARTERS
from pinprick.report.fan import fan
from pinprick.report.figure import Figure
from pinprick.report.healing import Trace, log_times, traces
from pinprick.report.opening import money, opening, price
from pinprick.report.parameter_table import parameter_rows
from pinprick.report.puncture_map import puncture_map
from pinprick.report.references import References
from pinprick.report.reproduction_chart import reproduction_chart, reproduction_table
from pinprick.report.scene import levels, picture, standalone, style, symbol
from pinprick.report.story import Chapter, chapters
from pinprick.report.time_course import by_phase, panel_figure, score
from pinprick.report.trade_off import trade_off
from pinprick.report.warning_sign import warning_signs

if TYPE_CHECKING:
    import xarray as xr

# Moments at which the picture of a channel is drawn; the last one of the simulation is added.
MOMENTS = (1.0 / 24.0, 1.0, 3.0, 7.0, 14.0)
STEPS = 96
# Room for the values of the block; with it a report stays below 4 MB.
BLOCK_BYTES = 1_600_000


@cache
def environment() -> jinja2.Environment:
    """Return the template environment: everything is escaped, and an undefined name is an error."""
    found = jinja2.Environment(
        loader=jinja2.PackageLoader("pinprick.report", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in (
        "label",
        "sentence",
        "amount",
        "rounded",
        "dated",
        "trimmed",
        "percent",
        "duration",
        "day",
        "short_day",
        "plural",
        "listing",
        "interval",
        "better",
    ):
        found.filters[name] = getattr(words, name)
    for name in ("treatment", "indication", "scale", "device", "rule_subject", "scale_unit"):
        found.filters[name] = getattr(names, name)
    found.filters["without"] = str.removeprefix
    found.filters["spread"] = spread
    found.filters["chance"] = chance
    found.filters["span"] = span
    return found


def asset(name: str) -> Markup:
    """Return a style sheet or script of the package, to be placed in the page as it is."""
    return Markup((files("pinprick.report") / "templates" / name).read_text(encoding="utf-8"))


def plan_page(plan: Plan, view: dict[str, Any] | None = None) -> str:
    """Return the whole report of a plan as HTML.

    Args:
        plan: what to explain.
        view: from `plan_view`, where it was made already.
    """
    references = References()
    view = plan_view(plan) if view is None else view
    return (
        environment()
        .get_template("plan.html.j2")
        .render(**view, references=references, cite=references.cite, price=price, **_assets())
    )


def plan_view(plan: Plan, block: xr.Dataset | None = None) -> dict[str, Any]:
    """Return everything a report of a plan shows, before it becomes HTML or PDF.

    Args:
        plan: what to explain.
        block: from `plan_block`; without one the report has no picture in three dimensions.
    """
    outlook, prescription, search = plan.outlook, plan.prescription, plan.search
    found = traces(plan.healing) if plan.healing is not None else {}
    sessions = prescription.course.session_days if prescription else (0.0,)
    downtime = outlook.downtime_days if outlook and outlook.downtime_days.size else None
    return {
        "plan": plan,
        "first": opening(plan),
        "quarters": QUARTERS,
        "healing": healing_view(found, plan.injuries[0] if plan.injuries else None, sessions),
        "block": None if block is None else _block(block),
        "sections": [cross_section(item, i) for i, item in enumerate(plan.injuries)],
        "maps": [_map(item, i) for i, item in enumerate(plan.injuries)],
        "fan": fan(outlook, plan.alternatives, sessions) if outlook and outlook.basis != "none" else None,
        "comparison": _comparison(plan),
        "trade_off": trade_off(search, prescription) if search and prescription and search.candidates else None,
        "published": reproduction_chart(plan.published) if plan.published else None,
        "reported": reproduction_table(plan.published) if plan.published else None,
        "aftercare": aftercare_chart(plan.aftercare, downtime) if plan.aftercare else None,
        "signs": warning_signs(plan.red_flags),
        "claims": claims_of(plan),
        "parameters": parameter_rows(plan.parameters, plan.parameters),
        "counts": _counts(plan.parameters),
    }


def _block(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the block as a part of the page, a still of it, and how coarse it is."""
    from pinprick.report.block import block_figure, block_fragment
    from pinprick.report.small_block import STILL, caution

    last = float(dataset["time"][-1])
    return {
        "fragment": block_fragment(dataset, most_bytes=BLOCK_BYTES, heading="h4"),
        "still": Markup(block_figure(dataset, STILL, last)),
        "when": words.duration(last),
        "caution": caution(dataset),
    }


def _assets() -> dict[str, Markup]:
    return {"style": asset("style.css"), "chart_style": asset("chart.css"), "script": asset("page.js")}


def simulation_page(dataset: xr.Dataset) -> str:
    """Return a small page on one simulated healing as HTML."""
    found = traces(dataset)
    count, interval = int(dataset.attrs.get("sessions", 1)), float(dataset.attrs.get("interval_days", 0.0))
    sessions = tuple(i * interval for i in range(count))
    return environment().get_template("simulation.html.j2").render(
        healing=healing_view(found, None, sessions),
        attributes={str(k): str(v) for k, v in dataset.attrs.items() if len(str(v)) < 300},
        **_assets(),
    )  # fmt: skip


def healing_view(found: dict[str, Trace], injury: Injury | None, sessions: tuple[float, ...]) -> dict[str, Any] | None:
    """Return what the story and the time courses need, or None where nothing was simulated."""
    if not found:
        return None
    last = float(next(iter(found.values())).time_days[-1])
    moments = [day for day in MOMENTS if day < last * 0.9] + [last]
    told: tuple[Chapter, ...] = chapters(found, injury, sessions)
    return {
        "symbol": symbol(),
        "frames": [
            (words.duration(day), picture(levels(found, day), _scene_name(words.duration(day)))) for day in moments
        ],
        "stills": [
            (words.duration(day), standalone(levels(found, day), _scene_name(words.duration(day)))) for day in moments
        ],
        "stage": picture(levels(found, 1.0), "Skin around one channel at the chosen time"),
        "film": _film(found, last),
        "steps": STEPS - 1,
        "score": score(found, sessions),
        "chapters": told,
        "count": len(found),
        "phases": [
            (phase, heading, [panel_figure("course", t, sessions) for t in group])
            for phase, heading, group in by_phase(found)
        ],
    }


def _scene_name(when: str) -> str:
    return f"Skin around one channel at {when}"


def _film(found: dict[str, Trace], last: float) -> Markup:
    """Opacities at every step of the time control, as JSON that cannot close its script element."""
    days = log_times(last, STEPS)
    frames = [{"t": words.duration(float(day)), "s": style(levels(found, float(day)))} for day in days]
    for frame, day in zip(frames, days, strict=True):
        frame["d"] = f"{day:.4g}"
        frame["n"] = _scene_name(frame["t"])
        frame["w"] = _at_work(found, float(day))
    return Markup(json.dumps(frames, separators=(",", ":")).replace("<", "\\u003c"))


def _at_work(found: dict[str, Trace], day: float) -> str:
    active = [(float(np.interp(day, t.time_days, t.activity)), label) for label, t in found.items()]
    busiest = [label for level, label in sorted(active, reverse=True)[:4] if level > 0.25]
    return f"Most active: {words.listing(busiest)}." if busiest else "All is quiet."


def _map(injury: Injury, index: int) -> Figure:
    draw = _typical(injury)
    points = coordinates(injury, draw=draw)
    return puncture_map(injury, points.x_mm, points.y_mm, points.depth_mm, index, draw)


def _typical(injury: Injury) -> int:
    """The draw nearest to the middle in density and in the share that reaches the vessels, so that a map shows both."""
    away = np.zeros(injury.skin.draws)
    for values in (injury.puncture_density_per_cm2, injury.plexus_share):
        span = float(np.ptp(values))
        away += np.abs(values - np.median(values)) / span if span > 0 else 0.0
    return int(away.argmin())


def _comparison(plan: Plan) -> Figure | None:
    if plan.outlook is None:
        return None
    prices = {id: (low, high) for id, low, high in plan.alternative_prices}
    worse = dict(plan.better_than)
    rivals = [
        Rival(f"this plan: {names.treatment(plan.outlook.modality)}", plan.outlook, price(plan.quote), chosen=True)
    ]
    for other in plan.alternatives:
        low_high = prices.get(other.modality)
        shown = "none" if other.sessions == 0 else "not known"
        if low_high and plan.quote:
            shown = money(plan.quote.currency, *low_high)
        rivals.append(Rival(names.treatment(other.modality), other, shown, worse.get(other.modality)))
    return comparison(rivals)


def _counts(parameters: dict[str, str]) -> dict[str, int]:
    return {
        status: sum(1 for value in parameters.values() if value == status)
        for status in ("read", "remembered", "assumed")
    }
