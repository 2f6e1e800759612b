"""Writes the page on speed and accuracy from the records of the benchmarks, and copies the curves of growth beside it.

Run from the repository's folder:  python docs/generate_performance.py
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = Path(__file__).parent / "explanation" / "performance.md"
CURVES = PAGE.with_name("scaling.svg")
Record = dict[str, Any]
NONE = "not measured"
# Largest error of a peer that is set beside ours, the bound of goal G5.
BOUND = 1e-3
HEAD = """# How fast, and how exact

Every figure on this page is read from a record in `benchmarks/results/`; none is typed. To measure again on a quiet machine and renew the page:

```
make bench
```

A goal is what was asked of two cores before anything was built. Errors are checked before times are compared. Where a peer is named, it did the
same work in the same run; its ratio is its time over ours, and *extrapolated* means that a part was timed and the rest multiplied. How the engines
work is told in [Tissue](tissue.md), [Many patients](ensemble.md), [Geometry](geometry.md) and [Gradients and GPUs](jax.md).
"""
NOTES = """## How to read it

- **BioFVM itself is not among the peers**, because the package index has none. The peer that splits by axes at 60 s is its scheme in compiled code.
  Its error in the slow field after an hour is in the table; that of 90 days was not measured.
- **G1 to G3 are linear and alike along the surface**, which is what makes an exact answer possible. A plan's block is neither. It stands in a table of
  its own, with its error against a run of a fifteenth of the tolerance and against smaller cells.
- **A time on a busy machine is no speed.** The load when a record began stands beside its machine. Goals are compared with medians.
- **The first call ever** writes the network as instructions on vectors and has LLVM compile them, once a machine, precision and version. That time is
  LLVM's; the floor is near what it takes for some thousands of instructions in one block.
- **A peer's loop through Python counts as the peer's.** SciPy and scikit-sundae call Python for every evaluation of the rates, which are themselves
  in machine code here.
"""


def records() -> dict[str, Record]:
    """Return every record that is there, by name."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))}


def number(value: float) -> str:
    """Return a figure with two or three digits that count."""
    if value != 0 and abs(value) < 1e-3:
        return f"{value:.1e}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def seconds(value: float | None) -> str:
    """Return a time in the unit that suits it."""
    if value is None:
        return NONE
    for least, size, unit in ((86_400, 86_400, "d"), (7_200, 3_600, "h"), (1, 1, "s"), (1e-3, 1e-3, "ms")):
        if value >= least:
            return f"{number(value / size)} {unit}"
    return f"{number(value * 1e6)} µs"


def percent(value: float | None) -> str:
    """Return a share in percent."""
    return NONE if value is None else f"{number(100 * value)} %"


def at(record: Any, *path: str) -> Any:
    """Return what lies at a path of a record, None where it ends early."""
    for key in path:
        if not isinstance(record, dict) or key not in record:
            return None
        record = record[key]
    return record


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    """Return a table, its columns but the first to the right."""
    line = "|---|" + "--:|" * (len(head) - 1)
    return ["", f"| {' | '.join(head)} |", line, *(f"| {' | '.join(row)} |" for row in rows), ""]


def verdict(value: float | None, limit: float) -> str:
    """Return whether a limit is kept, and by how much it is missed where not."""
    if value is None:
        return NONE
    return "yes" if value <= limit else f"**no**, {value / limit:.2g} times the limit"


def over(peer: float | None, ours: float | None) -> str:
    """Return how many times longer a peer took."""
    return "" if not peer or not ours else number(peer / ours)


def machines(all_: dict[str, Record]) -> list[str]:
    """Return what each record was measured on."""
    rows = []
    for name, record in all_.items():
        where = record["machine"]
        if isinstance(where, str):
            continue  # the record of the clinic's load has a table of its own, in benchmarks/README.md
        load = next((where[key] for key in ("load_before", "load_average_at_start") if key in where), None)
        day = where.get("recorded") or where.get("date") or record.get("recorded") or "not recorded"
        cores = f"{where.get('device', '')} {where['processor']}".strip() if "device" in where else where["processor"]
        shown = "not recorded" if load is None else f"{load:.1f}"
        rows.append((f"`{name}.json`", cores, str(where["cores"]), shown, day))
    return table(("record", "processor", "cores", "load at its start", "day"), rows)


def fastest_peer(ensemble: Record) -> tuple[str, Record] | None:
    """Return the fastest peer whose error keeps the bound, and who failed nowhere."""
    good = {
        name: row
        for name, row in (at(ensemble, "peers") or {}).items()
        if isinstance(row, dict) and row["error"] <= BOUND and not row["failed"]
    }
    return min(good.items(), key=lambda pair: pair[1]["us_a_patient"]) if good else None


def tissue_goals(tissue: Record) -> list[tuple[str, ...]]:
    """Return G1 to G4."""
    cases = at(tissue, "results") or {}
    axes = at(cases, "numba splitting by axes, 60 s", "wall_s")
    rows: list[tuple[str, ...]] = []
    for goal, case, time_s, error in (
        ("G1 80 × 80 × 60 voxels, 12 fields, 90 d, 4 sessions", "ours, tolerance 0.03", 5.0, 3e-3),
        ("G2 the same, for interactive planning", "ours, tolerance 1", 0.7, 1.5e-2),
        ("G3 400 × 400 × 120 voxels, 180 d, 6 sessions", "ours, 1 cm2, tolerance 0.3", 120.0, 1e-2),
    ):
        wall, wrong = at(cases, case, "wall_s"), at(cases, case, "error_slow")
        memory = {"G1": 400.0, "G3": 4000.0}.get(goal[:2])
        peak = at(cases, case, "peak_mb")
        asked = f"≤ {seconds(time_s)}, error ≤ {percent(error)}" + (f", ≤ {number(memory)} MB" if memory else "")
        ours = f"{seconds(wall)}, error {percent(wrong)}" + (f", {number(peak)} MB" if memory and peak else "")
        kept = max([(wall or 0) / time_s, (wrong or 0) / error, (peak or 0) / memory if memory else 0])
        beside = ("splitting by axes at 60 s, extrapolated", over(axes, wall)) if goal[:2] != "G3" else ("none", "")
        rows.append((goal, asked, ours, verdict(None if wall is None else kept, 1.0), *beside))
    steady, plain = (
        at(cases, name) for name in ("ours, laterally varying, steady", "SciPy conjugate gradients without preconditioner, steady")
    )  # fmt: skip
    wall, count = at(steady, "wall_s"), at(steady, "iterations")
    kept = None if wall is None else max(wall / 0.15, count / 12)
    rows.append((
        "G4 laterally varying, steady, one field", "≤ 150 ms, ≤ 12 iterations",
        NONE if wall is None else f"{seconds(wall)}, {count} iterations", verdict(kept, 1.0),
        f"plain conjugate gradients, {at(plain, 'iterations')} iterations", over(at(plain, "wall_s"), wall),
    ))  # fmt: skip
    return rows


def patient_goals(ensemble: Record) -> list[tuple[str, ...]]:
    """Return G5 to G7."""
    rows: list[tuple[str, ...]] = []
    good = {
        name: row for name, row in (at(ensemble, "ours") or {}).items() if "double" in name and row["error"] <= BOUND
    }
    best = min(good.values(), key=lambda row: row["us_a_patient"]) if good else None
    peer = fastest_peer(ensemble)
    name, each = (peer[0], peer[1]["us_a_patient"]) if peer else ("none", None)
    wall = None if best is None else 1e-3 * best["us_a_patient"]
    ours = NONE if best is None else f"{seconds(wall)}, error {number(best['error'])}"
    rows.append((
        "G5 1,000 patients, 90 d, double", "≤ 20 ms, error ≤ 0.001", ours, verdict(wall, 0.02), name,
        over(None if each is None else 1e-3 * each, wall),
    ))  # fmt: skip
    for words, key in (("machine code on disk", "first_call"), ("machine code still to be written", "first_call_ever")):
        first = at(ensemble, key, "median_s")
        kept = verdict(first, 1.5)
        rows.append((f"G5 first call of a fresh process, {words}", "≤ 1.5 s", seconds(first), kept, "", ""))
    single = at(ensemble, "million", "single")
    wall = at(single, "seconds")
    rows.append((
        "G6 a million patients, single", "≤ 6 s",
        NONE if wall is None else f"{seconds(wall)}; {seconds(single['processor_seconds'])} of processor time",
        verdict(wall, 6.0), f"{name}, extrapolated", over(None if each is None else 1e6 * each * 1e-6, wall),
    ))  # fmt: skip
    failed = {kind: at(ensemble, "million", kind, "failed") for kind in ("single", "double")}
    told = ", ".join(f"{count} in {kind}" for kind, count in failed.items() if count is not None) or NONE
    worst = max((count for count in failed.values() if count is not None), default=None)
    kept = NONE if worst is None else "yes" if worst == 0 else "**no**"
    rows.append(("G7 failed patients in a million of the prior", "0", told, kept, "", ""))
    return rows


def other_goals(all_: dict[str, Record]) -> list[tuple[str, ...]]:
    """Return G8, G9 and the goals of the product."""
    commands, block = at(all_, "commands", "measured"), at(all_, "block", "results", "cells of 50 um")
    jax = next((all_[name] for name in ("jax-gpu", "jax-cpu") if name in all_), {})
    shares = [at(jax, "measured", "block", f"JAX, {kind}", "taken_up_apart") for kind in ("single", "double")]
    slow = [at(jax, "measured", "patients", name, "error_of_slow_states") for name in
            ("JAX, double, rtol 1e-5", "JAX, single, rtol 1e-3")]  # fmt: skip
    known = [value for value in (*shares, *slow) if value is not None]
    apart = max(known) if known else None
    rows: list[tuple[str, ...]] = []

    def row(goal: str, value: float | None, limit: float, unit: str = "s") -> None:
        show = seconds if unit == "s" else lambda x: NONE if x is None else f"{number(x)} {unit}".strip()
        rows.append((goal, f"≤ {show(limit)}", show(value), verdict(value, limit), "", ""))

    row("G8 `import pinprick`", at(commands, "commands", "import", "median_s"), 0.3)
    row("G9 JAX against compiled code, single and double, slow fields and states", apart, 1e-4, "")
    row("The whole network in a plan's block, 4 sessions, 180 d", at(block, "wall_s"), 60.0)
    row("the same, largest error of slow fields in time, share", at(block, "error_in_time"), 0.01, "")
    row(
        "A what-if, 200 draws, all outcomes, warm; the slowest of many", at(commands, "planning", "what_if_most_s"), 0.1
    )
    row("Plan search, 1,000 candidates × 100 draws, warm", at(commands, "planning", "search_1000_s"), 2.0)
    row("`pinprick plan`, cold, all in", at(commands, "commands", "plan", "median_s"), 5.0)
    row("Report with the block: size", at(commands, "commands", "plan_with_report", "report_mb"), 4.0, "MB")
    row("Report: the block answers in headless Chromium", at(commands, "report", "interactive_s"), 3.0)
    return rows


def blocks(all_: dict[str, Record]) -> list[str]:
    """Return the linear block beside the real one."""
    rows = []
    linear = at(all_, "tissue", "results") or {}
    for name, case in (
        ("linear, alike along the surface: 12 fields, 90 d", "ours, tolerance 0.3"),
        ("the same, diffusivity varying with depth", "ours, layered diffusivity, tolerance 0.3"),
    ):
        found = at(linear, case)
        if found:
            wrong = found.get("error_slow", found.get("error_slow_against_own_finer_run"))
            rows.append((name, "384,000", str(found["steps"]), percent(wrong), seconds(found["wall_s"]),
                         seconds(found["cpu_s"]), f"{number(found['peak_mb'])} MB", "–"))  # fmt: skip
    for name, found in (at(all_, "block", "results") or {}).items():
        wrong = found.get("error_in_time")
        rows.append((
            f"whole network, {found['states']} states, 264 d: {name.replace('um', 'µm')}", f"{found['cells']:,}", str(found["steps"]),
            "–" if wrong is None else percent(wrong), seconds(found["wall_s"]), seconds(found["cpu_s"]),
            f"{number(found['peak_mb'])} MB", f"{number(found['stated_mb'])} MB",
        ))  # fmt: skip
    head = ("block", "cells", "steps", "error of slow fields", "time", "processor time", "peak memory", "stated before")
    made = table(head, rows)
    space = at(all_, "block", "results", "cells of 50 um", "error_in_space")
    if space is None and "block" not in all_:
        made.append("The whole network has no record yet: `python benchmarks/block.py`.")
    if space is not None:
        made.append(f"Cells of 50 µm put the mean gain {percent(space)} from that with cells of 25 µm.")
    return made


def solvers(all_: dict[str, Record]) -> list[str]:
    """Return every solver of the two common problems."""
    made = ["## The common block, solver by solver"]
    cases, rows = at(all_, "tissue", "results") or {}, []
    base = at(cases, "ours, tolerance 0.03", "wall_s")
    for name, found in cases.items():
        if "steady" in name or "1 cm2" in name:
            continue
        if "not_run" in found:
            rows.append((name, found["not_run"], "", "", ""))
            continue
        wrong = found.get("error_slow", found.get("error_slow_against_own_finer_run"))
        hour = found.get("error_slow_after_hour")
        told = percent(wrong) if wrong is not None else f"{percent(hour)} after an hour" if hour is not None else NONE
        how = "extrapolated" if found.get("extrapolated") else "measured"
        memory = f"{number(found['peak_mb'])} MB" if "peak_mb" in found else ""
        rows.append((name, f"{seconds(found['wall_s'])}, {how}", over(found["wall_s"], base), told, memory))
    made += table(
        ("solver", "90 days", "ratio to ours at tolerance 0.03", "error of the slow field", "peak memory"), rows
    )
    made.append("## Patients, solver by solver")
    ensemble = at(all_, "ensemble") or {}
    good = {
        name: row for name, row in (at(ensemble, "ours") or {}).items() if "double" in name and row["error"] <= BOUND
    }
    least = min((row["us_a_patient"] for row in good.values()), default=None)
    rows = []
    for name, found in {**(at(ensemble, "ours") or {}), **(at(ensemble, "peers") or {})}.items():
        if isinstance(found, str):
            rows.append((name, found, "", "", ""))
            continue
        each, failed = found["us_a_patient"], str(found["failed"])
        rows.append((name, number(found["error"]), failed, f"{number(each)} µs", over(each, least)))
    made += table(("solver", "largest error", "failed", "a patient, median", "ratio"), rows)
    return made


def page() -> str:
    """Return the page."""
    all_ = records()
    goals = [*tissue_goals(at(all_, "tissue") or {}), *patient_goals(at(all_, "ensemble") or {}), *other_goals(all_)]
    head = ("goal", "asked", "ours", "kept", "peer", "ratio")
    body = [HEAD, "## Goals", *table(head, goals)]
    body += [_on_a_gpu(all_), "", "## The prototype's problem and the product's", *blocks(all_), "", *solvers(all_)]
    body += ["## How they grow", "", *_growth(all_), "", NOTES, "## Machines", *machines(all_)]
    text = "\n".join(body)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.rstrip("\n") + "\n"


def _on_a_gpu(all_: dict[str, Record]) -> str:
    gpu = at(all_, "jax-gpu", "measured")
    if gpu is None:
        return "On an H200 G3 asks for 5 s and G6 for 0.5 s. No record of a GPU is here: `python benchmarks/gpu.py --full` makes one."
    block, people = gpu["block"]["JAX, single"], gpu["patients"]["JAX, single, rtol 1e-3"]
    return (
        f"On a GPU ({all_['jax-gpu']['machine']['device']}): {' × '.join(map(str, gpu['block']['shape']))} cells in "
        f"{seconds(block['seconds'])} (G3 asks for 5 s on an H200); {people['patients']:,} patients in "
        f"{seconds(people['seconds'])} (G6 asks for 0.5 s)."
    )


def _growth(all_: dict[str, Record]) -> list[str]:
    scaling = all_.get("scaling")
    if scaling is None:
        return ["No curves are recorded yet: `python benchmarks/scaling.py`."]
    return [
        "![Time and memory of a block over its voxels, and time of an ensemble over patients, on logarithmic axes](scaling.svg)",
        "",
        "The dashed lines have a slope of 1: twice the work in twice the time.",
    ]


def main() -> None:
    """Write the page, and the curves where they are recorded."""
    PAGE.write_text(page(), encoding="utf-8")
    drawn = RESULTS / "scaling.svg"
    if drawn.exists():
        shutil.copyfile(drawn, CURVES)


if __name__ == "__main__":
    main()
