"""One square centimetre of skin seen from above, with every predicted puncture."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pinprick.injury import Injury
from pinprick.report.figure import Figure, Table
from pinprick.report.healing import Array
from pinprick.report.svg import canvas, group, number, tag, text
from pinprick.report.words import amount, interval, label, percent, rounded, sentence

SIDE = 300.0
MARGIN = 26.0
AREA_MM = 10.0
PART_MM = 5.0
CROWDED = 1200  # punctures from which a quarter of the square is shown, twice as large
Flags = NDArray[np.bool_]


def puncture_map(injury: Injury, x_mm: Array, y_mm: Array, depth_mm: Array, index: int, draw: int = 0) -> Figure:
    """Return the map of 1 cm2.

    Args:
        injury: what the punctures belong to.
        x_mm: positions across in a square of 10 mm, shape (punctures,).
        y_mm: positions along, likewise.
        depth_mm: depth each reaches, shape (punctures,).
        index: number of the zone in the plan, for the anchor.
        draw: the draw of the injury that the punctures are of.
    """
    side = PART_MM if x_mm.size > CROWDED else AREA_MM
    plexus = float(injury.skin.plexus_depth_mm[draw])
    deep = depth_mm >= plexus
    density = np.quantile(injury.puncture_density_per_cm2, (0.05, 0.5, 0.95))
    uneven = float(np.median(injury.unevenness))
    caption = (
        ("A corner of 5 by 5 mm, enlarged, of a square centimetre with " if side < AREA_MM else "One realisation with ")
        + f"{x_mm.size:,} punctures, all passes of one session; over the draws "
        f"{rounded(float(density[1]))} per cm² ({rounded(float(density[0]))} to {rounded(float(density[2]))}). Filled "
        "marks reach the superficial vessels "
        f"({percent(100 * float(deep.mean()) if deep.size else 0)} here), rings do not. Unevenness over 1 mm² tiles: "
        f"{amount(uneven)}."
    )
    zone = label(str(injury.technique.zone))
    return Figure(
        id=f"map-{index}",
        title=f"Seen from above, {zone}",
        caption=caption,
        description=caption,
        wide=_drawing(x_mm, y_mm, deep, side, zone),
        table=_table(x_mm, y_mm, depth_mm, plexus),
        legend=(("swatch puncture", "stays above the vessels"), ("swatch puncture deep", "reaches the vessels")),
    )


def _drawing(x_mm: Array, y_mm: Array, deep: Flags, side: float, zone: str) -> Markup:
    inner = SIDE - 2 * MARGIN
    step = inner / side
    inside = (x_mm < side) & (y_mm < side)
    marks: list[Markup] = [tag("rect", x=MARGIN, y=MARGIN, width=inner, height=inner, class_="skin-top")]
    for mm in range(int(side) + 1):
        at = MARGIN + mm * step
        marks.append(tag("line", x1=at, x2=at, y1=MARGIN, y2=SIDE - MARGIN, class_="grid"))
        marks.append(tag("line", y1=at, y2=at, x1=MARGIN, x2=SIDE - MARGIN, class_="grid"))
        if mm % 2 == 0 or side < AREA_MM:
            marks.append(text(at, SIDE - MARGIN + 14, str(mm), "tick", "middle"))
    marks.append(text(SIDE - MARGIN, SIDE - 1, "mm", "tick", "end"))
    for chosen, class_ in ((~deep, "puncture"), (deep, "puncture deep")):
        # A zero-length stroke with round caps is a dot, and a smaller one on it makes a ring; one path for all keeps
        # thousands of punctures small.
        order = np.flatnonzero(chosen & inside)
        data = "".join(f"M{number(MARGIN + x_mm[i] * step)} {number(MARGIN + y_mm[i] * step)}h0" for i in order)
        if data:
            wide = min(max(4.6 * (300 / max(inside.sum(), 1)) ** 0.5, 2.4), 5.0)
            dots = [tag("path", d=data, stroke_width=wide)]
            if class_ == "puncture":
                dots.append(tag("path", d=data, stroke_width=0.5 * wide, class_="hollow"))
            marks.append(group(dots, class_=class_))
    return canvas(SIDE, SIDE, f"Map of the punctures in {side:g} by {side:g} mm of the {zone}", *marks, class_="map")


def _table(x_mm: Array, y_mm: Array, depth_mm: Array, plexus: float) -> Table:
    tiles, _, _ = np.histogram2d(x_mm, y_mm, bins=int(AREA_MM), range=((0, AREA_MM), (0, AREA_MM)))
    rows = [
        ("Punctures", f"{x_mm.size:,}"),
        ("Fewest to most on one 1 mm² tile", f"{tiles.min():.0f} to {tiles.max():.0f}"),
        ("Tiles without a puncture", percent(100 * float((tiles == 0).mean()))),
    ]
    if depth_mm.size:
        q = np.quantile(depth_mm, (0.05, 0.5, 0.95))
        rows.append(("Depth, median (5th to 95th)", f"{amount(float(q[1]))} mm ({interval(float(q[0]), float(q[2]))})"))
        rows.append(("Depth of the superficial vessels", f"{amount(plexus)} mm"))
    return Table(("What", "Value"), tuple((sentence(a), b) for a, b in rows))
