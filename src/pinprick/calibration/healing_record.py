"""The shipped posterior as files: a table of joint draws and a record of how it was made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from pinprick import __version__, evidence
from pinprick.calibration.healing_calibration import Calibration, diagnostics
from pinprick.calibration.healing_digest import healing_digest
from pinprick.calibration.healing_prior import quantile
from pinprick.evidence.posterior import joint_posterior, posterior_record

_LEVELS = (0.05, 0.5, 0.95)
# Share of the posterior beyond the outer fortieth of the prior at which a constant is said to lie at its edge.
_EDGE, _MUCH = 0.025, 0.25
_HEAD = "# Written by `pinprick calibrate`; do not edit. Joint draws of the constants of healing: posterior.csv.\n"


def table(found: Calibration) -> str:
    """Return the joint draws as comma-separated text, one column a constant.

    Args:
        found: the calibration.
    """
    rows = (",".join(f"{value:.6g}" for value in row) for row in found.draws)
    return "\n".join([",".join(found.columns), *rows, ""])


def record(found: Calibration, *, command: str, recorded: str) -> dict[str, Any]:
    """Return how the posterior was made and how well it was found, as a plain document.

    Args:
        found: the calibration.
        command: command that made it.
        recorded: ISO date.
    """
    made = diagnostics(found.posterior, found.ids)
    names = made.pop("by_name")
    return {
        "provenance": {
            "command": command,
            "version": __version__,
            "data": healing_digest(),
            "seed": found.effort.seed,
            "runs": found.effort.runs,
            "recorded": recorded,
            "table_sha256": hashlib.sha256(table(found).encode()).hexdigest(),
        },
        "diagnostics": {**made, "unstable_share": _figure(found.unstable)},
        "surrogate": {
            "held_out_runs": int(found.effort.training.held_out * found.effort.runs),
            "explained": {
                item.id: _figure(float(share))
                for item, share in zip(found.data, found.surrogate.explained, strict=True)
            },
            "error_sd": {
                item.id: _figure(float(np.sqrt(part)))
                for item, part in zip(found.data, np.diag(found.surrogate.error), strict=True)
            },
        },
        "constants": [_constant(found, place, names[id]) for place, id in enumerate(found.ids)],
        "screening": _screened(found),
        "carried": list(found.columns[len(found.ids) :]),
        "spreads": {
            name: _spread(getattr(found.posterior, name), names[name]) for name in ("study_sd", "discrepancy_sd")
        },
        "measurements": [item.id for item in found.data],
        "sources": sorted({source for item in found.data for source in item.experiment.sources}),
    }


def _screened(found: Calibration) -> list[dict[str, Any]]:
    """Return every candidate: what a measurement tells of it at most, which one, and what a linear update learns."""
    made = found.screening
    if made is None:
        return []
    best = made.information.argmax(axis=1)
    return [
        {
            "id": id,
            "information": _figure(float(made.information[place, best[place]])),
            "by": made.data[best[place]],
            "learned": _figure(float(made.learned[place])),
        }
        for place, id in enumerate(made.ids)
    ]


def _constant(found: Calibration, place: int, quality: Mapping[str, float]) -> dict[str, Any]:
    from scipy.special import ndtr

    id, scores = found.ids[place], found.posterior.scores[..., place]
    chance = ndtr(scores)
    edge = {"low": float(np.mean(chance < _EDGE)), "high": float(np.mean(chance > 1.0 - _EDGE))}
    at = [name for name, share in edge.items() if share > _MUCH]
    return {
        "id": id,
        "prior": [_figure(float(value)) for value in quantile(id, np.array(_LEVELS))],
        "posterior": [_figure(float(value)) for value in np.quantile(found.draws[:, place], _LEVELS)],
        "score_mean": _figure(float(scores.mean())),
        "score_sd": _figure(float(scores.std())),
        "edge": at[0] if at else "",
        "r_hat": round(quality["r_hat"], 4),
        "ess": round(quality["ess"]),
    }


def _spread(values: NDArray[np.float64], quality: Mapping[str, float]) -> dict[str, Any]:
    return {
        "posterior": [_figure(float(value)) for value in np.quantile(values, _LEVELS)],
        "r_hat": round(quality["r_hat"], 4),
        "ess": round(quality["ess"]),
    }


def _figure(value: float) -> float:
    return float(f"{value:.4g}")


def agreement(found: Calibration) -> dict[str, Any]:
    """Return how far a refit lies from the posterior in use, in standard deviations of the prior.

    Allowed is four standard errors of the difference of two means by their effective samples, and the recorded share
    for two surrogates of different size.

    Args:
        found: the refit.
    """
    quality = diagnostics(found.posterior, found.ids)["by_name"]
    shipped = {item["id"]: item for item in posterior_record()["constants"]} if joint_posterior().ids else {}
    allowance = evidence.value("mechanism.refit_difference")
    largest, worst, allowed, agrees = 0.0, "", allowance, True
    for place, id in enumerate(found.ids):
        if id not in shipped:
            continue
        scores, other = found.posterior.scores[..., place], shipped[id]
        error = np.sqrt(scores.var() / quality[id]["ess"] + other["score_sd"] ** 2 / other["ess"])
        apart = abs(float(scores.mean()) - other["score_mean"])
        agrees = agrees and apart <= allowance + 4.0 * error
        if apart >= largest:
            largest, worst, allowed = apart, id, float(allowance + 4.0 * error)
    return {"agrees": bool(agrees), "largest": float(largest), "worst": worst, "allowed": float(allowed)}


def write(found: Calibration, target: Path, made: Mapping[str, Any]) -> tuple[Path, Path]:
    """Write the table and, beside it, the record; returns both paths.

    Args:
        found: the calibration.
        target: path of the table; the record has the same name with .yaml.
        made: its record.
    """
    beside = target.with_suffix(".yaml")
    target.write_text(table(found), encoding="utf-8")
    beside.write_text(_HEAD + str(yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True)), encoding="utf-8")
    return target, beside
