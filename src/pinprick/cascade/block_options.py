"""What can be chosen about a block of skin, how large it is, and what it needs."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade.network import READOUTS, STATES
from pinprick.errors import InputError

Array = NDArray[np.float64]

# Chosen so that a block holds about this many punctures, within the limits of its side.
_PUNCTURES, _SMALLEST_MM, _LARGEST_MM = 16, 1.0, 2.0
_FEWEST_CELLS, _MOST_CELLS = 4, 400
# Numbers of 8 bytes kept for each cell while marching: states, four stages, factors of the kinetics, and moving fields.
_NUMBERS_PER_CELL = 6 * len(STATES) + 100 + 125
_RUNNING_BYTES = 300_000_000
"""The program itself with its compiled parts; 265 MB were measured beside a block of 10,800 cells."""


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """How healing in a block is computed.

    Attributes:
        side_mm: side of the square; None takes one that holds about sixteen punctures, between 1 and 2 mm.
        spacing_mm: size of a cell along the surface; below the surface cells are somewhat lower.
        draw: which draw; None takes the one whose injury is nearest the median.
        sides: what lies beyond the four sides, the block again ("periodic") or its mirror image ("mirrored").
        floor: whether the circulation of the subcutis holds signals at their resting level ("held") or nothing passes
            ("closed").
        extent: where the states that stay in place are injured: within signal reach of a microchannel, as in the other
            geometries ("reach"), or in its own volume, the amounts being the same ("channel").
        chemotaxis: whether cells are drawn up the gradients of signals, or only wander; its rates are assumed, and over
            a held floor it draws in cells that the model does not have, so it is asked for.
        tolerance: relative error allowed to one step.
    """

    side_mm: float | None = None
    spacing_mm: float = 0.05
    draw: int | None = None
    sides: Literal["periodic", "mirrored"] = "periodic"
    floor: Literal["held", "closed"] = "held"
    extent: Literal["reach", "channel"] = "reach"
    tolerance: float = 3e-3
    chemotaxis: bool = False

    def __post_init__(self) -> None:
        for field, value in (("side_mm", self.side_mm), ("spacing_mm", self.spacing_mm), ("tolerance", self.tolerance)):
            if value is not None and not 0.0 < value < float("inf"):
                raise InputError(f"{field} must be positive", field=field, given=value, limit="above 0")
        for field, given, known in (
            ("sides", self.sides, ("periodic", "mirrored")),
            ("floor", self.floor, ("held", "closed")),
            ("extent", self.extent, ("reach", "channel")),
        ):
            if given not in known:
                raise InputError(f"unknown {field}", field=field, given=given, limit=" | ".join(known))


def side_of(options: BlockOptions, puncture_density_per_mm2: float) -> float:
    """Return the side of the square in mm."""
    if options.side_mm is not None:
        return options.side_mm
    wanted = (_PUNCTURES / max(puncture_density_per_mm2, 1e-9)) ** 0.5
    return float(round(min(max(wanted, _SMALLEST_MM), _LARGEST_MM), 1))


def cells_across(side_mm: float, spacing_mm: float) -> int:
    """Return how many cells lie along a side.

    Raises:
        InputError: too few for a gradient, or more than can be followed.
    """
    count = max(1, round(side_mm / spacing_mm))
    if not _FEWEST_CELLS <= count <= _MOST_CELLS:
        raise InputError(
            "cells of that size do not suit a block of that side",
            field="spacing_mm",
            given=f"{spacing_mm:g} mm, {count} cells along {side_mm:g} mm",
            limit=f"{_FEWEST_CELLS} to {_MOST_CELLS} cells",
            remedy="change the spacing or the side",
        )
    return count


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a block needs before it is computed.

    Attributes:
        shape: cells along x, y and depth.
        times: times of output.
        memory_bytes: at the most.
        output_bytes: of the result before compression.
    """

    shape: tuple[int, int, int]
    times: int
    memory_bytes: int
    output_bytes: int

    def __str__(self) -> str:
        nx, ny, nz = self.shape
        return (
            f"{nx} x {ny} x {nz} cells, {self.times} times: {self.memory_bytes / 1e9:.2f} GB of memory, "
            f"{self.output_bytes / 1e9:.2f} GB of output before compression"
        )


def requirement(shape: tuple[int, int, int], times: int, *, stored: bool) -> Requirement:
    """Return what a block needs; a stored one keeps one time of output in memory, any other keeps all."""
    cells = int(np.prod(shape))
    output = cells * times * 4 * (len(STATES) + len(READOUTS))
    kept = output // times if stored else output
    return Requirement(
        shape, times, cells * 8 * _NUMBERS_PER_CELL + 3 * output // times + kept + _RUNNING_BYTES, output
    )


def available_bytes() -> int | None:
    """Return the memory this process may still take, None where the system does not say."""
    found = []
    meminfo, limit, used = (
        Path(p) for p in ("/proc/meminfo", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current")
    )
    try:
        lines = meminfo.read_text().splitlines()
        found.append(next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")))
    except (OSError, StopIteration, ValueError):
        if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
            found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2)
    with contextlib.suppress(OSError, ValueError):
        found.append(int(limit.read_text()) - int(used.read_text()))
    return min(found) if found else None


def check_fits(needed: Requirement) -> None:
    """Refuse a block that would not fit into memory.

    Raises:
        InputError: it would not.
    """
    here = available_bytes()
    if here is not None and needed.memory_bytes > here:
        raise InputError(
            "the block would not fit into memory",
            field="side_mm",
            given=str(needed),
            limit=f"{here / 1e9:.2f} GB available",
            remedy="take a smaller side or larger cells, fewer output times, or write to FILE.zarr",
        )
