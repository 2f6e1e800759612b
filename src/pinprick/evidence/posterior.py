"""The shipped posterior of the healing network: joint draws of the constants that were calibrated on measurements."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pinprick.errors import EvidenceError
from pinprick.evidence.store import load

TABLE, RECORD = "calibration/posterior.csv", "calibration/posterior.yaml"


@dataclass(frozen=True, slots=True, eq=False)
class JointPosterior:
    """Joint draws of calibrated parameters.

    Attributes:
        ids: parameter ids, in the order of the columns.
        draws: in the units of the records, shape (rows, ids); ordered by the collagen they make, so that a stratified
            choice of rows covers it.
        sources: ids of the sources of the measurements behind it.
        sha256: digest of the table.
    """

    ids: tuple[str, ...]
    draws: NDArray[np.float64]
    sources: tuple[str, ...]
    sha256: str

    def column(self, id: str) -> NDArray[np.float64] | None:
        """Return the draws of one parameter, shape (rows,), or None where it was not calibrated."""
        return self.draws[:, self.ids.index(id)] if id in self.ids else None


@cache
def joint_posterior() -> JointPosterior:
    """Return the shipped posterior; without a table, one of no parameter, so that the first can be made.

    Raises:
        EvidenceError: the table is damaged.
    """
    path = (files("pinprick.evidence") / "data").joinpath(TABLE)
    if not path.is_file():
        return JointPosterior((), np.empty((0, 0)), (), "")
    text = path.read_text(encoding="utf-8")
    head, *rows = text.splitlines()
    ids = tuple(head.split(","))
    numbers = np.array([row.split(",") for row in rows], dtype=np.float64)
    if numbers.ndim != 2 or numbers.shape[1] != len(ids) or not np.isfinite(numbers).all():
        raise EvidenceError("the posterior table is damaged", file=TABLE, remedy="make it anew: pinprick calibrate")
    numbers.setflags(write=False)
    record = posterior_record()
    return JointPosterior(ids, numbers, tuple(record["sources"]), hashlib.sha256(text.encode()).hexdigest())


def posterior_record() -> Mapping[str, Any]:
    """Return what the posterior was made with and how well it was found: provenance, diagnostics, sources."""
    found: Mapping[str, Any] = load(RECORD)
    return found


def posterior_name() -> str:
    """Return the shipped posterior in one line, for the provenance of a result."""
    if not joint_posterior().ids:
        return "none"
    made = posterior_record()["provenance"]
    rows, count = joint_posterior().draws.shape
    return (
        f"{rows} joint draws of {count} constants of healing, {made['recorded']}, seed {made['seed']}, "
        f"data {made['data'][:12]}, table {joint_posterior().sha256[:12]}"
    )
