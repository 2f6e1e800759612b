"""The whole healing network in a block of skin: not linear, not alike along the surface, stiff in every cell.

    python benchmarks/block.py            the block of a plan, its errors, and smaller cells
    python benchmarks/block.py --quick    one repetition, no smaller cells, nothing stored

The work is a pen on the cheek (1.5 mm, 6 passes), four sessions four weeks apart and 180 days after the last. Errors
come first: in time against a run at a fifteenth of the tolerance in the same cells, in space against smaller cells.
Each case runs in a process of its own, whose peak memory stands beside what is stated before a run starts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import tissue
from pinprick.cascade.network import STATES

RESULT = Path(__file__).parent / "results" / "block.json"
DAYS = np.array([1.0, 28.0, 84.5, 112.0, 264.0])
SLOW = ("collagen_gain_percent", "myofibroblast", "capillary_density")
# Name: (size of a cell in mm, tolerance; None takes the default).
CASES: dict[str, tuple[float, float | None]] = {
    "cells of 50 um": (0.05, None),
    "cells of 50 um, a fifteenth of the tolerance": (0.05, 2e-4),
    "cells of 33 um": (1 / 30, None),
    "cells of 25 um": (0.025, None),
}
PRODUCT, IN_TIME, SMALLER, SMALLEST = CASES
GOALS = [
    ("The full network in a block of the product, 4 sessions, 180 days: time", "wall_s", 60.0),
    ("the same: error of slow fields in time, largest in any cell", "error_in_time", 0.01),
    ("the same: error of the mean gain from the size of cells", "error_in_space", 0.01),
]


def heal(spacing: float, tolerance: float | None, keep: Path, times: int) -> dict[str, Any]:
    """Heal one block, keep its slow fields in a file, and return its figures."""
    from pinprick import injury as injuries
    from pinprick import skin
    from pinprick.cascade import BlockOptions, Course, block_requirement, heal_block
    from pinprick.device import device

    here = skin.describe(skin.Zone.CHEEK, skin.Person(), draws=100, seed=0)
    done = injuries.puncture(here, device("skinpen-precision"), injuries.Technique(skin.Zone.CHEEK, 1.5, 6))
    options = BlockOptions(spacing_mm=spacing)
    options = options if tolerance is None else replace(options, tolerance=tolerance)
    heal_block(here, done, Course(1, 28.0), BlockOptions(spacing_mm=0.2), times_days=np.array([1.0]))
    course, found = Course(4, 28.0), None
    wall, used = [], []
    for _ in range(times):
        start = time.perf_counter(), time.process_time()
        found = heal_block(here, done, course, options, times_days=DAYS)
        wall.append(time.perf_counter() - start[0])
        used.append(time.process_time() - start[1])
    assert found is not None
    # Cells lower down are higher, so a mean over tissue weighs them by their height.
    gain = np.average(found[SLOW[0]].values[-1].mean(axis=(1, 2)), weights=found["cell_height_mm"].values)
    np.savez(keep, **{name: found[name].values for name in SLOW})
    return {
        "cells": int(found.attrs["cells"]),
        "states": len(STATES),
        "steps": int(found.attrs["steps"]),
        "rejected": int(found.attrs["rejected_steps"]),
        "own_estimate_points": float(found.attrs["error_points"]),
        "mean_gain_percent": float(gain),
        "wall_s": statistics.median(wall),
        "best_wall_s": min(wall),
        "cpu_s": statistics.median(used),
        "repeats": times,
        "peak_mb": tissue.peak_mb(),
        "stated_mb": block_requirement(done, course, options, times_days=DAYS).memory_bytes / 1e6,
    }


def apart(name: str, keep: Path, times: int) -> dict[str, Any]:
    """Heal one block in a process of its own."""
    command = [sys.executable, __file__, "--case", name, "--keep", str(keep), "--times", str(times)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def error_in_time(found: Path, exact: Path) -> float:
    """Return the largest difference in any cell, time and slow field, over the largest value of that field."""
    with np.load(found) as a, np.load(exact) as b:
        return max(float(np.abs(a[name] - b[name]).max() / np.abs(b[name]).max()) for name in SLOW)


def measured(names: list[str], times: int) -> dict[str, Any]:
    """Run the cases, errors first."""
    results: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{place}.npz" for place, name in enumerate(names)}
        for name in [*names[1:], names[0]]:
            results[name] = apart(name, files[name], times if name == PRODUCT else 1)
            print(f"{name}: {results[name]}", flush=True)
        errors = {"error_in_time": error_in_time(files[PRODUCT], files[IN_TIME])}
    if SMALLEST in results:
        fine = results[SMALLEST]["mean_gain_percent"]
        errors["error_in_space"] = abs(results[PRODUCT]["mean_gain_percent"] / fine - 1)
    return {**results, PRODUCT: {**errors, **results[PRODUCT]}}


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one repetition, no smaller cells, nothing stored")
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    parser.add_argument("--keep", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.case:
        print(json.dumps(heal(*CASES[given.case], given.keep, given.times)))
        return
    about = tissue.machine()
    names = [PRODUCT, IN_TIME] if given.quick else list(CASES)
    results = measured(names, 1 if given.quick else given.times)
    goals = []
    for goal, figure, limit in GOALS:
        value = results[PRODUCT].get(figure)
        if value is not None:
            goals.append({"goal": goal, "limit": limit, "measured": value, "reached": value <= limit})
            print(f"{'reached' if value <= limit else 'MISSED':8} {goal}: {value:.3g} (limit {limit:g})")
    if not given.quick:
        RESULT.write_text(json.dumps({"machine": about, "goals": goals, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
