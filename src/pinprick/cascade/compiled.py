"""Machine code from typed Python, kept on disk between runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function on first call, without the interpreter lock, and keep the result on disk."""
    wrapped: Callable[P, R] = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    return wrapped
