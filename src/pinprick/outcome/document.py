"""Writes the reference page of scales and indications from their records.

Run `python -m pinprick.outcome.document > docs/reference/scales.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from pinprick import evidence
from pinprick.outcome.indication import Indication, indications, reference_technique
from pinprick.outcome.modality import modality
from pinprick.outcome.scale import Scale, scales
from pinprick.outcome.scale_name import scale_names

_HEAD = """# Outcome scales and indications

This page is generated from the records, so it is what the program uses. How they become a prediction, and what that
cannot say, is told in [How an outlook is made](../explanation/outcome.md).

`concern.scale` of a case file takes the id of a scale, `concern.indication` that of an indication.
"""


def page() -> str:
    """Return the whole page as Markdown."""
    parts = [_HEAD, "## Scales", *(_scale(item) for item in scales().values())]
    parts += ["## Indications", *(_indication(item) for item in indications().values())]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _scale(item: Scale) -> str:
    return "\n".join([f"### `{item.id}`", "", f"{item.name}: {item.plain}.", "", *_scale_rows(item)])


def _scale_rows(item: Scale) -> Iterator[str]:
    low = "no lower bound" if item.floor is None else f"{item.floor:g}"
    high = "no upper bound read" if item.top is None else f"{item.top:g}"
    yield f"- Range: {low} to {high} ({item.unit}); {item.direction} is better; {item.kind}."
    slope = evidence.parameter(f"outcome.scale_slope.{item.id}")
    yield f"- Slope: {slope.value:g} ({slope.status}). {slope.note}"
    if not item.rated:
        usual = evidence.parameter(f"outcome.scale_baseline.{item.id}")
        yield f"- Usual before treatment: {usual.value:g} ({usual.status}). {usual.note}"
    if item.levels:
        yield "- Levels: " + "; ".join(f"{name} (from {low:g} percent)" for name, low in item.levels) + "."
    names = [f"“{entry.name}”" for entry in scale_names() if entry.scale == item.id]
    if names:
        yield "- Printed by trials as: " + ", ".join(names) + "."
    if item.note:
        yield f"- {item.note}"
    yield f"- Status of the range: {item.status}. Sources: {_sources(item.sources)}."


def _indication(item: Indication) -> str:
    return "\n".join([f"### `{item.id}`", "", f"{item.name[:1].upper()}{item.name[1:]}.", "", *_indication_rows(item)])


def _indication_rows(item: Indication) -> Iterator[str]:
    yield f"- Zones: {', '.join(zone.value for zone in item.zones)}."
    yield f"- Scale shown: {f'`{item.scale}`' if item.scale else 'none'}."
    if item.subtypes:
        yield f"- Subtypes: {', '.join(f'`{name}`' for name in item.subtypes)}."
    yield f"- Needling that suits it: {_names(item.modalities) or 'none'}."
    yield f"- Compared with: {_names(item.comparators)}."
    technique = reference_technique(item.id)
    if technique is not None:
        passes = f"{technique.pass_count} pass{'es' if technique.pass_count > 1 else ''}"
        yield (
            f"- Reference technique: {technique.device_class} at {technique.needle_length_mm:g} mm, {passes}, "
            f"{technique.sessions} sessions {technique.interval_days:g} days apart, "
            f"judged {technique.follow_up_days:g} days after the last."
        )
    yield f"- Coupling to simulated collagen: {item.coupling}."
    if item.not_now:
        yield f"- When not: {item.not_now}"
    yield "- The evidence says: " + " ".join(item.says)
    yield "- It cannot say: " + " ".join(f"{text.rstrip('.')}." for text in item.cannot_say)
    for found in item.head_to_head:
        yield f"- {modality(found.modality).name}, compared directly: {found.says} ({_sources(found.sources)})"
    yield f"- Sources: {_sources(item.sources)}."


def _names(ids: tuple[str, ...]) -> str:
    return ", ".join(f"{modality(id).name} (`{id}`)" for id in ids)


def _sources(ids: tuple[str, ...]) -> str:
    return ", ".join(f"`{id}`" for id in ids)


if __name__ == "__main__":
    sys.stdout.write(page())
