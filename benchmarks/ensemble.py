"""Many patients: the ensemble solver and its peers on the same work in one run.

Run `python benchmarks/ensemble.py`. The work is 90 days, sessions on days 0, 21, 42 and 63, constants drawn from the
whole prior, one local injury a patient from 0.02 to 1, states at day 90. Accuracy is checked first, against LSODA at a
relative tolerance of 1e-11: the error is the largest |d| / (|reference| + 1e-3) over patients and states. A peer that
is not installed is named as such. `--million` also solves a million patients, and `--peers N` sets how many patients
the slow peers get. Ratios are of the least times, which other work on the machine disturbs least.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade import Course, Ensemble, Impulses, Physiology, Rosenbrock, Solver, physiology, write_sbml
from pinprick.cascade.network import NAMES, SYMBOLS
from pinprick.errors import MissingExtraError

Array = NDArray[np.float64]
Precision = Literal["double", "single"]
Run = Callable[[int], Array]

COURSE = Course(4, 21.0)
DAYS = np.array(COURSE.session_days)
END = 90.0
SEED = 1
RESULT = Path(__file__).parent / "results" / "ensemble.json"
FLOOR = 1e-3


class Work:
    """The patients and the reference of those that the slow solvers get."""

    def __init__(self, patients: int) -> None:
        """Draw the patients."""
        self.drawn: Physiology = physiology(patients, seed=SEED)
        self.injury = np.random.default_rng(3).uniform(0.02, 1.0, patients)

    def impulses(self, count: int) -> Impulses:
        return Impulses(DAYS, np.repeat(self.injury[:count, None], DAYS.size, axis=1))

    def by(self, solver: Solver, count: int) -> Array:
        drawn = self.drawn
        times = np.array([END])
        return solver.solve(drawn.parameters[:count], drawn.rest[:count], self.impulses(count), times)[:, 0]


def error(found: Array, reference: Array) -> float:
    """Return the largest error over patients and states; infinite where a patient failed."""
    count = min(len(found), len(reference))
    worst = np.abs(found[:count] - reference[:count]) / (np.abs(reference[:count]) + FLOOR)
    return float(np.where(np.isfinite(worst), worst, np.inf).max())


def segments(work: Work, patient: int, advance: Callable[[Array, Array, float, float], Array]) -> Array:
    """Carry one patient from session to session with a solver of one span."""
    from pinprick.cascade.kernel import impulse

    y, p = work.drawn.rest[patient].copy(), work.drawn.parameters[patient].copy()
    for start, end in zip(DAYS, [*DAYS[1:], END], strict=True):
        impulse(y, p, work.injury[patient])
        y = advance(y, p, float(start), float(end))
    return y


def compiled_rates() -> Callable[[float, Array, Array], Array]:
    """Return the network's rates as SciPy calls them, in machine code."""
    import numba

    from pinprick.cascade.kernel import STATES, rates

    @numba.njit
    def slope(_: float, y: Array, p: Array) -> Array:
        out = np.empty(STATES)
        rates(y, p, out)
        return out

    return slope  # type: ignore[no-any-return]


def scipy_run(work: Work, method: str, rtol: float, atol: float) -> Run:
    from scipy.integrate import solve_ivp

    slope = compiled_rates()

    def advance(y: Array, p: Array, start: float, end: float) -> Array:
        found = solve_ivp(slope, (start, end), y, method=method, args=(p,), rtol=rtol, atol=atol)
        return np.asarray(found.y[:, -1] if found.success else np.full_like(y, np.nan))

    return lambda count: np.array([segments(work, i, advance) for i in range(count)])


def roadrunner_run(work: Work, rtol: float, atol: float) -> Run:
    """Return libRoadRunner on the exported SBML, one instance, patients by their constants."""
    import roadrunner

    from pinprick.cascade.kernel import impulse
    from pinprick.cascade.network import PARAMETERS

    roadrunner.Logger.setLevel(roadrunner.Logger.LOG_FATAL)
    # The export writes sessions as events, so the course is part of the document, as a user would have it.
    model = roadrunner.RoadRunner(write_sbml(work.drawn, COURSE, 0.5))
    model.integrator.relative_tolerance = rtol
    model.integrator.absolute_tolerance = atol
    model.timeCourseSelections = list(NAMES)

    def run(count: int) -> Array:
        out = np.empty((count, len(SYMBOLS)))
        for i in range(count):
            model.resetAll()
            for name, value in zip(PARAMETERS, work.drawn.parameters[i], strict=True):
                model[name] = float(value)
            model["local_injury"] = float(work.injury[i])
            # The event of day 0 does not fire again after a reset, so the first session is put into the start.
            y = work.drawn.rest[i].copy()
            impulse(y, work.drawn.parameters[i], work.injury[i])
            for name, value in zip(NAMES, y, strict=True):
                model[name] = float(value)
            try:
                out[i] = np.asarray(model.simulate(0, END, 2))[-1]
            except RuntimeError:
                out[i] = np.nan
        return out

    return run


def sundae_run(work: Work, rtol: float, atol: float) -> Run:
    from sksundae.cvode import CVODE

    slope = compiled_rates()

    def advance(y: Array, p: Array, start: float, end: float) -> Array:
        def rates(t: float, state: Array, out: Array) -> None:
            out[:] = slope(t, state, p)

        found = CVODE(rates, rtol=rtol, atol=atol, method="BDF", max_num_steps=100_000)
        return np.asarray(found.solve(np.array([start, end]), y).y[-1])

    return lambda count: np.array([segments(work, i, advance) for i in range(count)])


def diffrax_run(work: Work, rtol: float, atol: float) -> Run:
    os.environ.setdefault("JAX_ENABLE_X64", "1")
    import diffrax
    import jax
    import jax.numpy as jnp

    from pinprick.cascade.expression import Expression, parse
    from pinprick.cascade.generate import derivatives
    from pinprick.cascade.network import DEFINITIONS, IMPULSE, INDEX, PARAMETERS

    operations: dict[str, Callable[..., Any]] = {
        "+": jnp.add, "-": jnp.subtract, "*": jnp.multiply, "/": jnp.divide, "**": jnp.power, "sqrt": jnp.sqrt,
        "pos": lambda x: jnp.maximum(x, 0.0),
    }  # fmt: skip

    def value(node: Expression, known: dict[str, Any]) -> Any:
        if node.kind == "number":
            return node.number
        if node.kind == "symbol":
            if node.name not in known:
                known[node.name] = value(parse(DEFINITIONS[node.name]), known)
            return known[node.name]
        return operations[node.kind](*(value(part, known) for part in node.parts))

    def known(y: Any, p: Any) -> dict[str, Any]:
        return {s: y[i] for i, s in enumerate(SYMBOLS)} | {s: p[i] for i, s in enumerate(PARAMETERS)}

    nodes = derivatives()

    def rates(_: Any, y: Any, p: Any) -> Any:
        names = known(y, p)
        return jnp.stack([jnp.asarray(value(node, names), dtype=y.dtype) for node in nodes])

    control = diffrax.PIDController(rtol=rtol, atol=atol, pcoeff=0.3, icoeff=0.4)

    def one(p: Any, y: Any, d: Any) -> Any:
        def span(y: Any, ends: Any) -> Any:
            names = known(y, p) | {"d": d}
            for symbol, text in IMPULSE.items():
                y = y.at[INDEX[symbol]].set(value(parse(text), names))
            found = diffrax.diffeqsolve(
                diffrax.ODETerm(rates), diffrax.Kvaerno5(), ends[0], ends[1], 1e-3, y, args=p,
                stepsize_controller=control, saveat=diffrax.SaveAt(t1=True), max_steps=100_000, throw=False,
            )  # fmt: skip
            return found.ys[-1], None

        return jax.lax.scan(span, y, jnp.stack([jnp.asarray(DAYS), jnp.asarray([*DAYS[1:], END])], axis=1))[0]

    every = jax.jit(jax.vmap(one))
    drawn = work.drawn
    return lambda count: np.asarray(every(drawn.parameters[:count], drawn.rest[:count], work.injury[:count]))


def numbalsoda_run(work: Work, rtol: float, atol: float) -> Run:
    import numba
    from numbalsoda import lsoda, lsoda_sig

    from pinprick.cascade.kernel import STATES, impulse, rates
    from pinprick.cascade.network import PARAMETERS

    size = len(PARAMETERS)

    @numba.cfunc(lsoda_sig)
    def slope(_: float, y: Any, out: Any, p: Any) -> None:
        rates(numba.carray(y, (STATES,)), numba.carray(p, (size,)), numba.carray(out, (STATES,)))

    address, ends = slope.address, np.array([*DAYS[1:], END])

    @numba.njit(parallel=True)
    def every(p: Array, rest: Array, injury: Array) -> Array:
        out = np.empty((p.shape[0], STATES))
        for i in numba.prange(p.shape[0]):
            y = rest[i].copy()
            for k in range(DAYS.size):
                impulse(y, p[i], injury[i])
                found, good = lsoda(address, y, np.array([DAYS[k], ends[k]]), p[i], rtol=rtol, atol=atol)
                y = found[-1].copy()
                if not good:
                    y[:] = np.nan
            out[i] = y
        return out

    drawn = work.drawn
    return lambda count: np.asarray(every(drawn.parameters[:count], drawn.rest[:count], work.injury[:count]))


def measured(run: Run, count: int, reference: Array, *, times: int) -> dict[str, float]:
    """Return the error first, then the median time a patient."""
    start = time.perf_counter()
    found = run(count)
    first = time.perf_counter() - start
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        run(count)
        seconds.append(time.perf_counter() - start)
    middle = statistics.median(seconds) if seconds else first
    return {
        "patients": count,
        "error": error(found, reference),
        "failed": int(np.isnan(found).any(axis=1).sum()),
        "first_call_s": first,
        "us_a_patient": 1e6 * middle / count,
        "least_us_a_patient": 1e6 * min(seconds or [first]) / count,
        "runs": len(seconds) or 1,
    }


def ours(work: Work, reference: Array, times: int) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    count = work.drawn.draws
    cases: list[tuple[str, Solver]] = []
    for rtol in (1e-3, 5e-4, 1e-4, 1e-5, 1e-6):
        for threads in (1, 2):
            cases.append(
                (
                    f"ensemble, double, rtol {rtol:g}, {threads} thread{'s' * (threads > 1)}",
                    Ensemble(rtol, rtol / 100, "double", threads),
                )
            )
    for rtol in (1e-3, 1e-4):
        for threads in (1, 2):
            cases.append(
                (
                    f"ensemble, single, rtol {rtol:g}, {threads} thread{'s' * (threads > 1)}",
                    Ensemble(rtol, rtol / 100, "single", threads),
                )
            )
    for rtol in (1e-3, 1e-6):
        cases.append((f"one patient at a time, rtol {rtol:g}, 2 threads", Rosenbrock(rtol, rtol / 100, 2)))
    for name, solver in cases:
        found[name] = measured(lambda n, s=solver: work.by(s, n), count, reference, times=times)  # type: ignore[misc]
    return found


def peers(work: Work, reference: Array, count: int) -> dict[str, dict[str, float] | str]:
    makers: dict[str, tuple[Callable[[], Run], int, int]] = {
        "SciPy LSODA, rates in machine code, rtol 1e-6": (lambda: scipy_run(work, "LSODA", 1e-6, 1e-8), count, 3),
        "SciPy BDF, rates in machine code, rtol 1e-6": (lambda: scipy_run(work, "BDF", 1e-6, 1e-8), count // 4, 3),
        "SciPy LSODA, rates in machine code, rtol 1e-4": (lambda: scipy_run(work, "LSODA", 1e-4, 1e-6), count, 3),
        "libRoadRunner, rtol 1e-6": (lambda: roadrunner_run(work, 1e-6, 1e-8), count * 4, 3),
        "libRoadRunner, rtol 1e-4": (lambda: roadrunner_run(work, 1e-4, 1e-6), count * 4, 3),
        "scikit-sundae CVODE, rates in machine code, rtol 1e-6": (lambda: sundae_run(work, 1e-6, 1e-8), count, 3),
        "numbalsoda, 2 threads, rtol 1e-6": (lambda: numbalsoda_run(work, 1e-6, 1e-8), count * 4, 3),
        "numbalsoda, 2 threads, rtol 1e-4": (lambda: numbalsoda_run(work, 1e-4, 1e-6), count * 4, 3),
        "diffrax Kvaerno5, vmap, rtol 1e-6": (lambda: diffrax_run(work, 1e-6, 1e-8), count, 3),
    }
    found: dict[str, dict[str, float] | str] = {}
    for name, (make, patients, times) in makers.items():
        try:
            found[name] = measured(make(), min(patients, work.drawn.draws), reference, times=times)
        except (ImportError, MissingExtraError) as fault:
            why = " (its package holds no machine code, and to build it takes a Fortran compiler)"
            found[name] = f"not installed: {fault}{why if 'numbalsoda' in name else ''}"
        print(name, found[name], flush=True)
    return found


def first_call(times: int = 5, **environment: str) -> dict[str, float]:
    """Time the first 1,000 patients of a fresh process, imports of the solver included."""
    code = (
        "import time, numpy as np; from pinprick.cascade import Ensemble, Impulses, physiology; "
        "d = physiology(1000, seed=1); hits = Impulses(np.array([0.0, 21, 42, 63]), np.full((1000, 4), 0.5)); "
        "start = time.perf_counter(); "
        "Ensemble(1e-3, 1e-5).solve(d.parameters, d.rest, hits, np.array([90.0])); print(time.perf_counter() - start)"
    )
    settings = {**os.environ, **environment}
    seen = [float(subprocess.check_output([sys.executable, "-c", code], text=True, env=settings)) for _ in range(times)]
    return {"median_s": statistics.median(seen), "least_s": min(seen), "runs": len(seen)}


def first_call_ever() -> dict[str, float]:
    """Time the same where the machine code is still to be written: once a machine, precision and version."""
    with tempfile.TemporaryDirectory() as folder:
        return first_call(1, NUMBA_CACHE_DIR=folder)


def wide(patients: int = 20_000) -> dict[str, dict[str, float]]:
    """Return how the error is spread over many more patients than are timed, against ours at a tolerance of 1e-8."""
    drawn = physiology(patients, seed=77)
    injury = np.random.default_rng(5).uniform(0.0, 1.0, patients)
    hits, times = Impulses(DAYS, np.repeat(injury[:, None], DAYS.size, axis=1)), np.array([END])
    tight = Ensemble(1e-8, 1e-10).solve(drawn.parameters, drawn.rest, hits, times)
    found = {}
    for precision in ("double", "single"):
        for rtol in (1e-3, 5e-4, 1e-4):
            solver = Ensemble(rtol, rtol / 100, precision)  # type: ignore[arg-type]
            states = solver.solve(drawn.parameters, drawn.rest, hits, times)
            worst = (np.abs(states - tight) / (np.abs(tight) + FLOOR)).max(axis=(1, 2))
            found[f"{precision}, rtol {rtol:g}"] = {
                "patients": patients,
                "median": float(np.median(worst)),
                "q999": float(np.quantile(worst, 0.999)),
                "largest": float(worst.max()),
                "above_1e-3": int((worst > 1e-3).sum()),
            }
    return found


def million(precision: Precision, patients: int = 1_000_000, part: int = 50_000) -> dict[str, float]:
    """Solve a million patients of the prior in parts, each with its own draws, and time the solver alone."""
    load = os.getloadavg()[0]
    solver, failed, rescued, seconds, busy = Ensemble(1e-3, 1e-5, precision), 0, 0, [], 0.0
    for number in range(patients // part):
        drawn = physiology(part, seed=1000 + number)
        injury = np.random.default_rng(number).uniform(0.0, 1.0, part)
        hits = Impulses(DAYS, np.repeat(injury[:, None], DAYS.size, axis=1))
        start, used = time.perf_counter(), time.process_time()
        found, collapsed = solver.attempt(drawn.parameters, drawn.rest, hits, np.array([END]))
        if collapsed.size:
            found = solver.solve(drawn.parameters, drawn.rest, hits, np.array([END]))
        seconds.append(time.perf_counter() - start)
        busy += time.process_time() - used
        rescued += collapsed.size
        failed += int((~np.isfinite(found)).any(axis=(1, 2)).sum())
    result = {
        "patients": len(seconds) * part,
        "seconds": sum(seconds),
        "seconds_at_the_median_part": statistics.median(seconds) * len(seconds),
        "seconds_at_the_fastest_part": min(seconds) * len(seconds),
        "processor_seconds": busy,
        "failed": failed,
        "rescued": rescued,
        "load_before": load,
    }
    print(f"{precision} precision: {result}", flush=True)
    return result


def references(work: Work, count: int) -> tuple[Array, float]:
    """Return the reference of every patient and how far it lies from LSODA on the first of them."""
    tight = work.by(Rosenbrock(1e-11, 1e-13), work.drawn.draws)
    lsoda = scipy_run(work, "LSODA", 1e-11, 1e-13)(count)
    apart = error(tight, lsoda)
    tight[:count] = lsoda
    return tight, apart


def machine() -> dict[str, str | int | float]:
    name = platform.processor() or platform.machine()
    details = Path("/proc/cpuinfo")
    if details.exists():
        lines = details.read_text(encoding="utf-8").splitlines()
        name = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), name)
    import llvmlite.binding

    cores = len(os.sched_getaffinity(0))
    return {
        "processor": name,
        "class": str(llvmlite.binding.get_host_cpu_name()),
        "cores": cores,
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
    }


def versions() -> dict[str, str]:
    names = (
        "pinprick",
        "numpy",
        "scipy",
        "numba",
        "llvmlite",
        "libroadrunner",
        "numbalsoda",
        "scikit-sundae",
        "diffrax",
        "jax",
    )
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def show(name: str, row: dict[str, float] | str, base: float) -> None:
    if isinstance(row, str):
        print(f"{name:58} {row}")
        return
    middle, least = row["us_a_patient"], row["least_us_a_patient"]
    print(f"{name:58} {row['error']:9.1e} {row['failed']:6} {middle:11.1f} {least:11.1f} {least / base:9.1f}")


def both_millions() -> dict[str, dict[str, float]]:
    return {"single": million("single"), "double": million("double")}


def write(result: dict[str, Any]) -> None:
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=1000)
    parser.add_argument("--peers", type=int, default=50, help="patients for the slow peers")
    parser.add_argument("--times", type=int, default=15, help="timed runs of ours")
    parser.add_argument("--million", action="store_true", help="also solve a million patients and count failures")
    parser.add_argument("--only-million", action="store_true", help="renew that part of the record alone")
    given = parser.parse_args()
    if given.only_million:
        result = json.loads(RESULT.read_text(encoding="utf-8"))
        result["million"] = both_millions()
        write(result)
        return
    result: dict[str, Any] = {"recorded": date.today().isoformat(), "machine": machine(), "versions": versions()}
    work = Work(given.patients)
    reference, apart = references(work, max(given.peers * 4, 1))
    result["reference"] = {"lsoda_patients": given.peers * 4, "tight_against_lsoda": apart}
    print(f"reference: LSODA at 1e-11 for {given.peers * 4} patients; ours at 1e-11 lies within {apart:.1e} of it")
    result["ours"] = ours(work, reference, given.times)
    result["first_call"] = first_call()
    result["first_call_ever"] = first_call_ever()
    result["peers"] = peers(work, reference, given.peers)
    good = {name: row for name, row in result["ours"].items() if row["error"] <= 1e-3 and "double" in name}
    if apart > 1e-6 or not good:
        raise RuntimeError(
            "no solver of ours keeps an error of 1e-3 against the reference: there is nothing to compare"
        )
    best = min(good, key=lambda name: good[name]["least_us_a_patient"])
    result["best_double_within_1e-3"] = best
    base = good[best]["least_us_a_patient"]
    print(f"\n{'microseconds a patient':58} {'error':>9} {'failed':>6} {'median':>11} {'least':>11} {'ratio':>9}")
    for name, row in {**result["ours"], **result["peers"]}.items():
        show(name, row, base)
    print(f"first 1,000 patients of a fresh process: {result['first_call']['median_s']:.2f} s")
    print(f"the same with no machine code on disk: {result['first_call_ever']['median_s']:.2f} s")
    result["wide"] = wide()
    for name, row in result["wide"].items():
        print(
            f"{row['patients']:,} patients, {name}: largest error {row['largest']:.1e}, above 1e-3: {row['above_1e-3']}"
        )
    if given.million:
        result["million"] = both_millions()
    elif RESULT.exists():
        result["million"] = json.loads(RESULT.read_text(encoding="utf-8")).get("million")
    result["machine"]["load_after"] = os.getloadavg()[0]
    write(result)


if __name__ == "__main__":
    main()
