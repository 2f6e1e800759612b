"""Packs a block into text that a page can carry within its size."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pinprick.errors import InputError
from pinprick.report.actor import Actor
from pinprick.report.block_data import (
    Coded,
    Codes,
    Grid,
    Scene,
    coarsened,
    code,
    frames,
    resample,
    scene,
    values,
)
from pinprick.report.block_sentence import Places, places, sentences

if TYPE_CHECKING:
    import xarray as xr

# Cells along a side and stored times, from the richest to the poorest; the first that fits is taken.
_LADDER = (
    (80, 96), (80, 64), (80, 56), (80, 48), (80, 40), (80, 32), (72, 28),
    (64, 28), (64, 24), (56, 24), (56, 20), (48, 24), (48, 20), (48, 18), (44, 18), (40, 18),
    (40, 16), (36, 16), (32, 16), (28, 16), (28, 14), (24, 14), (20, 12), (16, 12),
)  # fmt: skip
# A trial packs every so many quantities, at every so many times, and is taken to be right within a margin.
_TRIED, _MARGIN = 3, 1.06


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """One quantity as the page carries it.

    Attributes:
        actor: what it is.
        coded: its values in eight bits.
        text: differences of the codes along z, y and x within each time, gzip, base64.
        told: what is seen, at each stored time.
    """

    actor: Actor
    coded: Coded
    text: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A block as the page carries it.

    Attributes:
        scene: the block with only the stored times; its grid is the simulated one.
        grid: cells as stored.
        quantities: in the order of phases.
        times: times simulated.
    """

    scene: Scene
    grid: Grid
    quantities: tuple[Quantity, ...]
    times: int

    @property
    def note(self) -> str:
        """What was thinned out to fit the page, in words."""
        here, there = (" × ".join(str(n) for n in grid.shape[::-1]) for grid in (self.grid, self.scene.grid))
        cells = f"{here} cells" if here == there else f"{here} cells, each the average of those of {there} simulated"
        stored = len(self.scene.time_days)
        shown = f"{stored} times" if stored == self.times else f"{stored} of {self.times} simulated times"
        return f"The picture holds {cells}, at {shown}; between times it blends, but never across a session."


def pack(dataset: xr.Dataset, most_bytes: int) -> Pack:
    """Return a block packed into at most so many characters.

    Raises:
        InputError: it is not a block, or does not fit even when thinned out.
    """
    whole = scene(dataset)
    for cells, times in _LADDER:
        grid = coarsened(whole.grid, cells)
        kept = frames(whole.time_days, whole.session_days, times)
        if _estimate(dataset, whole, kept, grid) > most_bytes:
            continue
        part = replace(whole, time_days=whole.time_days[kept])
        found: list[Quantity] = []
        room = float(most_bytes)
        for quantity in _quantities(dataset, part, kept, grid):
            room -= len(quantity.text) + sum(map(len, quantity.told))
            if room < 0:
                break
            found.append(quantity)
        else:
            return Pack(part, grid, tuple(found), len(whole.time_days))
    raise InputError("the block does not fit into a page", field="dataset", limit=f"{most_bytes} bytes")


def _estimate(dataset: xr.Dataset, whole: Scene, kept: NDArray[np.intp], grid: Grid) -> float:
    """Return about how many characters a block would take, from a part of it."""
    some, total = kept[1::_TRIED] if len(kept) > _TRIED else kept, 0
    actors = whole.actors[::_TRIED]
    for actor in actors:
        found, rest, unit = values(dataset, actor, some)
        total += len(packed(code(resample(found, whole.grid, grid), rest, unit).codes))
    return total * len(whole.actors) / len(actors) * len(kept) / len(some) * _MARGIN


def _quantities(dataset: xr.Dataset, part: Scene, kept: NDArray[np.intp], grid: Grid) -> Iterator[Quantity]:
    where: tuple[Places | None, ...] = tuple(places(grid, tracks) for tracks in part.by_session)
    for actor in part.actors:
        found, rest, unit = values(dataset, actor, kept)
        coded = code(resample(found, part.grid, grid), rest, unit)
        told = sentences(found, rest, unit, actor.label, (part, grid, where))
        yield Quantity(actor, coded, packed(coded.codes), tuple(told))


def packed(codes: Codes) -> str:
    """Return codes as text: differences along z, y and x within each time (modulo 256), gzip, base64."""
    change = codes.copy()
    for axis in (1, 2, 3):
        before = np.zeros_like(change)
        here = [slice(None)] * 4
        there = list(here)
        here[axis], there[axis] = slice(1, None), slice(None, -1)
        before[tuple(here)] = change[tuple(there)]
        change = change - before
    return base64.b64encode(gzip.compress(change.tobytes(), compresslevel=6, mtime=0)).decode("ascii")


def unpacked(text: str, shape: tuple[int, ...]) -> Codes:
    """Return the codes that `packed` was given."""
    change = np.frombuffer(gzip.decompress(base64.b64decode(text)), dtype=np.uint8).reshape(shape)
    for axis in (3, 2, 1):
        change = np.cumsum(change, axis=axis, dtype=np.uint8)
    return change
