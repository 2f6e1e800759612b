"""JAX, the optional extra that runs the same operators on a GPU and differentiates them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from pinprick.errors import MissingExtraError

Precision = Literal["double", "single"]


def require() -> None:
    """Check that JAX is installed, without importing it.

    Raises:
        MissingExtraError: it is not.
    """
    if find_spec("jax") is None:
        raise MissingExtraError(
            "gradients and GPU solvers need JAX",
            remedy="pip install 'pinprick[jax]' (on an NVIDIA GPU also: pip install 'jax[cuda12]')",
        )


def numbers(precision: Precision) -> AbstractContextManager[Any]:
    """Return a context in which JAX computes with numbers of a precision, whatever the program around it chose.

    Args:
        precision: "double" or "single".

    Raises:
        MissingExtraError: JAX is not installed.
    """
    require()
    import jax

    # Earlier releases keep the switch among the experimental parts.
    if hasattr(jax, "enable_x64"):
        switch: Any = jax.enable_x64
    else:
        switch = import_module("jax.experimental").enable_x64
    context: AbstractContextManager[Any] = switch(precision == "double")
    return context


def kind_of(precision: Precision) -> str:
    """Return the name of the kind of number of a precision."""
    return "float64" if precision == "double" else "float32"


def options() -> dict[str, Any]:
    """Return what the compiler is told for programs of hundreds of lines over short rows.

    On a CPU, fusing the lines and optimising them hard takes minutes and gains nothing.
    """
    import jax

    if jax.default_backend() != "cpu":
        return {}
    return {"xla_llvm_disable_expensive_passes": True, "xla_disable_hlo_passes": "fusion,cpu-instruction-fusion"}
