"""The page of a block is small, self-contained and escaped, and its numbers are those of the dataset."""

from __future__ import annotations

import base64
import gzip
import json
import re
import xml.etree.ElementTree as ElementTree
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import synthetic_block as made

from pinprick import report
from pinprick.errors import InputError
from pinprick.report import block_colour, block_data, block_pack, block_picture
from pinprick.report.block import block_page

LIMIT = 4_000_000


@cache
def page() -> str:
    return block_page(made.block())


@cache
def data() -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="block-data">(.*?)</script>', page(), re.DOTALL)
    assert found
    return json.loads(found.group(1))


def stored(name: str) -> np.ndarray:
    """Values of a quantity as a browser would read them from the page, written apart from the packing."""
    text = re.search(rf'data-name="{name}">([^<]*)</script>', page())
    assert text
    x, y, z = data()["cells"]
    change = np.frombuffer(gzip.decompress(base64.b64decode(text.group(1))), np.uint8).reshape(-1, z, y, x)
    codes = change.astype(np.int64).cumsum(3).cumsum(2).cumsum(1) % 256
    quantity = next(q for q in data()["quantities"] if q["name"] == name)
    return quantity["low"] + (quantity["high"] - quantity["low"]) * (codes / 255) ** quantity["power"]


def averaged(values: np.ndarray, count: int, axis: int) -> np.ndarray:
    """Average of even cells, by repeating each cell as often as the coarse grid asks."""
    n = values.shape[axis]
    return np.repeat(values, count, axis=axis).reshape(*values.shape[:axis], count, n, *values.shape[axis + 1 :]).mean(
        axis=axis + 1
    )  # fmt: skip


def test_it_writes_one_small_file(tmp_path: Path) -> None:
    target = report.write_block(made.block(), tmp_path / "block.html")
    assert target.read_text(encoding="utf-8") == page()
    assert 100_000 < target.stat().st_size < LIMIT
    assert list(tmp_path.iterdir()) == [target]


def test_a_larger_block_is_thinned_and_says_so() -> None:
    content = block_page(made.block(4.0, 0.05, 40))
    assert len(content.encode()) < LIMIT
    assert "each the average of those of 80 × 80 × 32 simulated" in content


def test_it_loads_nothing() -> None:
    assert re.findall(r'(?:src|srcset|href)="(?!#|data:)[^"]*"', page()) == []
    assert "@import" not in page() and not re.search(r"url\((?!#|data:)", page())
    assert not re.search(r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\b", page())
    # The name of the SVG language is an address that nothing loads.
    assert set(re.findall(r"https?://[^\"'\s)]+", page())) <= {"http://www.w3.org/2000/svg"}


def test_what_the_dataset_says_is_escaped() -> None:
    dirty = made.block().copy()
    dirty.attrs = {**dirty.attrs, "device": "<script>alert(1)</script>", "caution": '"><img src=x onerror=alert(2)>'}
    dirty["pdgf"] = dirty["pdgf"].assign_attrs(units="</script><b>ng/mL")
    content = block_page(dirty)
    assert "<script>alert(1)" not in content and "<img src=x" not in content and "</script><b>" not in content
    assert "&lt;script&gt;alert(1)" in content


@pytest.mark.parametrize("name", ["pdgf", "inflammatory_cytokine", "fibroblast", "collagen_gain_percent"])
def test_the_numbers_in_the_page_are_those_of_the_dataset(name: str) -> None:
    dataset = made.block()
    quantity = next(q for q in data()["quantities"] if q["name"] == name)
    kept = [int(np.abs(made.TIMES - day).argmin()) for day in data()["time"]]
    assert np.allclose(made.TIMES[kept], data()["time"], atol=1e-5)
    truth = dataset[name].values[kept].astype(np.float64)
    for axis, count in zip((1, 2, 3), data()["cells"][::-1], strict=True):
        truth = averaged(truth, count, axis)
    span = quantity["high"] - quantity["low"]
    share = np.clip((truth - quantity["low"]) / span, 0, 1)
    kept_share = (stored(name) - quantity["low"]) / span
    root = 1 / quantity["power"]
    # Half a step of eight bits, on the scale that is stored.
    assert np.abs(kept_share**root - share**root).max() <= 0.5 / 255 + 1e-6


def test_a_relative_quantity_is_told_against_rest() -> None:
    quantity = next(q for q in data()["quantities"] if q["name"] == "collagen_3")
    assert quantity["rest"] == 1.0 and quantity["unit"] == "× rest"
    truth = made.block()["collagen_3"].values.max() / made.block()["collagen_3"].attrs["rest"]
    assert quantity["high"] == pytest.approx(truth, rel=0.05)


def test_the_sentence_is_computed_from_the_values() -> None:
    quantity = next(q for q in data()["quantities"] if q["name"] == "pdgf")
    index = int(np.argmin(np.abs(np.array(data()["time"]) - 1.0)))
    frame = made.block()["pdgf"].sel(time=data()["time"][index], method="nearest").values
    depth = float(made.block()["z"].values[np.unravel_index(frame.argmax(), frame.shape)[0]])
    said = quantity["told"][index].replace("\u00a0", " ")
    assert f"{depth:.2f} mm deep, at {frame.max():.1f} ng/mL" in said and "24 h after the first session" in said
    assert "resting level" in quantity["told"][-1]


def test_tracks_and_layers_are_those_of_the_dataset() -> None:
    dataset, tracks = made.block(), np.array(data()["tracks"][0])
    assert np.allclose(tracks[:, 0], dataset["puncture_x_mm"], atol=1e-4)
    assert np.allclose(tracks[:, 4], dataset["puncture_depth_mm"], atol=1e-4)
    lean = np.hypot(tracks[:, 2] - tracks[:, 0], tracks[:, 3] - tracks[:, 1])
    assert np.allclose(lean, tracks[:, 4] * np.tan(dataset["puncture_tilt_rad"]), atol=3e-4)
    upright = dataset.copy()
    upright.attrs = {name: value for name, value in dataset.attrs.items() if name != "tracks_lean"}
    assert np.array_equal(block_data.scene(upright).tracks.tip_x_mm, dataset["puncture_x_mm"])
    assert "drawn upright" in block_page(upright) and "drawn upright" not in page()
    assert data()["bounds"] == pytest.approx(list(made.BOUNDARY_MM))


def test_later_sessions_have_tracks_of_their_own() -> None:
    course = made.block().copy()
    course.attrs = {**course.attrs, "sessions": 2, "interval_days": 30.0}
    for name in ("x_mm", "y_mm", "depth_mm", "tilt_rad", "azimuth_rad"):
        course[f"later_puncture_{name}"] = ("later_puncture", course[f"puncture_{name}"].values[:5] * 0.9)
    course["later_puncture_session"] = ("later_puncture", np.ones(5, dtype=int))
    found = block_data.scene(course)
    assert [found.session_at(day) for day in (0.0, 29.9, 30.0, 180.0)] == [0, 0, 1, 1]
    assert len(found.by_session[1].x_mm) == 5 and len(found.by_session[0].x_mm) == 14
    assert found.later[0].depth_mm == pytest.approx(0.9 * found.tracks.depth_mm[:5])
    content = block_page(course)
    assert 'id="block-lines-1"' in content and 'href="#block-lines-1"' in content


def test_stills_are_there_without_script() -> None:
    before = page()[: page().index('<script type="application/json"')]
    stills = re.findall(
        r'<svg class="block-still"[^>]*aria-label="([^"]+)">[^!]*?<image href="data:image/png;base64,', before
    )
    assert len(stills) == 6 * len(data()["quantities"])
    assert all("session" in text or "needling" in text for text in stills)
    assert '<div class="block-live" hidden>' in before


def test_a_fragment_takes_the_room_it_is_given() -> None:
    fragment = str(report.block_fragment(made.block(), most_bytes=900_000))
    assert len(fragment.encode()) < 1_400_000
    assert fragment.lstrip().startswith('<div class="block"') and "<html" not in fragment


def test_packing_is_undone_exactly() -> None:
    codes = np.random.default_rng(1).integers(0, 256, (3, 5, 7, 4), dtype=np.uint8)
    assert np.array_equal(block_pack.unpacked(block_pack.packed(codes), codes.shape), codes)


def test_averaging_keeps_the_mean_on_uneven_cells() -> None:
    heights = np.array([0.02, 0.03, 0.05, 0.2, 0.4, 0.8])
    centres = 0.08 + np.cumsum(heights) - heights / 2
    fine = block_data.edges(centres, heights)
    assert fine[0] == pytest.approx(0.08) and fine[-1] == pytest.approx(1.58)
    values = np.random.default_rng(2).random(6)
    coarse = block_data.averaging(fine, np.linspace(0.08, 1.58, 5)) @ values
    assert coarse.mean() == pytest.approx((values * heights).sum() / 1.5)


def test_a_block_that_starts_below_the_epidermis_stays_there() -> None:
    deep = made.block().assign_coords(z=made.block()["z"] + 0.09)
    deep["cell_height_mm"] = ("z", np.full(deep.sizes["z"], 0.05))
    found = block_data.scene(deep)
    assert found.grid.top_mm == pytest.approx(0.09) and found.grid.size_mm[0] == pytest.approx(1.69)
    content = block_page(deep)
    assert '"top":0.09' in content and "The epidermis above 0.09 mm is drawn, not simulated" in content


def test_nothing_is_blended_across_a_session() -> None:
    course = made.block().copy()
    course.attrs = {**course.attrs, "sessions": 2, "interval_days": 30.0}
    content = json.loads(re.search(r'id="block-data">(.*?)</script>', block_page(course), re.DOTALL).group(1))  # type: ignore[union-attr]
    times = content["time"]
    assert [(times[i] < 30.0 <= times[i + 1]) for i in content["holds"]] == [True]


def test_frames_keep_both_sides_of_a_session() -> None:
    time = np.unique(np.concatenate([np.linspace(0, 90, 400), [27.97, 28.0]]))
    kept = time[block_data.frames(time, (0.0, 28.0, 56.0), 20)]
    assert len(kept) == 20 and kept[0] == 0 and kept[-1] == 90
    assert 28.0 in kept and any(27.5 < day < 28 for day in kept)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of sRGB bytes under D65, an opinion independent of the space the map was made in."""
    c = rgb / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    xyz = linear @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    t = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def test_the_colour_map_grows_lighter_in_even_steps() -> None:
    seen = lab(block_colour.colour_map().astype(float))
    assert (np.diff(seen[::8, 0]) > 0).all()
    steps = np.linalg.norm(np.diff(seen[::16], axis=0), axis=1)
    assert steps.max() / steps.min() < 2.5


def test_the_colour_map_holds_for_deuteranopes() -> None:
    c = block_colour.colour_map() / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    # Simulated deuteranopia in linear RGB (Machado and others, 2009).
    simulated = [[0.367322, 0.280085, -0.011820], [0.860646, 0.672501, 0.042940], [-0.227968, 0.047413, 0.968881]]
    seen = np.clip(linear @ np.array(simulated), 0, 1)
    light = seen @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(light[::8]) > 0).all()


def test_a_figure_is_a_drawing_of_its_own() -> None:
    drawing = report.block_figure(made.block(), "pdgf", 1.0)
    tree = ElementTree.fromstring(drawing)
    words = "".join(tree.itertext())
    assert tree.tag.endswith("svg") and "PDGF, 24 h after the first session" in words
    assert "1 mm" in words and "ng/mL" in words and "y = " in words
    images = [e for e in tree.iter() if e.tag.endswith("image")]
    assert len(images) == 2 and all(e.get("href", "").startswith("data:image/png") for e in images)


def test_an_image_is_a_png_of_the_codes() -> None:
    import struct
    import zlib

    codes = np.arange(12, dtype=np.uint8).reshape(3, 4)
    file = base64.b64decode(block_picture.png(codes).partition(",")[2])
    assert file[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", file[16:24]) == (4, 3)
    at = file.index(b"IDAT")
    length = struct.unpack(">I", file[at - 4 : at])[0]
    rows = np.frombuffer(zlib.decompress(file[at + 4 : at + 4 + length]), np.uint8).reshape(3, 5)
    assert np.array_equal(rows[:, 1:], codes)


def test_what_is_no_block_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a block"):
        report.write_block(made.block().isel(y=0), tmp_path / "block.html")
    with pytest.raises(InputError, match="HTML"):
        report.write_block(made.block(), tmp_path / "block.pdf")
    with pytest.raises(InputError, match="does not hold"):
        report.block_figure(made.block(), "unobtainium", 1.0)
    with pytest.raises(InputError, match="outside"):
        report.block_figure(made.block(), "pdgf", 9999.0)
    broken = made.block().copy(deep=True)
    broken["pdgf"][2, 1, 1, 1] = np.nan
    with pytest.raises(InputError, match="not a number"):
        report.block_fragment(broken)
