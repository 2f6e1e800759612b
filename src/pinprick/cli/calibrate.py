"""`pinprick calibrate`: the constants of healing, fitted anew to the published measurements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from pinprick.cli.faults import ANSWER_IS_NO
from pinprick.cli.listing import Json
from pinprick.cli.terminal import heading, paragraph, show, table, write_json
from pinprick.cli.validate import tell_on_terminal
from pinprick.errors import InputError


def command(
    reduced: Annotated[
        bool, typer.Option("--reduced", help="A refit of about a minute, to check the shipped one.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write the draws (CSV) and, beside it, their record (YAML)."
        ),
    ] = None,
    json: Json = False,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 0,
) -> None:
    """Fit the constants of healing to the published measurements, and compare with the posterior in use."""
    from pinprick.calibration import healing_calibration as fitting
    from pinprick.calibration.healing_record import agreement, record, write

    if output is not None and (output.suffix != ".csv" or not output.parent.is_dir()):
        raise InputError(
            "the draws cannot be written there",
            field="--output",
            given=str(output),
            limit="a name ending in .csv in a folder that exists",
        )
    effort = fitting.reduced(seed) if reduced else fitting.Effort(seed=seed)
    found = fitting.calibrate(effort, progress=tell_on_terminal)
    words = f"pinprick calibrate{' --reduced' if reduced else ''} --seed {seed}"
    made = record(found, command=words, recorded=date.today().isoformat())
    compared = agreement(found)
    if output is not None:
        write(found, output, made)
    if json:
        write_json({**made, "agreement": compared, "written": None if output is None else str(output)})
    else:
        _show(made, compared, output)
    if not compared["agrees"]:
        raise typer.Exit(ANSWER_IS_NO)


def _show(made: Mapping[str, Any], compared: Mapping[str, Any], output: Path | None) -> None:
    quality = made["diagnostics"]
    show(
        paragraph(
            f"{len(made['constants'])} constants from {len(made['measurements'])} measurements: largest R-hat "
            f"{quality['largest_r_hat']:.4f}, least effective sample {quality['least_ess']:.0f}, "
            f"{quality['divergences']} divergences."
        )
    )
    rows = [
        (
            item["id"].removeprefix("cascade."),
            _span(item["prior"]),
            _span(item["posterior"]),
            f"{item['score_mean']:+.2f}",
            f"{item['score_sd']:.2f}",
            item["edge"],
        )
        for item in made["constants"]
    ]
    columns = ("constant", "prior (90 %)", "posterior (90 %)", "moved", "width", "edge")
    show(heading("Constants"), table(columns, rows, right=columns[3:5]))
    show(
        paragraph(
            "Moved and width are in standard deviations of the prior; 0 and 1 say that nothing was learned.",
            "dim",
        )
    )
    verdict = "agrees with" if compared["agrees"] else "differs from"
    show(
        paragraph(
            f"It {verdict} the posterior in use: largest difference of means {compared['largest']:.2f} "
            f"({compared['worst'] or 'no shared constant'}), {compared['allowed']:.2f} allowed."
        )
    )
    if output is not None:
        show(paragraph(f"Written: {output} and {output.with_suffix('.yaml')}"))


def _span(values: list[float]) -> str:
    low, median, high = values
    return f"{median:.3g} ({low:.3g} to {high:.3g})"
