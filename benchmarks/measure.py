"""What is measured; each function returns plain numbers."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
EXAMPLE = str(ROOT / "examples" / "acne-scars.toml")
DAY = date(2026, 11, 21)
_RUN = "from pinprick.cli.main import run; run()"
Array = NDArray[np.float64]
# Both solvers must come this near a tight solution before their times are compared.
_SOLVED = 1e-3


def _child(*arguments: str, code: str = _RUN, **environment: str) -> tuple[float, float]:
    """Return wall seconds and peak memory in MiB of one fresh Python process."""
    # VmHWM counts this process alone; the usual ru_maxrss would start from the parent's size.
    wrapped = (
        "import sys\n"
        f"try:\n    {code}\n"
        "finally:\n"
        "    peak = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0]\n"
        "    sys.stderr.write('\\nPEAK ' + peak)"
    )
    start = time.perf_counter()
    settings = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", wrapped, *arguments], capture_output=True, text=True, env={**settings, **environment}
    )
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1) or "PEAK" not in done.stderr:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return seconds, int(done.stderr.rsplit("PEAK", 1)[1]) / 1024


def _repeated(run: Callable[[], tuple[float, float]], times: int) -> dict[str, float]:
    run()  # fills the caches of byte code and machine code, as any second run finds them
    seen = [run() for _ in range(times)]
    seconds = [item[0] for item in seen]
    return {
        "median_s": statistics.median(seconds),
        "least_s": min(seconds),
        "most_s": max(seconds),
        "peak_mib": max(item[1] for item in seen),
        "runs": times,
    }


def commands(times: int) -> dict[str, dict[str, float]]:
    """Time whole commands in fresh processes, imports included."""
    day = ("--on", DAY.isoformat())
    with tempfile.TemporaryDirectory() as folder:
        report = str(Path(folder) / "plan.html")
        found = {
            "import": _repeated(lambda: _child(code="import pinprick"), times),
            "help": _repeated(lambda: _child("--help"), times),
            "screen": _repeated(lambda: _child("screen", EXAMPLE, *day), times),
            "simulate": _repeated(lambda: _child("simulate"), times),
            "plan": _repeated(lambda: _child("plan", EXAMPLE, *day), times),
            "plan_with_report": _repeated(lambda: _child("plan", EXAMPLE, *day, "--report", report), times),
        }
        found["plan_with_report"]["report_mb"] = Path(report).stat().st_size / 1e6
        bare = _child("plan", EXAMPLE, *day, NUMBA_CACHE_DIR=str(Path(folder) / "numba"))
        found["plan_without_machine_code"] = {"median_s": bare[0], "peak_mib": bare[1], "runs": 1}
    return found


def bare_python(times: int) -> dict[str, float]:
    """Time a process that does nothing, to be subtracted in the mind."""
    return _repeated(lambda: _child(code="pass"), times)


def search(times: int) -> dict[str, float]:
    """Time the planning call in a warm process and count what it searched."""
    from pinprick.planning import Case, plan

    case = Case.load(EXAMPLE)
    made = plan(case, on=DAY)
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        plan(case, on=DAY)
        seconds.append(time.perf_counter() - start)
    if made.search is None:
        raise RuntimeError("the example has no search")
    count, middle = len(made.search.candidates), statistics.median(seconds)
    return {
        "candidates": count,
        "draws": made.search.draws,
        "plan_s": middle,
        "candidates_per_s": count / middle,
        "candidate_draws_per_s": count * made.search.draws / middle,
    }


def solves(times: int, lanes: int = 256) -> dict[str, float]:
    """Time the healing network against scipy's LSODA on the same compiled rates, tolerance and output, one thread."""
    from pinprick.cascade.physiology import physiology
    from pinprick.cascade.solver import Impulses, Rosenbrock

    drawn = physiology(lanes, seed=0)
    hit = Impulses(np.array([0.0, 28.0]), np.full((lanes, 2), 0.5))
    days = np.concatenate([np.linspace(0.0, 27.9, 60), np.linspace(28.0, 180.0, 60)])
    one = Rosenbrock(threads=1)

    def solved() -> Array:
        return one.solve(drawn.parameters, drawn.rest, hit, days)

    ours = solved()
    tight = Rosenbrock(1e-10, 1e-12).solve(drawn.parameters, drawn.rest, hit, days)
    few = range(0, lanes, lanes // 16)
    theirs = np.stack([_lsoda(drawn.parameters[i], drawn.rest[i], days, one.rtol, one.atol) for i in few])
    scale = np.abs(tight).max(axis=(0, 1))
    wrong = float((np.abs(ours - tight) / scale).max()), float((np.abs(theirs - tight[list(few)]) / scale).max())
    if max(wrong) > _SOLVED:
        raise RuntimeError(f"errors of {wrong[0]:.1e} and {wrong[1]:.1e}: there is nothing to compare")
    mine = statistics.median(_clock(solved) for _ in range(times)) / lanes
    every = statistics.median(
        _clock(lambda: Rosenbrock().solve(drawn.parameters, drawn.rest, hit, days)) for _ in range(times)
    )
    start = time.perf_counter()
    for i in few:
        _lsoda(drawn.parameters[i], drawn.rest[i], days, one.rtol, one.atol)
    peer = (time.perf_counter() - start) / len(few)
    return {
        "lanes": lanes,
        "ours_s_per_solve": mine,
        "lsoda_s_per_solve": peer,
        "ratio_to_lsoda": peer / mine,
        "solves_per_s_all_threads": lanes / every,
        "ours_error": wrong[0],
        "lsoda_error": wrong[1],
    }


def _clock(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _lsoda(parameters: Array, rest: Array, days: Array, rtol: float, atol: float) -> Array:
    from scipy.integrate import solve_ivp

    from pinprick.cascade.kernel import impulse, rates

    p, out = np.ascontiguousarray(parameters), np.empty(rest.size)

    def slope(_: float, state: Array) -> Array:
        rates(state, p, out)
        return out

    y, rows = rest.copy(), []
    for start, end in ((0.0, 28.0), (28.0, float(days[-1]))):
        impulse(y, p, 0.5)
        ask = days[(days >= start) & (days < end)] if end < days[-1] else days[days >= start]
        run = solve_ivp(
            slope, (start, end), y, method="LSODA", rtol=rtol, atol=atol, t_eval=np.unique(np.append(ask, end))
        )
        rows.append(run.y.T[: ask.size])
        y = run.y[:, -1].copy()
    return np.concatenate(rows)
