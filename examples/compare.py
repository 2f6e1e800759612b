"""Predicts every published protocol of the examples and writes the prediction beside what was reported.

Run from the repository's folder:  python examples/compare.py [PAGE.md]
"""

from __future__ import annotations

import sys
from pathlib import Path

from pinprick import evidence
from pinprick.planning import Case, ReportedNumber, Reproduction
from pinprick.planning.protocol import reproduce

HERE = Path(__file__).parent
DRAWS, SEED = 400, 0


def protocols() -> list[tuple[Path, Reproduction]]:
    """Return each example that follows a publication, with its prediction."""
    found = []
    for path in sorted(HERE.glob("*.toml")):
        made = reproduce(Case.load(path), draws=DRAWS, seed=SEED)
        if made is not None:
            found.append((path, made))
    return found


def _three(values: tuple[float, float, float] | None) -> str:
    return "no model of this scale" if values is None else f"{values[1]:.0f} ({values[0]:.0f} to {values[2]:.0f})"


def _verdict(item: ReportedNumber) -> str:
    if item.inside is None:
        return "cannot be compared"
    return "**inside**" if item.inside else "**outside: a miss**"


def _reported(item: ReportedNumber) -> str:
    if item.percent_improvement is not None:
        return f"{item.percent_improvement:.0f} %"
    return "no number" if item.change is None else f"change of {item.change:+g}"


def _predicted(item: ReportedNumber) -> str:
    if item.percent_improvement is None and item.change is not None and item.predicted_mean_change is not None:
        low, middle, high = item.predicted_mean_change
        return f"change of {middle:+.3g} ({low:+.3g} to {high:+.3g})"
    return _three(item.predicted_mean_percent)


def _section(path: Path, made: Reproduction) -> list[str]:
    lines = [
        f"## {Case.load(path).title}",
        "",
        f"`examples/{path.name}` · {evidence.cite_text(evidence.source(made.source))}",
        "",
    ]
    lines += [made.settings, ""]
    if made.population:
        lines += [f"Who was treated: {made.population}.", ""]
    if made.assumed:
        lines += [f"Not stated in what was read, and assumed here: {', '.join(made.assumed).replace('_', ' ')}.", ""]
    lines += [
        "| scale | when | reported | predicted group mean (90 %) | predicted person, % (90 %) | verdict |",
        "|---|---|--:|--:|--:|---|",
    ]
    for item in made.reported:
        cells = (item.scale, item.when or "–", _reported(item), _predicted(item),
                 _three(item.predicted_percent), _verdict(item))  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    seen = "The outcome model was fitted on arms of this publication: this shows that it fits, not that it predicts."
    unseen = "No arm of this publication was used to fit the outcome model."
    return [*lines, "", seen if made.calibrated_on else unseen, ""]


def page() -> str:
    """Return the whole page as Markdown."""
    found = protocols()
    numbers = [(item, made.calibrated_on) for _, made in found for item in made.reported]
    judged = [(item.inside, fitted) for item, fitted in numbers if item.inside is not None]
    inside = sum(bool(ok) for ok, _ in judged)
    fresh = [ok for ok, fitted in judged if not fitted]
    share = (
        f"{sum(bool(ok) for ok in fresh)} of them inside" if fresh else "so this page shows fit more than prediction"
    )
    head = [
        "# Published protocols",
        "",
        "Each example that follows a publication, predicted with the device, course and people it used, beside what it",
        "reported. Misses are shown as plainly as hits. This page is written by `python examples/compare.py`.",
        "",
        f"**{inside} of {len(judged)}** reported results lie inside the predicted 90 % interval of the group mean;",
        f"{len(numbers) - len(judged)} of {len(numbers)} cannot be compared, because the publication as read gives no",
        f"number or the scale has no model. {len(fresh)} of the {len(judged)} comparisons are with publications that",
        f"the outcome model was not fitted on, {share}.",
        "",
        "Two cautions. An interval that is wide enough contains everything: read its width. And most of these trials",
        "had no untreated side and no blinded rater; a prediction that agrees with them agrees with their optimism.",
        "",
    ]
    return "\n".join(head + [line for path, made in found for line in _section(path, made)]).rstrip() + "\n"


if __name__ == "__main__":
    text = page()
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
