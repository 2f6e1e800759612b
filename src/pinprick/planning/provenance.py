"""What made a plan: version, seed, draws, data and libraries."""

from __future__ import annotations

import hashlib
import platform
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import pinprick
from pinprick.evidence.posterior import posterior_name

_LIBRARIES = ("numpy", "scipy", "numba", "xarray", "pydantic")


def provenance(on: date, *, draws: int, seed: int) -> dict[str, Any]:
    """Return everything needed to make the same plan again, apart from the case."""
    return {
        "version": pinprick.__version__,
        "date": on.isoformat(),
        "seed": seed,
        "draws": draws,
        "data_sha256": data_hash(),
        "posterior": posterior_name(),
        "python": platform.python_version(),
        **{name: version(name) for name in _LIBRARIES},
    }


@cache
def data_hash() -> str:
    """Return the SHA-256 of the package's data files, names and contents, in order of name."""
    digest = hashlib.sha256()
    for name, item in sorted(_walk(files("pinprick.evidence") / "data", "")):
        digest.update(name.encode() + b"\0" + item.read_bytes() + b"\0")
    return digest.hexdigest()


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for item in folder.iterdir():
        name = f"{prefix}/{item.name}"
        if item.is_dir():
            found += _walk(item, name)
        elif item.name.endswith(".yaml"):
            found.append((name, item))
    return found
