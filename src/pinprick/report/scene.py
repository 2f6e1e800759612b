"""A picture of one microchannel whose parts appear as strongly as the simulation says at a given time.

The picture is schematic (not to scale); only its opacities come from the simulation. It is defined once as a symbol
and used many times, each use setting the opacities as custom properties, so that a page of pictures stays small.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
from markupsafe import Markup

from pinprick.report.healing import Trace
from pinprick.report.svg import group, join, number, tag

WIDTH, HEIGHT = 240.0, 180.0
# Part of the picture -> labels of the actors whose activity (the greater where two) it shows.
PARTS: dict[str, tuple[str, ...]] = {
    "clot": ("Fibrin clot",),
    "pdgf": ("PDGF",),
    "alarm": ("Inflammatory signal",),
    "neutrophil": ("Neutrophils",),
    "macrophage": ("Macrophages M1", "Macrophages M2"),
    "vegf": ("VEGF",),
    "vessel": ("Capillaries",),
    "fibroblast": ("Fibroblasts", "Myofibroblasts"),
    "collagen3": ("Collagen III",),
    "collagen1": ("Collagen I, new", "Collagen I, mature"),
    "elastin": ("Tropoelastin",),
}


def levels(traces: Mapping[str, Trace], day: float) -> dict[str, float]:
    """Return the opacity of every part at a time, 0 to 1; `open` is how far the channel is still open."""
    shown: dict[str, float] = {}
    for part, names in PARTS.items():
        found = [float(np.interp(day, traces[n].time_days, traces[n].activity)) for n in names if n in traces]
        shown[part] = max(found, default=0.0)
    seal = [traces[n] for n in ("New epidermis", "Barrier seal") if n in traces]
    closed = [float(np.clip(np.interp(day, t.time_days, t.median) / t.rest, 0, 1)) for t in seal if t.rest > 0]
    shown["open"] = 1.0 - min(closed, default=1.0)
    return shown


def style(shown: Mapping[str, float]) -> str:
    """Return opacities as custom properties."""
    return ";".join(f"--{part}:{value:.2f}" for part, value in shown.items())


@cache
def symbol() -> Markup:
    """Return the hidden drawing that defines the symbol `skin-scene`."""
    body = tag("symbol", *_parts(), id="skin-scene", viewBox=f"0 0 {number(WIDTH)} {number(HEIGHT)}")
    return tag("svg", body, width=0, height=0, aria_hidden="true", focusable="false", class_="defs")


def picture(shown: Mapping[str, float], title: str) -> Markup:
    """Return one use of the symbol."""
    return tag(
        "svg", tag("use", href="#skin-scene"), viewBox=f"0 0 {number(WIDTH)} {number(HEIGHT)}",
        role="img", aria_label=title, class_="chart scene", style=style(shown),
    )  # fmt: skip


def standalone(shown: Mapping[str, float], title: str) -> Markup:
    """Return one picture with its parts inside, for a format without symbols."""
    return tag(
        "svg", *_parts(), viewBox=f"0 0 {number(WIDTH)} {number(HEIGHT)}", role="img", aria_label=title,
        class_="chart scene", xmlns="http://www.w3.org/2000/svg", data_levels=style(shown),
    )  # fmt: skip


def _part(name: str, *children: Markup) -> Markup:
    return group(children, class_=f"s-{name}")


def _parts() -> tuple[Markup, ...]:
    places = np.random.default_rng(7)
    return (
        tag("rect", x=0, y=0, width=WIDTH, height=HEIGHT, class_="s-dermis"),
        _part("collagen-rest", *_fibres(places, 9, 92, 172, 3.0)),
        _part("collagen1", *_fibres(places, 13, 70, 172, 2.6)),
        _part("collagen3", *_fibres(places, 16, 58, 165, 1.0)),
        _part("elastin", *_elastic(places)),
        _part("vessel-rest", *_vessels(sprouts=False)),
        _part("vessel", *_vessels(sprouts=True)),
        tag("path", d=_epidermis(), class_="s-epidermis"),
        tag("path", d="M0 6H240V13Q180 10 120 13T0 13Z", class_="s-corneum"),
        _part("open", tag("path", d=_channel(7.0), class_="s-void")),
        _part("clot", tag("path", d=_channel(6.0), class_="s-fibrin"), *_dots(places, 22, (112, 128), (18, 96), 1.5)),
        _part("pdgf", *_dots(places, 46, (84, 156), (28, 124), 1.5)),
        _part("alarm", *_halo()),
        _part("neutrophil", *_neutrophils(places)),
        _part("macrophage", *_macrophages(places)),
        _part("vegf", *_dots(places, 34, (60, 180), (60, 150), 1.5)),
        _part("fibroblast", *_spindles(places)),
    )


def _channel(half: float) -> str:
    return f"M{120 - half} 6H{120 + half}L122 108Q120 112 118 108Z"


def _epidermis() -> str:
    waves = "".join(f"q7 {12 if i % 2 == 0 else -12} 15 0" for i in range(16))
    return f"M0 10V42{waves}V10Z"


def _fibres(places: np.random.Generator, count: int, top: float, bottom: float, width: float) -> list[Markup]:
    fibres = []
    for _ in range(count):
        x, y = places.uniform(-20, 190), places.uniform(top, bottom)
        length, bend, tilt = places.uniform(50, 100), places.uniform(-9, 9), places.uniform(-8, 8)
        half, drop = f"{length / 2:.0f}", f"{tilt / 2:.0f}"
        path = f"M{x:.0f} {y:.0f}q{length / 4:.0f} {bend:.0f} {half} {drop}t{half} {drop}"
        fibres.append(tag("path", d=path, stroke_width=width))
    return fibres


def _elastic(places: np.random.Generator) -> list[Markup]:
    lines = []
    for _ in range(9):
        x, y = places.uniform(10, 230), places.uniform(56, 120)
        lines.append(tag("path", d=f"M{x:.0f} {y:.0f}c4 -8 8 8 12 0s8 8 12 0m-12 0c2 8 6 10 5 18"))
    return lines


def _vessels(sprouts: bool) -> list[Markup]:
    if not sprouts:
        loops = "".join(f"M{x} 124V72q0 -12 6 -12t6 12V124" for x in (28, 76, 158, 206))
        return [tag("path", d=f"M0 124H240{loops}")]
    paths = (
        "M82 92q18 -8 22 -26",
        "M76 106q26 4 34 -14",
        "M158 92q-18 -8 -20 -26",
        "M164 106q-26 6 -36 -10",
        "M40 84q14 -4 20 -16",
        "M212 84q14 -2 18 -16",
        "M104 124q4 -16 16 -20q12 4 16 20",
    )
    return [tag("path", d=path) for path in paths]


def _dots(
    places: np.random.Generator, count: int, across: tuple[float, float], down: tuple[float, float], radius: float
) -> list[Markup]:
    return [
        tag("circle", cx=float(places.uniform(*across)), cy=float(places.uniform(*down)), r=radius)
        for _ in range(count)
    ]


def _halo() -> list[Markup]:
    return [tag("ellipse", cx=120, cy=62, rx=rx, ry=ry) for rx, ry in ((26, 52), (44, 68), (62, 82))]


def _neutrophils(places: np.random.Generator) -> list[Markup]:
    cells = []
    for _ in range(11):
        x, y = places.uniform(88, 152), places.uniform(52, 116)
        nucleus = [
            tag("circle", cx=x + dx, cy=y + dy, r=1.6, class_="s-nucleus")
            for dx, dy in ((-1.6, -1), (1.5, -1.2), (0, 1.6))
        ]
        cells.append(join([tag("circle", cx=float(x), cy=float(y), r=4.4), *nucleus]))
    return cells


def _macrophages(places: np.random.Generator) -> list[Markup]:
    cells = []
    for _ in range(7):
        x, y = places.uniform(82, 158), places.uniform(58, 128)
        shape = f"M{x - 7:.0f} {y:.0f}q0 -7 6 -6q4 -3 7 1q6 1 4 7q0 6 -6 5q-5 4 -8 -1q-4 -1 -3 -6Z"
        cells.append(
            join([tag("path", d=shape), tag("circle", cx=float(x + 1), cy=float(y), r=2.4, class_="s-nucleus")])
        )
    return cells


def _spindles(places: np.random.Generator) -> list[Markup]:
    cells = []
    for _ in range(11):
        x, y, turn = places.uniform(56, 176), places.uniform(62, 150), places.uniform(-35, 35)
        shape = tag("path", d="M-15 0Q-5 -4.5 0 -3.5Q6 -4.5 15 0Q5 4.5 0 3.5Q-6 4.5 -15 0Z")
        nucleus = tag("ellipse", cx=0, cy=0, rx=3.6, ry=1.8, class_="s-nucleus")
        cells.append(group([shape, nucleus], transform=f"translate({x:.0f} {y:.0f}) rotate({turn:.0f})"))
    return cells
