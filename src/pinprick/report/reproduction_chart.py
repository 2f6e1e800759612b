"""What a publication reported beside what is predicted for the same protocol."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pinprick.planning.plan_record import ReportedNumber, Reproduction
from pinprick.report.figure import NARROW, WIDE, Figure, Table
from pinprick.report.scale import Scale, ticks
from pinprick.report.svg import canvas, group, tag, text
from pinprick.report.words import percent, sentence, trimmed


def reproduction_chart(published: Reproduction) -> Figure | None:
    """Return the chart, or None where no reported number can be set beside a prediction."""
    drawn = [n for n in published.reported if n.percent_improvement is not None and n.predicted_percent is not None]
    if not drawn:
        return None
    inside = sum(1 for n in published.reported if n.inside)
    judged = sum(1 for n in published.reported if n.inside is not None)
    fitted = " This publication is among those the prediction was fitted to, so it is no independent test."
    caption = (
        "Diamond: reported. Thick line: nine tenths of predicted group means; thin line: nine tenths of predicted "
        "people. "
        + (f"{inside} of {judged} reported figures lie inside the predicted interval of the mean." if judged else "")
        + (fitted if published.calibrated_on else " The prediction was not fitted to this publication.")
    )
    return Figure(
        id="published",
        title="Predicted beside reported",
        caption=caption,
        description="; ".join(" ".join(row) for row in _rows(published.reported)),
        wide=_drawing(drawn, WIDE),
        narrow=_drawing(drawn, NARROW),
        table=reproduction_table(published),
    )


def reproduction_table(published: Reproduction) -> Table:
    """Return every reported number beside its prediction, also those that no model covers."""
    head = ("Measure", "When", "Reported", "Predicted mean", "Predicted people", "Note")
    return Table(head, _rows(published.reported))


_INSIDE = {None: "", True: "inside the predicted mean", False: "outside the predicted mean"}


def _rows(numbers: Sequence[ReportedNumber]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            sentence(n.scale),
            n.when,
            _reported(n),
            _triple(n.predicted_mean_percent),
            _triple(n.predicted_percent),
            "; ".join(part for part in (n.note, _INSIDE[n.inside]) if part),
        )
        for n in numbers
    )


def _reported(n: ReportedNumber) -> str:
    change = percent(n.percent_improvement) if n.percent_improvement is not None else "no percentage"
    if n.baseline is not None and n.final is not None:
        return f"{change} ({trimmed(n.baseline)} to {trimmed(n.final)})"
    return change


def _triple(values: tuple[float, float, float] | None) -> str:
    return "no model" if values is None else f"{percent(values[1])} ({percent(values[0])} to {percent(values[2])})"


def _drawing(numbers: Sequence[ReportedNumber], width: float) -> Markup:
    narrow = width < 500
    left, row = (12.0, 42.0) if narrow else (270.0, 32.0)
    height = 20 + row * max(len(numbers), 1) + 26
    found = [v for n in numbers for v in (n.percent_improvement or 0.0, *(n.predicted_percent or ()))]
    x = Scale(min([0.0, *found]), max([10.0, *found]), left, width - 20)
    marks: list[Markup] = []
    for tick in ticks(x.low, x.high, 4 if narrow else 6):
        marks.append(
            tag("line", x1=x.at(tick), x2=x.at(tick), y1=8.0, y2=height - 26, class_="axis" if tick == 0 else "grid")
        )
        marks.append(text(x.at(tick), height - 9, f"{tick:.0f} %".replace("-", "−"), "tick", "middle"))
    for i, n in enumerate(numbers):
        marks.append(_one(n, x, 20 + row * (i + 0.5) + (8 if narrow else 0), left, narrow))
    return canvas(width, height, "Reported and predicted improvement", *marks, class_="dots")


def _one(n: ReportedNumber, x: Scale, y: float, left: float, narrow: bool) -> Markup:
    name = f"{sentence(n.scale)}, {n.when}" if n.when else sentence(n.scale)
    name = name if len(name) < 40 else f"{name[:38]}…"
    parts = [text(left, y - 13, name, "label") if narrow else text(left - 14, y + 4, name, "label", "end")]
    if n.predicted_percent is not None:
        low, _, high = n.predicted_percent
        parts.append(tag("line", x1=x.at(low), x2=x.at(high), y1=y, y2=y, class_="thin"))
    if n.predicted_mean_percent is not None:
        low, mid, high = n.predicted_mean_percent
        parts.append(tag("line", x1=x.at(low), x2=x.at(high), y1=y, y2=y, class_="thick"))
        parts.append(tag("circle", cx=x.at(mid), cy=y, r=5.0, class_="dot"))
    if n.percent_improvement is not None:
        at = x.at(n.percent_improvement)
        parts.append(tag("path", d=f"M{at:.1f} {y - 7:.1f}l6 7l-6 7l-6 -7Z", class_="reported"))
    return group(parts, class_="row chosen")
