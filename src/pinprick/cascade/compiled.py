"""Machine code from typed Python, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first call, without the interpreter lock, and keep the result on disk.

    The file on disk is renewed when the module of the function changes, or the values in its closure, but not when a
    module that it calls does; a function that calls others takes their `fingerprint` into its closure.
    """
    wrapped: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return wrapped


def part(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into those that call it, and keep nothing on disk of its own."""
    wrapped: Callable[P, R] = numba.njit(nogil=True, error_model="numpy")(function)
    return wrapped


def fingerprint(*modules: str) -> str:
    """Return a digest of the source of some modules of this package."""
    folder = Path(__file__).parent
    return sha256(b"".join((folder / f"{module}.py").read_bytes() for module in modules)).hexdigest()
