"""A block of healing skin that one can look at: one self-contained page, a part of another page, and figures."""

from __future__ import annotations

import base64
import json
import math
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from pinprick.errors import InputError
from pinprick.report.actor import PHASE_WORDS
from pinprick.report.block_colour import colour_map, css_gradient
from pinprick.report.block_data import SHOWN, Array, Codes, Tracks, code, scene, values
from pinprick.report.block_pack import Pack, Quantity, pack
from pinprick.report.block_picture import best_row, figure, legend_ticks, lines, upright
from pinprick.report.block_sentence import with_unit
from pinprick.report.scale import clock_ticks, ticks
from pinprick.report.words import amount, duration, label, tick, trimmed
from pinprick.skin import LAYERS

if TYPE_CHECKING:
    import xarray as xr

# Everything together stays below 4 MB; what is not the block itself takes less than the difference.
PAGE_BYTES = 3_400_000
_STILL_WIDTH = 120.0
_MOMENTS = 6
_FIRST = ("collagen_gain_percent", "collagen_1_mature", "tgf_beta_1_active")
# Layer colours on the dark stage, from the outside in.
_TINT = ((0.93, 0.80, 0.58), (0.90, 0.66, 0.50), (0.86, 0.55, 0.52), (0.72, 0.56, 0.60), (0.83, 0.76, 0.45))
_BRIEF = ("horny layer", "epidermis", "papillary d.", "reticular d.", "subcutis")
# What the script of the page says; a place is a name between percent signs.
_WORDS = {
    "minutes": "%n% min",
    "hours": "%n% h",
    "days": "%n% days",
    "weeks": "%n% weeks",
    "months": "%n% months",
    "needled": "just after the needling",
    "read": "%layer%, %depth% mm deep: %value%",
    "above": "%layer%, %depth% mm deep: above the simulated dermis",
    "cut": "On the cut, %it%",
    "sight": "Strongest along this line of sight, %it%",
    "canvas": "Block of skin in three dimensions: %quantity%, %time%",
    "at": ["%mm% mm from the left", "%mm% mm from the front", "%mm% mm below the surface"],
    "play": "Play",
    "pause": "Pause",
}


def write_block(dataset: xr.Dataset, path: str | Path) -> Path:
    """Write one self-contained page, below 4 MB, on which a simulated block of skin can be looked at.

    Args:
        dataset: from `cascade.heal(..., geometry="block")`.
        path: a file that ends in `.html`.

    Raises:
        InputError: another ending, the dataset is not a block, or the file cannot be written.
    """
    from pinprick.report.writing import html_target, put

    target = html_target(path, "the page of a block", "block.html")
    return put(target, block_page(dataset).encode("utf-8"))


def block_page(dataset: xr.Dataset) -> str:
    """Return the page of a block as HTML."""
    from pinprick.report.page import asset, environment

    packed = pack(dataset, PAGE_BYTES)
    return environment().get_template("block.html.j2").render(
        fragment=_fragment(packed, "h2"),
        lede=_lede(packed),
        attributes=packed.scene.attributes,
        style=asset("style.css"),
        chart_style=asset("chart.css"),
    )  # fmt: skip


def block_fragment(dataset: xr.Dataset, *, most_bytes: int = 2_000_000, heading: str = "h3") -> Markup:
    """Return the block as a part of a page that carries the style sheet of the reports; at most once a page.

    Args:
        dataset: from `cascade.heal(..., geometry="block")`.
        most_bytes: room for the values; pictures and words take about a tenth more.
        heading: element of its one heading.

    Raises:
        InputError: the dataset is not a block, or does not fit.
    """
    return _fragment(pack(dataset, most_bytes), heading)


def block_figure(dataset: xr.Dataset, variable: str, time: float) -> str:
    """Return a figure of one quantity at one time as SVG: two sections with layers, tracks, scale and colour bar.

    Args:
        dataset: from `cascade.heal(..., geometry="block")`.
        variable: name of a quantity in the dataset.
        time: days after the first session; the nearest simulated time is drawn, and named.

    Raises:
        InputError: the dataset is not a block, does not hold the quantity, or the time lies outside it.
    """
    found = scene(dataset)
    known = {actor.state: actor for actor in found.actors}
    if variable not in known:
        raise InputError(
            "the block does not hold this quantity", field="variable", given=variable, limit=", ".join(known)
        )
    days = found.time_days
    if not days[0] <= time <= days[-1]:
        raise InputError(
            "the time lies outside the simulation", field="time", given=time, limit=f"{days[0]:g} to {days[-1]:g} days"
        )
    index = int(np.abs(days - time).argmin())
    data, rest, unit = values(dataset, known[variable], np.array([index]))
    return str(figure(found, data[0], code(data, rest, unit), known[variable].label, float(days[index])))


def _lede(packed: Pack) -> str:
    depth, breadth, across = packed.scene.grid.size_mm
    said = packed.scene.attributes
    parts = [f"A block of {label(said.get('zone', ''))} skin".replace("  ", " ")]
    parts.append(f"{trimmed(across)} × {trimmed(breadth)} mm wide and {trimmed(depth)} mm deep")
    parts.append(f"with {len(packed.scene.tracks.x_mm)} needle tracks")
    last = duration(float(packed.scene.time_days[-1]))
    return f"{', '.join(parts)}, followed for {last}. Choose what to see, and move through time."


def _fragment(packed: Pack, heading: str) -> Markup:
    from pinprick.report.page import asset, environment

    row = best_row(packed.scene)
    depth, breadth, across = packed.scene.grid.size_mm
    y_mm = float(packed.scene.grid.y_mm[row])
    height, tracks = _STILL_WIDTH * depth / across, packed.scene.tracks
    view: dict[str, Any] = {
        "heading": heading,
        "gradient": Markup(css_gradient()),
        "groups": _groups(packed),
        "stills": _stills(packed, y_mm),
        "lines": [
            lines(packed.scene, y_mm, (_STILL_WIDTH, height), session=i) for i in range(len(packed.scene.by_session))
        ],
        "still_width": f"{_STILL_WIDTH:g}",
        "still_height": f"{height:.2f}",
        "row": f"{y_mm:.2f}",
        "across": trimmed(across),
        "depth": trimmed(depth),
        "top": trimmed(packed.scene.grid.top_mm) if packed.scene.grid.top_mm > 0 else "",
        "hours": _hours(packed),
        "sessions": [f"{100 * share:.2f}" for share in _places(packed, packed.scene.session_days)],
        "upright": bool(len(tracks.x_mm)) and bool((tracks.x_mm == tracks.tip_x_mm).all()),
        "note": packed.note,
        "caution": _stop(packed.scene.attributes.get("caution", "")),
        "error": packed.scene.attributes.get("error_estimate", ""),
        "data": _json(packed, y_mm / breadth),
        "codes": [(quantity.actor.state, Markup(quantity.text)) for quantity in packed.quantities],
        "block_style": asset("block.css"),
        "block_script": asset("block.js"),
    }
    return Markup(environment().get_template("block_fragment.html.j2").render(**view))


def _stop(text: str) -> str:
    return text if not text or text.endswith(".") else f"{text}."


def _groups(packed: Pack) -> list[tuple[str, list[tuple[int, Quantity]]]]:
    numbered = enumerate(packed.quantities)
    return [
        (PHASE_WORDS[phase].partition(":")[0], list(items))
        for phase, items in groupby(numbered, key=lambda item: item[1].actor.phase)
    ]


def _places(packed: Pack, days: tuple[float, ...]) -> list[float]:
    """Return where times stand on the logarithmic slider, 0 to 1; its left end is the moment of needling."""
    times = packed.scene.time_days
    first = float(times[0]) if times[0] > 0 else float(times[1]) / 3
    whole = math.log(float(times[-1]) / first)
    return [math.log(max(day, first) / first) / whole for day in days]


def _hours(packed: Pack) -> list[tuple[str, str, bool]]:
    times = packed.scene.time_days
    first = float(times[0]) if times[0] > 0 else float(times[1]) / 3
    marks = clock_ticks(first, float(times[-1]))
    shares = _places(packed, tuple(day for day, _ in marks))
    return [
        (f"{100 * share:.2f}", name, name not in ("1 h", "1 day", "1 wk", "1 mo", "6 mo"))
        for share, (_, name) in zip(shares, marks, strict=True)
    ]


def _stills(packed: Pack, y_mm: float) -> list[tuple[str, list[dict[str, Any]]]]:
    times = packed.scene.time_days
    places = np.array(_places(packed, tuple(float(t) for t in times)))
    chosen = sorted({int(np.abs(places - share).argmin()) for share in np.linspace(0.3, 1.0, _MOMENTS)})
    row = int(np.abs(packed.grid.y_mm - y_mm).argmin())
    found = []
    for heading, items in _groups(packed):
        rows = []
        for index, quantity in items:
            coded = quantity.coded
            stills = [
                {
                    "time": i,
                    "session": packed.scene.session_at(float(times[i])),
                    "picture": _still(packed, coded.codes[i, :, row]),
                    "told": quantity.told[i],
                    "when": _brief(float(times[i])),
                }
                for i in chosen
            ]
            rows.append(
                {
                    "index": index, "label": quantity.actor.label, "phase": quantity.actor.phase, "stills": stills,
                    "low": amount(coded.low), "high": with_unit(coded.high, coded.unit),
                    "rest": amount(coded.rest), "root": coded.scale_name if coded.power > 1 else "",
                }
            )  # fmt: skip
        found.append((heading, rows))
    return found


def _still(packed: Pack, codes: Codes) -> Markup:
    depth, _, across = packed.scene.grid.size_mm
    return upright(packed.scene, codes, 0.0, 0.0, (_STILL_WIDTH, _STILL_WIDTH * depth / across))


def _brief(day: float) -> str:
    return "at once" if day <= 0 else duration(day)


def _json(packed: Pack, cut: float) -> Markup:
    part = packed.scene
    depth, breadth, across = part.grid.size_mm
    bounds = [round(float(b), 4) for b in part.boundary_mm]
    names = [quantity.actor.state for quantity in packed.quantities]
    first = next((name for name in _FIRST if name in names), names[0])
    peak = packed.quantities[names.index(first)].coded
    away = np.abs(peak.codes.astype(float) / 255 - _rest_code(peak)).reshape(len(part.time_days), -1).mean(axis=1)
    content = {
        "time": [round(float(t), 6) for t in part.time_days],
        "size": [across, breadth, depth],
        "top": round(part.grid.top_mm, 5),
        "holds": _holds(part.time_days, part.session_days),
        "cells": list(packed.grid.shape[::-1]),
        "bounds": bounds,
        "layers": [label(str(layer)) for layer in LAYERS],
        "brief": _BRIEF,
        "tint": [value for colour in _TINT for value in colour],
        "tracks": [_numbers(tracks) for tracks in part.by_session],
        "sessions": _places(packed, part.session_days),
        "bar": ticks(0.0, across / 2, 2)[-1],
        "cut": round(cut, 4),
        "start": [names.index(first), int(away.argmax())],
        "map": base64.b64encode(colour_map().tobytes()).decode("ascii"),
        "quantities": [_described(quantity) for quantity in packed.quantities],
        "words": _WORDS,
    }
    return Markup(json.dumps(content, separators=(",", ":"), ensure_ascii=False).replace("<", "\\u003c"))


def _numbers(t: Tracks) -> list[list[float]]:
    columns = (t.x_mm, t.y_mm, t.tip_x_mm, t.tip_y_mm, t.depth_mm, t.radius_mm)
    return [[round(float(v), 4) for v in row] for row in zip(*columns, strict=True)]


def _holds(times: Array, sessions: tuple[float, ...]) -> list[int]:
    """Return the stored times after which nothing is blended, because the next one is that of a session."""
    return [i for i in range(len(times) - 1) if any(times[i] < day <= times[i + 1] for day in sessions[1:])]


def _rest_code(coded: Any) -> float:
    return float(((coded.rest - coded.low) / ((coded.high - coded.low) or 1.0)) ** (1 / coded.power))


def _described(quantity: Quantity) -> dict[str, Any]:
    coded, actor = quantity.coded, quantity.actor
    root = f"{coded.scale_name}, so that small values can be told apart; " if coded.power > 1 else ""
    return {
        "name": actor.state,
        "label": actor.label,
        "plain": f"{actor.plain[:1].upper()}{actor.plain[1:]}.",
        "low": coded.low,
        "high": coded.high,
        "power": coded.power,
        "rest": coded.rest,
        "unit": coded.unit,
        "ticks": [[round(share, 4), tick(value)] for share, value in legend_ticks(coded)],
        "told": quantity.told,
        "note": f"Scale: {root}the white line on it is the value at rest, {with_unit(coded.rest, coded.unit)}. "
        f"Rounding to eight bits moves a value by at most {with_unit(coded.step, coded.unit)}"
        f"{', at the upper end of the scale' if coded.power > 1 else ''}.",
    }


__all__ = ["SHOWN", "block_figure", "block_fragment", "block_page", "write_block"]
