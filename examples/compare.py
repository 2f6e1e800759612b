"""Predicts every published protocol of the examples and writes the prediction beside what was reported.

Run from the repository's folder:  python examples/compare.py [PAGE.md]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from pinprick import evidence
from pinprick.outcome import HeldOut, coverage, indications, leave_one_study_out
from pinprick.planning import Case, ReportedNumber, Reproduction
from pinprick.planning.protocol import reproduce

HERE = Path(__file__).parent
DRAWS, SEED = 400, 0


@cache
def held_out(indication: str) -> tuple[HeldOut, ...]:
    """Return every usable effect of an indication, predicted from the other studies only."""
    return leave_one_study_out(indication, draws=DRAWS, seed=SEED)


def protocols() -> list[tuple[Path, Case, Reproduction]]:
    """Return each example that follows a publication, with its prediction."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        case = Case.load(path)
        made = reproduce(case, draws=DRAWS, seed=SEED)
        if made is not None:
            found.append((path, case, made))
    return found


def _three(values: tuple[float, float, float] | None) -> str:
    return "no model of this scale" if values is None else f"{values[1]:.0f} ({values[0]:.0f} to {values[2]:.0f})"


def _verdict(inside: bool | None) -> str:
    return {True: "inside", False: "**outside: a miss**", None: "cannot be compared"}[inside]


def _reported(item: ReportedNumber) -> str:
    if item.percent_improvement is not None:
        return f"{item.percent_improvement:.0f} %"
    return "no number" if item.change is None else f"change of {item.change:+g}"


def _predicted(item: ReportedNumber) -> str:
    if item.percent_improvement is None and item.change is not None and item.predicted_mean_change is not None:
        low, middle, high = item.predicted_mean_change
        return f"change of {middle:+.3g} ({low:+.3g} to {high:+.3g})"
    return _three(item.predicted_mean_percent)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def _unseen(items: Sequence[HeldOut]) -> list[str]:
    lines = [
        "Predicted by a fit that did not see this publication, in percent of improvement on the scale:",
        "",
        "| scale | observed | predicted group mean (90 %) | verdict |",
        "|---|--:|--:|---|",
    ]
    for item in items:
        name = item.effect.scale.replace("_", " ")
        seen = f"{item.effect.percent:.0f} %"
        lines.append(_row(name, seen, _three((item.low, item.median, item.high)), _verdict(item.covered)))
    return [*lines, ""]


def _section(path: Path, case: Case, made: Reproduction) -> list[str]:
    cited = evidence.cite_text(evidence.source(made.source))
    lines = [f"### {case.title}", "", f"`examples/{path.name}` · {cited}", "", made.settings, ""]
    if made.population:
        lines += [f"Who was treated: {made.population}.", ""]
    if made.assumed:
        lines += [f"Not stated in what was read, and assumed here: {', '.join(made.assumed).replace('_', ' ')}.", ""]
    lines += [
        "| scale | when | reported | predicted group mean (90 %) | predicted person, % (90 %) | verdict |",
        "|---|---|--:|--:|--:|---|",
    ]
    for item in made.reported:
        person = _three(item.predicted_percent)
        lines.append(
            _row(item.scale, item.when or "–", _reported(item), _predicted(item), person, _verdict(item.inside))
        )
    lines.append("")
    arms = case.published.arms if case.published is not None else ()
    unseen = [item for item in held_out(case.concern.indication) if item.effect.arm in arms]
    if unseen:
        return [*lines, "The model above was fitted on this publication too.", "", *_unseen(unseen)]
    return [*lines, "No number of this publication was used to fit the outcome model.", ""]


def _coverage() -> list[str]:
    lines = [
        "## Trials predicted from the other trials",
        "",
        "Every usable arm of every indication, predicted by a fit that did not see its study. A 90 % interval should",
        "hold about nine in ten; one that holds all of them is too wide.",
        "",
        "| indication | studies | arms | inside 90 % | median width of the interval, percent |",
        "|---|--:|--:|--:|--:|",
    ]
    misses = []
    for name in indications():
        items = held_out(name)
        if not items:
            lines.append(_row(name.replace("_", " "), "0", "0", "nothing to judge by", "–"))
            continue
        studies, arms = ({getattr(item.effect, what) for item in items} for what in ("trial", "arm"))
        width = float(np.median([item.high - item.low for item in items]))
        share = f"{100 * coverage(items):.0f} %"
        lines.append(_row(name.replace("_", " "), str(len(studies)), str(len(arms)), share, f"{width:.0f}"))
        misses += [(name, item) for item in items if not item.covered]
    lines += [
        "",
        "### The misses",
        "",
        "| arm | indication | scale | observed | predicted (90 %) |",
        "|---|---|---|--:|--:|",
    ]
    for name, item in misses:
        words, scale = name.replace("_", " "), item.effect.scale.replace("_", " ")
        predicted = _three((item.low, item.median, item.high))
        lines.append(_row(f"`{item.effect.arm}`", words, scale, f"{item.effect.percent:.0f} %", predicted))
    return [*lines, ""]


def page() -> str:
    """Return the whole page as Markdown."""
    found = protocols()
    numbers = [item.inside for _, _, made in found for item in made.reported]
    judged = [inside for inside in numbers if inside is not None]
    head = [
        "# Published protocols",
        "",
        "Published results beside their prediction, misses as plainly as hits. This page is written by",
        "`python examples/compare.py`.",
        "",
        "Two cautions. An interval that is wide enough contains everything: read its width. And most of these trials",
        "had no untreated side and no blinded rater; a prediction that agrees with them agrees with their optimism.",
        "",
        *_coverage(),
        "## The examples",
        "",
        "Each example that follows a publication, predicted with the device, course and people it used.",
        f"{sum(judged)} of {len(judged)} reported results lie inside the predicted 90 % interval of the group mean, by",
        f"a model that was fitted on most of them; {len(numbers) - len(judged)} of {len(numbers)} cannot be compared,",
        "because the publication as read gives no number or the scale has no model. Where the publication was part of",
        "the fit, the prediction without it follows: that is the one to judge by.",
        "",
    ]
    return "\n".join(head + [line for item in found for line in _section(*item)]).rstrip() + "\n"


if __name__ == "__main__":
    text = page()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
