"""The JAX solvers on whatever device JAX finds, beside the ones for the CPU: agreement first, then time.

Run `python benchmarks/gpu.py` for a small run that any machine can do, and `python benchmarks/gpu.py --full` on a GPU
(after `pip install 'jax[cuda12]'`) for a million patients and a square centimetre of skin. Needs the extra `jax`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.cascade import Ensemble, Impulses, JaxSolver, Rosenbrock, gradient, physiology
from pinprick.cascade.network import NAMES
from pinprick.tissue import Block, Coupling, Layered, March, Session, accelerator

Array = NDArray[np.float64]
DAYS = np.array([0.0, 21.0, 42.0, 63.0])
END = 90.0
SLOW = ["collagen_3", "collagen_1_immature", "collagen_1_mature", "fibroblast", "elastin"]
RESULTS = Path(__file__).parent / "results"
FIELD, COUPLING = Layered(1.0, 20.0), Coupling(0.5, 0.05, 0.02)


def timed(work: Callable[[], Any], times: int) -> tuple[Any, float, float]:
    """Return what the work makes, the seconds of the first call (it compiles) and the median of those after it."""
    start = time.perf_counter()
    found = work()
    first, seconds = time.perf_counter() - start, []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return found, first, statistics.median(seconds)


def apart(found: Array, reference: Array) -> tuple[float, float]:
    """Return the largest difference over all states and over the slow ones, |d| / (|reference| + 1e-3)."""
    worst = np.abs(found - reference) / (np.abs(reference) + 1e-3)
    return float(worst.max()), float(worst[..., [NAMES.index(name) for name in SLOW]].max())


def patients(count: int, times: int) -> dict[str, Any]:
    """Solve patients of the prior, 90 days and four sessions, by each solver."""
    drawn = physiology(min(count, 10_000), seed=1)
    repeat = -(-count // drawn.draws)
    p, rest = (np.tile(a, (repeat, 1))[:count] for a in (drawn.parameters, drawn.rest))
    injury = np.random.default_rng(3).uniform(0.02, 1.0, count)
    hits = Impulses(DAYS, np.repeat(injury[:, None], DAYS.size, axis=1))
    end, some = np.array([END]), slice(0, 1000)
    few = Impulses(DAYS, hits.injury[some])
    reference = Rosenbrock(1e-10, 1e-12).solve(p[some], rest[some], few, end)
    found: dict[str, Any] = {}
    for name, solver in {
        "JAX, double, rtol 1e-5": JaxSolver(1e-5, 1e-7),
        "JAX, single, rtol 1e-3": JaxSolver(1e-3, 1e-5, "single"),
        "CPU, double, rtol 1e-5": Ensemble(1e-5, 1e-7),
        "CPU, single, rtol 1e-3": Ensemble(1e-3, 1e-5, "single"),
    }.items():
        out, first, seconds = timed(lambda s=solver: s.solve(p, rest, hits, end), times)  # type: ignore[misc]
        every, slow = apart(out[some], reference)
        found[name] = {
            "patients": count,
            "error": every,
            "error_of_slow_states": slow,
            "failed": int((~np.isfinite(out)).any(axis=(1, 2)).sum()),
            "first_call_s": first,
            "seconds": seconds,
        }
        print(name, found[name], flush=True)
    return found


def gradients(count: int, times: int) -> dict[str, float]:
    """Differentiate the collagen gain of patients by every constant, injury and day."""
    drawn = physiology(count, seed=1)
    hits = Impulses(DAYS, np.full((count, DAYS.size), 0.5))
    found, first, seconds = timed(lambda: gradient(drawn, hits, END), times)
    derivatives = sum(a.shape[1] for a in (found.constants, found.injury, found.days))
    result = {"patients": count, "derivatives": derivatives, "first_call_s": first, "seconds": seconds}
    print("gradients", result, flush=True)
    return result


def block(shape: tuple[int, int, int], fields: int, days: float, sessions: int, times: int) -> dict[str, Any]:
    """March fields that tissue takes up, by the CPU with steps of its choice and by JAX with the same steps."""
    grid = Block.uniform(shape, 0.025)
    start = np.zeros(shape, np.float32)
    start[:: max(2, shape[0] // 4), :: max(2, shape[1] // 4), : shape[2] // 2] = 1.0
    march, lengths = March(grid, [FIELD], [COUPLING], tolerance=1e-3), []
    begun = time.perf_counter()
    for number in range(sessions):
        march.inject(Session(march.day, [start]))
        own: list[float] = []
        before = [march.day]

        def note(at: March, own: list[float] = own, before: list[float] = before) -> None:
            own.append(at.day - before[0])
            before[0] = at.day

        march.run(days * (number + 1) / sessions, note)
        lengths.append(own)
    on_cpu = time.perf_counter() - begun
    reference = march.tissue()
    found: dict[str, Any] = {"shape": shape, "fields": fields, "steps": march.steps, "cpu_seconds_one_field": on_cpu}
    kinds: tuple[accelerator.Precision, ...] = ("single", "double")
    for precision in kinds:
        (u, v), first, seconds = timed(lambda k=precision: _by_jax(grid, start, lengths, fields, k), times)  # type: ignore[misc]
        found[f"JAX, {precision}"] = {
            "first_call_s": first,
            "seconds": seconds,
            "field_apart": _relative(u, reference.diffusing[0]),
            "taken_up_apart": _relative(v, reference.immobile[0]),
        }
        print(shape, precision, found[f"JAX, {precision}"], flush=True)
    return found


def _by_jax(
    grid: Block, start: Array, lengths: list[list[float]], fields: int, precision: accelerator.Precision
) -> tuple[Array, Array]:
    with accelerator.numbers(precision):
        import jax.numpy as jnp

        from pinprick.tissue import jax_operator

        kind = accelerator.kind_of(precision)
        basis = jax_operator.basis(grid, FIELD, precision)
        rates = float(COUPLING.uptake_per_day), COUPLING.loss_per_day, float(COUPLING.release_per_day)  # type: ignore[arg-type]
        dose, most = jnp.asarray(start, kind), max(len(own) for own in lengths)
        for _ in range(fields):
            u, v = jnp.zeros_like(dose), jnp.zeros_like(dose)
            for own in lengths:
                # Padded by splitting the last step, so that every session runs the same program.
                steps = own[:-1] + [own[-1] / (most - len(own) + 1)] * (most - len(own) + 1)
                at = jax_operator.begin(basis, u + dose, v, rates[2])
                at = jax_operator.follow(basis, at, jnp.asarray(steps, kind), rates)
                u, v = jax_operator.fields(basis, at, rates[0])
        return np.asarray(u), np.asarray(v)


def _relative(found: Array, reference: Array) -> float:
    return float(np.linalg.norm(found.astype(float) - reference) / np.linalg.norm(reference))


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    import jax

    packages = ("pinprick", "jax", "jaxlib", "numpy", "numba")
    return {
        "date": date.today().isoformat(),
        "device": str(jax.devices()[0].device_kind),
        "backend": jax.default_backend(),
        "cores": len(os.sched_getaffinity(0)),
        "processor": platform.machine(),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in packages},
    }


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="a million patients and 400 x 400 x 120 cells")
    parser.add_argument("--times", type=int, default=3, help="repetitions")
    chosen = parser.parse_args()
    where = machine()
    print(where, flush=True)
    big = chosen.full
    shape = (400, 400, 120) if big else (40, 40, 30)
    measured = {
        "patients": patients(1_000_000 if big else 1000, chosen.times),
        "gradients": gradients(1000 if big else 50, chosen.times),
        "block": block(shape, 12 if big else 1, 180.0 if big else 90.0, 6 if big else 4, chosen.times),
    }
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"jax-{where['backend']}.json"
    path.write_text(json.dumps({"machine": where, "measured": measured}, indent=2) + "\n", encoding="utf-8")
    print(f"stored: {path.relative_to(RESULTS.parent.parent)}")


if __name__ == "__main__":
    main()
