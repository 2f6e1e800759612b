"""The plan beside the other ways of treating, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from pinprick.outcome import Outlook
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.healing import QUANTILES, Array
from pinprick.report.scale import Scale, ticks
from pinprick.report.svg import canvas, group, tag, text
from pinprick.report.words import amount, idle, label, percent, plural, sentence

PIH = "post_inflammatory_hyperpigmentation"


@dataclass(frozen=True, slots=True)
class Rival:
    """One row of the comparison.

    Attributes:
        name: what is done.
        outlook: what to expect of it.
        price: price of the course as shown, "not known" where there is none.
        worse: probability that the plan improves more, or None where it is not known.
        chosen: whether it is the plan.
    """

    name: str
    outlook: Outlook
    price: str
    worse: float | None = None
    chosen: bool = False


def comparison(rivals: Sequence[Rival]) -> Figure:
    """Return the dot and interval chart with its table of five axes."""
    rows = tuple(_row(rival) for rival in rivals)
    known = [r for r in rivals if r.outlook.basis != "none"]
    told = "; ".join(f"{r.name} {_improvement(r.outlook)}" for r in known)
    unknown = [r.name for r in rivals if r.outlook.basis == "none"]
    caption = "Dot: median person. Thick line: half of people; thin line: nine tenths."
    if len(known) > 1 and _overlap([r.outlook.improvement_percent for r in known]):
        caption += " The bands overlap widely: people differ more than methods do."
    if unknown:
        caption += f" Without usable trials: {', '.join(unknown)}."
    head = (
        "Treatment",
        "Improvement",
        "Plan does better",
        "Downtime a session",
        "Dark marks (PIH)",
        "Pain, 0–10",
        "Sessions",
        "Price of the course",
        "Rests on",
    )
    return Figure(
        id="comparison",
        title="Against the alternatives",
        caption=caption,
        description=f"Improvement, median and nine tenths of people: {told}.",
        wide=_drawing(rivals, WIDE),
        narrow=_drawing(rivals, NARROW),
        table=Table(head, rows),
    )


def _overlap(samples: list[Array]) -> bool:
    """Whether the 50 % bands of every pair with the first touch."""
    quartiles = [np.quantile(sample, (0.25, 0.75)) for sample in samples]
    first = quartiles[0]
    return all(q[0] <= first[1] and first[0] <= q[1] for q in quartiles[1:])


def _improvement(outlook: Outlook) -> str:
    if outlook.basis == "none":
        return "not known"
    q = np.quantile(outlook.improvement_percent, (0.05, 0.5, 0.95))
    return f"{percent(q[1])} ({percent(q[0])} to {percent(q[2])})"


def spread(values: Array, unit: str = "") -> str:
    """Return median and 90 % interval of draws in words."""
    if not np.isfinite(values).all() or values.size == 0:
        return "not known"
    low, mid, high = (float(v) for v in np.quantile(values, (0.05, 0.5, 0.95)))
    after = f" {unit}" if unit else ""
    if high - low < 0.005:
        return f"{idle(amount(mid))}{after}"
    return f"{idle(amount(mid))}{after} ({idle(amount(low))} to {idle(amount(high))})"


def chance(values: Array) -> str:
    """Return a probability as whole percent with its 90 % interval; what is smaller than one is called so."""
    if not np.isfinite(values).all() or values.size == 0:
        return "not known"
    low, mid, high = (percent(100 * float(v)) for v in np.quantile(values, (0.05, 0.5, 0.95)))
    return f"{mid} ({low.removesuffix(' %')} to {high})"


def pih(outlook: Outlook) -> str:
    """Return the risk of dark marks with the counts behind it."""
    risk = next((r for r in outlook.risks if r.name == PIH or "hyperpigmentation" in r.name or r.name == "pih"), None)
    if risk is None:
        return "not known"
    low, mid, high = (100 * float(v) for v in np.quantile(risk.probability, (0.05, 0.5, 0.95)))
    counts = f"; {risk.events} of {risk.people} people" if risk.people else "; assumed"
    return f"{percent(mid)} ({percent(low)} to {percent(high)}{counts})"


def _odds(rival: Rival) -> str:
    if rival.chosen or rival.worse is None or rival.outlook.basis == "none":
        return "–" if rival.chosen else "not known"
    return f"{round(10 * rival.worse)} times in 10"


def _row(rival: Rival) -> tuple[str, ...]:
    outlook = rival.outlook
    rests = f"{label(outlook.basis)}" + (
        f", {plural(outlook.arms, 'arm')}, {outlook.people:,} people" if outlook.people else ""
    )
    return (
        sentence(rival.name),
        _improvement(outlook),
        _odds(rival),
        spread(outlook.downtime_days, "d"),
        pih(outlook),
        spread(outlook.pain_0_10),
        str(outlook.sessions) if outlook.sessions else "–",
        rival.price,
        rests,
    )


def _drawing(rivals: Sequence[Rival], width: float) -> Markup:
    narrow = width < 500
    left, row = (12.0, 40.0) if narrow else (250.0, 30.0)
    height = 20 + row * len(rivals) + 26
    known = [r.outlook.improvement_percent for r in rivals if r.outlook.basis != "none"]
    low = min([0.0, *(float(np.quantile(v, 0.05)) for v in known)])
    high = max([10.0, *(float(np.quantile(v, 0.95)) for v in known)])
    x = Scale(low, high, left, width - 20)
    marks: list[Markup] = []
    for tick in ticks(low, high, 4 if narrow else 6):
        marks.append(
            tag("line", x1=x.at(tick), x2=x.at(tick), y1=8.0, y2=height - 26, class_="axis" if tick == 0 else "grid")
        )
        marks.append(text(x.at(tick), height - 9, f"{tick:.0f} %".replace("-", "−"), "tick", "middle"))
    for i, rival in enumerate(rivals):
        y = 20 + row * (i + 0.5) + (6 if narrow else 0)
        marks.append(_one(rival, x, y, left, narrow))
    return canvas(width, height, "Predicted improvement by treatment", *marks, class_="dots")


def _one(rival: Rival, x: Scale, y: float, left: float, narrow: bool) -> Markup:
    class_ = "row chosen" if rival.chosen else "row"
    name = sentence(rival.name)
    where = text(left, y - 12, name, "label") if narrow else text(left - 14, y + 4, name, "label", "end")
    if rival.outlook.basis == "none":
        return group([where, text(x.at(0.0) + 6, y + 4, "no usable trials", "tick none")], class_=class_)
    q = [float(v) for v in np.quantile(rival.outlook.improvement_percent, QUANTILES)]
    half, most = f"{percent(q[1])} to {percent(q[3])}", f"{percent(q[0])} to {percent(q[4])}"
    tip = f"{name}: {percent(q[2])}, half {half}, nine tenths {most}"
    return group(
        [
            where,
            tag("line", x1=x.at(q[0]), x2=x.at(q[4]), y1=y, y2=y, class_="thin"),
            tag("line", x1=x.at(q[1]), x2=x.at(q[3]), y1=y, y2=y, class_="thick"),
            tag("circle", tag("title", tip), cx=x.at(q[2]), cy=y, r=5.0, class_="dot"),
        ],
        class_=class_,
    )
