"""Measures Pinprick on this machine, prints the figures with their limits and ratios, and stores them.

Run from the repository's folder:  python benchmarks/run.py [--quick] [--name NAME]
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import measure
import planning

RESULTS = Path(__file__).parent / "results"
# What the product promises on two cores; a figure beyond its limit is marked, never turned into a failing test.
LIMITS = {
    ("commands", "import", "median_s"): 0.3,
    ("commands", "help", "median_s"): 0.4,
    ("commands", "screen", "median_s"): 1.0,
    ("commands", "plan", "median_s"): 5.0,
    ("commands", "plan_with_report", "report_mb"): 4.0,
    ("planning", "what_if_most_s"): 0.1,
    ("planning", "search_1000_s"): 2.0,
    ("report", "interactive_s"): 3.0,
}


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    libraries = ("numpy", "scipy", "numba", "xarray", "pydantic")
    processor = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        processor = names[0] if names else processor
    return {
        "processor": processor,
        "cores": len(os.sched_getaffinity(0)),
        "load_before": os.getloadavg()[0],
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "pinprick": version("pinprick"),
        "libraries": {name: version(name) for name in libraries},
    }


def _flat(found: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], float]:
    flat: dict[tuple[str, ...], float] = {}
    for key, value in found.items():
        if isinstance(value, dict):
            flat |= _flat(value, (*path, key))
        elif isinstance(value, int | float):
            flat[(*path, key)] = float(value)
    return flat


def _baseline(name: str) -> dict[tuple[str, ...], float]:
    stored = RESULTS / f"{name}.json"
    return _flat(json.loads(stored.read_text("utf-8"))["measured"]) if stored.exists() else {}


def show(measured: dict[str, Any], name: str) -> None:
    """Print every figure, its limit, and its ratio to the last stored run."""
    before = _baseline(name)
    print(f"{'figure':<52}{'value':>12}{'limit':>9}  ratio to {'the stored run' if before else 'nothing stored'}")
    for path, value in _flat(measured).items():
        limit = LIMITS.get(path)
        mark = "" if limit is None else f"{limit:g}" + (" !" if value > limit else "")
        ratio = f"{value / before[path]:.2f}" if before.get(path) else ""
        print(f"{' '.join(path):<52}{value:>12.4g}{mark:>9}  {ratio}")


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    parser.add_argument("--name", default="commands", help="name of the stored result")
    chosen = parser.parse_args()
    times = 2 if chosen.quick else 7
    where = machine()
    measured = {
        "bare_python": measure.bare_python(times),
        "commands": measure.commands(times),
        "search": measure.search(times),
        "planning": planning.measured(times),
        "report": planning.report(times),
        "solves": measure.solves(times),
    }
    show(measured, chosen.name)
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps({"machine": where, "measured": measured}, indent=2)
    (RESULTS / f"{chosen.name}.json").write_text(f"{text}\n", encoding="utf-8")
    print(f"stored: benchmarks/results/{chosen.name}.json", file=sys.stderr)


if __name__ == "__main__":
    main()
