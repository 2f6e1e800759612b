"""Figures of the calibration of healing as SVG: constants, ranks and predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from pinprick.calibration.healing_ranks import BINS

_WIDE, _ROW, _NAMES = 760, 16, 270
_GREY, _BAND, _DARK, _RED = "#9aa", "#e6eeee", "#377", "#a11"


def _svg(title: str, high: float, lines: Sequence[str]) -> str:
    frame = f'viewBox="0 0 {_WIDE} {high:.0f}" role="img" font-family="sans-serif"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>',
            f"<title>{title}</title>",
            f'<rect width="{_WIDE}" height="{high:.0f}" fill="#ffffff"/>',
            *lines,
            "</svg>",
            "",
        ]
    )


def _text(x: float, y: float, words: str, anchor: str = "start", size: int = 10) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}">{words}</text>'


def _line(x1: float, x2: float, y: float, colour: str, width: float) -> str:
    return f'<line x1="{x1:.1f}" x2="{x2:.1f}" y1="{y:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def constants_figure(constants: Sequence[Mapping[str, Any]]) -> str:
    """Return each constant's posterior beside its prior, in standard deviations of the prior.

    Args:
        constants: of the record of the posterior.
    """
    high, lines = (
        44 + _ROW * len(constants),
        [_text(_NAMES, 14, "standard deviations of the prior; band: its middle 90 %")],
    )
    low_edge, high_edge = _scaled(-1.645), _scaled(1.645)
    lines.append(
        f'<rect x="{low_edge:.1f}" y="22" width="{high_edge - low_edge:.1f}" height="{high - 34}" fill="{_BAND}"/>'
    )
    for tick in (-2, -1, 0, 1, 2):
        lines += [
            f'<line x1="{_scaled(tick):.1f}" x2="{_scaled(tick):.1f}" y1="22" y2="{high - 12}" stroke="#ccc"/>',
            _text(_scaled(tick), high - 2, f"{tick:+d}" if tick else "0", "middle", 9),
        ]
    for row, item in enumerate(constants):
        y = 34.0 + _ROW * row
        mean, sd = item["score_mean"], item["score_sd"]
        lines += [
            _text(_NAMES - 8, y + 3, item["id"].removeprefix("cascade.").replace("_", " "), "end"),
            _line(_scaled(mean - 1.645 * sd), _scaled(mean + 1.645 * sd), y, _DARK, 2),
            f'<circle cx="{_scaled(mean):.1f}" cy="{y}" r="3.5" fill="{_RED}"/>',
        ]
    return _svg("Posterior of each constant beside its prior", high, lines)


def _scaled(score: float) -> float:
    return _NAMES + (_WIDE - _NAMES - 20) * (min(2.6, max(-2.6, score)) + 2.6) / 5.2


def ranks_figure(found: Mapping[str, Any]) -> str:
    """Return the histogram of ranks of each constant with the band that 99 in 100 even bins would lie in.

    Args:
        found: ranks of the record of checks.
    """
    from scipy.stats import binom

    across, wide, tall = 4, 180.0, 86.0
    names = list(found["ranks"])
    least, most = (float(binom.ppf(q, found["sets"], 1.0 / BINS)) for q in (0.005, 0.995))
    top = 2.6 * found["sets"] / BINS
    lines = [_text(10, 14, f"ranks of {found['sets']} synthetic sets; band: 99 % of even bins")]
    for place, name in enumerate(names):
        x, y = 10 + wide * (place % across) + 5, 30 + (tall + 22) * (place // across)
        counts = np.histogram(found["ranks"][name], np.linspace(0, found["draws"] + 1, BINS + 1) - 0.5)[0]
        lines.append(
            f'<rect x="{x:.1f}" y="{y + tall * (1 - most / top):.1f}" width="{wide - 15}" '
            f'height="{tall * (most - least) / top:.1f}" fill="{_BAND}"/>'
        )
        lines += _bars(counts / top, x, y, (wide - 15, tall))
        title = name.removeprefix("cascade.").replace("_", " ")
        lines.append(_text(x, y + tall + 12, f"{title} ({found['chance'][name]:.2g})", size=8))
    return _svg("Ranks of known constants", 40 + (tall + 22) * -(-len(names) // across), lines)


def _bars(shares: Any, x: float, y: float, size: tuple[float, float]) -> Iterator[str]:
    step = size[0] / len(shares)
    for number, share in enumerate(shares):
        height = size[1] * min(1.0, float(share))
        yield (
            f'<rect x="{x + step * number + 1:.1f}" y="{y + size[1] - height:.1f}" width="{step - 2:.1f}" '
            f'height="{height:.1f}" fill="{_DARK}" fill-opacity="0.75"/>'
        )


def predictions_figure(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return each measured value within its predicted 90 percent interval, by the posterior and by the prior.

    Args:
        rows: predictions of the record of checks; directions are left out.
    """
    values = [row for row in rows if row["scale"] != "direction"]
    high = 40 + 2 * _ROW * len(values)
    lines = [
        _text(
            _NAMES, 14, "upper: posterior; lower, grey: prior; circle: measured, filled where the posterior covers it"
        )
    ]
    for place, row in enumerate(values):
        y = 32.0 + 2 * _ROW * place
        ends = [*row["prior"]["interval"], *row["posterior"]["interval"], row["observed"]]
        low, span = min(ends), max(ends) - min(ends) or 1.0
        at = {
            kind: [_NAMES + 470 * (value - low) / span for value in row[kind]["interval"]]
            for kind in ("posterior", "prior")
        }
        seen = _NAMES + 470 * (row["observed"] - low) / span
        lines += [
            _text(_NAMES - 8, y + 6, row["id"], "end"),
            _line(at["posterior"][0], at["posterior"][2], y, _DARK, 3),
            _line(at["posterior"][1] - 1.5, at["posterior"][1] + 1.5, y, "#000", 7),
            _line(at["prior"][0], at["prior"][2], y + 8, _GREY, 2),
            _line(at["prior"][1] - 1.5, at["prior"][1] + 1.5, y + 8, "#666", 5),
            f'<circle cx="{seen:.1f}" cy="{y + 4}" r="3.5" stroke="{_RED}" '
            f'fill="{_RED if row["posterior"]["covered90"] else "#fff"}"/>',
        ]
    return _svg("Measurements within their predictions", high, lines)
