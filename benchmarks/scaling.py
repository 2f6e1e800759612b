"""How the engines grow: a block's time and memory with its voxels, an ensemble's with patients and threads.

    python benchmarks/scaling.py [--most-voxels N] [--most-patients N]

The work is that of `tissue.py` (four sessions, 90 days, tolerance 1) and of `ensemble.py` (90 days, four sessions,
double precision at the tolerance that keeps every error below 1e-3). Prints tables and stores figures and a picture.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import ensemble
import tissue

RESULTS = Path(__file__).parent / "results"
SHAPES = ((20, 20, 16), (40, 40, 30), (80, 80, 60), (160, 160, 60), (200, 200, 120))
PATIENTS = (10, 100, 1_000, 10_000, 100_000)
RTOL = 5e-4


def voxels(shape: tuple[int, int, int]) -> dict[str, float]:
    """Run one block in this process, whose peak memory is then its own."""
    case = (shape, 4, 22.5)
    tissue.march(((16, 16, 16), 1, 1.0), 0.1)
    _, found = tissue.timed(lambda: tissue.march(case, 1.0), 3)
    return {
        "voxels": float(shape[0] * shape[1] * shape[2]),
        "best_wall_s": found["best_wall_s"],
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


def apart(shape: tuple[int, int, int]) -> dict[str, float]:
    """Run one block in a process of its own."""
    text = ",".join(map(str, shape))
    done = subprocess.run([sys.executable, __file__, "--case", text], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def slope(points: list[tuple[float, float]]) -> float:
    """Return the exponent of growth between the last two points."""
    import math

    (x0, y0), (x1, y1) = points[-2:]
    return math.log(y1 / y0) / math.log(x1 / x0)


def drawn(curves: dict[str, list[tuple[float, float]]]) -> str:
    """Return the curves as an SVG with logarithmic axes."""
    import math

    colours = ("#0b676b", "#a83244", "#4a52a8", "#b86a14")
    parts = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360" font-family="sans-serif" font-size="12">']
    parts.append('<rect width="640" height="360" fill="#fffefb"/>')
    for row, (name, points) in enumerate(curves.items()):
        xs = [60 + 540 * (math.log10(x) - 1) / 6 for x, _ in points]
        ys = [320 - 280 * (math.log10(y) + 4) / 6 for _, y in points]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colours[row]}" stroke-width="2"/>')
        parts.append(f'<text x="70" y="{30 + 16 * row}" fill="{colours[row]}">{name}</text>')
    for power in range(1, 8):
        parts.append(f'<text x="{60 + 90 * (power - 1)}" y="340" text-anchor="middle">1e{power}</text>')
    for power in range(-4, 3):
        parts.append(f'<text x="50" y="{324 - 280 * (power + 4) / 6:.0f}" text-anchor="end">1e{power} s</text>')
    parts.append('<text x="330" y="356" text-anchor="middle">voxels or patients</text></svg>')
    return "\n".join(parts)


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--most-voxels", type=float, default=1e7)
    parser.add_argument("--most-patients", type=int, default=100_000)
    parser.add_argument("--case", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.case:
        print(json.dumps(voxels(tuple(int(part) for part in asked.case.split(",")))))  # type: ignore[arg-type]
        return
    load = os.getloadavg()[0]
    shapes = [shape for shape in SHAPES if shape[0] * shape[1] * shape[2] <= asked.most_voxels]
    blocks = [apart(shape) for shape in shapes]
    for row in blocks:
        print(f"{row['voxels']:>12,.0f} voxels {row['best_wall_s']:>8.3f} s {row['peak_mb']:>8.0f} MB")
    counts = [count for count in PATIENTS if count <= asked.most_patients]
    threads = sorted({1, os.cpu_count() or 1})
    people = {n: [(float(count), patients(count, n)) for count in counts] for n in threads}
    for n, points in people.items():
        for count, seconds in points:
            print(f"{count:>12,.0f} patients, {n} threads {seconds:>8.4f} s {1e6 * seconds / count:>8.1f} us a patient")
    curves = {"block, voxels": [(row["voxels"], row["best_wall_s"]) for row in blocks]}
    curves |= {f"ensemble, patients, {n} threads": points for n, points in people.items()}
    for name, points in curves.items():
        print(f"{name}: time grows with the power {slope(points):.2f} at the end")
    record = {"machine": tissue.machine(), "load_before": load, "blocks": blocks, "ensemble": people,
              "median_us_a_patient": statistics.median(1e6 * s / c for c, s in people[threads[-1]])}  # fmt: skip
    (RESULTS / "scaling.json").write_text(f"{json.dumps(record, indent=1)}\n")
    (RESULTS / "scaling.svg").write_text(drawn(curves) + "\n")


if __name__ == "__main__":
    main()
