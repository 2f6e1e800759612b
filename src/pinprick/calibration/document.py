"""Writes the validation pages and the recorded standing, from a validation run at that moment.

Run `python -m pinprick.calibration.document` in the root of the repository.
"""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pinprick import evidence
from pinprick.calibration.bar_chart import bar_chart
from pinprick.calibration.experiment import compared, experiment_summary
from pinprick.calibration.experiment_file import FiledExperiment
from pinprick.calibration.sensitivity_page import Size, analyse, figures, sensitivity_page
from pinprick.calibration.standing import LEAVE_ONE_STUDY_OUT, standings
from pinprick.calibration.validation import Settings, data_digest, validate_trials

_PAGES = Path("docs/validation")
_RECORD = Path("src/pinprick/evidence/data/calibration/skill.yaml")
_ROW, _WIDE = 11, 720
# Ways of dealing the studies into ten folds that are shown beside one another.
_DEALS = 5


def trials_page(
    found: Mapping[str, Any], standing: Sequence[Mapping[str, Any]], dealt: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return the page of trial arms as Markdown.

    Args:
        found: validation document, each study left out by itself.
        standing: standings over its arms.
        dealt: summaries of the same by ten folds, dealt in several ways.
    """
    parts = [*_trials_head(found, standing), *_deals(dealt), *_standing_table(standing)]
    parts += [*_kind_table(found["arms"]), *_why(found["arms"]), *_arm_table(found["arms"])]
    return "\n".join([*parts, *_unscored_table(found["arms"]), "", f"Data: `{data_digest()}`.", ""])


def _trials_head(found: Mapping[str, Any], standing: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    overall, whole = found["summary"], standing[0]
    yield "# Trials it has not seen"
    yield ""
    yield "Every published arm is predicted by a fit to all other studies, never to its own. Beside it stands the plain"
    yield "alternative: a random-effects mean of the arms with the same indication, scale and treatment (or, where none is"
    yield "left, of the next wider group), fitted to the same studies. Scores are continuous ranked probability scores in"
    yield "spreads between people, lower is better. This page is written by `python -m pinprick.calibration.document`."
    yield ""
    yield f"- **{overall['n_scored']}** of {overall['n_with_numbers']} arms with a figure are scored;"
    yield f"  {overall['n_arms'] - overall['n_with_numbers']} further arms print none."
    yield f"- **{overall['coverage90']:.0%}** lie inside their 90 % interval, {overall['coverage50']:.0%} inside the 50 % one."
    yield f"- Score **{overall['crps']:.3f}** against {overall['crps_plain']:.3f} of the plain mean: ratio"
    yield f"  **{overall['skill']:.2f}** (difference {whole['crps'] - whole['crps_plain']:+.3f}, standard error {whole['difference_se']:.3f} by study)."
    yield f"- The 90 % intervals are wide: {_width(found['arms']):.1f} spreads between people in the median."
    yield f"- Mean log score {overall['log_score']:.2f} against {overall['log_score_plain']:.2f}, higher is better."
    yield ""
    yield "![Each arm: where the observed figure lies in its prediction](trials.svg)"
    yield ""


def _width(arms: Sequence[Mapping[str, Any]]) -> float:
    from statistics import median

    scored = [arm for arm in arms if arm["scored"]]
    return float(median((arm["predicted"]["p95"] - arm["predicted"]["p05"]) / arm["spread"] for arm in scored))


def _deals(dealt: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not dealt:
        return
    ratios = [item["skill"] for item in dealt]
    yield "## In ten folds"
    yield ""
    yield f"`pinprick validate` deals the studies into ten folds; how they fall decides the second figure. Over {len(dealt)} deals the ratio is"
    yield f"{min(ratios):.2f} to {max(ratios):.2f}, in the mean **{sum(ratios) / len(ratios):.2f}**."
    yield ""
    yield "| seed | inside 90 % | inside 50 % | score | plain | ratio |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for seed, item in enumerate(dealt):
        yield (
            f"| {seed} | {item['coverage90']:.0%} | {item['coverage50']:.0%} | {item['crps']:.3f} | "
            f"{item['crps_plain']:.3f} | {item['skill']:.3f} |"
        )
    yield ""


def _standing_table(standing: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## By indication"
    yield ""
    yield "![Score of the model and of the plain mean by indication](standing.svg)"
    yield ""
    yield "Better in: of 100 resamples of the studies (paired bootstrap), those in which the model is the better; not for fewer than"
    yield "five studies. A plan uses the model where that is at least half of them, and the plain mean elsewhere; where there are too"
    yield "few studies, what holds over all indications decides. Decided: 95 of 100 resamples one way."
    yield ""
    yield "| indication | arms | studies | inside 90 % | score | plain | ratio | better in | decided | a plan uses |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|---|---|"
    for item in standing:
        name = item["id"].replace("_", " ")
        yield (
            f"| {name} | {item['n_arms']} | {item['n_studies']} | {item['coverage90']:.0%} | {item['crps']:.2f} | "
            f"{item['crps_plain']:.2f} | {item['skill']:.2f} | {_hundred(item)} | {item['better']} | {item['used']} |"
        )
    yield ""


def _hundred(item: Mapping[str, Any]) -> str:
    return f"{100 * item['probability_better']:.0f}" if "probability_better" in item else "–"


def standing_picture(standing: Sequence[Mapping[str, Any]]) -> str:
    """Return an SVG of the scores of the model and of the plain mean, indication by indication."""
    names, values = [], []
    for item in standing:
        name = item["id"].replace("_", " ")
        names += [f"{name} ({item['n_studies']}): model", "plain mean"]
        values += [[item["crps"], 0.0], [0.0, item["crps_plain"]]]
    title = "Score by indication (studies), lower is better"
    return bar_chart(title, names, values, ("model", "plain mean"), unit="")


def own_score(arms: Sequence[Mapping[str, Any]]) -> float:
    """Return the score that the predictions would have if what is observed were drawn from them, taken as normal."""
    from math import pi, sqrt

    scored = [arm for arm in arms if arm["scored"]]
    wide = [(arm["predicted"]["p95"] - arm["predicted"]["p05"]) / arm["spread"] for arm in scored]
    return float(sum(wide) / len(wide) / 3.29 / sqrt(pi))


def _why(arms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## What this shows, and what not"
    yield ""
    yield "- The gain over the plain mean is real and small. Trials of one treatment of one condition differ more from one another"
    yield "  than treatments do, and neither a model nor a mean can know the next study's raters and patients."
    yield f"- Why it is not lower: if the figures were drawn from the predictions themselves, the score would be {own_score(arms):.2f}. The predictions are"
    yield "  about as wide as the studies differ, so that a lower score needs something that tells studies apart. Design, blinding, course"
    yield "  and size do not; technique, severity and raters might, and few trials print them."
    yield "- All conditions are fitted together: what is learned of a treatment, an adjunct or a scale in one helps in the others. That"
    yield "  is most of the gain. Where a condition has many arms on one scale (melasma, vitiligo), their own mean is as good."
    yield "- Design enters as moderators with priors centred on nothing: randomised, compared within people, uncontrolled,"
    yield "  retrospective, blinded. What the trials say of them is on the page of sensitivity: little, each within two errors of nothing."
    yield "- How much fewer sessions go with less improvement between trials is a coefficient of the fit, so that no left-out study"
    yield "  informs it. What a further session adds within one course is not tested here."
    yield "- The priors were set before any score of the joint fit was seen. Its form was not: with and without moderators, with slopes"
    yield "  by condition, with the kind of figure and the size of the arm as moderators, and with one or several spreads between"
    yield "  studies, all scored on these arms; their ratios in ten folds lay between 0.87 and 0.91. The form kept has what was asked of"
    yield "  it beforehand (design, blinding, a spread between studies for each condition) and not the lowest score, but the figure"
    yield "  above is flattered by that much at most."
    yield "- The simulated healing does not enter the prediction of an arm: few arms state needle length and passes. Nothing on"
    yield "  this page says that simulating the injury improves a prediction."
    yield "- A share of responders hangs on the spread between people, which few trials print."
    yield ""


def _kind_table(arms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## By what was printed"
    yield ""
    yield "| figure | arms | inside 90 % | score | plain |"
    yield "|---|--:|--:|--:|--:|"
    scored = [arm for arm in arms if arm["scored"]]
    for kind in sorted({arm["observed_as"] for arm in scored}):
        part = [arm for arm in scored if arm["observed_as"] == kind]
        inside, model, plain = (
            sum(float(value) for value in values) / len(part)
            for values in (
                [arm["covered90"] for arm in part],
                [arm["crps"] for arm in part],
                [arm["plain"]["crps"] for arm in part],
            )
        )
        yield f"| {kind} | {len(part)} | {inside:.0%} | {model:.2f} | {plain:.2f} |"
    yield ""


def _arm_table(arms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    scored = sorted((arm for arm in arms if arm["scored"]), key=lambda arm: (arm["covered90"], arm["log_score"]))
    missed = sum(not arm["covered90"] for arm in scored)
    yield "## Every scored arm"
    yield ""
    yield f"The {missed} outside their 90 % interval first, then by log score, the least expected first."
    yield ""
    yield "| arm | indication | scale | figure | observed | predicted (90 %) | plain (90 %) | inside | score | plain |"
    yield "|---|---|---|---|--:|---|---|---|--:|--:|"
    for arm in scored:
        yield (
            f"| {arm['id']} | {arm['indication'].replace('_', ' ')} | {_cell(arm['scale'])} | {arm['observed_as']} | "
            f"{arm['observed']:.3g} | {_span(arm['predicted'])} | {_span(arm['plain'])} | "
            f"{'yes' if arm['covered90'] else '**no**'} | {arm['crps']:.2f} | {arm['plain']['crps']:.2f} |"
        )
    yield ""


def _unscored_table(arms: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    left = [arm for arm in arms if not arm["scored"] and arm["has_numbers"]]
    yield "## Arms with a figure that is not scored"
    yield ""
    yield "| arm | why not |"
    yield "|---|---|"
    for arm in left:
        yield f"| {arm['id']} | {_cell(arm['why_not'])} |"


def _span(part: Mapping[str, float]) -> str:
    return f"{part['median']:.3g} ({part['p05']:.3g} to {part['p95']:.3g})"


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def picture(arms: Sequence[Mapping[str, Any]]) -> str:
    """Return an SVG: each arm's 90 and 50 percent interval about its median in spreads, and what was observed."""
    scored = sorted((arm for arm in arms if arm["scored"]), key=lambda arm: _place(arm, arm["observed"]))
    high = _ROW * len(scored) + 40
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" role="img" font-family="sans-serif">',
        "<title>Observed figures within their predicted intervals</title>",
        f'<rect width="{_WIDE}" height="{high}" fill="#ffffff"/>',
        f'<text x="{_x(0):.0f}" y="14" font-size="11" text-anchor="middle">predicted median; one tick is one spread '
        "between people; filled: inside the 90 % interval</text>",
    ]
    lines += [
        f'<line x1="{_x(tick):.1f}" x2="{_x(tick):.1f}" y1="20" y2="{high - 12}" stroke="#ddd"/>'
        for tick in range(-4, 5)
    ]
    for row, arm in enumerate(scored):
        lines += _bar(arm, 30 + _ROW * row)
    return "\n".join([*lines, "</svg>", ""])


def _bar(arm: Mapping[str, Any], y: float) -> Iterator[str]:
    outer, inner = (
        [_x(_place(arm, arm["predicted"][name])) for name in pair] for pair in (("p05", "p95"), ("p25", "p75"))
    )
    yield f'<line x1="{outer[0]:.1f}" x2="{outer[1]:.1f}" y1="{y}" y2="{y}" stroke="#8aa" stroke-width="1.5"/>'
    yield f'<line x1="{inner[0]:.1f}" x2="{inner[1]:.1f}" y1="{y}" y2="{y}" stroke="#377" stroke-width="4"/>'
    fill = "#111" if arm["covered90"] else "#fff"
    yield (
        f'<circle cx="{_x(_place(arm, arm["observed"])):.1f}" cy="{y}" r="3.2" fill="{fill}" stroke="#a11">'
        f"<title>{arm['id']}: {arm['observed']:.3g}</title></circle>"
    )


def _place(arm: Mapping[str, Any], value: float) -> float:
    """Return a figure's distance from the predicted median in spreads, improvement to the right."""
    worse = arm["observed_as"] in ("mean", "change") and _falls(arm["scale_id"])
    return float((value - arm["predicted"]["median"]) / arm["spread"] * (-1.0 if worse else 1.0))


def _falls(scale_id: str) -> bool:
    from pinprick.outcome import scale

    return scale(scale_id).direction == "lower"


def _x(place: float) -> float:
    return _WIDE / 2.0 + max(-4.4, min(4.4, place)) * 80.0


def experiments_page(made: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of experiments as Markdown.

    Args:
        made: comparisons of every measurement on record.
    """
    counts = experiment_summary(made)
    lines = [
        "# Published measurements",
        "",
        "Each measurement on record is compared with what is simulated for it, or listed with the reason why not. The tolerance is",
        "the predicted 90 % interval with the spread of the figure itself added: printed, or set with its reason. A bound or a",
        "direction agrees when at least half of the draws do. Written by `python -m pinprick.calibration.document`.",
        "",
        f"- {counts['n_experiments']} measurements, {counts['n_used']} compared, **{counts['n_reproduced']}** reproduced.",
        f"- For {counts['n_used'] - counts['n_other_sources']} of them a parameter that the simulation uses was read in the same source:",
        "  agreement there is consistency, not prediction. Healing draws on all of its parameters at once, and on the measurements that",
        "  they were calibrated on, and counts any of them; studies left out whole are on [the page of that calibration](calibration.md).",
        f"- Of the other {counts['n_other_sources']}, **{counts['n_other_sources_reproduced']}** are reproduced.",
        "- An interval that is wide contains much. Read its width.",
        "",
        "![What became of the measurements, topic by topic](experiments.svg)",
        "",
        "| topic | measurements | reproduced | missed | not compared |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {name.replace('_', ' ')} | {hit + left + miss} | {hit} | {miss} | {left} |"
            for name, (hit, left, miss) in topics(made).items()
        ),
        "",
    ]
    used = [item for item in made if item["used"]]
    lines += ["## Missed", "", *_compared_table([item for item in used if not item["covered90"]]), ""]
    lines += ["## Reproduced", "", *_compared_table([item for item in used if item["covered90"]]), ""]
    lines += ["## Not compared", "", "| measurement | what | why not |", "|---|---|---|"]
    lines += [
        f"| {item['id']} | {_cell(item['quantity'])} | {_cell(item['why_not'])} |" for item in made if not item["used"]
    ]
    return "\n".join([*lines, ""])


def _compared_table(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| measurement | what | species | observed | predicted (90 %) | kind | source of a parameter | taken for granted |"
    yield "|---|---|---|--:|---|---|---|---|"
    for item in items:
        kind = (item["compare"] or "").replace("_", " ")
        shown = kind if item["probability"] is None else f"{kind}, {item['probability']:.0%} of draws"
        yield (
            f"| {item['id']} | {_cell(item['quantity'])} | {_cell(item['species'])} | {item['observed']:.3g} {_cell(item['unit'])} | "
            f"{_span(item['predicted'])} | {shown} | {'yes' if item['same_source'] else 'no'} | {_cell(item['note'])} |"
        )


def skill_record(standing: Sequence[Mapping[str, Any]], recorded: str) -> str:
    """Return the recorded standings as YAML.

    Args:
        standing: standings of the package's own arms.
        recorded: ISO date.
    """
    import yaml

    settings = LEAVE_ONE_STUDY_OUT
    provenance = {
        "command": "python -m pinprick.calibration.document",
        "data": data_digest(),
        "seed": settings.seed,
        "draws": settings.draws,
        "folds": "each study left out by itself",
        "recorded": recorded,
    }
    head = "# Written by the command below; do not edit. How the outcome model predicts left-out studies, against a plain mean.\n"
    body: str = yaml.safe_dump({"provenance": provenance, "standings": list(standing)}, sort_keys=False)
    return head + body


def topics(made: Sequence[Mapping[str, Any]]) -> dict[str, tuple[int, int, int]]:
    """Return how many measurements of each topic are reproduced, not compared and missed."""
    found: dict[str, tuple[int, int, int]] = {}
    for item in made:
        hit, left, miss = found.get(item["topic"], (0, 0, 0))
        inside = bool(item["used"] and item["covered90"])
        found[item["topic"]] = (hit + inside, left + (not item["used"]), miss + bool(item["used"] and not inside))
    return dict(sorted(found.items(), key=lambda pair: -sum(pair[1])))


def topic_picture(made: Sequence[Mapping[str, Any]]) -> str:
    """Return an SVG of what became of the measurements, topic by topic."""
    found = topics(made)
    names = [name.replace("_", " ") for name in found]
    title = "Measurements by topic"
    return bar_chart(title, names, list(found.values()), ("reproduced", "not compared", "missed"), unit="")


def results(arms: Sequence[Mapping[str, Any]], made: Sequence[Mapping[str, Any]]) -> str:
    """Return every arm and measurement as JSON with four significant digits, from which the page of each is made.

    Args:
        arms: arms, each study left out by itself.
        made: comparisons of every measurement on record.
    """
    import json

    content = {"data": data_digest(), "arms": list(arms), "experiments": list(made)}
    return json.dumps(_rounded(content), ensure_ascii=False, separators=(",", ":")).replace(',{"id"', ',\n{"id"') + "\n"


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


def main() -> None:
    """Validate, and write the pages, their figures and the record."""
    found = validate_trials(settings=LEAVE_ONE_STUDY_OUT)
    standing = standings(found["arms"])
    # The record first: which predictor a plan uses hangs on it, and so do the pages.
    _RECORD.write_text(skill_record(standing, date.today().isoformat()), encoding="utf-8")
    dealt = [validate_trials(settings=Settings(seed=seed))["summary"] for seed in range(_DEALS)]
    made = compared([FiledExperiment(item.id, item, "") for item in evidence.experiments()], seed=0)
    hangs = analyse(Size())
    pages = {
        "trials.md": trials_page(found, standing, dealt),
        "trials.svg": picture(found["arms"]),
        "standing.svg": standing_picture(standing),
        "experiments.md": experiments_page(made),
        "experiments.svg": topic_picture(made),
        "results.json": results(found["arms"], made),
        "sensitivity.md": sensitivity_page(hangs),
        **figures(hangs),
    }
    for name, text in pages.items():
        (_PAGES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"written: {_RECORD}, and in {_PAGES}: {', '.join(pages)}\n")


if __name__ == "__main__":
    main()
