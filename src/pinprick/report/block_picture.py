"""Still pictures of a block: sections as small PNG images with layers, tracks, scale bar and colour bar around them."""

from __future__ import annotations

import base64
import math
import struct
import zlib

import numpy as np
from markupsafe import Markup

from pinprick.report.block_colour import colour_map, stops
from pinprick.report.block_data import Array, Coded, Codes, Scene, Tracks
from pinprick.report.block_sentence import layer_at, moment, with_unit
from pinprick.report.scale import ticks
from pinprick.report.svg import join, tag
from pinprick.report.words import tick

_PAGE_INK = "#17222b"
_SOFT = "#52606b"
_EPIDERMIS = "#b98f78"


def png(codes: Codes) -> str:
    """Return an image of codes, shape (rows, columns), in the colours of the map, as a data URI."""
    rows, columns = codes.shape
    lines = b"".join(b"\0" + row.tobytes() for row in np.ascontiguousarray(codes))

    def chunk(name: bytes, content: bytes) -> bytes:
        body = name + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    file = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"PLTE", colour_map().tobytes())
    file += chunk(b"IDAT", zlib.compress(lines, 9)) + chunk(b"IEND", b"")
    return "data:image/png;base64," + base64.b64encode(file).decode("ascii")


def best_row(scene: Scene) -> int:
    """Return the index along y of the section that holds most of the tracks."""
    y, tracks = scene.grid.y_mm, scene.tracks
    if not len(tracks.x_mm):
        return len(y) // 2
    reach = tracks.radius_mm + (y[1] - y[0] if len(y) > 1 else 1.0)
    middle = (tracks.y_mm + tracks.tip_y_mm) / 2
    held = (np.abs(y[:, None] - middle[None]) < reach[None]) * tracks.depth_mm[None]
    # Not too far back, so that much of an opened block is left; among equals the one nearest to the middle.
    allowed = (y >= 0.2 * y[-1]) & (y <= 0.6 * y[-1])
    score = np.where(allowed, held.sum(axis=1) - 1e-6 * np.abs(y - y.mean()), -1.0)
    return int(np.argmax(score))


def near_plane(tracks: Tracks, y_mm: float, reach_mm: float) -> list[int]:
    """Return the tracks that come within a distance of a section across y."""
    low = np.minimum(tracks.y_mm, tracks.tip_y_mm) - tracks.radius_mm - reach_mm
    high = np.maximum(tracks.y_mm, tracks.tip_y_mm) + tracks.radius_mm + reach_mm
    return [int(i) for i in np.nonzero((low <= y_mm) & (y_mm <= high))[0]]


def lines(
    scene: Scene, y_mm: float, size: tuple[float, float], colour: str = "currentColor", session: int = 0
) -> Markup:
    """Return the layer boundaries and tracks of an upright section, drawn to a width and height in user units."""
    width, height = size
    depth, _, across = scene.grid.size_mm
    kx, kz = width / across, height / depth
    spacing = float(scene.grid.y_mm[1] - scene.grid.y_mm[0]) if len(scene.grid.y_mm) > 1 else depth
    drawn = [
        tag(
            "path", d=f"M0 {b * kz:.2f}H{width:.2f}", stroke="#78848e", stroke_opacity="0.9", stroke_width="0.7",
            stroke_dasharray="3 2", fill="none",
        )
        for b in scene.boundary_mm
        if 0 < b < depth
    ]  # fmt: skip
    t = scene.by_session[session]
    for i in near_plane(t, y_mm, spacing):
        x, r = float(t.x_mm[i]), float(t.radius_mm[i])
        tip_x, tip_z = float(t.tip_x_mm[i]) * kx, min(float(t.depth_mm[i]), depth) * kz
        path = f"M{(x - r) * kx:.2f} 0L{tip_x:.2f} {tip_z:.2f}L{(x + r) * kx:.2f} 0"
        for ink, width_px, strength in (("#0a1016", "2", "0.45"), (colour, "0.8", "1")):
            drawn.append(tag("path", d=path, stroke=ink, stroke_width=width_px, fill="none", stroke_opacity=strength))
    return join(drawn)


def upright(scene: Scene, codes: Codes, left: float, top: float, size: tuple[float, float]) -> Markup:
    """Return an upright section: its image, and a plain strip where the epidermis is not part of the block."""
    width, height = size
    above = height * scene.grid.top_mm / scene.grid.size_mm[0]
    return join(
        [
            tag(
                "rect", x=left, y=top, width=f"{width:.2f}", height=f"{min(above + 0.5, height):.2f}", fill=_EPIDERMIS
            ),
            image(codes, left, top + above, width, height - above),
        ]
    )  # fmt: skip


def image(codes: Codes, x: float, y: float, width: float, height: float) -> Markup:
    """Return an image element that holds a section."""
    return tag(
        "image", href=png(codes), x=f"{x:.2f}", y=f"{y:.2f}", width=f"{width:.2f}", height=f"{height:.2f}",
        preserveAspectRatio="none",
    )  # fmt: skip


def figure(scene: Scene, found: Array, coded: Coded, label: str, day: float) -> Markup:
    """Return a drawing of one quantity at one time: an upright section, one seen from above, and the mean by depth.

    Args:
        scene: the block.
        found: values as simulated, shape (z, y, x).
        coded: the same in eight bits, shape (1, z, y, x).
        label: name of the quantity.
        day: time after the first session; the tracks are those of the last session before it.
    """
    when, session = moment(day), scene.session_at(day)
    depth, breadth, across = scene.grid.size_mm
    row = best_row(scene)
    deepest = np.abs(found - coded.rest).max(axis=(1, 2))
    level = int(deepest.argmax())
    scale = 300.0 / max(across, breadth)
    wide, tall, high = across * scale, depth * scale, breadth * scale
    top, left, second = 62.0, 52.0, 52.0 + wide + 48.0
    third = second + wide + 48.0
    y_mm, z_mm = float(scene.grid.y_mm[row]), float(scene.grid.z_mm[level])
    body = max(tall, high)
    parts = [
        tag("rect", x=0, y=0, width=f"{third + 190:.0f}", height=f"{top + body + 92:.0f}", fill="#ffffff"),
        _text(left, 24, f"{label}, {when}", 15, weight="600"),
        _text(left, top - 10, f"A  upright section, y = {y_mm:.2f} mm"),
        upright(scene, coded.codes[0, :, row], left, top, (wide, tall)),
        tag("g", lines(scene, y_mm, (wide, tall), "#ffffff", session), transform=f"translate({left:.1f} {top:.1f})"),
        _axis(left, top, tall, depth),
        _text(second, top - 10, f"B  from above, {z_mm:.2f} mm deep, {layer_at(z_mm, scene.boundary_mm)}"),
        image(coded.codes[0, level, ::-1], second, top, wide, high),
        _mouths(scene, session, z_mm, (second, top, scale)),
        _profile(scene, found, coded, (third, top, tall)),
        _scale_bar(left, top + body + 22, scale, across),
        _colour_bar(coded, second, top + body + 22, third + 150 - second, label),
    ]
    width, height = third + 190, top + body + 92
    return tag(
        "svg", *parts, viewBox=f"0 0 {width:.0f} {height:.0f}", width=f"{width:.0f}", height=f"{height:.0f}",
        role="img", aria_label=f"{label}, {when}: sections of the block", xmlns="http://www.w3.org/2000/svg",
        font_family="Liberation Sans, Arial, Helvetica, sans-serif",
    )  # fmt: skip


def _text(x: float, y: float, content: str, size: int = 12, **more: str) -> Markup:
    anchor, fill, weight = more.get("anchor"), more.get("fill", _PAGE_INK), more.get("weight")
    return tag(
        "text", content, x=float(x), y=float(y), font_size=size, fill=fill, text_anchor=anchor, font_weight=weight
    )


def _axis(left: float, top: float, tall: float, depth: float) -> Markup:
    marks = []
    for value in ticks(0.0, depth, 4):
        y = top + value / depth * tall
        marks.append(tag("path", d=f"M{left - 4:.1f} {y:.1f}h4", stroke=_SOFT))
        marks.append(_text(left - 7, y + 4, tick(value), 11, anchor="end", fill=_SOFT))
    turned = f"translate({left - 34:.1f} {top + tall / 2:.1f}) rotate(-90)"
    return join([*marks, tag("g", _text(0, 0, "depth, mm", 11, anchor="middle", fill=_SOFT), transform=turned)])


def _mouths(scene: Scene, session: int, z_mm: float, place: tuple[float, float, float]) -> Markup:
    """Where the tracks cross a depth."""
    t, (left, top, scale) = scene.by_session[session], place
    rings = []
    for i in np.nonzero(t.depth_mm >= z_mm)[0]:
        share = z_mm / float(t.depth_mm[i])
        x, y = (float(a[i] + share * (b[i] - a[i])) for a, b in ((t.x_mm, t.tip_x_mm), (t.y_mm, t.tip_y_mm)))
        r = max(float(t.radius_mm[i]) * (1 - share) * scale, 1.6)
        rings.append(
            tag(
                "circle",
                cx=left + x * scale,
                cy=top + (scene.grid.size_mm[1] - y) * scale,
                r=r,
                fill="none",
                stroke="#ffffff",
                stroke_width=0.9,
            )
        )
    return join(rings)


def _profile(scene: Scene, found: Array, coded: Coded, place: tuple[float, float, float]) -> Markup:
    """Mean, least and greatest value at each depth."""
    left, top, tall = place
    depth = scene.grid.size_mm[0]
    span = (coded.high - coded.low) or 1.0

    def at(value: float, z: float) -> str:
        return f"{left + 130 * (value - coded.low) / span:.1f} {top + z / depth * tall:.1f}"

    columns = [(found.min(axis=(1, 2)), found.max(axis=(1, 2))), found.mean(axis=(1, 2))]
    low, high = columns[0]
    z = scene.grid.z_mm
    band = [at(float(v), d) for v, d in zip(high, z, strict=True)]
    band += [at(float(v), d) for v, d in zip(low[::-1], z[::-1], strict=True)]
    mean = [at(float(v), d) for v, d in zip(columns[1], z, strict=True)]
    parts = [
        _text(left, top - 10, "C  by depth: mean and range"),
        tag("rect", x=left, y=top, width=130, height=f"{tall:.1f}", fill="none", stroke="#b9b3a6"),
        tag("path", d=f"M{'L'.join(band)}Z", fill="#c24d6f", fill_opacity="0.22"),
        tag("path", d=f"M{'L'.join(mean)}", fill="none", stroke="#8d2a4f", stroke_width="2"),
    ]
    rest = left + 130 * (coded.rest - coded.low) / span
    parts.append(tag("path", d=f"M{rest:.1f} {top:.1f}v{tall:.1f}", stroke=_SOFT, stroke_dasharray="3 3"))
    for value in ticks(coded.low, coded.high, 3):
        x = left + 130 * (value - coded.low) / span
        parts.append(tag("path", d=f"M{x:.1f} {top + tall:.1f}v4", stroke=_SOFT))
        parts.append(_text(x, top + tall + 16, tick(value), 11, anchor="middle", fill=_SOFT))
    return join(parts)


def _scale_bar(left: float, top: float, scale: float, across: float) -> Markup:
    length = ticks(0.0, across / 2, 2)[-1]
    bar = tag("rect", x=left, y=top, width=f"{length * scale:.1f}", height=5, fill=_PAGE_INK)
    return join([bar, _text(left, top + 22, f"{tick(length)} mm", 12)])


def _colour_bar(coded: Coded, left: float, top: float, width: float, label: str) -> Markup:
    fill = [tag("stop", offset=f"{100 * share:.1f}%", stop_color=colour) for share, colour in stops(24)]
    parts = [
        tag("defs", tag("linearGradient", *fill, id="block-colours")),
        tag("rect", x=left, y=top, width=f"{width:.1f}", height=12, fill="url(#block-colours)"),
    ]
    for share, value in legend_ticks(coded):
        x = left + share * width
        parts.append(tag("path", d=f"M{x:.1f} {top + 12:.1f}v4", stroke=_SOFT))
        parts.append(_text(x, top + 29, tick(value), 11, anchor="middle", fill=_SOFT))
    unit = f", {coded.unit}" if coded.unit else ""
    root = f"; {coded.scale_name}" if coded.power > 1 else ""
    words = f"{label}{unit} (at rest {with_unit(coded.rest, coded.unit)}{root})"
    return join([*parts, _text(left, top + 48, words, 12)])


def legend_ticks(coded: Coded) -> list[tuple[float, float]]:
    """Return round values on the colour bar with their places as shares of its length."""
    span = (coded.high - coded.low) or 1.0
    wanted = ticks(coded.low, coded.high, 5)
    if coded.power == 1:
        return [((value - coded.low) / span, value) for value in wanted]
    # Roots spread the low end, so values of one leading digit fit there.
    first = math.floor(math.log10(span))
    steps = [digit * 10.0**power for power in range(first - 5, first + 1) for digit in (1, 2, 5)]
    kept: list[tuple[float, float]] = []
    for value in sorted({coded.low, *(v for v in steps if coded.low < v < coded.high)}, reverse=True):
        share = max((value - coded.low) / span, 0.0) ** (1 / coded.power)
        if not kept or kept[-1][0] - share > 0.14:
            kept.append((share, value))
    return kept[::-1]
