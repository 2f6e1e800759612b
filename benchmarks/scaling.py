"""How the engines grow: a block's time and memory with its voxels, an ensemble's with patients and threads.

    python benchmarks/scaling.py [--most-voxels N] [--most-patients N] [--into FOLDER]

The work is that of `tissue.py` (four sessions, 90 days, tolerance 1) and of `ensemble.py` (90 days, four sessions,
double precision at the tolerance that keeps every error below 1e-3). Prints tables and stores figures and a picture.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import chart
import ensemble
import tissue

RESULTS = Path(__file__).parent / "results"
SHAPES = ((20, 20, 16), (40, 40, 30), (80, 80, 60), (160, 160, 60), (200, 200, 120))
PATIENTS = (10, 100, 1_000, 10_000, 100_000)
RTOL = 5e-4


def voxels(shape: tuple[int, int, int], threads: int) -> dict[str, float]:
    """Run one block in this process, on so many cores; its peak memory is then its own."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    case = (shape, 4, 22.5)
    tissue.march(((16, 16, 16), 1, 1.0), 0.1)
    _, found = tissue.timed(lambda: tissue.march(case, 1.0), 3)
    return {
        "voxels": float(shape[0] * shape[1] * shape[2]),
        "threads": threads,
        "best_wall_s": found["best_wall_s"],
        "wall_s": found["wall_s"],
        "peak_mb": tissue.peak_mb(),
    }


def patients(count: int, threads: int) -> float:
    """Return the least time of an ensemble, seconds."""
    from pinprick.cascade import Ensemble

    work, solver = ensemble.Work(count), Ensemble(RTOL, RTOL / 100, "double", threads)
    work.by(solver, min(count, 10))
    found = []
    for _ in range(5 if count <= 10_000 else 2):
        start = time.perf_counter()
        work.by(solver, count)
        found.append(time.perf_counter() - start)
    return min(found)


def apart(shape: tuple[int, int, int], threads: int) -> dict[str, float]:
    """Run one block in a process of its own."""
    text = ",".join(map(str, (*shape, threads)))
    done = subprocess.run([sys.executable, __file__, "--case", text], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.strip().splitlines()[-1]))


def picture(record: dict[str, Any]) -> str:
    """Return the curves of a record as one SVG."""
    counts = sorted({row["threads"] for row in record["blocks"]})
    rows = {n: [row for row in record["blocks"] if row["threads"] == n] for n in counts}
    blocks = {_threads(n): [(row["voxels"], row["best_wall_s"]) for row in rows[n]] for n in counts}
    memory = {_threads(counts[-1]): [(row["voxels"], row["peak_mb"]) for row in rows[counts[-1]]]}
    people = {_threads(int(n)): [(x, y) for x, y in points] for n, points in record["ensemble"].items()}
    return chart.drawn(
        [
            chart.Panel("A block of skin: time", "voxels", "least time, s", blocks),
            chart.Panel("A block of skin: memory", "voxels", "peak memory, MB", memory),
            chart.Panel("Many patients: time", "patients", "least time, s", people),
        ]
    )


def _threads(count: int) -> str:
    return f"{count} thread" + ("s" if count > 1 else "")


def measured(most_voxels: float, most_patients: int) -> dict[str, Any]:
    """Return times and memory by size and threads."""
    threads = sorted({1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1})
    shapes = [shape for shape in SHAPES if shape[0] * shape[1] * shape[2] <= most_voxels]
    blocks = [apart(shape, n) for n in threads for shape in shapes]
    counts = [count for count in PATIENTS if count <= most_patients]
    return {"blocks": blocks, "ensemble": {n: [(float(c), patients(c, n)) for c in counts] for n in threads}}


def show(record: dict[str, Any]) -> None:
    """Print the record as tables, and how fast time grows at the end of each curve."""
    for row in record["blocks"]:
        name = _threads(row["threads"])
        print(f"{row['voxels']:>12,.0f} voxels, {name:10} {row['best_wall_s']:>9.3f} s {row['peak_mb']:>8.0f} MB")
    for n, points in record["ensemble"].items():
        for count, seconds in points:
            each = 1e6 * seconds / count
            print(f"{count:>12,.0f} patients, {_threads(n):8} {seconds:>9.4f} s {each:>8.1f} us a patient")
        print(f"patients, {_threads(n)}: time grows with the power {chart.slope(points):.2f} at the end")


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most-voxels", type=float, default=1e7)
    parser.add_argument("--most-patients", type=int, default=100_000)
    parser.add_argument("--into", type=Path, default=RESULTS, help="folder of scaling.json and scaling.svg")
    parser.add_argument("--case", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        *shape, threads = (int(part) for part in asked.case.split(","))
        print(json.dumps(voxels(tuple(shape), threads)))  # type: ignore[arg-type]
        return
    about = tissue.machine()
    record = {"machine": about, **measured(asked.most_voxels, asked.most_patients)}
    show(record)
    asked.into.mkdir(parents=True, exist_ok=True)
    (asked.into / "scaling.json").write_text(f"{json.dumps(record, indent=1)}\n", encoding="utf-8")
    (asked.into / "scaling.svg").write_text(picture(record), encoding="utf-8")


if __name__ == "__main__":
    main()
