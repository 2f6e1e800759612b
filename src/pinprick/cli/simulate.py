"""`pinprick simulate`: what happens in the skin, for one device, technique and course."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinprick.cli.block_run import block_options, continues, simulate_block
from pinprick.cli.listing import Json, one_of
from pinprick.cli.output import check_target, put
from pinprick.cli.terminal import bullets, heading, paragraph, show, table, working, write_json
from pinprick.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    import xarray as xr

    from pinprick.injury import Technique

_ENDINGS = (".nc", ".zarr", ".html")
_REFERENCE = "outcome.reference.atrophic_acne_scars"
Text = str | None


def command(  # noqa: PLR0913 - each argument is one option of the command line
    device: Annotated[str, typer.Option(help="Device id; list them with: pinprick devices")] = "skinpen-precision",
    needle_length: Annotated[Text, typer.Option(help="As set or built, for instance '1.5 mm'.")] = None,
    passes: Annotated[int | None, typer.Option(min=1, max=60, help="Passes over the zone.")] = None,
    sessions: Annotated[int | None, typer.Option(min=1, max=24, help="Sessions.")] = None,
    interval: Annotated[Text, typer.Option(help="Between sessions, for instance '4 weeks'.")] = None,
    zone: Annotated[str, typer.Option(help="Zone, for instance cheek, forehead, scalp.")] = "cheek",
    phototype: Annotated[
        int | None, typer.Option(min=1, max=6, help="Fitzpatrick 1 to 6; unknown if left out.")
    ] = None,
    age: Annotated[float | None, typer.Option(min=0, help="Years; unknown if left out.")] = None,
    sex: Annotated[Text, typer.Option(help="female or male; unknown if left out.")] = None,
    geometry: Annotated[str, typer.Option(help="well-mixed, depth or block.")] = "well-mixed",
    side: Annotated[Text, typer.Option(help="Of a block, for instance '1.5 mm'.")] = None,
    spacing: Annotated[Text, typer.Option(help="Cells of a block, for instance '50 um'.")] = None,
    follow_up: Annotated[str, typer.Option(help="After the last session.")] = "180 days",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Write every draw to FILE.nc or .zarr, or a page to FILE.html."),
    ] = None,
    json: Json = False,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 0,
    draws: Annotated[int, typer.Option(min=1, max=100_000, help="People drawn.")] = 100,
) -> None:
    """Simulate one course: microchannels, healing by phase, collagen over months."""
    one_of(sex, ("female", "male"), "--sex")
    one_of(geometry, ("well-mixed", "depth", "block"), "--geometry")
    options = block_options(side, spacing, geometry)
    if not continues(output, geometry):
        check_target(output, _ENDINGS, "--output")
    _check_zarr(output)
    from pinprick import evidence, injury, skin
    from pinprick.cascade import Course, heal
    from pinprick.cli.simulation import document
    from pinprick.device import device as known_device
    from pinprick.units import parse_quantity

    person = skin.Person(age_years=age, sex=sex, phototype=phototype)  # type: ignore[arg-type]  # checked above
    with evidence.recording() as ledger, nullcontext() if geometry == "block" else working("simulating"):
        technique = _technique(zone, needle_length, passes, device)
        course = Course(
            sessions if sessions is not None else int(evidence.value(f"{_REFERENCE}.sessions")),
            _days(interval, f"{_REFERENCE}.interval_days"),
        )
        here = skin.describe(technique.zone, person, draws=draws, seed=seed)
        done = injury.puncture(here, known_device(device), technique)
        days = parse_quantity(follow_up, "day", field="--follow-up")
        if geometry == "block":
            data = simulate_block(done, course, options, days, output)
        else:
            data = heal(here, done, course, geometry=geometry, follow_up_days=days)  # type: ignore[arg-type]
        found = document(data, done, ledger)
    if output is not None:
        _write(data, output)
    if json:
        write_json(found)
    else:
        _show(found, output)


def _technique(zone: str, needle_length: str | None, passes: int | None, device: str) -> Technique:
    from pinprick import evidence
    from pinprick.injury import Technique
    from pinprick.skin import Zone
    from pinprick.units import parse_quantity

    name = zone.strip().lower().replace(" ", "_").replace("-", "_")
    one_of(name, [item.value for item in Zone], "--zone")
    length = (
        _usual_length(device) if needle_length is None else parse_quantity(needle_length, "mm", field="--needle-length")
    )
    count = passes if passes is not None else int(evidence.value(f"{_REFERENCE}.pass_count"))
    return Technique(Zone(name), length, count)


def _usual_length(device: str) -> float:
    """Return the reference needle length, or the nearest that the device can be set to."""
    from pinprick import evidence
    from pinprick.device import device as known_device

    head = known_device(device)
    return min(
        max(evidence.value(f"{_REFERENCE}.needle_length_mm"), head.needle_length_min_mm), head.needle_length_max_mm
    )


def _days(text: str | None, otherwise: str) -> float:
    from pinprick import evidence
    from pinprick.units import parse_quantity

    if text is None:
        return evidence.value(otherwise)
    days = parse_quantity(text, "day", field="--interval")
    if days <= 0:
        raise InputError(
            "the interval must be above 0",
            field="--interval",
            given=text,
            limit="above 0 days",
            remedy="write for instance --interval '4 weeks'",
        )
    return days


def _check_zarr(output: Path | None) -> None:
    from importlib.util import find_spec

    if output is not None and output.suffix.lower() == ".zarr" and find_spec("zarr") is None:
        raise MissingExtraError(
            "writing .zarr needs the zarr package, which is not installed",
            file=str(output),
            remedy=f"pip install zarr, or write NetCDF: -o {output.with_suffix('.nc')}",
        )


def _write(data: xr.Dataset, output: Path) -> None:
    if output.suffix.lower() == ".html":
        from pinprick.report import write_block, write_simulation

        (write_block if data.attrs["geometry"] == "block" else write_simulation)(data, output)
    elif output.suffix.lower() == ".nc":
        put(output, lambda part: data.to_netcdf(part, engine="scipy"))
    elif data.attrs["geometry"] != "block":
        put(output, lambda part: data.to_zarr(part))


def span(value: dict[str, float | None], digits: str = ".3g") -> str:
    """Return an interval as "median (low to high)"."""
    if value["median"] is None:
        return "–"
    if value["low"] == value["high"]:
        return f"{value['median']:{digits}}"
    return f"{value['median']:{digits}} ({value['low']:{digits}} to {value['high']:{digits}})"


def _show(found: dict[str, Any], output: Path | None) -> None:
    settings, injury = found["settings"], found["injury"]
    spread = "Injury: median (90 % interval) of the draws. Healing: mean over the block, of one draw."
    if settings["geometry"] != "block":
        spread = "Every figure: median (90 % interval) of the draws."
    show(paragraph(_settings_line(settings), "bold"), paragraph(spread, "dim"))
    show(heading("Injury of one session"))
    fractions = injury["injured_fraction_by_layer"].items()
    rows = [
        ("punctures per cm²", span(injury["puncture_density_per_cm2"])),
        ("mean depth reached, mm", span(injury["penetration_mean_mm"])),
        ("share that reaches vessels", span(injury["plexus_share"])),
        *((f"injured share of {layer.replace('_', ' ')}", span(value)) for layer, value in fractions),
    ]
    show(table(("quantity", "value"), rows), *bullets(injury["extrapolated"], "yellow"))
    where = "dermis" if settings["geometry"] == "block" else "upper dermis"
    show(heading(f"Healing after the first session, {where}"))
    shown = [
        (row["phase"], row["label"], row["turn"], _when(row), span(row["value"]), f"{row['rest']:.3g}", row["unit"])
        for row in found["phases"]
    ]
    show(table(("phase", "what", "turn", "day", "value", "at rest", "unit"), shown, right=("at rest",)))
    show(heading("Collagen gained"))
    gains = [(row["when"], f"{row['day']:.0f}", span(row["gain_percent"])) for row in found["collagen"]]
    show(table(("when", "day", "percent of rest"), gains, right=("day",)))
    if output is not None:
        show(paragraph(f"\nWritten: {output}"))


def _when(row: dict[str, Any]) -> str:
    return "–" if row["turn"] == "unchanged" else span(row["day"], ".2g")


def _settings_line(settings: dict[str, Any]) -> str:
    return (
        f"{settings['device']} on the {str(settings['zone']).replace('_', ' ')}: {settings['needle_length_mm']:g} mm, "
        f"{settings['pass_count']} passes, {settings['sessions']} sessions, {settings['interval_days']:g} days apart; "
        f"{settings['geometry']}, {settings['draws']} draws, seed {settings['seed']}"
    )
