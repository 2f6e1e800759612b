"""The page of one trial: every arm beside its prediction and the plain mean, or why it is not scored."""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pinprick.calibration.interval_figure import Row
from pinprick.calibration.result_words import cited, escaped, name_of, span
from pinprick.evidence import Arm


def arm_rows(arm: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the figures of one arm as rows of a figure, first the one that counts; none where it is not scored.

    Args:
        arm: an arm as `validate_trials` returns it.
    """
    if not arm["scored"]:
        return ()
    return tuple(
        Row(
            name=f"{arm['id']}: {found['scale']}",
            unit=found["unit"],
            observed=found["observed"],
            predicted=found["predicted"],
            agrees=bool(found["covered90"]),
            plain=found["plain"],
        )
        for found in (arm, *arm["secondary"])
    )


def verdict(arms: Sequence[Mapping[str, Any]]) -> str:
    """Return in words how a study's arms were predicted, by the first figure of each.

    Args:
        arms: arms of one study.
    """
    scored = [arm for arm in arms if arm["scored"]]
    if not scored:
        return "not scored"
    missed = sum(not arm["covered90"] for arm in scored)
    return "inside" if not missed else f"{missed} of {len(scored)} arms outside"


def study_page(study: str, arms: Sequence[Mapping[str, Any]], records: Mapping[str, Arm], back: str) -> str:
    """Return the page of one study as Markdown.

    Args:
        study: its id.
        arms: its arms as `validate_trials` returns them.
        records: the arms by id, as far as they could be read.
        back: links to what is above the page, as Markdown.
    """
    scored = [arm for arm in arms if arm["scored"]]
    first = next((records[arm["id"]] for arm in arms if arm["id"] in records), None)
    said = verdict(arms)
    lines = [
        f"# {escaped(study)}: {said}",
        "",
        f"{escaped(str(arms[0]['indication']).replace('_', ' '))}. {back}",
        "",
    ]
    if scored:
        lines += [f"![Observed and predicted figures of {escaped(study)}]({name_of('study', study)}.svg)", ""]
        lines += [*_table(scored), ""]
    left = [arm for arm in arms if not arm["scored"]]
    if left:
        lines += ["## Not scored", "", "| arm | why not |", "|---|---|"]
        lines += [f"| {escaped(arm['id'])} | {escaped(arm['why_not'] or '')} |" for arm in left] + [""]
    lines += ["## What was done", "", *_done(arms, records), ""]
    if first is not None:
        lines += ["## Source", "", *(f"- {cited(id)}" for id in first.sources)]
    return "\n".join([*lines, ""])


def _table(arms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "Every figure is predicted by a fit without this study; scores in spreads between people, lower is better. The first figure"
    yield "of an arm is the one that counts."
    yield ""
    yield "| arm | scale | figure | observed | predicted (90 %) | 50 % | inside | score | log score | plain mean (90 %) | its score |"
    yield "|---|---|---|--:|---|---|---|--:|--:|---|--:|"
    for arm in arms:
        for number, found in enumerate((arm, *arm["secondary"])):
            part, plain = found["predicted"], found["plain"]
            inside = "50 %" if found["covered50"] else "90 %" if found["covered90"] else "**no**"
            name = escaped(arm["id"]) if not number else "also"
            yield (
                f"| {name} | {escaped(found['scale'])} | {found['observed_as']} | {found['observed']:.3g} {escaped(found['unit'])} | "
                f"{span(part)} | {part['p25']:.3g} to {part['p75']:.3g} | {inside} | {found['crps']:.2f} | {found['log_score']:.2f} | "
                f"{span(plain)} | {plain['crps']:.2f} |"
            )
    yield ""
    for arm in arms:
        if arm["counts"]:
            counts = ", ".join(f"{escaped(key)}: {count:.3g}" for key, count in arm["counts"].items())
            yield f"People in each class of {escaped(arm['id'])}: {counts}."
        yield f"The plain mean of {escaped(arm['id'])} rests on arms of the same {escaped(arm['plain']['rests_on'])}."
        yield ""


def _done(arms: Sequence[Mapping[str, Any]], records: Mapping[str, Arm]) -> Iterator[str]:
    yield "| arm | treatment | people | sessions | design | read | flags |"
    yield "|---|---|--:|--:|---|---|---|"
    for arm in arms:
        record = records.get(arm["id"])
        if record is None:
            yield f"| {escaped(arm['id'])} | could not be read | | | | | |"
            continue
        people = record.n_completed or record.n_enrolled or ""
        sessions = record.sessions or record.sessions_text or ""
        flags = ", ".join(record.flags).replace("_", " ")
        design = ", ".join(part for part in (record.design, record.blinding) if part)
        yield (
            f"| {escaped(arm['id'])} | {escaped(record.intervention_class.replace('_', ' '))} | {people} | {escaped(str(sessions))} | "
            f"{escaped(design)} | {escaped(record.read_depth.replace('_', ' '))} | {escaped(flags)} |"
        )
