"""Writes the record of how far the shipped posterior can be trusted; it takes some minutes.

Run `python -m pinprick.calibration.healing_checks` in the root of the repository after every full `pinprick calibrate`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pinprick.calibration.healing_calibration import Effort, shipped_ids, training_runs
from pinprick.calibration.healing_data import Datum, dropped_data, healing_data, untransformed
from pinprick.calibration.healing_posterior import Likelihood, Sampling
from pinprick.calibration.healing_prediction import (
    Draws,
    held_out,
    held_out_summary,
    judged,
    noisy,
    prior_draws,
)
from pinprick.calibration.healing_prior import constants_at
from pinprick.calibration.healing_ranks import Ranks, rank_synthetic, uniformity
from pinprick.calibration.healing_simulation import simulate
from pinprick.calibration.surrogate import train
from pinprick.evidence.posterior import joint_posterior, posterior_record

RECORD = Path("src/pinprick/evidence/data/calibration/posterior_checks.yaml")
_SETS, _RANKED = 128, 127
_SHORT = Sampling(chains=1, warmup=250, draws=400)
_HELD_OUT = Sampling(chains=1, warmup=250, draws=800)
Progress = Callable[[str], None]


def checks(*, sets: int = _SETS, progress: Progress | None = None) -> dict[str, Any]:
    """Return ranks of synthetic constants, predictions of left-out studies, and predictions by the shipped draws.

    Args:
        sets: synthetic sets of measurements.
        progress: told in words what is being done.
    """
    tell = progress or (lambda _: None)
    effort, data, ids = Effort(), healing_data(), shipped_ids()
    tell("training the surrogate")
    runs = training_runs(data, ids, effort.runs, seed=effort.seed + 1)
    surrogate = train(*runs, seed=effort.seed, training=effort.training)
    likelihood = Likelihood(data, surrogate, _SHORT)
    rows = list(held_out(replace(likelihood, sampling=_HELD_OUT), seed=0, progress=tell))
    found = rank_synthetic(likelihood, ids, sets=sets, draws=_RANKED, seed=1, progress=tell)
    tell("predicting by the shipped draws")
    return {
        "provenance": {
            "command": "python -m pinprick.calibration.healing_checks",
            "table_sha256": joint_posterior().sha256,
            "data": posterior_record()["provenance"]["data"],
            "recorded": date.today().isoformat(),
        },
        "ranks": rank_record(found),
        "held_out": {"summary": held_out_summary(rows), "measurements": rows},
        "predictive": predictive(data),
        "never_used": predictive(dropped_data()),
    }


def rank_record(found: Ranks) -> dict[str, Any]:
    """Return ranks and how even they are as a plain document.

    Args:
        found: the ranks.
    """
    return {
        "sets": len(found.ranks),
        "draws": found.draws,
        "divergences": found.divergences,
        "chance": {name: float(f"{value:.3g}") for name, value in uniformity(found).items()},
        "ranks": {name: [int(rank) for rank in found.ranks[:, place]] for place, name in enumerate(found.names)},
    }


def predictive(data: Sequence[Datum]) -> list[dict[str, Any]]:
    """Return measurements beside what the shipped draws and the prior predict, by the network itself.

    Args:
        data: the measurements.
    """
    posterior, ids = joint_posterior(), shipped_ids()
    rows = len(posterior.draws)
    spreads = [np.array(posterior_record()["spreads"][name]["posterior"])[1] for name in ("study_sd", "discrepancy_sd")]
    at = {id: np.asarray(posterior.column(id)) for id in posterior.ids}
    before = prior_draws(len(ids), rows, seed=0)
    after = Draws(before.scores, np.full(rows, spreads[0]), np.full(rows, spreads[1]))
    made = {
        "posterior": noisy(data, simulate(data, at, rows, seed=3), 0.0, after, seed=4),
        "prior": noisy(data, simulate(data, constants_at(ids, before.scores), rows, seed=3), 0.0, before, seed=4),
    }
    return [
        {
            "id": item.id,
            "study": item.study,
            "scale": item.scale,
            "observed": float(untransformed(item.scale, np.array(item.value)))
            if item.scale != "direction"
            else item.value,
            "prior": judged(item, made["prior"][:, place]),
            "posterior": judged(item, made["posterior"][:, place]),
        }
        for place, item in enumerate(data)
    ]


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main() -> None:
    """Check, and write the record."""
    made = _rounded(checks(progress=_tell))
    head = "# Written by the command below; do not edit. How far the posterior of the healing network can be trusted.\n"
    RECORD.write_text(head + str(yaml.safe_dump(made, sort_keys=False, default_flow_style=None, width=160)), "utf-8")
    sys.stdout.write(f"written: {RECORD}\n")


if __name__ == "__main__":
    main()
