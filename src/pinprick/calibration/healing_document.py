"""Writes the page on the calibration of healing from the shipped posterior and the record of its checks.

Run `python -m pinprick.calibration.healing_document` in the root of the repository.
"""

# ruff: noqa: E501 - the lines of a page stand here as they are read

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pinprick import evidence
from pinprick.calibration.healing_data import healing_data, studies, why_left_out
from pinprick.calibration.healing_figures import constants_figure, predictions_figure, ranks_figure
from pinprick.evidence import load
from pinprick.evidence.posterior import joint_posterior, posterior_record

PAGES = Path("docs/validation")
_CHECKS = "calibration/posterior_checks.yaml"


def page() -> str:
    """Return the page as Markdown."""
    made, found = posterior_record(), load(_CHECKS)
    parts = [*_head(made, found), *_misses(made, found), *_constants(made), *_screening(made), *_sampler(made)]
    parts += [*_ranks(found["ranks"]), *_predictive(found), *_held_out(found["held_out"]), *_unused(), *_method()]
    return "\n".join([*parts, ""])


def figures() -> dict[str, str]:
    """Return the figures of the page by file name."""
    made, found = posterior_record(), load(_CHECKS)
    return {
        "calibration-constants.svg": constants_figure(made["constants"]),
        "calibration-ranks.svg": ranks_figure(found["ranks"]),
        "calibration-predictions.svg": predictions_figure([*found["predictive"], *found["never_used"]]),
    }


def _head(made: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    at, data = made["provenance"], healing_data()
    narrowed = [item for item in made["constants"] if item["score_sd"] < 0.9]
    moved = [item for item in made["constants"] if abs(item["score_mean"]) > 0.3]
    yield "# Calibration of healing"
    yield ""
    yield f"{len(made['constants'])} constants of the healing network are fitted to {len(data)} published measurements of {len(studies(data))} studies. The joint posterior"
    yield f"ships with the package ({len(joint_posterior().draws)} draws) and every prediction takes these constants from it, all of one draw together; the other constants come"
    yield "from their records. This page is written by `python -m pinprick.calibration.healing_document`."
    yield ""
    yield f"- **What was learned is little.** {len(narrowed)} of {len(made['constants'])} constants are narrower than their prior by more than a tenth, {len(moved)} moved by more than 0.3 of its"
    yield "  standard deviations. The measurements are a handful of days, shares and directions; most constants stay what was assumed."
    summary = found["held_out"]["summary"]
    yield f"- Studies left out are predicted {_verdict(summary)} (log score {summary['log_score_gain']:+.2f} a study, standard error {summary['log_score_gain_se']:.2f})."
    yield f"- Sampler: largest R-hat {made['diagnostics']['largest_r_hat']:.4f}, least effective sample {made['diagnostics']['least_ess']:.0f}, {made['diagnostics']['divergences']} divergences."
    yield f"- {made['diagnostics']['unstable_share']:.1%} of the draws were left out because healthy skin would not be stable in them."
    yield ""
    yield f"Made by `{at['command']}`, version {at['version']}, {at['recorded']}, seed {at['seed']}; measurements, records and network `{at['data'][:16]}`, table `{at['table_sha256'][:16]}`."
    yield ""
    if found["provenance"]["table_sha256"] != joint_posterior().sha256:
        yield "**The checks below were made with an earlier table of draws.**"
        yield ""


def _verdict(summary: Mapping[str, Any]) -> str:
    gain, error = summary["log_score_gain"], summary["log_score_gain_se"]
    if abs(gain) <= 2.0 * error:
        return "neither better nor worse than by the prior"
    return "better than by the prior" if gain > 0 else "**worse** than by the prior"


def _misses(made: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    values = [row for row in found["predictive"] if row["scale"] != "direction" and not row["posterior"]["covered90"]]
    turned = [row for row in found["predictive"] if row["scale"] == "direction" and row["posterior"]["chance"] < 0.5]
    others = [row for row in found["never_used"] if row["scale"] != "direction" and not row["posterior"]["covered90"]]
    edges = [item["id"] for item in made["constants"] if item["edge"]]
    uneven = [name for name, chance in found["ranks"]["chance"].items() if chance < 0.01]
    yield "## What fails"
    yield ""
    yield f"- Values outside their 90 % posterior prediction: {_list(row['id'] for row in values)}."
    yield f"- Directions given less than even chance: {_list(row['id'] for row in turned)}. Elastic fibres hardly turn over in the network, so that it cannot lose them."
    yield f"- Measurements never used and outside their prediction: {_list(row['id'] for row in others)}."
    yield f"- Constants against the edge of their prior (a quarter of the draws in its outer fortieth): {_list(edges)}."
    yield f"- Constants whose ranks are uneven at one in a hundred: {_list(uneven)}; of {len(found['ranks']['chance'])} about 0.3 are expected by chance."
    yield "- Size of the response, gain of collagen by myofibroblasts and by TGF-beta, and reach of a signal rest on one study of thirty people"
    yield "  (Lotfi 2013). It cannot tell them apart; the posterior holds their trade-off, not their values."
    yield ""


def _list(names: Any) -> str:
    found = list(names)
    return ", ".join(found) if found else "none"


def _constants(made: Mapping[str, Any]) -> Iterator[str]:
    yield "## Constants, before and after"
    yield ""
    yield "![Posterior of each constant in standard deviations of its prior](calibration-constants.svg)"
    yield ""
    yield "Median and 90 % interval. Moved and width are in standard deviations of the prior: 0 and 1 say that nothing was learned."
    yield ""
    yield "| constant | unit | prior | posterior | moved | width | R-hat | effective sample | edge |"
    yield "|---|---|---|---|--:|--:|--:|--:|---|"
    for item in made["constants"]:
        yield (
            f"| {_name(item['id'])} | {evidence.parameter(item['id']).unit} | {_span(item['prior'])} | {_span(item['posterior'])} | {item['score_mean']:+.2f} | "
            f"{item['score_sd']:.2f} | {item['r_hat']:.4f} | {item['ess']} | {item['edge'] or 'no'} |"
        )
    for name, words in (("study_sd", "spread between studies"), ("discrepancy_sd", "what the network gets wrong")):
        item = made["spreads"][name]
        yield f"| {words} | 1 | half-normal, {evidence.value(f'mechanism.{name}'):g} | {_span(item['posterior'])} | | | {item['r_hat']:.4f} | {item['ess']} | |"
    yield ""
    yield f"Carried along from their records, because only together with them it is known whether healthy skin is stable: {_list(map(_name, made['carried']))}."
    yield ""


def _screening(made: Mapping[str, Any]) -> Iterator[str]:
    chosen = {item["id"] for item in made["constants"]}
    rows = sorted(made["screening"], key=lambda item: -item["learned"])
    yield "## Why these constants"
    yield ""
    yield f"Of {len(rows)} uncertain constants, those are candidates whose change alone moves the deviance residual of some measurement by at least"
    yield f"{evidence.value('mechanism.least_information'):g} of its uncertainty (total effect, radial design); of these the 25 are taken that a linear update by all measured values changes most."
    yield "The first ten that were left out:"
    yield ""
    yield "| constant | largest effect | on | learned |"
    yield "|---|--:|---|--:|"
    left = [item for item in rows if item["id"] not in chosen][:10]
    for item in left:
        yield f"| {_name(item['id'])} | {item['information']:.2f} | {item['by']} | {item['learned']:.3f} |"
    yield ""


def _sampler(made: Mapping[str, Any]) -> Iterator[str]:
    surrogate = made["surrogate"]
    yield "## Surrogate and sampler"
    yield ""
    yield f"NumPyro's no-U-turn sampler, {made['diagnostics']['chains']} chains of {made['diagnostics']['draws_per_chain']} draws, over a neural network in place of the healing network. It was trained on {made['provenance']['runs'] - surrogate['held_out_runs']} runs;"
    yield f"on {surrogate['held_out_runs']} others its error (with all that the constants not calibrated, skin and injury add) was measured, and its covariance is part of the likelihood."
    yield ""
    yield "| measurement | variance explained | error, on the scale of the fit | spread of the measurement |"
    yield "|---|--:|--:|--:|"
    for item in healing_data():
        yield f"| {item.id} | {surrogate['explained'][item.id]:.2f} | {surrogate['error_sd'][item.id]:.3f} | {item.sd:.3f} |"
    yield ""


def _ranks(found: Mapping[str, Any]) -> Iterator[str]:
    chances = found["chance"]
    lowest = min(chances, key=lambda name: float(chances[name]))
    yield "## Are known constants found again?"
    yield ""
    yield f"{found['sets']} sets of constants were drawn from the prior, measurements made from them by the whole network with study effects, discrepancy and errors,"
    yield "and the fit repeated on each. If it is right, the constants rank evenly among the draws. In brackets: the chance of ranks as uneven, chi-square over eight bins."
    yield ""
    yield "![Ranks of known constants among posterior draws](calibration-ranks.svg)"
    yield ""
    under = sum(float(value) < 0.05 for value in chances.values())
    yield f"Least even: {_name(lowest)}, {float(chances[lowest]):.3g} ({min(1.0, float(chances[lowest]) * len(chances)):.2g} allowing for {len(chances)} tests). {under} of {len(chances)} are under 0.05 where {0.05 * len(chances):.1f} are expected. Divergences: {found['divergences']} in all sets."
    yield ""


def _predictive(found: Mapping[str, Any]) -> Iterator[str]:
    yield "## Do the draws reproduce the measurements?"
    yield ""
    yield "Simulated with the shipped draws by the network itself; study effect, discrepancy and error of measuring are added. Those never used come last."
    yield ""
    yield "![Measured values in their predictions](calibration-predictions.svg)"
    yield ""
    yield from _table(found["predictive"])
    yield "### Never used"
    yield ""
    yield from _table(found["never_used"])


def _table(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "| measurement | measured | prior | posterior | covered |"
    yield "|---|--:|---|---|---|"
    ordered = sorted(rows, key=lambda row: (_right(row["posterior"]), row["scale"] == "direction"))
    for row in ordered:
        yield f"| {row['id']} | {_seen(row)} | {_shown(row['prior'])} | {_shown(row['posterior'])} | {'yes' if _right(row['posterior']) else '**no**'} |"
    yield ""


def _right(part: Mapping[str, Any]) -> bool:
    return bool(part["covered90"]) if "covered90" in part else bool(part["chance"] >= 0.5)


def _seen(row: Mapping[str, Any]) -> str:
    if row["scale"] != "direction":
        return f"{row['observed']:.3g}"
    return {1: "rises", 0: "unchanged", -1: "falls"}[int(row["observed"])]


def _shown(part: Mapping[str, Any]) -> str:
    return _span(part["interval"]) if "interval" in part else f"chance {part['chance']:.2f}"


def _held_out(found: Mapping[str, Any]) -> Iterator[str]:
    summary = found["summary"]
    yield "## Studies it has not seen"
    yield ""
    yield f"Each of the {summary['n_studies']} studies is left out whole, the network is fitted to the others and the study is predicted; beside it the prior. {_verdict(summary).replace('*', '').capitalize()}:"
    yield f"log score {summary['log_score_gain']:+.3f} a study, standard error {summary['log_score_gain_se']:.3f}."
    yield ""
    yield "| | prior | posterior without the study |"
    yield "|---|--:|--:|"
    for key, words, digits in (
        ("coverage90", f"{summary['n_values']} values inside their 90 % interval", 2),
        ("coverage50", "inside their 50 % interval", 2),
        ("crps", "score of the values (CRPS on the scale of the fit, lower is better)", 3),
        ("chance_of_direction", f"mean chance given to the {summary['n_directions']} directions seen", 2),
        ("directions_right", "directions given more than even chance", 0),
    ):
        yield f"| {words} | {summary['prior'][key]:.{digits}f} | {summary['posterior'][key]:.{digits}f} |"
    yield ""
    yield from _table(found["measurements"])


def _unused() -> Iterator[str]:
    reasons: dict[str, list[str]] = {}
    for found in evidence.experiments():
        if why := why_left_out(found):
            reasons.setdefault(why, []).append(found.id)
    yield "## Measurements that are not used"
    yield ""
    yield "| reason | measurements |"
    yield "|---|---|"
    for why, ids in sorted(reasons.items(), key=lambda item: -len(item[1])):
        yield f"| {why} | {len(ids)}: {', '.join(ids[:6])}{' …' if len(ids) > 6 else ''} |"
    yield ""


def _method() -> Iterator[str]:
    yield "## How"
    yield ""
    yield "- **Prior.** The record of each constant; its spread doubled where the number was assumed, half as wide again where it was remembered. The recorded"
    yield "  value stays the median and the recorded range the bounds. Many assumed constants were set by hand to meet these very measurements: the"
    yield "  wider prior lets the measurements speak once, not twice."
    yield "- **Likelihood.** Times, ratios and changes on a logarithmic scale, shares as they are, directions as an ordered category with a room for *unchanged*. A study"
    yield "  effect is shared by all measurements of a study; a discrepancy, doubled for other species and in vitro, is each measurement's own."
    yield "- **Flags.** Dropped or trusted less: `evidence/data/calibration/mechanism.yaml`, each with its reason. A compilation does not count beside the studies in it."
    yield "- **Stale.** A test fails when a measurement, a record or the network is no longer what the posterior was made with."
    yield "- **Again.** `pinprick calibrate -o src/pinprick/evidence/data/calibration/posterior.csv`, then `python -m pinprick.calibration.healing_checks`, then this page."


def _name(id: str) -> str:
    return id.removeprefix("cascade.").replace("_", " ")


def _span(values: Sequence[float]) -> str:
    low, median, high = values
    return f"{median:.3g} ({low:.3g} to {high:.3g})"


def main() -> None:
    """Write the page and its figures."""
    (PAGES / "calibration.md").write_text(page(), encoding="utf-8")
    for name, text in figures().items():
        (PAGES / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"written: calibration.md and {', '.join(figures())} in {PAGES}\n")


if __name__ == "__main__":
    main()
