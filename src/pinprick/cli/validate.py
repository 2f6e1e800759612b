"""`pinprick validate`: the model against published trials and experiments, or against your own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.listing import Json
from pinprick.cli.terminal import bullets, heading, paragraph, show, table, write_json

if TYPE_CHECKING:
    from rich.table import Table

# The worst misses and refusals that are named; --json gives every arm.
_NAMED = 10


def command(  # noqa: PLR0913 - each argument is one option of the command line
    trials: Annotated[
        Path | None, typer.Option("--trials", metavar="FILE", help="Score the trial arms of a YAML file.")
    ] = None,
    experiments: Annotated[
        Path | None, typer.Option("--experiments", metavar="FILE", help="Score the measurements of a YAML file.")
    ] = None,
    json: Json = False,
    indication: Annotated[str | None, typer.Option(help="Only arms of this indication, as trials name it.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 0,
    draws: Annotated[int, typer.Option(min=200, max=20_000, help="Draws of each prediction.")] = 2000,
    folds: Annotated[int, typer.Option(min=2, max=200, help="Folds the studies are dealt into.")] = 10,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FOLDER", help="Write a page and a figure for each result there."),
    ] = None,
) -> None:
    """Predict every published arm by fits that have not seen its study; score that against a plain mean."""
    from pinprick.calibration import Settings, holds, validate

    settings = Settings(fold_count=folds, draws=draws, seed=seed)
    found = validate(trials, experiments, indication=indication, settings=settings, progress=tell_on_terminal)
    if output is not None:
        _write(found, output, trials, experiments)
    if json:
        write_json(found)
    else:
        _show(found, holds(found))
    if not holds(found):
        raise typer.Exit(ANSWER_IS_NO)


def _write(found: Mapping[str, Any], folder: Path, trials: Path | None, experiments: Path | None) -> None:
    from pinprick.calibration.result_pages import write_results

    count = write_results(found, folder, trials, experiments)
    tell_on_terminal(f"{count} files in {folder}; begin with index.md")


def tell_on_terminal(text: str) -> None:
    """Say what is being done on standard error, where that is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"{text}\n")


def _show(found: Mapping[str, Any], holding: bool) -> None:
    if found["arms"]:
        _show_arms(found, holding)
    if found["experiments"]:
        _show_experiments(found)


def _show_arms(found: Mapping[str, Any], holding: bool) -> None:
    overall = found["summary"]
    verdict = "The model holds" if holding else "The model does not hold"
    show(paragraph(f"{verdict}: {_answer(overall)}", "bold green" if holding else "bold red"))
    show(
        paragraph(
            "Every arm is predicted by fits without its study. Scores are in spreads between people, lower is better; "
            "plain is the random-effects mean of the arms with the same indication, scale and treatment.",
            "dim",
        )
    )
    show(heading("By indication"), _by_indication(overall))
    misses = sorted((arm for arm in found["arms"] if arm["scored"]), key=lambda arm: float(arm["log_score"]))
    if misses:
        show(heading("Worst predicted"), _misses(misses[:_NAMED]))
    _show_refusals([arm for arm in found["arms"] if not arm["scored"]])


def _answer(overall: Mapping[str, Any]) -> str:
    counted = f"{overall['n_scored']} of {overall['n_arms']} arms scored ({overall['n_with_numbers']} print a figure)"
    if not overall["n_scored"]:
        return counted
    return (
        f"{counted}; {overall['coverage90']:.0%} inside the 90 % interval, {overall['coverage50']:.0%} inside the 50 % "
        f"one; score {overall['crps']:.3f} against {overall['crps_plain']:.3f} of the plain mean, "
        f"ratio {overall['skill']:.2f}"
    )


def _by_indication(overall: Mapping[str, Any]) -> Table:
    rows = [
        (name.replace("_", " "), f"{part['n_scored']}/{part['n_arms']}", *_figures(part))
        for name, part in overall["by_indication"].items()
    ]
    columns = ("indication", "scored", "in 90 %", "in 50 %", "score", "plain", "ratio", "better")
    return table(columns, rows, right=columns[1:7])


def _figures(part: Mapping[str, Any]) -> tuple[str, ...]:
    if not part["n_scored"]:
        return ("–",) * 6
    better = "model" if part["skill"] <= 1 else "plain mean"
    shares = (f"{part[name]:.0%}" for name in ("coverage90", "coverage50"))
    return (*shares, *(f"{part[name]:.2f}" for name in ("crps", "crps_plain", "skill")), better)


def _misses(arms: list[Mapping[str, Any]]) -> Table:
    rows = [
        (
            arm["id"],
            f"{arm['scale']}, {arm['observed_as']}",
            f"{arm['observed']:.3g}",
            _span(arm["predicted"]),
            _span(arm["plain"]),
            "yes" if arm["covered90"] else "no",
        )
        for arm in arms
    ]
    return table(("arm", "what", "observed", "predicted (90 %)", "plain (90 %)", "inside"), rows, right=("observed",))


def _span(part: Mapping[str, float]) -> str:
    return f"{part['median']:.3g} ({part['p05']:.3g} to {part['p95']:.3g})"


def _show_refusals(arms: list[Mapping[str, Any]]) -> None:
    refused = [arm for arm in arms if arm["has_numbers"]]
    silent = len(arms) - len(refused)
    if refused:
        show(heading("Not scored"), *bullets(f"{arm['id']}: {arm['why_not']}" for arm in refused[:_NAMED]))
    rest = max(0, len(refused) - _NAMED)
    if rest or silent:
        show(
            paragraph(f"{rest} more not scored, and {silent} that print no figure; `--json` gives every reason.", "dim")
        )


def _show_experiments(found: Mapping[str, Any]) -> None:
    counts = found["experiment_summary"]
    show(
        heading("Experiments"),
        paragraph(
            f"{counts['n_reproduced']} of {counts['n_used']} measurements that can be simulated are reproduced; of the "
            f"{counts['n_other_sources']} whose source gave no parameter of their prediction, "
            f"{counts['n_other_sources_reproduced']}. {counts['n_experiments'] - counts['n_used']} are not compared."
        ),
    )
    missed = [item for item in found["experiments"] if item["used"] and not item["covered90"]]
    rows = [
        (item["id"], item["quantity"], f"{item['observed']:.3g} {item['unit']}", _span(item["predicted"]))
        for item in missed
    ]
    if rows:
        show(heading("Missed"), table(("measurement", "what", "observed", "predicted (90 %)"), rows, wide="what"))
