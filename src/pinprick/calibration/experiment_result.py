"""The page of one published measurement: observed, predicted, tolerance, verdict, records and sources."""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from pinprick import evidence
from pinprick.calibration.experiment import measurements
from pinprick.calibration.interval_figure import Bound, Row
from pinprick.calibration.result_words import cited, escaped, name_of, span
from pinprick.evidence import Experiment

_BOUNDS: Mapping[str, Bound] = {"upper_bound": "upper", "lower_bound": "lower"}
_WAYS = {1.0: "up", -1.0: "down", 0.0: "none"}


def experiment_row(item: Mapping[str, Any]) -> Row:
    """Return one compared measurement as a row of a figure.

    Args:
        item: a comparison as `compared` returns it.
    """
    bound: Any = _BOUNDS.get(item["compare"], "")
    if item["compare"] == "direction":
        bound = _WAYS[float((item["observed"] > 0) - (item["observed"] < 0))]
    return Row(
        name=item["quantity"],
        unit=item["unit"],
        observed=item["observed"],
        predicted=item["predicted"],
        agrees=bool(item["covered90"]),
        standard_error=item["spread"],
        bound=bound,
    )


def experiment_page(
    item: Mapping[str, Any], record: Experiment | None, left_out: Mapping[str, Any] | None, back: str
) -> str:
    """Return the page of one compared measurement as Markdown.

    Args:
        item: the comparison.
        record: the measurement; None where only the comparison is at hand.
        left_out: how its study was predicted by a calibration without it; None where the calibration does not use it.
        back: links to what is above the page, as Markdown.
    """
    verdict = "Reproduced" if item["covered90"] else "Missed"
    lines = [
        f"# {verdict}: {escaped(item['quantity'])}",
        "",
        f"`{item['id']}`, {escaped(item['species'])}. {back}",
        "",
        f"![{verdict}: {escaped(item['quantity'])}]({name_of('experiment', item['id'])}.svg)",
        "",
        *_figures(item),
        "",
        "## Why this tolerance",
        "",
        *_tolerance(item),
        "",
        "## What was measured",
        "",
        *_measured(record),
        "",
        "## What the prediction rests on",
        "",
        *_rests_on(item),
        "",
        *_left_out(left_out),
        "## Sources",
        "",
        *(f"- {cited(id)}" for id in (record.sources if record is not None else ())),
    ]
    return "\n".join([*lines, ""])


def _figures(item: Mapping[str, Any]) -> Iterator[str]:
    part, unit = item["predicted"], escaped(item["unit"])
    direction = item["compare"] == "direction"
    yield "| what | figure |"
    yield "|---|---|"
    if direction:
        yield f"| observed | {_direction(item['observed'])} |"
    else:
        yield f"| observed | {item['observed']:.3g} {unit} |"
    if item["spread"]:
        yield f"| its standard error | {item['spread']:.3g} {unit} |"
    yield f"| predicted median | {part['median']:.3g} {unit} |"
    yield f"| 50 % interval | {part['p25']:.3g} to {part['p75']:.3g} |"
    yield f"| 90 % interval | {part['p05']:.3g} to {part['p95']:.3g} |"
    if item["probability"] is not None:
        yield f"| draws on the side that was observed | {item['probability']:.0%} |"
    if item["crps"] is not None:
        yield f"| continuous ranked probability score | {item['crps']:.3g} {unit} |"
    yield f"| verdict | **{'reproduced' if item['covered90'] else 'missed'}** |"


def _direction(sign: float) -> str:
    return "no change" if sign == 0 else "a rise" if sign > 0 else "a fall"


def _tolerance(item: Mapping[str, Any]) -> Iterator[str]:
    if item["compare"] != "value":
        yield "The figure is a bound or a direction without a spread. It agrees when at least half of the draws lie on its side."
        return
    yield "The figure must lie in the predicted 90 % interval, the spread of the figure itself added to every draw."
    if "spread set:" in item["note"]:
        yield f"No usable spread was read, so that one is set; the reason: {escaped(item['note'].split('spread set:')[1].strip())}."
    else:
        yield "That spread is the printed one."


def _measured(record: Experiment | None) -> Iterator[str]:
    if record is None:
        return
    facts = {
        "site": record.site,
        "device": record.device,
        "needle length (mm)": ", ".join(f"{length:g}" for length in record.needle_length_mm),
        "people or samples": "" if record.n is None else str(record.n),
        "read": record.extent_read,
        "note": record.note,
    }
    yield "| what | as recorded |"
    yield "|---|---|"
    yield f"| topic | {escaped(record.topic.replace('_', ' '))} |"
    for name, said in facts.items():
        if said:
            yield f"| {name} | {escaped(said)} |"


def _rests_on(item: Mapping[str, Any]) -> Iterator[str]:
    how = measurements().get(item["id"])
    yield f"Observation model `{item['model']}`" + (
        f", as the record `calibration/measurements.yaml`, `{item['id']}` says." if how else ", found from its words."
    )
    taken = item["note"].split("spread set:")[0].strip("; ")
    if taken:
        yield f"Taken for granted: {escaped(taken)}."
    yield ""
    if item["shared_sources"]:
        yield "A parameter of the prediction was read in the same source, or calibrated on it, so that agreement is **consistency,"
        yield f"not prediction**: {', '.join(f'`{id}`' for id in item['shared_sources'])}."
    else:
        yield "No parameter of the prediction was read in the source of this measurement, nor calibrated on it."
    yield ""
    known = [evidence.parameter(id) for id in item["parameters"]]
    counts = Counter(found.status for found in known)
    yield (
        f"{len(known)} parameter records: "
        + ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        + "."
    )
    yield ""
    yield "| parameter | value | status |"
    yield "|---|--:|---|"
    for found in known:
        yield f"| `{found.id}` | {found.value:.3g} {escaped(found.unit if found.unit != '1' else '')} | {found.status} |"


def _left_out(found: Mapping[str, Any] | None) -> Iterator[str]:
    if found is None:
        return
    yield "## Predicted without its study"
    yield ""
    yield "The calibration of healing uses this measurement. Fitted again without its whole study, it gave:"
    yield ""
    yield "| predicted by | result | log score |"
    yield "|---|---|--:|"
    for name, part in (("a calibration without the study", found["posterior"]), ("the prior", found["prior"])):
        yield f"| {name} | {_judged(part)} | {part['log_score']:.2f} |"
    yield ""


def _judged(part: Mapping[str, Any]) -> str:
    if "chance" in part:
        return f"{part['chance']:.0%} for the direction that was observed"
    low, middle, high = part["interval"]
    inside = "inside" if part["covered90"] else "**outside**"
    return f"{span({'median': middle, 'p05': low, 'p95': high})}, {inside}"
