"""Cross-section to scale: layers, the needle as set, microchannels as predicted, and how many reach each depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from pinprick.injury import Injury
from pinprick.report.figure import Figure, Table
from pinprick.report.healing import Array
from pinprick.report.scale import Scale, ticks
from pinprick.report.svg import band_path, canvas, group, line_path, tag, text
from pinprick.report.words import amount, interval, label, percent, sentence, trimmed
from pinprick.skin import LAYERS
from pinprick.units import UM_PER_MM

LEFT, TOP, FOOT, HEIGHT = 40.0, 64.0, 326.0, 366.0
GAP = 14.5  # least distance of two names
SHORT = ("corneum", "epidermis", "papillary", "reticular", "subcutis")


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the parts of the drawing stand.

    Attributes:
        width: of the drawing.
        split: right edge of the tissue.
        reach: left edge of the axis of how many punctures reach a depth; names stand before it.
        y: depth axis.
        per_mm: coordinates a millimetre, the same across and down.
    """

    width: float
    split: float
    reach: float
    y: Scale
    per_mm: float

    @property
    def narrow(self) -> bool:
        """Whether it is the drawing for a phone."""
        return self.width < 500

    @property
    def needle_x(self) -> float:
        """Middle of the needle."""
        return LEFT + (27 if self.narrow else 44)

    @property
    def first_x(self) -> float:
        """Where the microchannels begin."""
        return LEFT + (58 if self.narrow else 88)


def cross_section(injury: Injury, index: int) -> Figure:
    """Return the cross-section of one zone.

    Args:
        injury: predicted injury of the zone.
        index: number of the zone in the plan, for the anchor.
    """
    zone = label(str(injury.technique.zone))
    reached = np.median(injury.penetration_mean_mm)
    low, high = np.quantile(injury.penetration_mean_mm, (0.05, 0.95))
    share = np.quantile(injury.plexus_share, (0.05, 0.5, 0.95))
    caption = (
        f"Drawn to scale. The needle is set to {trimmed(injury.technique.needle_length_mm)} mm; the microchannels "
        "reach "
        f"{amount(float(reached))} mm on average (90 % of draws: {interval(float(low), float(high), 'mm')}). "
        f"{sentence(percent(100 * float(share[1])))} of punctures reach the superficial vessels "
        f"({percent(100 * float(share[0]))} to {percent(100 * float(share[2]))})."
    )
    return Figure(
        id=f"section-{index}",
        title=f"Needle and layers, {zone}",
        caption=caption,
        description=caption,
        wide=drawing(injury, 660.0),
        narrow=drawing(injury, 340.0),
        table=section_table(injury),
        legend=(
            ("swatch needle", "needle as set"),
            ("swatch channel", "microchannels"),
            ("swatch plexus", "superficial vessels"),
            *((("swatch heat", "coagulated"),) if injury.coagulated_fraction_by_layer.any() else ()),
        ),
    )


def drawing(injury: Injury, width: float) -> Markup:
    """Return the drawing alone, for a page that has the words elsewhere."""
    deepest = _view_depth(injury)
    reach, names = (140.0, 116.0) if width > 500 else (78.0, 72.0)
    depths = Scale(0.0, deepest, TOP, FOOT)
    frame = Frame(width, width - reach - names, width - reach, depths, (FOOT - TOP) / deepest)
    parts = (
        _layers(injury, frame),
        _channels(injury, frame),
        _needle(injury, frame),
        _reach(injury, frame),
        _names(injury, frame),
    )
    marks: list[object] = [mark for part in parts for mark in part]
    for tick in ticks(0.0, deepest, 5):
        at = frame.y.at(tick)
        marks += [
            tag("line", x1=LEFT - 5, x2=LEFT, y1=at, y2=at, class_="axis"),
            text(LEFT - 8, at + 3.5, trimmed(tick), "tick", "end"),
        ]
    marks.append(text(LEFT - 8, TOP - 12, "mm", "tick", "end"))
    bar = 1.0 if frame.per_mm < frame.split - LEFT - 20 else 0.5
    marks += [
        tag("line", x1=LEFT, x2=LEFT + bar * frame.per_mm, y1=FOOT + 14, y2=FOOT + 14, class_="axis strong"),
        text(LEFT, FOOT + 30, f"{trimmed(bar)} mm" + (", same scale across and down" if width > 500 else ""), "tick"),
    ]
    zone = label(str(injury.technique.zone))
    return canvas(width, HEIGHT, f"Cross-section of the skin of the {zone} with the needle", *marks, class_="section")


def _view_depth(injury: Injury) -> float:
    thickness = np.median(injury.skin.thickness_mm, axis=0)
    dermis = float(thickness[:4].sum())
    wanted = max(injury.technique.needle_length_mm * 1.12, min(dermis * 1.12, injury.technique.needle_length_mm * 2.2))
    return max(wanted, 0.5)


def _layers(injury: Injury, frame: Frame) -> list[Markup]:
    boundary, y, split = np.median(injury.skin.boundary_mm, axis=0), frame.y, frame.split
    marks: list[Markup] = []
    for i, layer in enumerate(LAYERS):
        top, bottom = float(boundary[i]), min(float(boundary[i + 1]), y.high)
        if top >= y.high or bottom <= top:
            continue
        if i == len(LAYERS) - 1:
            bottom = y.high
        marks.append(
            tag(
                "rect",
                tag("title", f"{sentence(label(layer.value))}: {amount((bottom - top) * UM_PER_MM)} µm (median)"),
                x=LEFT, y=y.at(top), width=split - LEFT, height=max(y.at(bottom) - y.at(top), 0.8), class_=f"layer-{i}",
            )
        )  # fmt: skip
    depth = float(np.median(injury.skin.plexus_depth_mm))
    if depth < y.high:
        xs = np.linspace(LEFT, split, 90)
        wave = [(float(v), y.at(depth) + 2.2 * float(np.sin(i * 0.9))) for i, v in enumerate(xs)]
        marks.append(tag("path", d=line_path(wave), class_="plexus-line"))
    return marks


def _names(injury: Injury, frame: Frame) -> list[Markup]:
    """Names of the layers and vessels beside the tissue, each led to the middle of what it names."""
    boundary, y = np.median(injury.skin.boundary_mm, axis=0), frame.y
    wanted: list[tuple[float, str, str]] = []
    for i, layer in enumerate(LAYERS):
        top, bottom = float(boundary[i]), min(float(boundary[i + 1]), y.high)
        if bottom > top:
            words = SHORT[i] if frame.narrow else label(layer.value)
            wanted.append((y.at((top + bottom) / 2), words, "tick"))
    depth = float(np.median(injury.skin.plexus_depth_mm))
    if depth < y.high:
        wanted.append((y.at(depth), "vessels" if frame.narrow else "superficial vessels", "tick vessel"))
    wanted.sort()
    places: list[float] = []
    for at, _, _ in wanted:
        places.append(max(at, places[-1] + GAP) if places else at)
    over = max(places[-1] - FOOT + 2, 0.0)
    for i in range(len(places) - 1, -1, -1):
        most = FOOT - 2 if i == len(places) - 1 else places[i + 1] - GAP
        places[i] = min(places[i], most) if over else places[i]
    marks = []
    for (at, words, class_), place in zip(wanted, places, strict=True):
        bend = [(frame.split + 1, at), (frame.split + 5, at), (frame.split + 11, place), (frame.split + 14, place)]
        marks.append(tag("path", d=line_path(bend), class_="leader"))
        marks.append(text(frame.split + 17, place + 3.5, words, class_))
    return marks


def _channels(injury: Injury, frame: Frame) -> list[Markup]:
    """Microchannels at the mean spacing, their depths spread as the model spreads them."""
    y, per_mm = frame.y, frame.per_mm
    density = float(np.median(injury.puncture_density_per_cm2))
    spacing = 10.0 / np.sqrt(max(density, 1e-9)) * per_mm
    room = frame.split - frame.first_x - 8
    count = int(min(max(room / spacing, 1), 24))
    depths = _depth_quantiles(injury, count)
    places = [frame.first_x + (spacing * (i + 0.5) if spacing < room else room / 2) for i in range(count)]
    radius = max(float(np.median(injury.mouth_radius_mm)) * per_mm, 0.6)
    marks = []
    for i, depth in enumerate(depths):
        x = places[i]
        tip = y.at(float(depth))
        marks.append(
            tag("path", d=f"M{x - radius:.1f} {TOP}L{x + radius:.1f} {TOP}L{x:.1f} {tip:.1f}Z", class_="channel")
        )
    if injury.coagulated_fraction_by_layer.any():
        heat = [_zone_of_heat(injury, frame, x, float(d)) for x, d in zip(places, depths, strict=True)]
        marks = [*heat, *marks]
    return marks


def _zone_of_heat(injury: Injury, frame: Frame, x: float, depth: float) -> Markup:
    """The coagulated zone as the model has it: an ellipse above an insulated tip, else a strip along the needle."""
    half_width = (injury.device.coagulation_width_mm or 0.0) * frame.per_mm / 2
    x = min(x, frame.split - half_width)
    if not injury.device.insulated:
        return tag("rect", x=x - half_width, y=TOP, width=2 * half_width, height=frame.y.at(depth) - TOP, class_="heat")
    half_height = min((injury.device.coagulation_height_mm or 0.0) / 2, depth / 2)
    centre = frame.y.at(depth - half_height)
    return tag("ellipse", cx=x, cy=centre, rx=half_width, ry=half_height * frame.per_mm, class_="heat")


def _depth_quantiles(injury: Injury, count: int) -> Array:
    mean = float(np.median(injury.penetration_mean_mm))
    sd = float(np.median(injury.penetration_sd_mm))
    normal = np.random.default_rng(0).permutation(
        np.sort(np.random.default_rng(1).normal(size=4000))[:: 4000 // count][:count]
    )
    return np.asarray(np.clip(mean + sd * normal, 0.02, injury.technique.needle_length_mm))


def _needle(injury: Injury, frame: Frame) -> list[Markup]:
    width = max(injury.device.needle_base_diameter_mm * frame.per_mm, 3.0)
    x, tip = frame.needle_x, frame.y.at(injury.technique.needle_length_mm)
    half = x - LEFT - 5
    head = max(0.75 * half, width / 2 + 3)
    shoulder = TOP + (tip - TOP) * 0.35
    left, right = x - width / 2, x + width / 2
    body = line_path([(left, TOP), (right, TOP), (right, shoulder), (x, tip), (left, shoulder)]) + "Z"
    return [
        tag("rect", x=x - head, y=TOP - 30, width=2 * head, height=24.0, rx=5.0, class_="head"),
        tag("rect", x=left, y=TOP - 8, width=width, height=8.0, class_="needle"),
        tag("path", d=body, class_="needle"),
        tag("line", x1=x - half, x2=x + half, y1=tip, y2=tip, class_="setting"),
        text(x, TOP - 38, f"set {trimmed(injury.technique.needle_length_mm)} mm", "label", "middle"),
    ]


def _reach(injury: Injury, frame: Frame) -> list[Markup]:
    """Share of punctures that reach each depth, on its own axis to the right of the tissue."""
    y = frame.y
    total = injury.reaching_per_cm2[:, :1]
    share = np.divide(injury.reaching_per_cm2, total, out=np.zeros_like(injury.reaching_per_cm2), where=total > 0)
    low, mid, high = np.quantile(share, (0.05, 0.5, 0.95), axis=0)
    keep = injury.depth_mm <= y.high
    depth = injury.depth_mm[keep]
    x = Scale(0.0, 1.0, frame.reach + 6, frame.width - 12)

    def edge(values: Array) -> list[tuple[float, float]]:
        return [(x.at(float(v)), y.at(float(d))) for v, d in zip(values[keep], depth, strict=True)]

    marks: list[Markup] = [
        group(
            [
                tag("line", x1=x.at(tick), x2=x.at(tick), y1=TOP, y2=FOOT, class_="grid"),
                text(x.at(tick), FOOT + 14, f"{100 * tick:.0f}", "tick", "middle"),
            ]
        )
        for tick in (0.0, 0.5, 1.0)
    ]
    marks += [
        tag("path", d=band_path(edge(high), edge(low)), class_="band90"),
        tag("path", d=line_path(edge(mid)), class_="median"),
        text(
            (frame.reach + 6 + frame.width - 12) / 2,
            FOOT + 29,
            "% this deep" if frame.width < 500 else "% of punctures this deep",
            "tick",
            "middle",
        ),
    ]
    return marks


def section_table(injury: Injury) -> Table:
    """Return thickness and injured volume of every layer."""
    rows = []
    heat = injury.coagulated_fraction_by_layer.any()
    for i, layer in enumerate(LAYERS):
        thick = np.quantile(injury.skin.thickness_mm[:, i], (0.05, 0.5, 0.95))
        hurt = np.quantile(injury.injured_fraction_by_layer[:, i], (0.05, 0.5, 0.95)) * 100
        row = [
            sentence(label(layer.value)),
            f"{amount(float(thick[1]))} mm ({interval(float(thick[0]), float(thick[2]))})",
            f"{amount(float(hurt[1]))} % ({interval(float(hurt[0]), float(hurt[2]))})",
        ]
        if heat:
            row.append(f"{amount(float(np.median(injury.coagulated_fraction_by_layer[:, i])) * 100)} %")
        rows.append(tuple(row))
    head = ("Layer", "Thickness, median (5th to 95th)", "Injured volume, median (5th to 95th)")
    return Table((*head, "Coagulated volume") if heat else head, tuple(rows))
