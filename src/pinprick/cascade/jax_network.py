"""The healing network for JAX, from its one description; every symbol is a row of lanes.

Needs JAX; imported only by what asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.numpy as jnp

from pinprick.cascade import kernel
from pinprick.cascade.expression import Expression, parse
from pinprick.cascade.generate import derivatives, elimination_order, jacobian
from pinprick.cascade.network import (
    CONSTANTS,
    DEFINITIONS,
    DERIVED,
    IMPULSE,
    INDEX,
    PARAMETERS,
    READOUTS,
    STATES,
    SYMBOLS,
)

Rows = Any
"""A JAX array whose first axis is the states or the parameters and whose last is the lanes."""

_OPERATIONS: Mapping[str, Callable[..., Any]] = {
    "+": jnp.add,
    "-": jnp.subtract,
    "*": jnp.multiply,
    "/": jnp.divide,
    "**": jnp.power,
    "sqrt": jnp.sqrt,
    # The slope of the positive part at its corner is 0, as in the Jacobian; that of jnp.maximum would be a half.
    "pos": lambda x: jnp.where(x > 0, x, 0.0),
    "step": lambda x: jnp.where(x > 0, 1.0, 0.0),
}

_RATES = derivatives()
_SLOPES = jacobian()
# The order of the entries is that of the generated elimination, which then works on lists of JAX rows as it stands.
_ENTRIES = tuple(sorted(elimination_order(_SLOPES, len(SYMBOLS))[1]))
_factor: Callable[..., None] = kernel.factor.py_func  # type: ignore[attr-defined]
_substitute: Callable[..., None] = kernel.substitute.py_func  # type: ignore[attr-defined]


class _Values:
    """Values of symbols, and of every expression met so far, so that shared parts are traced once."""

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known
        self._seen: dict[Expression, Any] = {}

    def of(self, node: Expression) -> Any:
        if node.kind == "number":
            return node.number
        if node.kind == "symbol":
            if node.name not in self._known:
                self._known[node.name] = self.of(parse(DEFINITIONS[node.name]))
            return self._known[node.name]
        if node not in self._seen:
            self._seen[node] = _OPERATIONS[node.kind](*(self.of(part) for part in node.parts))
        return self._seen[node]


def _values(y: Rows, p: Rows, **more: Any) -> _Values:
    known = dict(zip(SYMBOLS, _apart(y), strict=True)) | dict(zip(PARAMETERS, _apart(p), strict=True)) | more
    return _Values(known)


def _apart(x: Rows) -> list[Any]:
    """Return the rows of an array, so that the derivative puts them together in one go and not one by one."""
    return [row[0] for row in jax.lax.split(x, (1,) * x.shape[0])]


def _rows(parts: list[Any], like: Any) -> Rows:
    return jnp.stack([jnp.broadcast_to(jnp.asarray(part, like.dtype), like.shape) for part in parts])


def rates(y: Rows, p: Rows) -> Rows:
    """Return the rates of change of the states, shape (states, lanes)."""
    values = _values(y, p)
    return _rows([values.of(node) for node in _RATES], y[0])


def factors(y: Rows, p: Rows, shift: Any) -> Rows:
    """Return the factors of shift times the identity less the Jacobian at y, shape (entries, lanes).

    Args:
        y: states, shape (states, lanes).
        p: parameters, shape (parameters, lanes).
        shift: by lane, shape (lanes,).
    """
    values = _values(y, p)
    w: list[Any] = []
    for row, column in _ENTRIES:
        slope = values.of(_SLOPES[row, column]) if (row, column) in _SLOPES else 0.0
        w.append((shift if row == column else 0.0) - slope)
    _factor(w)
    return _rows(w, y[0])


def substitute(w: Rows, x: Rows) -> Rows:
    """Return the solution of a system with the right-hand side x, shape (states, lanes), from the factors w."""
    unknowns = _apart(x)
    _substitute(_apart(w), unknowns)
    return jnp.stack(unknowns)


def impulse(y: Rows, p: Rows, d: Any) -> Rows:
    """Return the states after a session of local injury d, shape (lanes,); lanes without injury stay as they are."""
    values = _values(y, p, d=d)
    after = y
    for symbol, text in IMPULSE.items():
        after = after.at[INDEX[symbol]].set(values.of(parse(text)))
    return jnp.where(d > 0, after, y)


def derive(constants: Rows) -> tuple[Rows, Rows]:
    """Return the parameters and the healthy states of constants of shape (constants, lanes), in their order."""
    known: dict[str, Any] = dict(zip(CONSTANTS, _apart(constants), strict=True))
    values = _Values(known)
    for name, text in DERIVED.items():
        known[name] = values.of(parse(text))
    p = _rows([known[name] for name in PARAMETERS], constants[0])
    return p, _rows([values.of(parse(state.rest)) for state in STATES], constants[0])


FORMULAS: Mapping[str, str] = {item.name: item.formula for item in READOUTS} | {
    state.name: state.symbol for state in STATES
}


def readout(name: str, y: Rows, p: Rows) -> Any:
    """Return a read-out or a state by its name, shape (lanes,)."""
    return _values(y, p).of(parse(FORMULAS[name]))
